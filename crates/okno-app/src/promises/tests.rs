//! Promises made, reminded of, moved, kept and broken, on both databases.

use super::{NewPromise, NewTime, Shown, cancel, draft, keep, list, make, preview, report, update};
use crate::{
    AppError, deadlines, interactions, ledger, routing,
    stage::{ANNA, BORIS, CHIEF, QUEUE, Stage, letter, stages},
    visitors::{self, Identify},
};
use okno_model::{
    HoursId, InteractionId, Timestamp,
    doc::{MessageDoc, OpenInterval, PromiseDoc, PromiseSource, PromiseState, QueueDoc},
    event::What,
};
use okno_store::outbox;
use std::time::Duration;

const HOUR: u64 = 3600;

/// A mail that Anna has accepted.
async fn taken(stage: &Stage) -> InteractionId {
    stage.available(ANNA).await;
    let unit = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "Where is it?")).await;
    let id = stage.unit(unit).await.interaction.unwrap();
    stage.accept(ANNA, id).await;
    id
}

async fn promised(stage: &Stage, id: InteractionId, text: &str) -> PromiseDoc {
    make(&stage.ctx, &stage.actor(ANNA), id, new(text), None).await.unwrap()
}

fn new(text: &str) -> NewPromise {
    NewPromise { text: text.into(), owner: None }
}

/// The names of what the journal says of promises.
async fn told(stage: &Stage) -> Vec<&'static str> {
    let events = stage.events().await;
    events.iter().map(|event| event.what.name()).filter(|name| name.starts_with("promise.")).collect()
}

async fn of(stage: &Stage, id: InteractionId) -> Vec<PromiseDoc> {
    list(&stage.ctx, &stage.actor(CHIEF), Shown::Of(id), None, 50).await.unwrap()
}

#[tokio::test]
async fn a_promise_is_reminded_of_once_and_kept() {
    for mut stage in stages().await {
        let id = taken(&stage).await;
        let shown = preview(&stage.ctx, &stage.actor(ANNA), id, "in 3 hours call about the refund".into()).await.unwrap();
        let made = promised(&stage, id, "in 3 hours call about the refund").await;
        assert_eq!((shown.due, shown.what.as_str(), shown.closed), (made.due, "call about the refund", false));
        assert_eq!((made.owner, made.state), (Some(ANNA), PromiseState::Open { due: made.due }));
        stage.advance(2 * HOUR).await;
        deadlines::sweep(&stage.ctx).await.unwrap();
        assert_eq!(told(&stage).await, ["promise.made"], "not at the very instant, but after it");
        stage.advance(1).await;
        // Two processes at once, and a new one afterwards.
        let twin = stage.twin();
        let (a, b) = tokio::join!(deadlines::sweep(&stage.ctx), deadlines::sweep(&twin));
        a.unwrap();
        b.unwrap();
        stage.restart().await;
        deadlines::sweep(&stage.ctx).await.unwrap();
        assert_eq!(told(&stage).await, ["promise.made", "promise.nudged"]);
        assert!(of(&stage, id).await[0].nudged_owner.is_some());
        stage.advance(2700).await;
        ledger::reconcile(&stage.ctx).await.unwrap();
        assert!(of(&stage, id).await[0].nudged_supervisor.is_some());
        let kept = keep(&stage.ctx, &stage.actor(ANNA), made.id).await.unwrap();
        assert!(matches!(kept.state, PromiseState::Kept { .. }));
        stage.advance(10 * HOUR).await;
        deadlines::sweep(&stage.ctx).await.unwrap();
        assert_eq!(told(&stage).await, ["promise.made", "promise.nudged", "promise.nudged", "promise.kept"]);
        let again = keep(&stage.ctx, &stage.actor(ANNA), made.id).await;
        assert!(matches!(again, Err(AppError::Conflict { code: "promise_over", .. })), "{again:?}");
    }
}

#[tokio::test]
async fn a_promise_is_broken_once_even_after_a_jump_of_the_clock() {
    for stage in stages().await {
        let id = taken(&stage).await;
        let made = promised(&stage, id, "in 3 hours call about the refund").await;
        stage.clock.advance(Duration::from_secs(30 * 24 * HOUR));
        let twin = stage.twin();
        let (a, b) = tokio::join!(deadlines::sweep(&stage.ctx), deadlines::sweep(&twin));
        a.unwrap();
        b.unwrap();
        let found = of(&stage, id).await.remove(0);
        assert_eq!(found.state, PromiseState::Broken { at: made.due, over: None });
        assert_eq!(told(&stage).await.iter().filter(|name| **name == "promise.broken").count(), 1);
        let lines =
            stage.messages(id).await.into_iter().filter(|m: &MessageDoc| m.text == "Not kept in time: call about the refund").count();
        assert_eq!(lines, 1);
        // It is owed still, and done after all.
        let owed = list(&stage.ctx, &stage.actor(ANNA), Shown::Mine, None, 50).await.unwrap();
        assert_eq!(owed.len(), 1);
        let done = keep(&stage.ctx, &stage.actor(ANNA), made.id).await.unwrap();
        assert!(matches!(done.state, PromiseState::Broken { over: Some(_), .. }));
        assert_eq!(list(&stage.ctx, &stage.actor(CHIEF), Shown::Owed, None, 50).await.unwrap(), []);
        let counts = report(&stage.ctx, &stage.actor(CHIEF), 60).await.unwrap();
        assert_eq!((counts[0].source, counts[0].queue, counts[0].made, counts[0].broken), (PromiseSource::Manual, Some(QUEUE), 1, 1));
    }
}

#[tokio::test]
async fn who_is_told_in_time_that_it_takes_longer_is_warned() {
    for stage in stages().await {
        let id = taken(&stage).await;
        let made = promised(&stage, id, "in 3 hours send the invoice").await;
        stage.advance(2 * HOUR + 1).await;
        deadlines::sweep(&stage.ctx).await.unwrap();
        let draft = draft(&stage.ctx, &stage.actor(ANNA), made.id).await.unwrap();
        assert_eq!(draft.due, made.due + Duration::from_secs(2 * HOUR));
        assert!(
            draft.text.starts_with("We promised you: send the invoice (by Friday, 15 January, 12:00). We will not make it."),
            "{}",
            draft.text
        );
        let time = NewTime { when: "in 4 hours".into(), text: draft.text.clone(), send: true, client_id: "u1".into() };
        let moved = update(&stage.ctx, &stage.actor(ANNA), made.id, time).await.unwrap();
        assert_eq!((moved.updates.len(), moved.nudged_owner, moved.first_due), (1, None, made.due));
        // The customer has it in writing, and the mail says by when now.
        let message = stage.messages(id).await.pop().unwrap();
        assert_eq!(message.text, draft.text);
        let row = stage.ctx.read(move |tx| Ok(outbox::by_key(tx, &format!("mail:{}", message.id))?)).await.unwrap();
        assert!(row.is_some());
        // The reminders come again for the new time, the old time breaks nothing.
        stage.advance(3 * HOUR + 1).await;
        deadlines::sweep(&stage.ctx).await.unwrap();
        assert_eq!(told(&stage).await, ["promise.made", "promise.nudged", "promise.changed", "promise.nudged"]);
        let kept = keep(&stage.ctx, &stage.actor(ANNA), made.id).await.unwrap();
        assert!(matches!(kept.state, PromiseState::KeptLateWarned { .. }));
        let past = NewTime { when: "in 4 hours".into(), text: "x".into(), send: false, client_id: "u2".into() };
        assert!(matches!(
            update(&stage.ctx, &stage.actor(ANNA), made.id, past).await,
            Err(AppError::Conflict { code: "promise_over", .. })
        ));
    }
}

#[tokio::test]
async fn a_mail_names_what_is_promised() {
    for stage in stages().await {
        let id = taken(&stage).await;
        promised(&stage, id, "tomorrow 12:00 send the invoice").await;
        let doc = stage.interaction(id).await;
        let text = stage.ctx.write(move |tx| super::with_footer(tx, &doc, "Hello".into())).await.unwrap();
        assert_eq!(text, "Hello\n\nWhat we promised you:\n- send the invoice - Saturday, 16 January, 12:00");
    }
}

#[tokio::test]
async fn only_who_may_write_promises_and_bad_words_are_explained() {
    for stage in stages().await {
        let id = taken(&stage).await;
        let made = promised(&stage, id, "in 3 hours call").await;
        let boris = stage.actor(BORIS);
        assert!(matches!(make(&stage.ctx, &boris, id, new("in 3 hours call"), None).await, Err(AppError::Forbidden { .. })));
        assert!(matches!(keep(&stage.ctx, &boris, made.id).await, Err(AppError::Forbidden { .. })));
        assert!(matches!(cancel(&stage.ctx, &boris, made.id).await, Err(AppError::Forbidden { .. })));
        for (text, code) in [("call", "no_time"), ("tomorrow", "required"), ("2020-01-01 call", "past"), ("31.02 call", "no_such_time")] {
            let refused = make(&stage.ctx, &stage.actor(ANNA), id, new(text), None).await;
            assert!(matches!(refused, Err(AppError::Invalid { field: "text", code: found, .. }) if found == code), "{text}: {refused:?}");
        }
        let ended = cancel(&stage.ctx, &stage.actor(CHIEF), made.id).await.unwrap();
        assert!(matches!(ended.state, PromiseState::Canceled { .. }));
    }
}

#[tokio::test]
async fn what_a_closed_queue_says_is_a_promise_that_an_answer_keeps() {
    for stage in stages().await {
        let ctx = stage.ctx.clone();
        let mut hours = crate::routing_config::default_hours(HoursId::from_u128(0xB1), "Office", "UTC");
        // The stage begins on Friday at 8:00; it opens at 9:00.
        hours.week[4] = vec![OpenInterval { from_minute: 540, to_minute: 1020 }];
        let change = move |tx: &mut okno_store::Tx<'_>| {
            let by = okno_model::event::Actor::System;
            crate::config::store(tx, &ctx, &by, &hours, What::HoursChanged)?;
            let mut queue = tx.get::<QueueDoc>(QUEUE)?.unwrap();
            queue.hours = Some(hours.id);
            crate::config::store(tx, &ctx, &by, &queue, What::QueueChanged)
        };
        stage.ctx.write(change).await.unwrap();
        routing::tick(&stage.ctx).await.unwrap();
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Is anybody there?").await.interaction;
        routing::tick(&stage.ctx).await.unwrap();
        let found = of(&stage, id).await.remove(0);
        let due = stage.interaction(id).await.promise.unwrap().due;
        assert_eq!((found.source, found.due, found.first_due), (PromiseSource::AutoReply, due, due));
        assert!(matches!(keep(&stage.ctx, &stage.actor(CHIEF), found.id).await, Err(AppError::Conflict { code: "promise_follows", .. })));
        stage.available(ANNA).await;
        stage.advance(HOUR).await;
        stage.accept(ANNA, id).await;
        stage.reply(ANNA, id, "r1", "I am here now.").await.unwrap();
        stage.advance(30 * HOUR).await;
        ledger::reconcile(&stage.ctx).await.unwrap();
        let answered = stage.interaction(id).await.answered.unwrap();
        assert_eq!(of(&stage, id).await[0].state, PromiseState::Kept { at: answered }, "whenever it is looked at");
        assert_eq!(told(&stage).await.last(), Some(&"promise.kept"));
    }
}

#[tokio::test]
async fn a_callback_is_a_promise_and_ends_with_it() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let email = Some("olga@mail.example".to_owned());
        visitors::identify(&stage.ctx, visitor, Identify { email, ..Identify::default() }).await.unwrap();
        stage.say(visitor, "m1", "Where is my lamp?").await;
        stage.advance(60).await;
        visitors::left(&stage.ctx, visitor).await.unwrap();
        stage.advance(301).await;
        ledger::reconcile(&stage.ctx).await.unwrap();
        routing::tick(&stage.ctx).await.unwrap();
        let back = stage.open().await.pop().unwrap();
        let found = of(&stage, back.id).await.remove(0);
        assert_eq!((found.source, found.state.word()), (PromiseSource::Callback, "open"));
        stage.available(ANNA).await;
        stage.accept(ANNA, back.id).await;
        interactions::finish(&stage.ctx, &stage.actor(ANNA), back.id, None).await.unwrap();
        stage.advance(2 * HOUR).await;
        ledger::reconcile(&stage.ctx).await.unwrap();
        let ended = of(&stage, back.id).await.remove(0);
        assert!(matches!(ended.state, PromiseState::Broken { over: Some(_), .. }), "given up is not kept: {:?}", ended.state);
        let due: Timestamp = ended.due;
        assert!(due >= ended.made);
    }
}
