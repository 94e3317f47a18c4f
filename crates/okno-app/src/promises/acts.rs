//! Making, moving, keeping and canceling of promises by people.

use super::{rows, words};
use crate::{
    AppError, Ctx,
    access::{self, Actor, Once},
    act::{self, Act},
    config,
    interactions::thread::{Draft, Thread},
    messages::{self, NewMessage, NewMessageKind},
    promise::zone_of,
};
use jiff::tz::TimeZone;
use okno_engine::promises::{Input, Parsed, PromiseError, Trouble, parse, step};
use okno_model::{
    InteractionId, PromiseId, Timestamp, UserId,
    doc::{InteractionDoc, PromiseDoc, PromisePreviewDoc, PromiseSource, PromiseState, PromiseUpdate, QueueDoc},
    right::Right,
};
use okno_store::Tx;

/// Characters of what is promised.
const WHAT_CHARS: usize = 300;
/// Updates that one promise keeps: who moves it more often has to make a new one.
const UPDATES: usize = 50;

/// What an agent promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPromise {
    /// `tomorrow 12:00 call about refund`: read by the grammar of times.
    pub text: String,
    /// Who has to keep it; who makes it, without.
    pub owner: Option<UserId>,
}

/// A new time for a promise, as the customer is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTime {
    /// When, in words: `tomorrow 12:00`.
    pub when: String,
    /// What the customer is told.
    pub text: String,
    /// It is written to him now; otherwise he was told in another way, by telephone for example.
    pub send: bool,
    /// Made by the client; a repeat is the same message.
    pub client_id: String,
}

fn trouble(field: &'static str, trouble: Trouble) -> AppError {
    let code = match trouble {
        Trouble::NoTime => "no_time",
        Trouble::Nothing => "required",
        Trouble::Past => "past",
        Trouble::Far => "too_far",
        Trouble::NoSuchTime => "no_such_time",
        Trouble::NeverOpen => "never_open",
    };
    AppError::invalid(field, code, trouble.to_string())
}

pub(super) fn refused(error: PromiseError) -> AppError {
    match error {
        PromiseError::Over => AppError::conflict("promise_over", error.to_string()),
        PromiseError::Past => AppError::invalid("when", "past", error.to_string()),
    }
}

/// A text and the time zone in which it was read.
fn read(tx: &mut Tx<'_>, doc: &InteractionDoc, now: Timestamp, field: &'static str, text: &str) -> Result<(Parsed, String), AppError> {
    config::limited(field, text, WHAT_CHARS)?;
    let queue = tx.get::<QueueDoc>(doc.queue)?.ok_or(AppError::not_found("queue"))?;
    let zone = zone_of(tx, &queue)?;
    let calendar = rows::calendar_of(tx, Some(doc.queue))?;
    let found = parse(text, now, &TimeZone::get(&zone).unwrap_or(TimeZone::UTC), calendar.as_ref());
    Ok((found.map_err(|why| trouble(field, why))?, zone))
}

/// Says what would be promised, and changes nothing.
///
/// # Errors
/// 404 by `interaction.read`; [`AppError::Invalid`] `text` with what is wrong with it.
pub async fn preview(ctx: &Ctx, actor: &Actor, id: InteractionId, text: String) -> Result<PromisePreviewDoc, AppError> {
    let (who, now) = (actor.clone(), ctx.now());
    ctx.read(move |tx| {
        let doc = access::interaction(tx, &who, id, Right::InteractionRead)?.into_inner();
        let (Parsed { due, what, closed }, time_zone) = read(tx, &doc, now, "text", &text)?;
        Ok(PromisePreviewDoc { due, what, closed, time_zone })
    })
    .await
}

/// Makes a promise to the customer of an interaction.
///
/// # Errors
/// 404 and 403 by `interaction.write`; [`AppError::Conflict`] without a customer; [`AppError::Invalid`] with the field.
pub async fn make(ctx: &Ctx, actor: &Actor, id: InteractionId, new: NewPromise, once: Option<Once>) -> Result<PromiseDoc, AppError> {
    let (inner, who) = (ctx.clone(), actor.clone());
    act::run(ctx, actor.event(), move |act| {
        let (now, by) = (act.now, act.by.clone());
        Once::run(once.as_ref(), act.tx, who.user, now, |tx| made(&mut Act::new(&inner, tx, now, by), &who, id, &new))
    })
    .await
}

fn made(act: &mut Act<'_, '_>, actor: &Actor, id: InteractionId, new: &NewPromise) -> Result<PromiseDoc, AppError> {
    let doc = access::interaction(act.tx, actor, id, Right::InteractionWrite)?.into_inner();
    if doc.customer.is_none() {
        return Err(AppError::conflict("no_customer", "nobody knows yet who the customer is; there is nobody to promise anything to"));
    }
    let owner = new.owner.unwrap_or(actor.user);
    if act.tx.get::<okno_model::doc::UserDoc>(owner)?.is_none_or(|user| user.disabled) {
        return Err(AppError::invalid("owner", "unknown", "there is no such user"));
    }
    let (Parsed { due, what, .. }, zone) = read(act.tx, &doc, act.now, "text", &new.text)?;
    let mut promise = rows::new(act, &doc, PromiseSource::Manual, what, due);
    promise.by = Some(actor.user);
    promise.owner = Some(owner);
    rows::insert(act, &promise, None)?;
    note(act, doc, "promise_made", words::made("en", &promise, &zone))?;
    Ok(promise)
}

/// Writes a line for agents into the conversation.
pub(super) fn note(act: &mut Act<'_, '_>, doc: InteractionDoc, key: &str, text: String) -> Result<(), AppError> {
    let mut thread = Thread::of(doc);
    thread.say(Draft::notice(act, key, text));
    thread.save(act).map(drop)
}

/// Only what a person has made is ended by a person: what follows from something else ends with that.
fn own(promise: &PromiseDoc) -> Result<(), AppError> {
    match promise.source {
        PromiseSource::Manual | PromiseSource::Macro | PromiseSource::Flow | PromiseSource::Policy => Ok(()),
        PromiseSource::Wait | PromiseSource::AutoReply | PromiseSource::Callback => {
            Err(AppError::conflict("promise_follows", "this promise is kept by answering the customer; it cannot be ended by hand"))
        }
    }
}

/// It is done.
///
/// # Errors
/// 404 and 403 by `interaction.write`; [`AppError::Conflict`] `promise_over`.
pub async fn keep(ctx: &Ctx, actor: &Actor, id: PromiseId) -> Result<PromiseDoc, AppError> {
    end(ctx, actor, id, Input::Keep).await
}

/// It is not needed any more. What is late already stays broken.
///
/// # Errors
/// As [`keep`].
pub async fn cancel(ctx: &Ctx, actor: &Actor, id: PromiseId) -> Result<PromiseDoc, AppError> {
    end(ctx, actor, id, Input::Cancel).await
}

async fn end(ctx: &Ctx, actor: &Actor, id: PromiseId, input: Input) -> Result<PromiseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let before = access::promise(act.tx, &who, id, Right::InteractionWrite)?.into_inner();
        own(&before)?;
        let mut after = before.clone();
        after.state = step(before.state, before.first_due, act.now, input).map_err(refused)?;
        rows::save(act, &before, &after)?;
        Ok(after)
    })
    .await
}

/// The customer is told a new time. Told before the old one is over, the promise is kept late but warned; told later, it stays broken.
///
/// # Errors
/// 404 and 403 by `interaction.write`; [`AppError::Conflict`] `promise_over`, or when nothing can be written into its interaction;
/// [`AppError::Invalid`] with the field.
pub async fn update(ctx: &Ctx, actor: &Actor, id: PromiseId, new: NewTime) -> Result<PromiseDoc, AppError> {
    config::limited("text", &new.text, okno_model::limits::MESSAGE_CHARS)?;
    if new.text.trim().is_empty() {
        return Err(AppError::invalid("text", "required", "say what the customer is told"));
    }
    let (inner, who) = (ctx.clone(), actor.clone());
    let sends = new.send;
    let promise = act::run(ctx, actor.event(), move |act| {
        let before = access::promise(act.tx, &who, id, Right::InteractionWrite)?.into_inner();
        own(&before)?;
        moved(&inner, act, &who, before, &new)
    })
    .await?;
    if sends {
        ctx.poke(okno_bus::Topic::Outbox);
    }
    Ok(promise)
}

fn moved(ctx: &Ctx, act: &mut Act<'_, '_>, actor: &Actor, before: PromiseDoc, new: &NewTime) -> Result<PromiseDoc, AppError> {
    let doc = match before.interaction {
        Some(id) => act.tx.get::<InteractionDoc>(id)?,
        None => None,
    };
    let doc = doc.ok_or(AppError::not_found("interaction"))?;
    // The grammar wants something that is promised; what it is stays as it was.
    let (Parsed { due, .. }, _) = read(act.tx, &doc, act.now, "when", &format!("{} …", new.when.trim()))?;
    let mut after = before.clone();
    after.state = step(before.state, before.first_due, act.now, Input::Update { due }).map_err(refused)?;
    if after.updates.len() >= UPDATES {
        return Err(AppError::conflict("too_many_updates", "this promise was moved too often; cancel it and make a new one"));
    }
    if matches!(after.state, PromiseState::Open { .. }) {
        after.nudged_owner = None;
        after.nudged_supervisor = None;
    }
    after.updates.push(PromiseUpdate { at: act.now, by: actor.user, old: before.due, due, text: new.text.trim().to_owned() });
    after.due = due;
    if new.send {
        let message = NewMessage {
            kind: NewMessageKind::Outbound,
            text: new.text.trim().to_owned(),
            client_id: new.client_id.clone(),
            attachments: Vec::new(),
            to: None,
            cc: None,
            subject: None,
        };
        messages::write(ctx, act, actor, doc.id, &message)?;
    }
    rows::save(act, &before, &after)?;
    Ok(after)
}
