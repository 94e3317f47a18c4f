//! A call's life from both ends, on both databases.

use super::*;
use crate::{
    AppError, Ctx,
    access::Actor,
    interactions, ledger, routing,
    stage::{ANNA, BORIS, CHIEF, QUEUE, START, Stage, stages},
};
use okno_bus::voice::{Refused, VoiceRequest};
use okno_model::{
    CallId, ChannelId, ChannelKind, InteractionId, Medium, UserId,
    doc::{
        AnswerMode, BlackHoleCause, CallDirection, CallDoc, CallEnder, CallState, ChannelDoc, ChannelHealth, ChannelSettings, Closed,
        DialPlanDoc, InteractionDoc, InteractionState, LedgerDoc, LegDevice, LegDoc, LegRole, LegState, MonitorMode, PhoneSettings,
        Presence, RecordingState, UnitKind, UnitState,
    },
    event::What,
    phone::{CallCommand, DialTo},
    right::{Right, Scope},
};

/// The company's telephone.
pub(crate) const LINE: ChannelId = ChannelId::from_u128(0xC3);
const OLGA: &str = "+48221234567";

impl Stage {
    /// Opens the telephone: a channel and a dial plan for Poland.
    pub(crate) async fn line(&self, change: impl FnOnce(&mut PhoneSettings)) {
        let mut settings = PhoneSettings {
            numbers: vec!["+48220000000".into()],
            answer: AnswerMode::AtOnce,
            language: "en".into(),
            greeting: None,
            music: None,
            announce_position: true,
            announce_wait: true,
            announce_seconds: 45,
            whisper: false,
            record: false,
            record_days: 30,
            callback: false,
            voicemail: true,
            voicemail_seconds: 0,
            click_to_call: true,
        };
        change(&mut settings);
        let health = ChannelHealth { state: "ok".into(), detail: String::new(), since: START };
        let settings = ChannelSettings::Phone(settings);
        let line =
            ChannelDoc { id: LINE, kind: ChannelKind::Phone, name: "Sales line".into(), queue: QUEUE, enabled: true, settings, health };
        let ws = self.ctx.ws;
        let plan = DialPlanDoc { country: "48".into(), allow: vec!["+48".into()], deny: vec!["+48700".into()], ..DialPlanDoc::closed(ws) };
        self.ctx.write(move |tx| Ok((tx.put(&line)?, tx.put(&plan)?))).await.unwrap();
    }

    /// A call comes in by a trunk.
    pub(crate) async fn incoming(&self, key: &str, number: &str) -> Arrived {
        let arrived = arrived(&self.ctx, arrival(key, number)).await.unwrap();
        routing::tick(&self.ctx).await.unwrap();
        arrived
    }

    /// The agent sits at his desk with a phone and takes calls.
    pub(crate) async fn at_the_phone(&self, user: UserId) {
        self.available(user).await;
        routing::set_phone(&self.ctx, user.into(), true).await.unwrap();
    }

    pub(crate) async fn live_calls(&self) -> Vec<CallDoc> {
        self.ctx.read(|tx| Ok(okno_store::calls::live(tx)?)).await.unwrap()
    }

    async fn call(&self, id: CallId) -> CallDoc {
        self.ctx.read(move |tx| Ok(tx.get::<CallDoc>(id)?.unwrap())).await.unwrap()
    }

    /// Agent and customer talk.
    async fn connect(&self, id: CallId, user: UserId) -> CallDoc {
        let mut call = self.call(id).await;
        let now = self.ctx.now();
        call.legs[0].state = LegState::Connected;
        call.legs[0].answered = call.legs[0].answered.or(Some(now));
        let number = call.legs.len() as i64 + 1;
        let name = self.actor(user).name;
        call.legs.push(LegDoc {
            number,
            role: LegRole::Agent,
            device: LegDevice::Browser,
            agent: Some(user.into()),
            name,
            answered: Some(now),
            state: LegState::Connected,
            started: now,
            ..call.legs[0].clone()
        });
        call.state = CallState::Talking;
        call.answered = call.answered.or(Some(now));
        call.connected = call.connected.or(Some(now));
        save(&self.ctx, call).await.unwrap()
    }

    async fn hang_up(&self, id: CallId, by: CallEnder) -> CallDoc {
        let call = self.call(id).await;
        ended(&self.ctx, call, by, "normal").await.unwrap()
    }

    async fn unit_of(&self, interaction: InteractionId) -> LedgerDoc {
        self.units().await.into_iter().find(|unit| unit.interaction == Some(interaction)).unwrap()
    }

    async fn lines(&self, interaction: InteractionId) -> Vec<String> {
        self.messages(interaction).await.into_iter().map(|m| m.text).collect()
    }
}

pub(crate) fn arrival(key: &str, number: &str) -> Arrival {
    Arrival {
        key: key.into(),
        channel: LINE,
        number: number.into(),
        name: String::new(),
        our_number: "+48220000000".into(),
        trunk: None,
        unconfirmed: false,
        visitor: None,
    }
}

fn closed_as(doc: &InteractionDoc) -> Option<Closed> {
    if let InteractionState::Closed { how, .. } = doc.state { Some(how) } else { None }
}

#[tokio::test]
async fn a_call_is_answered_held_and_ended_with_its_figures() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.at_the_phone(ANNA).await;
        let came = stage.incoming("k1", "22 123 45 67").await;
        assert_eq!((came.call.number.as_str(), came.queue_name.as_str(), came.language.as_str()), (OLGA, "Support", "en"));
        assert_eq!((came.interaction.subject.as_str(), came.interaction.customer_online), ("Call from +48221234567", true));
        assert!(!came.resumed_place && !came.repeat);
        let id = came.interaction.id;
        stage.advance(4).await;
        let (agent, offer) = stage.offer(id).await.unwrap();
        let doc = accept_by_phone(&stage.ctx, agent, id, offer).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Active { .. }));
        accept_by_phone(&stage.ctx, agent, id, offer).await.expect("a repeat is no fault");
        let mut call = stage.connect(came.call.id, ANNA).await;
        assert_eq!(stage.interaction(id).await.answered, Some(stage.ctx.now()));
        assert_eq!(stage.interaction(id).await.customer_waits, None);
        call.state = CallState::Held;
        call.recording = RecordingState::On;
        let call = save(&stage.ctx, call).await.unwrap();
        let seq = stage.events().await.len();
        save(&stage.ctx, call.clone()).await.unwrap();
        assert_eq!(stage.events().await.len(), seq, "a repeat writes nothing");
        let talking = CallDoc { state: CallState::Talking, talk_ms: 60_000, hold_ms: 5_000, ..call.clone() };
        save(&stage.ctx, talking).await.unwrap();
        let wrong = CallDoc { state: CallState::Ended { at: START, by: CallEnder::Agent, cause: "x".into() }, ..call };
        assert!(matches!(save(&stage.ctx, wrong).await.unwrap_err(), AppError::Invalid { .. }));
        stage.advance(60).await;

        let over = stage.hang_up(came.call.id, CallEnder::Customer).await;
        assert!(matches!(&over.state, CallState::Ended { by: CallEnder::Customer, cause, .. } if cause == "normal"), "{over:?}");
        assert!(over.legs.iter().all(|leg| leg.state == LegState::Ended && leg.ended.is_some()));
        assert_eq!((over.talk_ms, over.hold_ms, over.recording), (60_000, 5_000, RecordingState::Off));
        let doc = stage.interaction(id).await;
        assert!(matches!(doc.state, InteractionState::Wrapup { .. }), "{doc:?}");
        assert!(!doc.customer_online);
        assert_eq!(stage.unit_of(id).await.state, UnitState::Answered);
        let twice = stage.hang_up(came.call.id, CallEnder::Agent).await;
        assert_eq!(twice, over, "it ends once");
        let late = save(&stage.ctx, CallDoc { talk_ms: 61_000, ..over.clone() }).await.unwrap();
        assert_eq!((late.talk_ms, late.state), (61_000, over.state));
        let lines = stage.lines(id).await;
        for line in ["Call from: +48221234567", "Connected: Anna", "On hold", "Back from hold", "Recording began"] {
            assert!(lines.iter().any(|l| l == line), "{line} is not in {lines:?}");
        }
        assert!(lines.iter().any(|l| l.starts_with("Call ended: by customer, normal, 1:04, talked 1:00, on hold 0:05")), "{lines:?}");
        stage.advance(61).await;
        assert_eq!(closed_as(&stage.interaction(id).await), Some(Closed::CustomerLeft));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn the_same_invite_is_the_same_call() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let first = stage.incoming("k1", OLGA).await;
        let again = stage.incoming("k1", OLGA).await;
        assert!(again.repeat && again.call.id == first.call.id && again.interaction.id == first.interaction.id);
        assert_eq!((stage.units().await.len(), stage.open().await.len(), stage.live_calls().await.len()), (1, 1, 1));
        stage.hang_up(first.call.id, CallEnder::Customer).await;
        let after = stage.incoming("k1", OLGA).await;
        assert!(after.repeat && !after.call.is_live(), "a late repeat finds it ended");
        assert!(matches!(arrived(&stage.ctx, arrival("", OLGA)).await.unwrap_err(), AppError::Invalid { field: "key", .. }));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn who_gave_up_is_owed_a_call_and_an_answered_one_makes_it_good() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let first = stage.incoming("k1", OLGA).await;
        stage.advance(20).await;
        stage.hang_up(first.call.id, CallEnder::Customer).await;
        assert_eq!(closed_as(&stage.interaction(first.interaction.id).await), Some(Closed::Abandoned));
        let unit = stage.unit_of(first.interaction.id).await;
        assert_eq!((unit.kind, unit.state, unit.queue, unit.owner), (UnitKind::Call, UnitState::Open, Some(QUEUE), None));
        assert_eq!(unit.deadline, stage.ctx.now() + ledger::rows::CALL_BACK_WITHIN);
        stage.conserved().await;

        // He rings back from his place, and speaks with Anna.
        stage.advance(120).await;
        stage.at_the_phone(ANNA).await;
        let other = stage.incoming("k2", "+48500600700").await;
        stage.accept(ANNA, other.interaction.id).await;
        let back = stage.incoming("k3", OLGA).await;
        assert!(back.resumed_place);
        assert_eq!((back.interaction.enqueued, back.interaction.previous), (START, Some(first.interaction.id)));
        assert_eq!(back.interaction.customer, first.interaction.customer);
        stage.hang_up(other.call.id, CallEnder::Agent).await;
        stage.advance(61).await;
        stage.accept(ANNA, back.interaction.id).await;
        stage.connect(back.call.id, ANNA).await;
        stage.hang_up(back.call.id, CallEnder::Agent).await;
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Recovered);
        assert_eq!(stage.unit_of(back.interaction.id).await.state, UnitState::Answered);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn nobody_came_back_to_him() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let gone = stage.incoming("k1", OLGA).await;
        let hidden = stage.incoming("k2", "anonymous").await;
        let short = stage.incoming("k3", "+48500600700").await;
        stage.advance(3).await;
        stage.hang_up(short.call.id, CallEnder::Customer).await;
        stage.advance(30).await;
        stage.hang_up(gone.call.id, CallEnder::Customer).await;
        stage.hang_up(hidden.call.id, CallEnder::Customer).await;
        let unit = stage.unit_of(short.interaction.id).await;
        assert_eq!((unit.state, unit.detail.as_str()), (UnitState::Withdrawn, "hung up after 3 s"));
        let unit = stage.unit_of(hidden.interaction.id).await;
        assert_eq!((unit.state, unit.cause), (UnitState::BlackHole, Some(BlackHoleCause::AbandonedNotCalledBack)), "nobody can call him");
        stage.conserved().await;
        stage.advance(4 * 3600 - 1).await;
        stage.conserved().await;
        assert_eq!(stage.unit_of(gone.interaction.id).await.state, UnitState::Open);
        stage.advance(2).await;
        stage.conserved().await;
        let unit = stage.unit_of(gone.interaction.id).await;
        assert_eq!((unit.state, unit.cause), (UnitState::BlackHole, Some(BlackHoleCause::AbandonedNotCalledBack)));

        // Brought back by a person: somebody is asked to call him, and reaches him.
        stage.at_the_phone(ANNA).await;
        let open = ledger::recover(&stage.ctx, &stage.actor(CHIEF), unit.id, "he is angry").await.unwrap();
        routing::tick(&stage.ctx).await.unwrap();
        let id = open.interaction.unwrap();
        let doc = stage.accept(ANNA, id).await;
        assert_eq!((doc.medium, doc.callback.as_ref().map(|c| c.number.as_str())), (Medium::Voice, Some(OLGA)));
        let out = dialed(&stage.ctx, dialing("d1", Some(id))).await.unwrap();
        callback_reached(&stage.ctx, out.call.id).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        stage.hang_up(out.call.id, CallEnder::Agent).await;
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Recovered);
        stage.conserved().await;
    }
}

fn dialing(key: &str, interaction: Option<InteractionId>) -> Dialing {
    Dialing {
        key: key.into(),
        by: ANNA.into(),
        to: DialTo::Number { number: OLGA.into() },
        channel: LINE,
        our_number: "+48220000000".into(),
        trunk: None,
        interaction,
    }
}

#[tokio::test]
async fn who_hangs_up_while_it_rings_is_nobodys_miss() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.at_the_phone(ANNA).await;
        let came = stage.incoming("k1", OLGA).await;
        assert!(stage.offer(came.interaction.id).await.is_some());
        stage.advance(19).await;
        stage.hang_up(came.call.id, CallEnder::Customer).await;
        let anna = stage.agent(ANNA).await;
        assert_eq!((anna.presence, anna.slots.len()), (Presence::Available, 0));
        let id = came.interaction.id;
        let segments = stage.ctx.read(move |tx| Ok(okno_store::interactions::segments(tx, id)?)).await.unwrap();
        assert_eq!(segments[0].offers, 0);

        // Accepted, but he was gone before they could talk: owed like any other, and Anna is free after her notes.
        let second = stage.incoming("k2", "+48500600700").await;
        stage.accept(ANNA, second.interaction.id).await;
        stage.advance(6).await;
        stage.hang_up(second.call.id, CallEnder::Customer).await;
        stage.advance(61).await;
        assert_eq!(stage.unit_of(second.interaction.id).await.state, UnitState::Open);
        assert_eq!(stage.agent(ANNA).await.slots.len(), 0);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_crash_leaves_no_agent_stuck_and_one_record_of_each_call() {
    for mut stage in stages().await {
        stage.line(|_| {}).await;
        stage.at_the_phone(ANNA).await;
        let talk = stage.incoming("k1", OLGA).await;
        stage.accept(ANNA, talk.interaction.id).await;
        stage.connect(talk.call.id, ANNA).await;
        let (recording, _) = recording_started(&stage.ctx, talk.call.id, false).await.unwrap();
        let chunk = RecordingChunk { n: 0, started_ms: 0, ms: 5_000, bytes: vec![1, 2, 3] };
        recording_chunk(&stage.ctx, recording, chunk).await.unwrap();
        let waits = stage.incoming("k2", "+48500600700").await;
        stage.advance(30).await;
        stage.restart().await;
        let over = orphans(&stage.ctx).await.unwrap();
        assert_eq!(over.len(), 2);
        for call in &over {
            assert!(matches!(&call.state, CallState::Ended { by: CallEnder::System, cause, .. } if cause == "crash"), "{call:?}");
        }
        assert!(orphans(&stage.ctx).await.unwrap().is_empty());
        assert!(matches!(stage.interaction(talk.interaction.id).await.state, InteractionState::Wrapup { .. }));
        assert_eq!(closed_as(&stage.interaction(waits.interaction.id).await), Some(Closed::Abandoned));
        assert_eq!(stage.unit_of(talk.interaction.id).await.state, UnitState::Answered, "they had talked");
        assert_eq!(stage.unit_of(waits.interaction.id).await.state, UnitState::Open, "he is owed a call");
        let sound = of_interaction(&stage.ctx, &stage.actor(CHIEF), talk.interaction.id).await.unwrap().recordings;
        assert_eq!(sound.iter().map(|r| (r.ms, r.chunks, r.cut)).collect::<Vec<_>>(), [(5_000, 1, true)]);
        stage.advance(61).await;
        assert_eq!(stage.agent(ANNA).await.slots.len(), 0);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn routing_that_was_away_hears_of_the_end_later() {
    for mut stage in stages().await {
        stage.line(|_| {}).await;
        let came = stage.incoming("k1", OLGA).await;
        stage.advance(20).await;
        routing::stop(&stage.ctx.app).await;
        stage.hang_up(came.call.id, CallEnder::Customer).await;
        assert_eq!(stage.interaction(came.interaction.id).await.state, InteractionState::Queued);
        stage.restart().await;
        stage.conserved().await;
        assert_eq!(closed_as(&stage.interaction(came.interaction.id).await), Some(Closed::Abandoned));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_callback_keeps_its_place_and_is_tried_again() {
    for stage in stages().await {
        stage.line(|settings| settings.callback = true).await;
        let came = stage.incoming("k1", OLGA).await;
        let id = came.interaction.id;
        stage.advance(10).await;
        let premium = callback_wanted(&stage.ctx, came.call.id, "700 123 456").await.unwrap_err();
        assert!(matches!(premium, AppError::Invalid { code: "number_not_allowed", .. }), "{premium}");
        let doc = callback_wanted(&stage.ctx, came.call.id, "22 123 45 67").await.unwrap();
        assert_eq!(doc.callback.as_ref().map(|c| (c.number.as_str(), c.tries)), Some((OLGA, 0)));
        callback_wanted(&stage.ctx, came.call.id, OLGA).await.expect("a repeat is no fault");
        stage.hang_up(came.call.id, CallEnder::System).await;
        let doc = stage.interaction(id).await;
        assert_eq!((&doc.state, doc.enqueued, doc.customer_online), (&InteractionState::Queued, START, false));
        let unit = stage.unit_of(id).await;
        stage.conserved().await;

        // Long overdue, and still not lost: he was told to wait.
        stage.advance(5 * 3600).await;
        stage.conserved().await;
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Open);

        stage.at_the_phone(ANNA).await;
        stage.accept(ANNA, id).await;
        let out = dialed(&stage.ctx, dialing("d1", Some(id))).await.unwrap();
        assert_eq!((out.call.direction, out.interaction.id), (CallDirection::Outbound, id));
        let missed = callback_missed(&stage.ctx, out.call.id, "no_answer").await.unwrap();
        callback_missed(&stage.ctx, out.call.id, "no_answer").await.unwrap();
        let callback = missed.callback.unwrap();
        assert_eq!((callback.tries, callback.next), (1, Some(stage.ctx.now() + std::time::Duration::from_secs(600))));
        let call = stage.call(out.call.id).await;
        ended(&stage.ctx, call, CallEnder::System, "no_answer").await.unwrap();
        stage.advance(61).await;
        assert_eq!(closed_as(&stage.interaction(id).await), Some(Closed::Finished));
        stage.conserved().await;
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Open, "he is called again");
        stage.advance(600).await;
        stage.conserved().await;
        routing::tick(&stage.ctx).await.unwrap();
        let again = stage.unit(unit.id).await.interaction.unwrap();
        assert_ne!(again, id);
        let doc = stage.accept(ANNA, again).await;
        assert_eq!((doc.enqueued, doc.callback.map(|c| c.tries)), (START, Some(1)));
        let out = dialed(&stage.ctx, dialing("d2", Some(again))).await.unwrap();
        callback_reached(&stage.ctx, out.call.id).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        stage.hang_up(out.call.id, CallEnder::Customer).await;
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Recovered);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_callback_that_never_reaches_him_is_given_up() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let came = stage.incoming("k1", OLGA).await;
        stage.advance(10).await;
        callback_wanted(&stage.ctx, came.call.id, OLGA).await.unwrap();
        stage.hang_up(came.call.id, CallEnder::System).await;
        stage.at_the_phone(ANNA).await;
        let unit = stage.unit_of(came.interaction.id).await.id;
        for (n, wait) in [600, 1_800, 3_600, 0].into_iter().enumerate() {
            let id = stage.unit(unit).await.interaction.unwrap();
            stage.accept(ANNA, id).await;
            let out = dialed(&stage.ctx, dialing(&format!("d{n}"), Some(id))).await.unwrap();
            callback_missed(&stage.ctx, out.call.id, "busy").await.unwrap();
            let call = stage.call(out.call.id).await;
            ended(&stage.ctx, call, CallEnder::System, "busy").await.unwrap();
            stage.advance(61).await;
            stage.advance(wait).await;
            stage.conserved().await;
            routing::tick(&stage.ctx).await.unwrap();
        }
        let lost = stage.unit(unit).await;
        assert_eq!((lost.state, lost.cause), (UnitState::BlackHole, Some(BlackHoleCause::AbandonedNotCalledBack)));
        assert!(stage.open().await.is_empty());

        // Nobody takes it for a day.
        routing::set_phone(&stage.ctx, ANNA.into(), false).await.unwrap();
        let second = stage.incoming("k2", "+48500600700").await;
        callback_wanted(&stage.ctx, second.call.id, "+48500600700").await.unwrap();
        stage.hang_up(second.call.id, CallEnder::System).await;
        stage.advance(24 * 3600).await;
        stage.conserved().await;
        assert_eq!(closed_as(&stage.interaction(second.interaction.id).await), Some(Closed::Abandoned));
        assert_eq!(stage.unit_of(second.interaction.id).await.state, UnitState::BlackHole);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn who_calls_before_he_is_called_keeps_his_place_and_is_called_by_nobody() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let first = stage.incoming("k1", OLGA).await;
        stage.advance(10).await;
        callback_wanted(&stage.ctx, first.call.id, OLGA).await.unwrap();
        stage.hang_up(first.call.id, CallEnder::System).await;
        stage.advance(1_000).await;
        let back = stage.incoming("k2", OLGA).await;
        assert!(back.resumed_place);
        assert_eq!(back.interaction.enqueued, START);
        let old = stage.interaction(first.interaction.id).await;
        assert_eq!((closed_as(&old), old.callback), (Some(Closed::Joined), None));
        let joined = stage.units().await.into_iter().find(|u| u.state == UnitState::Joined).unwrap();
        assert_eq!((joined.detail.as_str(), joined.interaction), ("called_in", Some(back.interaction.id)));
        stage.conserved().await;

        // Twice the same number waits once.
        let twin = stage.incoming("k3", "+48500600700").await;
        callback_wanted(&stage.ctx, twin.call.id, "+48500600700").await.unwrap();
        stage.hang_up(twin.call.id, CallEnder::System).await;
        let other = stage.incoming("k4", "+48500600701").await;
        let kept = callback_wanted(&stage.ctx, other.call.id, "+48500600700").await.unwrap();
        assert_eq!(kept.id, twin.interaction.id);
        stage.hang_up(other.call.id, CallEnder::System).await;
        assert_eq!(closed_as(&stage.interaction(other.interaction.id).await), Some(Closed::Joined));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_channel_that_calls_back_calls_who_left() {
    for stage in stages().await {
        stage.line(|settings| settings.callback = true).await;
        let came = stage.incoming("k1", OLGA).await;
        stage.advance(20).await;
        stage.hang_up(came.call.id, CallEnder::Customer).await;
        let unit = stage.unit_of(came.interaction.id).await.id;
        stage.conserved().await;
        assert!(stage.open().await.is_empty(), "he may ring back");
        stage.advance(301).await;
        stage.conserved().await;
        let open = stage.open().await;
        assert_eq!(open.iter().map(|d| (d.enqueued, d.callback.is_some())).collect::<Vec<_>>(), [(START, true)]);
        assert_eq!(stage.unit(unit).await.interaction, Some(open[0].id));
        stage.conserved().await;
        assert_eq!(stage.open().await.len(), 1);

        // Anna dials him by herself: nobody calls a second time.
        stage.available(ANNA).await;
        let out = dialed(&stage.ctx, dialing("d1", None)).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        stage.hang_up(out.call.id, CallEnder::Agent).await;
        assert_eq!(stage.unit(unit).await.state, UnitState::Recovered);
        stage.conserved().await;
        assert_eq!(closed_as(&stage.interaction(open[0].id).await), Some(Closed::Joined));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_message_that_he_left_is_work_of_its_own() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let came = stage.incoming("k1", OLGA).await;
        stage.advance(20).await;
        let (recording, _) = recording_started(&stage.ctx, came.call.id, true).await.unwrap();
        recording_chunk(&stage.ctx, recording, RecordingChunk { n: 0, started_ms: 0, ms: 23_000, bytes: vec![1] }).await.unwrap();
        recording_ended(&stage.ctx, recording).await.unwrap();
        let task = voicemail_left(&stage.ctx, came.call.id, recording).await.unwrap();
        let again = voicemail_left(&stage.ctx, came.call.id, recording).await.unwrap();
        assert_eq!(again.id, task.id);
        assert_eq!((task.medium, task.queue, task.previous), (Medium::Task, QUEUE, Some(came.interaction.id)));
        assert_eq!((task.subject.as_str(), task.preview.as_str()), ("Voicemail from +48221234567", "Voicemail, 0:23"));
        stage.hang_up(came.call.id, CallEnder::Customer).await;
        assert_eq!(closed_as(&stage.interaction(came.interaction.id).await), Some(Closed::Joined));
        let units = stage.units().await;
        let states: Vec<_> = units.iter().map(|u| (u.kind, u.state)).collect();
        assert_eq!(states, [(UnitKind::Call, UnitState::Joined), (UnitKind::Voicemail, UnitState::Open)]);
        let sound = of_interaction(&stage.ctx, &stage.actor(CHIEF), task.id).await.unwrap();
        assert_eq!(sound.recordings.iter().map(|r| (r.id, r.voicemail)).collect::<Vec<_>>(), [(recording, true)]);
        stage.conserved().await;

        // Anna hears it, and calls him.
        stage.available(ANNA).await;
        stage.accept(ANNA, task.id).await;
        let out = dialed(&stage.ctx, dialing("d1", None)).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        stage.hang_up(out.call.id, CallEnder::Agent).await;
        assert_eq!(stage.unit(units[1].id).await.state, UnitState::Answered);
        stage.conserved().await;

        // All of it stands in his history, for each as far as he may see and hear.
        let customer = task.customer.unwrap();
        let history = |who: Actor| {
            let ctx = stage.ctx.clone();
            async move {
                let items = crate::customers::timeline(&ctx, &who, customer, None, 10).await.unwrap();
                let mut found: Vec<_> =
                    items.iter().map(|item| (item.interaction.medium, item.calls.len(), item.recordings.len())).collect();
                // All of it happened in one moment of the clock.
                found.sort_unstable();
                found
            }
        };
        let chief = history(stage.actor(CHIEF)).await;
        assert_eq!(chief, [(Medium::Voice, 1, 0), (Medium::Voice, 1, 0), (Medium::Task, 0, 1)]);
        let deaf = history(without(&stage.actor(CHIEF), Right::RecordingListen)).await;
        assert!(deaf.iter().all(|(_, _, recordings)| *recordings == 0));
    }
}

#[tokio::test]
async fn strangers_texts_and_numbers_do_no_harm() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let named = Arrival { name: format!("Olga\r\nX: y\0\u{7}{}", "x".repeat(5_000)), unconfirmed: true, ..arrival("k1", OLGA) };
        let came = arrived(&stage.ctx, named).await.unwrap();
        assert!(came.interaction.customer_name.starts_with("Olga X: y x"), "{}", came.interaction.customer_name);
        assert!(came.interaction.customer_name.chars().count() <= 200);
        assert!(came.call.unconfirmed);
        assert!(stage.lines(came.interaction.id).await.iter().any(|l| l.starts_with("Nobody vouches")));
        let again = arrived(&stage.ctx, Arrival { unconfirmed: true, ..arrival("k2", OLGA) }).await.unwrap();
        assert_eq!(again.interaction.customer, came.interaction.customer, "the same unproven number");
        let proven = stage.incoming("k3", OLGA).await;
        assert_ne!(proven.interaction.customer, came.interaction.customer, "who only claims the number is not its owner");
        let later = arrived(&stage.ctx, Arrival { unconfirmed: true, ..arrival("k4", OLGA) }).await.unwrap();
        assert_eq!(later.interaction.customer, proven.interaction.customer, "a match by the number, and marked");
        assert!(later.call.unconfirmed);
        let detail = interactions::detail(&stage.ctx, &stage.actor(CHIEF), proven.interaction.id).await.unwrap();
        assert_eq!(detail.matches.len(), 1, "and a person is asked whether they are one");
        for (n, number) in ["", "anonymous", "sip:evil", "+", "\u{202e}123"].into_iter().enumerate() {
            let odd = stage.incoming(&format!("o{n}"), number).await;
            assert_eq!(odd.call.number, "", "{number}");
        }
        stage.conserved().await;
    }
}

#[tokio::test]
async fn an_outgoing_call_is_the_agents_from_its_first_ring() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.available(ANNA).await;
        let out = dialed(&stage.ctx, dialing("d1", None)).await.unwrap();
        assert!(matches!(out.interaction.state, InteractionState::Active { agent, .. } if agent == ANNA.into()), "{:?}", out.interaction);
        assert!(out.interaction.outbound && !out.repeat);
        assert_eq!((out.call.state.clone(), out.call.number.as_str()), (CallState::Ringing, OLGA));
        assert!(dialed(&stage.ctx, dialing("d1", None)).await.unwrap().repeat);
        let busy = dialed(&stage.ctx, dialing("d2", None)).await.unwrap_err();
        assert!(matches!(busy, AppError::Conflict { code: "no_capacity", .. }), "{busy}");
        let over = ended(&stage.ctx, out.call, CallEnder::System, "no_answer").await.unwrap();
        assert!(!over.is_live());
        assert!(matches!(stage.interaction(out.interaction.id).await.state, InteractionState::Wrapup { .. }));
        assert!(stage.units().await.is_empty(), "nobody had asked for it");
        stage.advance(61).await;

        // He calls back and is known.
        let back = stage.incoming("k1", OLGA).await;
        assert_eq!(back.interaction.customer, out.interaction.customer);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_colleague_who_was_consulted_gets_the_customer() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.at_the_phone(ANNA).await;
        let came = stage.incoming("k1", OLGA).await;
        let id = came.interaction.id;
        stage.accept(ANNA, id).await;
        stage.connect(came.call.id, ANNA).await;
        stage.at_the_phone(BORIS).await;
        let doc = handed_over(&stage.ctx, came.call.id, Some(ANNA.into()), BORIS.into()).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Active { agent, .. } if agent == BORIS.into()), "{doc:?}");
        handed_over(&stage.ctx, came.call.id, Some(ANNA.into()), BORIS.into()).await.expect("a repeat is no fault");
        assert_eq!(stage.unit_of(id).await.owner, Some(BORIS));
        unreached(&stage.ctx, id, ANNA.into()).await.expect("it is not hers any more");
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Active { .. }));

        // The supervisor takes him over, although she takes no calls herself.
        routing::desk_connected(&stage.ctx, CHIEF.into()).await.unwrap();
        routing::set_phone(&stage.ctx, CHIEF.into(), true).await.unwrap();
        let doc = handed_over(&stage.ctx, came.call.id, Some(BORIS.into()), CHIEF.into()).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Active { agent, .. } if agent == CHIEF.into()), "{doc:?}");
        stage.advance(1).await;
        handed_over(&stage.ctx, came.call.id, Some(CHIEF.into()), BORIS.into()).await.unwrap();

        // Boris hands him to somebody outside and leaves; the customer talks on.
        agent_left(&stage.ctx, came.call.id, BORIS.into()).await.unwrap();
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Wrapup { .. }));
        assert!(stage.call(came.call.id).await.is_live());
        stage.advance(61).await;
        stage.hang_up(came.call.id, CallEnder::Customer).await;
        assert_eq!(stage.unit_of(id).await.state, UnitState::Answered);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn lost_in_a_transfer_is_told_apart() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.at_the_phone(ANNA).await;
        let came = stage.incoming("k1", OLGA).await;
        let id = came.interaction.id;
        stage.accept(ANNA, id).await;
        stage.connect(came.call.id, ANNA).await;
        let to = interactions::Transfer::Queue(crate::stage::SECOND);
        interactions::transfer(&stage.ctx, &stage.actor(ANNA), id, to, None).await.unwrap();
        stage.advance(60).await;
        stage.hang_up(came.call.id, CallEnder::Customer).await;
        assert_eq!(stage.unit_of(id).await.state, UnitState::Open);
        stage.conserved().await;
        stage.advance(4 * 3600 + 1).await;
        stage.conserved().await;
        assert_eq!(stage.unit_of(id).await.cause, Some(BlackHoleCause::TransferLost));
    }
}

/// The telephone door of a test: answers each request.
fn door(
    ctx: &Ctx,
    answers: impl Fn(&VoiceRequest) -> Result<Option<CallId>, Refused> + Send + 'static,
) -> tokio::task::JoinHandle<Vec<String>> {
    let mut requests = ctx.app.bus.voice.open(ctx.ws);
    tokio::spawn(async move {
        let mut heard = Vec::new();
        while let Some(request) = requests.recv().await {
            let answer = answers(&request);
            match request {
                VoiceRequest::Dial { to, reply, .. } => {
                    heard.push(format!("{to:?}"));
                    let _ = reply.send(answer.map(|call| call.unwrap()));
                }
                VoiceRequest::Command { command, reply, .. } => {
                    heard.push(format!("{command:?}"));
                    let _ = reply.send(answer.map(drop));
                }
                VoiceRequest::DeskGone { .. } => break,
                VoiceRequest::Desk { .. } | VoiceRequest::Widget { .. } => {}
            }
        }
        heard
    })
}

fn without(actor: &Actor, right: Right) -> Actor {
    let mut actor = actor.clone();
    actor.grants.retain(|grant| grant.right != right);
    actor
}

fn forbidden(result: Result<(), AppError>, right: Right) {
    let error = result.unwrap_err();
    assert!(matches!(&error, AppError::Forbidden { right: missing } if *missing == right), "{error}");
}

#[tokio::test]
async fn each_command_needs_its_right() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.at_the_phone(ANNA).await;
        let came = stage.incoming("k1", OLGA).await;
        let id = came.call.id;
        let (anna, boris, chief) = (stage.actor(ANNA), stage.actor(BORIS), stage.actor(CHIEF));
        let mute = CallCommand::Mute { on: true };
        let nobody = command(&stage.ctx, &chief, id, mute.clone()).await.unwrap_err();
        assert!(matches!(nobody, AppError::Conflict { code: "not_yours", .. }), "{nobody}");
        stage.accept(ANNA, came.interaction.id).await;
        stage.connect(id, ANNA).await;
        let closed = command(&stage.ctx, &anna, id, mute.clone()).await.unwrap_err();
        assert!(matches!(closed, AppError::Conflict { code: "no_voice", .. }), "{closed}");

        let heard = door(&stage.ctx, |request| {
            if matches!(request, VoiceRequest::Command { command: CallCommand::Swap, .. }) {
                return Err(Refused { code: "wrong_state", why: "nobody to swap".into() });
            }
            Ok(None)
        });
        let ctx = &stage.ctx;
        for mine in
            [CallCommand::Hold { on: true }, mute.clone(), CallCommand::Digits { digits: "1#".into() }, CallCommand::Record { on: false }]
        {
            command(ctx, &anna, id, mine).await.unwrap();
        }
        let swap = command(ctx, &anna, id, CallCommand::Swap).await.unwrap_err();
        assert!(matches!(swap, AppError::Conflict { code: "wrong_state", .. }), "{swap}");
        for bad in ["", "12a", &"1".repeat(65)] {
            let refused = command(ctx, &anna, id, CallCommand::Digits { digits: bad.into() }).await.unwrap_err();
            assert!(matches!(refused, AppError::Invalid { field: "digits", .. }), "{refused}");
        }
        let out = |number: &str| CallCommand::Consult { to: DialTo::Number { number: number.into() } };
        command(ctx, &anna, id, out("22 999 88 77")).await.unwrap();
        let premium = command(ctx, &anna, id, out("700 1234567")).await.unwrap_err();
        assert!(matches!(premium, AppError::Invalid { code: "number_not_allowed", .. }), "{premium}");
        let premium = command(ctx, &anna, id, CallCommand::TransferOut { number: "+1900".into() }).await.unwrap_err();
        assert!(matches!(premium, AppError::Invalid { .. }), "{premium}");
        forbidden(command(ctx, &without(&anna, Right::CallDial), id, out("22 999 88 77")).await, Right::CallDial);
        forbidden(
            command(ctx, &without(&anna, Right::RecordingControl), id, CallCommand::Record { on: true }).await,
            Right::RecordingControl,
        );

        // Boris sees it by his queue and may do nothing with it.
        for foreign in [CallCommand::Hold { on: false }, CallCommand::Complete, mute.clone()] {
            let refused = command(ctx, &boris, id, foreign).await.unwrap_err();
            assert!(matches!(refused, AppError::Conflict { code: "not_yours", .. }), "{refused}");
        }
        let monitor = |mode| CallCommand::Monitor { mode };
        forbidden(command(ctx, &boris, id, monitor(MonitorMode::Listen)).await, Right::CallMonitor);
        forbidden(command(ctx, &boris, id, CallCommand::TakeOver).await, Right::CallBarge);
        forbidden(command(ctx, &boris, id, CallCommand::Hangup).await, Right::InteractionManage);
        forbidden(command(ctx, &boris, id, CallCommand::Record { on: true }).await, Right::RecordingControl);
        forbidden(command(ctx, &without(&chief, Right::CallBarge), id, monitor(MonitorMode::Coach)).await, Right::CallBarge);
        command(ctx, &chief, id, monitor(MonitorMode::Listen)).await.unwrap();
        let own = command(ctx, &anna, id, monitor(MonitorMode::Listen)).await.unwrap_err();
        assert!(matches!(own, AppError::Conflict { code: "own_call", .. }), "{own}");
        let outsider = Actor { queues: Vec::new(), ..boris.clone() };
        let unseen = command(ctx, &outsider, id, mute.clone()).await.unwrap_err();
        assert!(matches!(unseen, AppError::NotFound { .. }), "{unseen}");
        assert!(matches!(show(ctx, &outsider, id).await.unwrap_err(), AppError::NotFound { .. }));
        let written: Vec<String> = crate::audit::entries(ctx, &auditor(), None, 50).await.unwrap().into_iter().map(|e| e.act).collect();
        for act in ["call.monitored", "recording.paused"] {
            assert!(written.iter().any(|a| a == act), "{act} is not in {written:?}");
        }
        stage.hang_up(id, CallEnder::Agent).await;
        let over = command(ctx, &anna, id, mute).await.unwrap_err();
        assert!(matches!(over, AppError::Conflict { code: "call_over", .. }), "{over}");
        ctx.app.bus.voice.ask(ctx.ws, VoiceRequest::DeskGone { agent: ANNA.into() }).unwrap();
        let heard = heard.await.unwrap();
        assert!(heard.iter().any(|h| h.contains("+48229998877")), "the door dials what the plan made of it: {heard:?}");
    }
}

fn auditor() -> Actor {
    let grants = vec![okno_model::right::Grant { right: Right::AuditRead, scope: Scope::All }];
    Actor {
        user: UserId::from_u128(0xA0D),
        session: okno_model::SessionId::from_u128(1),
        name: "Auditor".into(),
        team: None,
        queues: Vec::new(),
        grants,
    }
}

#[tokio::test]
async fn dialing_twice_with_one_key_calls_once() {
    use crate::access::Once;
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.available(ANNA).await;
        let anna = stage.actor(ANNA);
        let request = |number: &str| DialRequest { to: DialTo::Number { number: number.into() }, channel: LINE };
        let once = |key: &str| Some(Once::new(key.into(), "POST /calls", b"1"));
        let ctx = &stage.ctx;
        let no_right = dial(ctx, &without(&anna, Right::CallDial), request(OLGA), None).await.unwrap_err();
        assert!(matches!(no_right, AppError::Forbidden { right: Right::CallDial }), "{no_right}");
        let closed = dial(ctx, &anna, request(OLGA), once("a")).await.unwrap_err();
        assert!(matches!(closed, AppError::Conflict { code: "no_voice", .. }), "{closed}");

        let out = dialed(ctx, dialing("d1", None)).await.unwrap();
        let id = out.call.id;
        let heard = door(ctx, move |request| {
            if matches!(request, VoiceRequest::Dial { to: DialTo::Number { number }, .. } if number == "+48111111111") {
                return Err(Refused { code: "unreachable", why: "no trunk".into() });
            }
            Ok(Some(id))
        });
        // The key was released, since nothing had been dialed.
        let call = dial(ctx, &anna, request(OLGA), once("a")).await.unwrap();
        let again = dial(ctx, &anna, request(OLGA), once("a")).await.unwrap();
        assert_eq!((call.id, again.id), (id, id));
        let mismatch = dial(ctx, &anna, request(OLGA), Some(Once::new("a".into(), "POST /calls", b"2"))).await.unwrap_err();
        assert!(matches!(mismatch, AppError::Conflict { code: "idempotency_mismatch", .. }), "{mismatch}");
        let refused = dial(ctx, &anna, request("+48111111111"), None).await.unwrap_err();
        assert!(matches!(refused, AppError::Conflict { code: "unreachable", .. }), "{refused}");
        for (number, code) in [("+1 202 555 0100", "number_not_allowed"), ("sales", "bad_number")] {
            let refused = dial(ctx, &anna, request(number), None).await.unwrap_err();
            assert!(matches!(&refused, AppError::Invalid { code: found, .. } if *found == code), "{refused}");
        }
        let wrong = DialRequest { channel: crate::stage::WIDGET, ..request(OLGA) };
        assert!(matches!(dial(ctx, &anna, wrong, None).await.unwrap_err(), AppError::Invalid { field: "channel", .. }));
        ctx.app.bus.voice.ask(ctx.ws, VoiceRequest::DeskGone { agent: ANNA.into() }).unwrap();
        assert_eq!(heard.await.unwrap().len(), 2, "the repeat was not dialed");

        // Enough for today.
        let ws = ctx.ws;
        ctx.write(move |tx| {
            let plan = tx.get::<DialPlanDoc>(ws)?.unwrap();
            Ok(tx.put(&DialPlanDoc { agent_calls_per_day: 1, ..plan })?)
        })
        .await
        .unwrap();
        let enough = number_to_dial(ctx, ANNA.into(), OLGA).await.unwrap_err();
        assert!(matches!(enough, AppError::Conflict { code: "limit", .. }), "{enough}");
    }
}

#[tokio::test]
async fn calls_are_listed_as_far_as_one_sees() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        for n in 0..5 {
            let came = stage.incoming(&format!("k{n}"), &format!("+4822000000{n}")).await;
            stage.advance(10).await;
            if n % 2 == 0 {
                stage.hang_up(came.call.id, CallEnder::Customer).await;
            }
        }
        let (chief, anna) = (stage.actor(CHIEF), stage.actor(ANNA));
        let ctx = &stage.ctx;
        let first = list(ctx, &chief, Filter::default(), None, 3).await.unwrap();
        let rest = list(ctx, &chief, Filter::default(), first.last().map(Position::from), 3).await.unwrap();
        let numbers: Vec<_> = first.iter().chain(&rest).map(|c| c.number.as_str()).collect();
        assert_eq!(numbers, ["+48220000004", "+48220000003", "+48220000002", "+48220000001", "+48220000000"]);
        assert_eq!(list(ctx, &anna, Filter { shown: Shown::Live, ..Filter::default() }, None, 9).await.unwrap().len(), 2);
        assert_eq!(list(ctx, &anna, Filter { shown: Shown::Ended, ..Filter::default() }, None, 9).await.unwrap().len(), 3);
        let one = Filter { interaction: Some(first[0].interaction), ..Filter::default() };
        assert_eq!(list(ctx, &anna, one, None, 9).await.unwrap().len(), 1);
        let outsider = Actor { queues: Vec::new(), ..anna.clone() };
        assert!(list(ctx, &outsider, Filter::default(), None, 9).await.unwrap().is_empty());
        let blind = without(&anna, Right::InteractionRead);
        assert!(matches!(list(ctx, &blind, Filter::default(), None, 9).await.unwrap_err(), AppError::Forbidden { .. }));
        let deaf = without(&anna, Right::RecordingListen);
        assert!(of_interaction(ctx, &deaf, first[0].interaction).await.unwrap().recordings.is_empty());
    }
}

#[tokio::test]
async fn the_door_hears_what_concerns_it_in_order() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        let mut news = follow(&stage.ctx).await.unwrap();
        assert!(news.read().await.unwrap().is_empty());
        let (visitor, _) = stage.visitor().await;
        stage.say(visitor, "m1", "Hello").await;
        stage.at_the_phone(ANNA).await;
        let came = stage.incoming("k1", OLGA).await;
        let mut names: Vec<&str> = Vec::new();
        loop {
            let events = news.read().await.unwrap();
            if events.is_empty() {
                break;
            }
            for event in events {
                if let What::InteractionCreated(doc) | What::InteractionQueued(doc) | What::InteractionOffered(doc) = &event.what {
                    assert_eq!(doc.id, came.interaction.id, "no chats");
                    names.push(event.what.name());
                }
            }
        }
        assert_eq!(names, ["interaction.created", "interaction.queued", "interaction.offered"]);
        let ctx = stage.ctx.clone();
        let next = tokio::spawn(async move { news.next().await.unwrap() });
        ended(&ctx, came.call, CallEnder::Customer, "normal").await.unwrap();
        assert!(!next.await.unwrap().is_empty());
    }
}
