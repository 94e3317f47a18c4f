//! A call from its first ring to its end.

use super::*;
use std::time::Duration;

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
        accept_by_phone(&stage.ctx, agent, id, offer).await.unwrap();
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Active { .. }));
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
        let over = orphans(&stage.ctx, true).await.unwrap();
        assert_eq!(over.len(), 2);
        for call in &over {
            assert!(matches!(&call.state, CallState::Ended { by: CallEnder::System, cause, .. } if cause == "crash"), "{call:?}");
        }
        assert!(orphans(&stage.ctx, true).await.unwrap().is_empty());
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

#[tokio::test]
async fn calls_of_another_node_that_lives_are_its_own() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.ctx.app.name_node("one".into());
        assert!(orphans(&stage.ctx, true).await.unwrap().is_empty());
        let mine = stage.incoming("k1", OLGA).await;
        // Another node that shares the database, takes a call and dies.
        let ws = stage.ctx.ws;
        let now = stage.ctx.now();
        let mut its = mine.call.clone();
        its.id = CallId::from_u128(0xABC);
        let row = its.clone();
        stage
            .ctx
            .write(move |tx| {
                assert_eq!(tx.ws(), ws);
                okno_store::calls::node_lives(tx, "two", now + Duration::from_secs(60))?;
                assert!(okno_store::calls::insert(tx, &row, "k2", "two")?);
                Ok(())
            })
            .await
            .unwrap();
        assert!(orphans(&stage.ctx, false).await.unwrap().is_empty(), "both live");
        stage.advance(50).await;
        assert!(orphans(&stage.ctx, false).await.unwrap().is_empty(), "it may be slow");
        stage.advance(20).await;
        let over = orphans(&stage.ctx, false).await.unwrap();
        assert_eq!(over.iter().map(|call| call.id).collect::<Vec<_>>(), [its.id], "it is dead, we are not");
        let over = orphans(&stage.ctx, true).await.unwrap();
        assert_eq!(over.iter().map(|call| call.id).collect::<Vec<_>>(), [mine.call.id], "we begin anew");
    }
}
