//! What occupies agents: wrap-up modes, blending, silent chats, leases, on both databases.

use crate::{
    AppError,
    interactions::{self, WrapUp, extend_wrap_up, finish, request_wrap_up, wrap_up},
    routing, routing_config,
    stage::{ANNA, BORIS, CHIEF, QUEUE, Stage, stages},
};
use okno_model::{
    DispositionId, InteractionId, Medium,
    doc::{Closed, DispositionDoc, InteractionState, MayReceive, Presence, PresenceBy, QueueDoc, UserDoc, WrapupKind, WrapupMode},
    event::What,
    input::{BlendingInput, QueueInput},
    limits::{CALL_LEASE_SECONDS, DESK_LEASE_SECONDS, LATE_WRAPUP_SECONDS},
};

const NOTHING: WrapUp = WrapUp { disposition: None, note: None };

impl Stage {
    /// Changes the queue, as an administrator does.
    async fn queue(&self, input: QueueInput) -> QueueDoc {
        let doc = routing_config::update_queue(&self.ctx, &self.actor(CHIEF), QUEUE, input).await.unwrap();
        routing::tick(&self.ctx).await.unwrap();
        doc
    }

    async fn capacity(&self, change: fn(&mut UserDoc)) {
        let save = move |tx: &mut okno_store::Tx<'_>| -> Result<(), AppError> {
            let mut anna = tx.get::<UserDoc>(ANNA)?.unwrap();
            change(&mut anna);
            tx.put(&anna)?;
            Ok(())
        };
        self.ctx.write(save).await.unwrap();
    }

    /// A chat comes in, from a customer of its own.
    async fn chat(&self, text: &str) -> (okno_model::VisitorId, InteractionId) {
        let (visitor, _) = self.visitor().await;
        (visitor, self.say(visitor, "first", text).await.interaction)
    }

    async fn rules(&self, id: InteractionId) -> Vec<String> {
        let all = self.ctx.read(move |tx| Ok(okno_store::interactions::decisions(tx, id, 50)?)).await.unwrap();
        all.into_iter().map(|decision| decision.rule.into_owned()).collect()
    }

    async fn blending(&self, change: impl FnOnce(&mut BlendingInput)) {
        let mut input = BlendingInput { idle_weight: 50, ..BlendingInput::default() };
        change(&mut input);
        routing_config::put_blending(&self.ctx, &self.actor(CHIEF), input).await.unwrap();
        routing::tick(&self.ctx).await.unwrap();
    }
}

fn mode(wrapup: WrapupMode) -> QueueInput {
    QueueInput { wrapup: Some(wrapup), ..QueueInput::default() }
}

#[tokio::test]
async fn a_wrap_up_is_asked_for_and_survives_a_restart() {
    for mut stage in stages().await {
        stage.queue(mode(WrapupMode::AgentRequested { seconds: 60 })).await;
        stage.available(ANNA).await;
        let (_, id) = stage.chat("Hello").await;
        stage.accept(ANNA, id).await;
        let other = request_wrap_up(&stage.ctx, &stage.actor(CHIEF), id, true).await.unwrap_err();
        assert!(matches!(other, AppError::Conflict { code: "not_yours", .. }), "{other}");
        let doc = request_wrap_up(&stage.ctx, &stage.actor(ANNA), id, true).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Active { wrapup_requested: true, .. }), "{doc:?}");
        stage.restart().await;
        let doc = finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Wrapup { ends: WrapupKind::Timed, extended: 0, .. }), "{doc:?}");
        routing::desk_connected(&stage.ctx, ANNA.into()).await.unwrap();
        for n in 1..=3 {
            let doc = extend_wrap_up(&stage.ctx, &stage.actor(ANNA), id, Some(10)).await.unwrap();
            assert!(matches!(doc.state, InteractionState::Wrapup { extended, .. } if extended == n), "{doc:?}");
            stage.restart().await;
        }
        let once_more = extend_wrap_up(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap_err();
        assert!(matches!(once_more, AppError::Conflict { code: "no_extension_left", .. }), "{once_more}");
        // The browser is closed, okno starts again: its clock runs on.
        stage.advance(89).await;
        assert_eq!(stage.interaction(id).await.state.word(), "wrapup");
        stage.advance(2).await;
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Closed { how: Closed::Finished, .. }));
        // Unasked there is none.
        routing::desk_connected(&stage.ctx, ANNA.into()).await.unwrap();
        let (_, id) = stage.chat("Me too").await;
        stage.accept(ANNA, id).await;
        let doc = finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        assert_eq!(doc.state.word(), "closed");
        stage.queue(mode(WrapupMode::Timed { seconds: 60 })).await;
        let (_, id) = stage.chat("And me").await;
        stage.accept(ANNA, id).await;
        let by_itself = request_wrap_up(&stage.ctx, &stage.actor(ANNA), id, true).await.unwrap_err();
        assert!(matches!(by_itself, AppError::Conflict { code: "wrapup_not_requested", .. }), "{by_itself}");
    }
}

#[tokio::test]
async fn an_optional_wrap_up_keeps_nothing_away_and_may_come_late() {
    for stage in stages().await {
        let outcome = DispositionId::from_u128(0xD1);
        let disposition = DispositionDoc { id: outcome, name: "Solved".into(), queue: None, archived: false };
        stage.ctx.write(move |tx| Ok(tx.put(&disposition)?)).await.unwrap();
        stage.queue(mode(WrapupMode::Optional)).await;
        stage.capacity(|anna| anna.capacity.chat = 1).await;
        let mut stage = stage;
        stage.restart().await;
        stage.available(ANNA).await;
        let (_, first) = stage.chat("Hello").await;
        stage.accept(ANNA, first).await;
        let (_, second) = stage.chat("Me too").await;
        assert_eq!(finish(&stage.ctx, &stage.actor(ANNA), first, None).await.unwrap().state.word(), "closed");
        assert_eq!(stage.offer(second).await.map(|(agent, _)| agent), Some(ANNA.into()), "the slot is free at once");
        let unit = stage.units().await;
        let late = WrapUp { disposition: Some(outcome), note: Some("a new bulb".into()) };
        let doc = wrap_up(&stage.ctx, &stage.actor(ANNA), first, late.clone()).await.unwrap();
        assert_eq!((doc.disposition, doc.state.word()), (Some(outcome), "closed"));
        assert!(stage.messages(first).await.iter().any(|m| m.text == "a new bulb"));
        assert!(stage.events().await.iter().any(|e| matches!(&e.what, What::InteractionChanged(d) if d.disposition == Some(outcome))));
        assert_eq!(stage.units().await, unit, "what is said late answers nobody");
        let not_hers = wrap_up(&stage.ctx, &stage.actor(CHIEF), first, late.clone()).await.unwrap_err();
        assert!(matches!(not_hers, AppError::Conflict { .. }), "{not_hers}");
        stage.advance(u64::from(LATE_WRAPUP_SECONDS) + 1).await;
        let too_late = wrap_up(&stage.ctx, &stage.actor(ANNA), first, late).await.unwrap_err();
        assert!(matches!(too_late, AppError::Conflict { code: "not_in_routing", .. }), "{too_late}");
    }
}

#[tokio::test]
async fn an_optional_wrap_up_with_a_clock_runs_beside_the_next_chat() {
    for mut stage in stages().await {
        stage.queue(mode(WrapupMode::OptionalTimed { seconds: 60 })).await;
        stage.capacity(|anna| anna.capacity.chat = 1).await;
        stage.restart().await;
        stage.available(ANNA).await;
        let (_, first) = stage.chat("Hello").await;
        stage.accept(ANNA, first).await;
        let (_, second) = stage.chat("Me too").await;
        let doc = finish(&stage.ctx, &stage.actor(ANNA), first, None).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Wrapup { ends: WrapupKind::Optional, .. }), "{doc:?}");
        stage.accept(ANNA, second).await;
        assert_eq!(stage.agent(ANNA).await.slots.len(), 2);
        stage.restart().await;
        assert!(matches!(stage.interaction(first).await.state, InteractionState::Wrapup { ends: WrapupKind::Optional, .. }));
        assert_eq!(wrap_up(&stage.ctx, &stage.actor(ANNA), first, NOTHING).await.unwrap().state.word(), "closed");
    }
}

#[tokio::test]
async fn blending_keeps_media_apart_and_is_audited() {
    for mut stage in stages().await {
        let open = routing_config::blending(&stage.ctx, &stage.actor(ANNA)).await.unwrap();
        assert_eq!((open.may_receive.len(), open.idle_after_seconds), (0, 0), "nothing is kept apart at first");
        let forbidden = routing_config::put_blending(&stage.ctx, &stage.actor(ANNA), BlendingInput::default()).await.unwrap_err();
        assert!(matches!(forbidden, AppError::Forbidden { .. }), "{forbidden}");
        let row = |while_on, media: &[Medium]| MayReceive { while_on, media: media.to_vec() };
        let bad = [
            (
                BlendingInput { may_receive: vec![row(Medium::Chat, &[]), row(Medium::Chat, &[])], ..BlendingInput::default() },
                "may_receive",
            ),
            (BlendingInput { interruptible: vec![Medium::Voice], ..BlendingInput::default() }, "interruptible"),
            (BlendingInput { idle_weight: 101, ..BlendingInput::default() }, "idle_weight"),
            (BlendingInput { wrapup_blocks: vec![Medium::Chat, Medium::Chat], ..BlendingInput::default() }, "wrapup_blocks"),
        ];
        for (input, expected) in bad {
            let refused = routing_config::put_blending(&stage.ctx, &stage.actor(CHIEF), input).await.unwrap_err();
            assert!(matches!(&refused, AppError::Invalid { field, .. } if *field == expected), "{expected}: {refused}");
        }
        stage.blending(|rules| rules.may_receive = vec![row(Medium::Chat, &[Medium::Email])]).await;
        let entries = stage.ctx.read(|tx| Ok(okno_store::audit::list(tx, None, 50)?)).await.unwrap();
        assert!(entries.iter().any(|entry| entry.act == "blending.changed"), "{entries:?}");

        stage.available(ANNA).await;
        routing::set_phone(&stage.ctx, ANNA.into(), true).await.unwrap();
        let (_, chat) = stage.chat("Hello").await;
        stage.accept(ANNA, chat).await;
        let call = stage.ring(1).await;
        assert_eq!(stage.interaction(call).await.state, InteractionState::Queued, "no call beside a chat");
        let why = interactions::decisions(&stage.ctx, &stage.actor(ANNA), call).await.unwrap();
        assert!(why.iter().any(|d| d.removed.iter().any(|r| r.filter == "other_media" && r.agents == [ANNA.into()])), "{why:?}");
        // A restart keeps the rules, and who keeps free for the call.
        stage.restart().await;
        routing::desk_connected(&stage.ctx, ANNA.into()).await.unwrap();
        routing::set_phone(&stage.ctx, ANNA.into(), true).await.unwrap();
        let (_, second) = stage.chat("Me too").await;
        assert_eq!(stage.interaction(second).await.state, InteractionState::Queued, "the call waits longer");
        stage.blending(|rules| rules.interruptible = vec![Medium::Chat]).await;
        assert_eq!(stage.offer(call).await.map(|(agent, _)| agent), Some(ANNA.into()), "other rules hold at once");
    }
}

#[tokio::test]
async fn a_silent_customer_makes_room_and_has_it_back_when_he_writes() {
    for mut stage in stages().await {
        stage.capacity(|anna| anna.capacity.chat = 1).await;
        stage.blending(|rules| (rules.idle_after_seconds, rules.idle_weight) = (60, 0)).await;
        stage.restart().await;
        stage.available(ANNA).await;
        let (visitor, first) = stage.chat("Hello").await;
        stage.accept(ANNA, first).await;
        let (_, second) = stage.chat("Me too").await;
        stage.advance(100).await;
        assert_eq!(stage.interaction(second).await.state, InteractionState::Queued, "it is our turn: he is not silent");
        stage.reply(ANNA, first, "r1", "Which one?").await.unwrap();
        stage.advance(40).await;
        // Who spoke last is known after a restart too.
        stage.restart().await;
        routing::desk_connected(&stage.ctx, ANNA.into()).await.unwrap();
        stage.advance(19).await;
        assert_eq!(stage.interaction(second).await.state, InteractionState::Queued);
        stage.advance(2).await;
        stage.accept(ANNA, second).await;
        stage.say(visitor, "m2", "The blue one").await;
        let (_, third) = stage.chat("And me").await;
        finish(&stage.ctx, &stage.actor(ANNA), second, None).await.unwrap();
        wrap_up(&stage.ctx, &stage.actor(ANNA), second, NOTHING).await.unwrap();
        assert_eq!(stage.interaction(third).await.state, InteractionState::Queued, "he is back, before whoever waits");
        finish(&stage.ctx, &stage.actor(ANNA), first, None).await.unwrap();
        wrap_up(&stage.ctx, &stage.actor(ANNA), first, NOTHING).await.unwrap();
        assert_eq!(stage.offer(third).await.map(|(agent, _)| agent), Some(ANNA.into()));
    }
}

#[tokio::test]
async fn a_lost_desk_keeps_nobody_waiting() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let (_, id) = stage.chat("Hello").await;
        let enqueued = stage.accept(ANNA, id).await.enqueued;
        routing::desk_disconnected(&stage.ctx, ANNA.into()).await.unwrap();
        stage.advance(170).await;
        assert_eq!(stage.interaction(id).await.state.word(), "active", "a short loss changes nothing");
        stage.available(BORIS).await;
        stage.advance(11).await;
        let anna = stage.agent(ANNA).await;
        assert_eq!((anna.presence, anna.by, anna.slots.len()), (Presence::Offline, PresenceBy::LostHeartbeat, 0));
        assert!(stage.rules(id).await.contains(&"stalled".to_owned()));
        let doc = stage.accept(BORIS, id).await;
        assert_eq!(doc.enqueued, enqueued, "it keeps its place");
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_desk_that_says_nothing_is_lost_although_nobody_tells() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let half = std::time::Duration::from_secs(u64::from(DESK_LEASE_SECONDS) / 2 + 1);
        stage.clock.advance(half);
        routing::desk_connected(&stage.ctx, ANNA.into()).await.unwrap();
        stage.clock.advance(half);
        routing::tick(&stage.ctx).await.unwrap();
        assert!(stage.agent(ANNA).await.connected, "it was heard meanwhile");
        stage.clock.advance(half);
        routing::tick(&stage.ctx).await.unwrap();
        assert!(!stage.agent(ANNA).await.connected);
    }
}

#[tokio::test]
async fn a_live_call_is_never_cut_and_a_dead_one_never_stays() {
    for stage in stages().await {
        stage.at_the_phone(ANNA).await;
        let id = stage.ring(1).await;
        stage.accept(ANNA, id).await;
        for _ in 0..5 {
            stage.advance(u64::from(CALL_LEASE_SECONDS)).await;
        }
        assert_eq!(stage.interaction(id).await.state.word(), "active", "its record is live");
        // The record ended and nobody told the routing.
        stage
            .ctx
            .write(move |tx| {
                for mut call in okno_store::calls::of_interaction(tx, id)? {
                    call.state = okno_model::doc::CallState::Ended {
                        at: call.started,
                        by: okno_model::doc::CallEnder::System,
                        cause: "crash".into(),
                    };
                    tx.put(&call)?;
                }
                Ok(())
            })
            .await
            .unwrap();
        stage.advance(2 * u64::from(CALL_LEASE_SECONDS)).await;
        assert!(stage.rules(id).await.contains(&"stalled".to_owned()));
        assert_ne!(stage.interaction(id).await.state.word(), "active");
        stage.advance(120).await;
        assert!(stage.agent(ANNA).await.slots.is_empty(), "no agent stays stuck");
    }
}
