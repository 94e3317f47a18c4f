//! The way of a conversation through the cell, on both databases.

use crate::{
    AppError, interactions, ledger, routing,
    stage::{ANNA, BORIS, CHIEF, QUEUE, SECOND, letter, stages},
    visitors,
};
use okno_model::{
    AgentId,
    doc::{Closed, Delivery, InteractionState, Presence, PresenceBy, SegmentOutcome, UnitState, UserDoc},
    limits,
};

#[tokio::test]
async fn a_chat_is_queued_offered_accepted_answered_and_closed() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let ack = stage.say(visitor, "m1", "My lamp is broken").await;
        let id = ack.interaction;
        assert_eq!(stage.interaction(id).await.state, InteractionState::Queued);
        assert_eq!(visitors::view(&stage.ctx, visitor).await.unwrap().position, Some(1));

        stage.available(ANNA).await;
        let doc = stage.accept(ANNA, id).await;
        assert!(matches!(doc.state, InteractionState::Active { agent, .. } if agent == AgentId::from(ANNA)));
        let unit = stage.units().await.remove(0);
        assert_eq!((unit.state, unit.owner), (UnitState::Open, Some(ANNA)));

        let reply = stage.reply(ANNA, id, "r1", "Which one?").await.unwrap();
        assert_eq!((reply.number, reply.delivery), (2, Delivery::Queued));
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Open, "a reply that nobody has received answers nothing");
        visitors::delivered(&stage.ctx, visitor, id, 2).await.unwrap();
        assert_eq!(stage.unit(unit.id).await.state, UnitState::Answered);
        visitors::read(&stage.ctx, visitor, id, 2).await.unwrap();
        assert!(matches!(stage.messages(id).await[1].delivery, Delivery::Read { .. }));

        let doc = interactions::finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Wrapup { .. }), "{doc:?}");
        stage.advance(61).await;
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Closed { how: Closed::Finished, .. }));
        assert!(stage.agent(ANNA).await.slots.is_empty());
        let segments = stage.ctx.read(move |tx| Ok(okno_store::interactions::segments(tx, id)?)).await.unwrap();
        assert_eq!(segments.len(), 1);
        assert_eq!((segments[0].outcome, segments[0].agent), (Some(SegmentOutcome::Handled), Some(ANNA.into())));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_missed_offer_goes_to_the_next_agent_with_its_place() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        assert_eq!(stage.offer(id).await.unwrap().0, ANNA.into());
        let enqueued = stage.interaction(id).await.enqueued;
        stage.advance(1).await;
        stage.available(BORIS).await;
        stage.advance(45).await;
        let doc = stage.interaction(id).await;
        assert!(matches!(doc.state, InteractionState::Offered { agent, .. } if agent == AgentId::from(BORIS)), "{doc:?}");
        assert_eq!(doc.enqueued, enqueued);
        let decisions = interactions::decisions(&stage.ctx, &stage.actor(ANNA), id).await.unwrap();
        assert!(decisions.iter().any(|d| d.act == "missed" && d.agent == Some(ANNA.into())), "{decisions:?}");
        assert!(matches!(stale(&stage, id).await, AppError::Conflict { code: "stale_offer", .. }));
    }
}

async fn stale(stage: &crate::stage::Stage, id: okno_model::InteractionId) -> AppError {
    let (_, offer) = stage.offer(id).await.unwrap();
    interactions::accept(&stage.ctx, &stage.actor(ANNA), id, offer).await.unwrap_err()
}

#[tokio::test]
async fn three_missed_offers_pause_the_agent() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        for _ in 0..3 {
            assert!(stage.offer(id).await.is_some());
            stage.advance(45).await;
            stage.advance(30).await;
        }
        let anna = stage.agent(ANNA).await;
        assert_eq!((anna.presence, anna.by), (Presence::Paused { code: None }, PresenceBy::Rona));
        assert_eq!(stage.interaction(id).await.state, InteractionState::Queued);
    }
}

#[tokio::test]
async fn a_transfer_opens_a_segment_and_takes_the_note_along() {
    for stage in stages().await {
        stage.available(ANNA).await;
        stage.available(BORIS).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let (first, _) = stage.offer(id).await.unwrap();
        let (first, second) = if first == ANNA.into() { (ANNA, BORIS) } else { (BORIS, ANNA) };
        stage.accept(first, id).await;
        let to = interactions::Transfer::Agent(second.into());
        let foreign = interactions::transfer(&stage.ctx, &stage.actor(second), id, to.clone(), None).await.unwrap_err();
        assert!(matches!(foreign, AppError::Forbidden { .. }), "{foreign}");
        interactions::transfer(&stage.ctx, &stage.actor(first), id, to, Some("he is yours".into())).await.unwrap();
        assert_eq!(stage.units().await[0].owner, None);
        let doc = stage.accept(second, id).await;
        assert_eq!(doc.agent, Some(second.into()));
        assert!(stage.messages(id).await.iter().any(|m| m.text == "he is yours"));
        interactions::transfer(&stage.ctx, &stage.actor(second), id, interactions::Transfer::Queue(SECOND), None).await.unwrap();
        let doc = stage.interaction(id).await;
        assert_eq!((doc.state, doc.queue, doc.agent), (InteractionState::Queued, SECOND, None));
        let segments = stage.ctx.read(move |tx| Ok(okno_store::interactions::segments(tx, id)?)).await.unwrap();
        assert_eq!(segments.iter().map(|s| s.queue).collect::<Vec<_>>(), [QUEUE, QUEUE, SECOND]);
        assert!(segments[..2].iter().all(|s| s.outcome == Some(SegmentOutcome::Transferred)));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_restart_in_the_middle_changes_nothing_that_people_see() {
    for mut stage in stages().await {
        stage.available(ANNA).await;
        let mut ids = Vec::new();
        for n in 0..6 {
            let (visitor, _) = stage.visitor().await;
            ids.push(stage.say(visitor, "m1", &format!("Chat {n}")).await.interaction);
            stage.clock.advance(std::time::Duration::from_millis(10));
        }
        stage.accept(ANNA, ids[0]).await;
        stage.accept(ANNA, ids[1]).await;
        interactions::finish(&stage.ctx, &stage.actor(ANNA), ids[0], None).await.unwrap();
        let before = (stage.open().await, stage.units().await, stage.agent(ANNA).await);
        stage.restart().await;
        let after = (stage.open().await, stage.units().await, stage.agent(ANNA).await);
        // Only the connections of the old process are gone.
        let offline = |mut docs: Vec<okno_model::doc::InteractionDoc>| {
            for doc in &mut docs {
                doc.customer_online = false;
            }
            docs
        };
        assert_eq!(offline(after.0), offline(before.0));
        assert_eq!(after.1, before.1);
        assert!(!after.2.connected);
        assert_eq!(okno_model::doc::AgentDoc { connected: true, ..after.2 }, before.2);
        routing::desk_connected(&stage.ctx, ANNA.into()).await.unwrap();
        stage.accept(ANNA, ids[2]).await;
        stage.advance(61).await;
        assert!(matches!(stage.interaction(ids[0]).await.state, InteractionState::Closed { .. }));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn what_was_committed_while_nobody_decided_is_queued_at_the_start() {
    for mut stage in stages().await {
        routing::stop(&stage.ctx.app).await;
        let (visitor, _) = stage.visitor().await;
        let said = crate::ingest::VisitorMessage { visitor, client_id: "m1".into(), text: "Hello".into(), attachments: Vec::new() };
        let ack = crate::ingest::chat_message(&stage.ctx, said).await.unwrap();
        assert_eq!(stage.interaction(ack.interaction).await.state, InteractionState::New);
        stage.restart().await;
        assert_eq!(stage.interaction(ack.interaction).await.state, InteractionState::Queued);
    }
}

#[tokio::test]
async fn a_replaced_owner_can_write_nothing() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let (_, offer) = stage.offer(id).await.unwrap();
        // Another process takes the cell over, as after a long pause of this one.
        let cell = okno_model::CellId::new(stage.ctx.ws.0);
        stage
            .ctx
            .write(move |tx| {
                tx.exec("UPDATE cells SET owner = 'other', epoch = epoch + 1 WHERE id = $1", okno_store::params![cell])?;
                Ok(())
            })
            .await
            .unwrap();
        let refused = interactions::accept(&stage.ctx, &stage.actor(ANNA), id, offer).await.unwrap_err();
        assert!(matches!(refused, AppError::Unavailable { .. }), "{refused}");
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Offered { .. }));
        assert!(!routing::ready(&stage.ctx));
    }
}

#[tokio::test]
async fn leaving_the_queue_is_an_abandonment_that_the_ledger_keeps() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        visitors::left(&stage.ctx, visitor).await.unwrap();
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Closed { how: Closed::Abandoned, .. }));
        let lost = stage.units().await.remove(0);
        assert_eq!(lost.state, UnitState::BlackHole);
        stage.conserved().await;
        // He comes back, is answered, and the loss is made good.
        stage.available(ANNA).await;
        let again = stage.say(visitor, "m2", "Me again").await;
        assert_ne!(again.interaction, id);
        assert_eq!(stage.interaction(again.interaction).await.previous, Some(id));
        stage.accept(ANNA, again.interaction).await;
        stage.reply(ANNA, again.interaction, "r1", "Here I am").await.unwrap();
        visitors::delivered(&stage.ctx, visitor, again.interaction, 2).await.unwrap();
        assert_eq!(stage.unit(lost.id).await.state, UnitState::Recovered);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn a_browser_that_stays_away_leaves_the_queue_after_a_while() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        visitors::disconnected(&stage.ctx, visitor).await.unwrap();
        stage.advance(200).await;
        ledger::reconcile(&stage.ctx).await.unwrap();
        assert_eq!(stage.interaction(id).await.state, InteractionState::Queued);
        stage.advance(101).await;
        ledger::reconcile(&stage.ctx).await.unwrap();
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Closed { how: Closed::Abandoned, .. }));
    }
}

#[tokio::test]
async fn presence_is_ones_own_or_needs_the_right() {
    for stage in stages().await {
        let foreign = routing::set_presence(&stage.ctx, &stage.actor(BORIS), ANNA.into(), Presence::Available).await.unwrap_err();
        assert!(matches!(foreign, AppError::NotFound { .. } | AppError::Forbidden { .. }), "{foreign}");
        let doc = routing::set_presence(&stage.ctx, &stage.actor(CHIEF), ANNA.into(), Presence::Available).await.unwrap();
        assert_eq!((doc.presence, doc.by, doc.connected), (Presence::Available, PresenceBy::Supervisor, false));
        let code = Presence::Paused { code: Some(okno_model::PauseCodeId::from_u128(99)) };
        let unknown = routing::set_presence(&stage.ctx, &stage.actor(ANNA), ANNA.into(), code).await.unwrap_err();
        assert!(matches!(unknown, AppError::Invalid { field: "presence", .. }), "{unknown}");
    }
}

#[tokio::test]
async fn mail_and_chat_wait_in_one_queue() {
    for stage in stages().await {
        stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Broken lamp", "It does not shine")).await;
        let (visitor, _) = stage.visitor().await;
        stage.say(visitor, "m1", "Hello").await;
        stage.available(ANNA).await;
        let ringing = stage.open().await.iter().filter(|d| matches!(d.state, InteractionState::Offered { .. })).count();
        assert_eq!(ringing, 2, "an agent with room for both is offered both");
    }
}

#[tokio::test]
async fn a_panic_of_the_engine_costs_one_request_and_nothing_else() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let before = (stage.open().await, stage.agent(ANNA).await);
        let error = super::handle::panic_once(&stage.ctx).await.unwrap_err();
        assert!(matches!(error, AppError::Internal(_)), "{error}");
        // The next command waits until the cell is rebuilt, and finds everything as it was.
        routing::tick(&stage.ctx).await.unwrap();
        assert_eq!((stage.open().await, stage.agent(ANNA).await), before);
        stage.accept(ANNA, id).await;
    }
}

#[tokio::test]
async fn a_write_that_fails_leaves_the_engine_as_the_rows_are() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let (agent, offer) = stage.offer(id).await.unwrap();
        let breaks: super::Extra = Box::new(|_| Err(AppError::Internal("the disk is on fire".into())));
        let input = okno_engine::routing::Input::Accept { interaction: id, agent, offer };
        let failed = super::ask(&stage.ctx, okno_model::event::Actor::System, input, Some(breaks)).await.unwrap_err();
        assert!(matches!(failed, AppError::Unavailable { .. }), "{failed}");
        routing::tick(&stage.ctx).await.unwrap();
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Offered { .. }));
        stage.accept(ANNA, id).await;
    }
}

#[tokio::test]
async fn two_processes_want_one_cell_and_one_has_it() {
    for stage in stages().await {
        if stage.ctx.app.store.dialect() == okno_store::Dialect::Sqlite {
            // An embedded database has one process; its restart must not wait for a lease.
            continue;
        }
        let other = stage.twin();
        routing::start(&other).await.unwrap();
        assert!(routing::ready(&stage.ctx) && !routing::ready(&other));
        let refused = routing::desk_connected(&other, ANNA.into()).await.unwrap_err();
        assert!(matches!(refused, AppError::Unavailable { .. }), "{refused}");
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        routing::stop(&stage.ctx.app).await;
        super::handle::owned(&other).await;
        // The desk came while this process only stood by; it decides with what it knows.
        routing::set_presence(&other, &stage.actor(ANNA), ANNA.into(), Presence::Available).await.unwrap();
        stage_accepts(&stage, &other, id).await;
        routing::stop(&other.app).await;
    }
}

async fn stage_accepts(stage: &crate::stage::Stage, at: &crate::Ctx, id: okno_model::InteractionId) {
    let (_, offer) = stage.offer(id).await.expect("the new owner offers what waited");
    interactions::accept(at, &stage.actor(ANNA), id, offer).await.unwrap();
}

#[tokio::test]
async fn what_is_recovered_while_it_waits_goes_to_the_head() {
    for mut stage in stages().await {
        let first = stage.mail("1", letter("a1@mail.example", "first@mail.example", "Lamp", "x")).await;
        stage.advance(5).await;
        let second = stage.mail("2", letter("a2@mail.example", "olga@mail.example", "Bulb", "y")).await;
        let (first, id) = (stage.unit(first).await.interaction.unwrap(), stage.unit(second).await.interaction.unwrap());
        assert_eq!(routing::position(&stage.ctx, id).await.unwrap(), Some(2));

        ledger::recover(&stage.ctx, &stage.actor(CHIEF), second, "he has called twice").await.unwrap();
        routing::tick(&stage.ctx).await.unwrap();
        assert_eq!(routing::position(&stage.ctx, id).await.unwrap(), Some(1));
        assert_eq!(routing::position(&stage.ctx, first).await.unwrap(), Some(2));
        let doc = stage.interaction(id).await;
        assert_eq!((doc.priority, doc.state), (limits::PRIORITY_MAX, InteractionState::Queued));
        let why = |id| move |tx: &mut okno_store::Tx<'_>| Ok(okno_store::interactions::decisions(tx, id, 20)?);
        let rules: Vec<String> = stage.ctx.read(why(id)).await.unwrap().into_iter().map(|d| d.rule.into_owned()).collect();
        assert_eq!(rules.iter().filter(|rule| *rule == "raised_by_person").count(), 1, "{rules:?}");

        // A second click moves nothing and says nothing new; a restart keeps the place.
        ledger::recover(&stage.ctx, &stage.actor(CHIEF), second, "").await.unwrap();
        routing::tick(&stage.ctx).await.unwrap();
        let again: Vec<String> = stage.ctx.read(why(id)).await.unwrap().into_iter().map(|d| d.rule.into_owned()).collect();
        assert_eq!(again, rules);
        // One mail at a time, from the restart on.
        let one_mail = |tx: &mut okno_store::Tx<'_>| -> Result<(), AppError> {
            let mut anna = tx.get::<UserDoc>(ANNA)?.unwrap();
            anna.capacity.email = 1;
            Ok(tx.put(&anna)?)
        };
        stage.ctx.write(one_mail).await.unwrap();
        stage.restart().await;
        assert_eq!(routing::position(&stage.ctx, id).await.unwrap(), Some(1));
        stage.available(ANNA).await;
        assert_eq!(stage.accept(ANNA, id).await.id, id, "the agent is offered the recovered customer first");
        assert_eq!(stage.interaction(first).await.state, InteractionState::Queued);
        stage.conserved().await;
    }
}
