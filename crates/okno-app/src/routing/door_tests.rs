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
