//! Closed, closing, open again: with a clock that is moved by hand, on both databases.

use crate::{
    interactions, ledger, routing, routing_config,
    stage::{ANNA, QUEUE, SECOND, START, Stage, letter, stages},
    visitors,
};
use okno_model::{
    HoursId, Timestamp,
    doc::{
        Closed, ClosingRule, EmptyRule, FullRule, HoursDoc, InteractionState, OpenInterval, OverflowRule, OverflowWhen, PromiseWhy,
        QueueDoc, Sweep, Treatment, UnitState,
    },
    event::What,
};
use std::time::Duration;

const HOURS: HoursId = HoursId::from_u128(0xB1);

/// The stage's clock starts on Friday, 15 January 2027, at 8:00 UTC.
fn at(seconds: u64) -> Timestamp {
    START + Duration::from_secs(seconds)
}

/// Monday to Friday from and to these minutes of the day, UTC.
fn hours(from_minute: u16, to_minute: u16) -> HoursDoc {
    let day = vec![OpenInterval { from_minute, to_minute }];
    let mut doc = routing_config::default_hours(HOURS, "Office", "UTC");
    doc.week = std::array::from_fn(|n| if n < 5 { day.clone() } else { Vec::new() });
    doc
}

async fn with(stage: &Stage, hours: HoursDoc, change: impl FnOnce(&mut QueueDoc) + Send + 'static) {
    let ctx = stage.ctx.clone();
    stage
        .ctx
        .write(move |tx| {
            let by = okno_model::event::Actor::System;
            crate::config::store(tx, &ctx, &by, &hours, What::HoursChanged)?;
            let mut queue = tx.get::<QueueDoc>(QUEUE)?.unwrap();
            queue.hours = Some(HOURS);
            change(&mut queue);
            crate::config::store(tx, &ctx, &by, &queue, What::QueueChanged)
        })
        .await
        .unwrap();
    routing::tick(&stage.ctx).await.unwrap();
}

#[tokio::test]
async fn a_chat_after_hours_is_promised_kept_and_routed_at_the_opening() {
    for mut stage in stages().await {
        // Opens at 9:00, in an hour; answered within ten minutes of open time.
        with(&stage, hours(540, 1020), |_| {}).await;
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Is anybody there?").await.interaction;
        routing::tick(&stage.ctx).await.unwrap();
        let doc = stage.interaction(id).await;
        let promise = doc.promise.expect("he is told by when");
        assert_eq!((promise.why, promise.opens, promise.due), (PromiseWhy::Closed, Some(at(3600)), at(4200)));
        assert_eq!((doc.state, doc.due), (InteractionState::Queued, Some(at(4200))));
        assert_eq!(stage.units().await[0].deadline, at(4200), "the ledger keeps the same promise");
        assert_eq!(visitors::view(&stage.ctx, visitor).await.unwrap().position, None, "nobody is before him: nobody is there");
        // He goes, which is no abandonment; a restart forgets nothing.
        visitors::left(&stage.ctx, visitor).await.unwrap();
        stage.advance(1800).await;
        ledger::reconcile(&stage.ctx).await.unwrap();
        stage.restart().await;
        assert_eq!(stage.interaction(id).await.state, InteractionState::Queued);
        stage.available(ANNA).await;
        stage.advance(1799).await;
        assert!(stage.offer(id).await.is_none(), "not a second too early");
        stage.advance(1).await;
        assert!(stage.offer(id).await.is_some(), "at the moment of opening");
        let doc = stage.accept(ANNA, id).await;
        assert_eq!(doc.promise, None);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn the_last_of_the_day_are_promised_at_the_moment_of_closing() {
    for stage in stages().await {
        // Closes at 8:10, until Monday at 6:00.
        with(&stage, hours(360, 490), |queue| queue.closing = ClosingRule { sweep: Sweep::Promise }).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        stage.advance(599).await;
        assert_eq!(stage.interaction(id).await.promise, None);
        stage.advance(1).await;
        let promise = stage.interaction(id).await.promise.unwrap();
        let monday = at(3 * 86_400 - 7200);
        assert_eq!((promise.why, promise.opens, promise.due), (PromiseWhy::Closing, Some(monday), monday + Duration::from_secs(600)));
        stage.conserved().await;
    }
}

#[tokio::test]
async fn deadlines_count_open_time() {
    for stage in stages().await {
        with(&stage, hours(360, 485), |_| {}).await;
        let unit = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "x")).await;
        routing::tick(&stage.ctx).await.unwrap();
        // Five minutes of today, five of Monday.
        let due = at(3 * 86_400 - 7200 + 300);
        assert_eq!(stage.unit(unit).await.deadline, due);
        let id = stage.unit(unit).await.interaction.unwrap();
        assert_eq!((stage.interaction(id).await.due, stage.interaction(id).await.promise), (Some(due), None));
    }
}

#[tokio::test]
async fn full_empty_and_rules_send_on() {
    for stage in stages().await {
        let rules = |queue: &mut QueueDoc| {
            queue.full = Some(FullRule { max_waiting: 1, then: Treatment::Overflow { to: SECOND } });
            queue.empty = Some(EmptyRule { then: Treatment::Promise });
            queue.overflows = vec![OverflowRule { when: OverflowWhen::NoAgents, to: SECOND }];
        };
        with(&stage, hours(0, 1440), rules).await;
        // The first minute after a start nobody counts as gone.
        stage.advance(61).await;
        let (first, _) = stage.visitor().await;
        let first = stage.say(first, "m1", "Hello").await.interaction;
        let (second, _) = stage.visitor().await;
        let second = stage.say(second, "m1", "Hello").await.interaction;
        routing::tick(&stage.ctx).await.unwrap();
        assert_eq!(stage.interaction(first).await.promise.unwrap().why, PromiseWhy::Empty);
        let doc = stage.interaction(second).await;
        assert_eq!((doc.queue, doc.promise), (SECOND, None));
        stage.advance(60).await;
        assert_eq!(stage.interaction(first).await.queue, SECOND, "nobody came for a minute");
        stage.conserved().await;
    }
}

#[tokio::test]
async fn an_agent_may_take_a_promised_one_by_hand() {
    for stage in stages().await {
        with(&stage, hours(540, 1020), |_| {}).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        routing::tick(&stage.ctx).await.unwrap();
        stage.available(ANNA).await;
        let doc = interactions::pull(&stage.ctx, &stage.actor(crate::stage::CHIEF), id).await;
        assert!(matches!(doc, Ok(_) | Err(crate::AppError::Conflict { .. })), "{doc:?}");
        assert!(!matches!(stage.interaction(id).await.state, InteractionState::Closed { how: Closed::Abandoned, .. }));
        assert!(stage.units().await.iter().all(|unit| unit.state == UnitState::Open));
    }
}

#[tokio::test]
async fn a_mail_after_hours_is_answered_with_the_time() {
    for stage in stages().await {
        with(&stage, hours(540, 1020), |_| {}).await;
        let unit = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "It is broken")).await;
        routing::tick(&stage.ctx).await.unwrap();
        let id = stage.unit(unit).await.interaction.unwrap();
        let messages = stage.messages(id).await;
        let said = messages.iter().find(|message| message.text.starts_with("We have your message.")).expect("the receipt");
        let time = "We open on Friday, 15 January, 09:00, and you will have our answer by Friday, 15 January, 09:10.";
        assert!(said.text.ends_with(time), "{}", said.text);
        assert_eq!(stage.unit(unit).await.deadline, at(4200));
        assert!(stage.interaction(id).await.promise.is_some());
    }
}

#[tokio::test]
async fn who_wants_to_be_written_to_may_go_and_keeps_his_place() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let bad = visitors::write_me_back(&stage.ctx, visitor, "olga").await.unwrap_err();
        assert!(matches!(bad, crate::AppError::Invalid { code: "bad_email", .. }), "{bad}");
        visitors::write_me_back(&stage.ctx, visitor, "olga@mail.example").await.unwrap();
        visitors::left(&stage.ctx, visitor).await.unwrap();
        stage.advance(400).await;
        ledger::reconcile(&stage.ctx).await.unwrap();
        let doc = stage.interaction(id).await;
        assert_eq!((doc.state, doc.promise.map(|promise| promise.why)), (InteractionState::Queued, Some(PromiseWhy::Asked)));
        stage.available(ANNA).await;
        stage.accept(ANNA, id).await;
        let reply = stage.reply(ANNA, id, "r1", "It is the bulb").await.unwrap();
        assert!(reply.mail.is_some(), "the answer goes to his address");
        stage.conserved().await;
    }
}

#[tokio::test]
async fn waits_are_foretold_logged_and_held_against_what_came() {
    for mut stage in stages().await {
        // Twenty who were served make a sample.
        stage.available(ANNA).await;
        for n in 0..20 {
            let (visitor, _) = stage.visitor().await;
            let id = stage.say(visitor, "m1", &format!("Chat {n}")).await.interaction;
            stage.accept(ANNA, id).await;
            stage.advance(60).await;
            interactions::finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
            stage.advance(61).await;
        }
        let mut ids = Vec::new();
        let mut visitors_ = Vec::new();
        for n in 0..8 {
            let (visitor, _) = stage.visitor().await;
            ids.push(stage.say(visitor, "m1", &format!("Chat {n}")).await.interaction);
            visitors_.push(visitor);
            stage.clock.advance(Duration::from_millis(10));
        }
        routing::tick(&stage.ctx).await.unwrap();
        let mut last = None;
        for &id in &ids {
            last = routing::standing(&stage.ctx, id).await.unwrap().or(last);
        }
        let last = last.expect("the last one waits");
        let estimate = last.estimate.expect("a sample of twenty is enough");
        assert!(estimate.p50 > 0.0 && estimate.p80 >= estimate.p50, "{estimate:?}");
        let view = visitors::view(&stage.ctx, visitors_[7]).await.unwrap();
        assert_eq!(view.position, Some(last.position));
        assert!(view.wait.is_some_and(|wait| wait.p50 <= wait.p80 && wait.p80 > 0.0));
        let chief = stage.actor(crate::stage::CHIEF);
        let wait = routing::queue_wait(&stage.ctx, &chief, QUEUE).await.unwrap();
        assert!(wait.open && wait.line.iter().all(|line| line.wait.is_some()), "{wait:?}");
        let chat = wait.media.iter().find(|m| m.medium == okno_model::Medium::Chat).unwrap();
        assert_eq!((chat.waiting as usize, chat.agents, chat.unknown.as_deref()), (wait.line.len(), 1, None));
        // What was foretold and learned outlives a restart.
        stage.advance(31).await;
        stage.restart().await;
        stage.available(ANNA).await;
        assert!(routing::standing(&stage.ctx, ids[7]).await.unwrap().unwrap().estimate.is_some());
        for &id in &ids {
            if stage.offer(id).await.is_none() {
                continue;
            }
            stage.accept(ANNA, id).await;
        }
        while let Some(id) = first_waiting(&stage, &ids).await {
            stage.advance(1).await;
            visitors::left(&stage.ctx, visitors_[ids.iter().position(|&other| other == id).unwrap()]).await.unwrap();
        }
        let report = routing::calibration(&stage.ctx, &chief, 30).await.unwrap();
        assert!(report.iter().all(|line| line.queue == QUEUE), "{report:?}");
        let open = stage.ctx.read(|tx| Ok(okno_store::waits::open(tx)?)).await.unwrap();
        assert!(open.is_empty(), "every prediction has its outcome: {open:?}");
        let ended = stage.ctx.read(|tx| Ok(okno_store::waits::outcomes(tx, Timestamp::from_millis(0), 100)?)).await.unwrap();
        assert!(!ended.is_empty() && ended.iter().all(|row| row.total.is_some()));
    }
}

async fn first_waiting(stage: &Stage, ids: &[okno_model::InteractionId]) -> Option<okno_model::InteractionId> {
    for &id in ids {
        if stage.interaction(id).await.state == InteractionState::Queued {
            return Some(id);
        }
    }
    None
}
