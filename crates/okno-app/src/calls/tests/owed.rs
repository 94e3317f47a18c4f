//! What is owed to who was not answered: calls back, callbacks, messages.

use super::*;

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

#[tokio::test]
async fn who_reached_only_a_voicemail_has_reached_nobody() {
    for stage in stages().await {
        let settings = |settings: &mut PhoneSettings| {
            settings.callback = true;
            (settings.callback_retries, settings.callback_gaps, settings.callback_hours) = (1, vec![5], 48);
        };
        stage.line(settings).await;
        let came = stage.incoming("k1", OLGA).await;
        let id = came.interaction.id;
        stage.advance(10).await;
        let wanted = callback_wanted(&stage.ctx, came.call.id, OLGA).await.unwrap().callback.unwrap();
        assert_eq!(wanted.expires, stage.ctx.now() + std::time::Duration::from_secs(48 * 3600), "as its channel says");
        stage.hang_up(came.call.id, CallEnder::System).await;
        let unit = stage.unit_of(id).await;
        stage.at_the_phone(ANNA).await;
        stage.accept(ANNA, id).await;
        let anna = stage.actor(ANNA);
        let early = only_voicemail(&stage.ctx, &anna, id).await.unwrap_err();
        assert!(matches!(early, AppError::Conflict { code: "not_called_back", .. }), "{early}");
        let out = dialed(&stage.ctx, dialing("d1", Some(id))).await.unwrap();
        callback_reached(&stage.ctx, out.call.id).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        stage.hang_up(out.call.id, CallEnder::Agent).await;
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Recovered, "so it seemed");
        let other = only_voicemail(&stage.ctx, &stage.actor(BORIS), id).await.unwrap_err();
        assert!(matches!(other, AppError::Conflict { code: "not_yours", .. } | AppError::NotFound { .. }), "{other}");

        // In her wrap-up she says what it was: a voicemail is not the customer.
        let doc = only_voicemail(&stage.ctx, &anna, id).await.unwrap();
        let callback = doc.callback.unwrap();
        assert_eq!((callback.tries, callback.next), (1, Some(stage.ctx.now() + std::time::Duration::from_secs(300))));
        let again = only_voicemail(&stage.ctx, &anna, id).await.unwrap_err();
        assert!(matches!(again, AppError::Conflict { code: "not_called_back", .. }), "{again}");
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Open);
        stage.advance(61).await;
        stage.conserved().await;
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Open, "he is called again");
        stage.advance(300).await;
        stage.conserved().await;
        routing::tick(&stage.ctx).await.unwrap();

        // The next try, said during the call: it was the last one.
        let next = stage.unit(unit.id).await.interaction.unwrap();
        assert_ne!(next, id);
        stage.accept(ANNA, next).await;
        let out = dialed(&stage.ctx, dialing("d2", Some(next))).await.unwrap();
        callback_reached(&stage.ctx, out.call.id).await.unwrap();
        stage.connect(out.call.id, ANNA).await;
        let doc = only_voicemail(&stage.ctx, &anna, next).await.unwrap();
        assert_eq!(doc.callback, None);
        stage.hang_up(out.call.id, CallEnder::Agent).await;
        stage.advance(61).await;
        let unit = stage.unit(unit.id).await;
        assert_eq!((unit.state, unit.cause), (UnitState::BlackHole, Some(BlackHoleCause::AbandonedNotCalledBack)));
        stage.conserved().await;
    }
}
