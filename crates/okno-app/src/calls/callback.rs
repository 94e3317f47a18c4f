//! Callbacks: who would rather be called keeps his place (behaviour.md B7).

use super::{life, plan, rows};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act::{self, Act},
    audit,
    callbacks::{self, Kind},
    interactions::thread::{Draft, Thread},
    ledger::{life::Step, rows::take},
};
use okno_model::{
    CallId, InteractionId,
    doc::{BlackHoleCause, CallDoc, CallbackDoc, Closed, InteractionDoc, InteractionState, UnitKind, UnitState},
    event,
    right::Right,
};
use okno_store::{interactions, messages};

/// The customer wants to be called back at `number`. His interaction waits on with its place when his call ends. Who waits to be called
/// at this number already keeps the earlier place, and the later interaction joins it.
///
/// # Errors
/// [`AppError::Invalid`] `number_not_allowed` for a number that may not be called; [`AppError::Conflict`] `has_agent` when an agent has
/// him already.
pub async fn callback_wanted(ctx: &Ctx, call: CallId, number: &str) -> Result<InteractionDoc, AppError> {
    let number = number.to_owned();
    let (doc, joined) = act::run(ctx, event::Actor::Customer, move |act| want(act, call, &number)).await?;
    if let Some(interaction) = joined {
        life::follow_up(ctx, event::Actor::Customer, interaction, life::After::Withdraw(Closed::Joined)).await;
    }
    Ok(doc)
}

/// The caller was told that he may be called back. A repeat changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn callback_offered(ctx: &Ctx, call: CallId) -> Result<(), AppError> {
    act::run(ctx, event::Actor::System, move |act| {
        let (_, doc) = of(act, call)?;
        callbacks::offered(act, &doc)
    })
    .await
}

fn want(act: &mut Act<'_, '_>, call: CallId, typed: &str) -> Result<(InteractionDoc, Option<okno_model::InteractionId>), AppError> {
    let call = rows::get(act.tx, call)?;
    let mut doc = rows::interaction_of(act.tx, &call)?;
    let number = plan::permitted(&plan::plan_of(act.tx)?, typed)?;
    match doc.state {
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => {}
        InteractionState::Active { .. } | InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => {
            return Err(AppError::conflict("has_agent", "he waits no longer, so he keeps no place"));
        }
    }
    if doc.callback.as_ref().is_some_and(|callback| callback.number == number) {
        return Ok((doc, None));
    }
    let other = interactions::open(act.tx)?.into_iter().find(|other| {
        let waits = matches!(other.state, InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. });
        waits && other.id != doc.id && other.callback.as_ref().is_some_and(|callback| callback.number == number)
    });
    if let Some(other) = other {
        for unit in open_units(act, &doc)? {
            take(act, &unit, Step::Join { interaction: Some(other.id), customer: None, why: "callback_known".to_owned() })?;
        }
        callbacks::joined(act, &doc, other.id)?;
        return Ok((other, Some(doc.id)));
    }
    let now = act.now;
    let expires = rows::callback_expires(act.tx, doc.channel, now, doc.promise.as_ref())?;
    let due = callbacks::due(act.tx, &doc, now)?;
    doc.callback = Some(CallbackDoc { number: number.clone(), asked: act.now, tries: 0, next: None, expires, due: Some(due) });
    callbacks::accepted(act, &doc, doc.id, Kind::Asked, due)?;
    // He is served later than he called: what comes of it makes something good.
    for unit in open_units(act, &doc)? {
        take(act, &unit, Step::Recover { interaction: doc.id, owner: None, queue: doc.queue, deadline: unit.deadline })?;
    }
    let mut thread = Thread::of(doc);
    thread.say(Draft::notice(act, "callback_wanted", format!("Wants to be called back: {number}")));
    Ok((thread.save(act)?, None))
}

fn open_units(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<Vec<okno_model::doc::LedgerDoc>, AppError> {
    let mut units = okno_store::ledger::of_interaction(act.tx, doc.id)?;
    units.retain(|unit| unit.state == UnitState::Open);
    Ok(units)
}

/// A try has not reached the customer: the next one comes later, until there were too many. Told before or after the end of the call.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn callback_missed(ctx: &Ctx, call: CallId, cause: &str) -> Result<InteractionDoc, AppError> {
    let cause: String = cause.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect();
    act::run(ctx, event::Actor::System, move |act| {
        let (call, doc) = of(act, call)?;
        let Some(callback) = doc.callback.clone() else { return Ok(doc) };
        let once = format!("callback_missed:{}", call.id);
        if messages::by_client_id(act.tx, doc.id, &once)?.is_some() {
            return Ok(doc);
        }
        not_reached(act, doc, callback, &cause, once)
    })
    .await
}

/// A try that reached nobody: the next one comes after the channel's gap, or he is given up.
fn not_reached(
    act: &mut Act<'_, '_>,
    mut doc: InteractionDoc,
    mut callback: CallbackDoc,
    cause: &str,
    once: String,
) -> Result<InteractionDoc, AppError> {
    let (retries, gaps) = rows::callback_tries(act.tx, doc.channel)?;
    callback.tries += 1;
    let gap = usize::try_from(callback.tries - 1)
        .ok()
        .filter(|tries| *tries < retries)
        .and_then(|tries| gaps.get(tries).or(gaps.last()).copied());
    callback.next = gap.map(|gap| act.now + gap).filter(|next| *next < callback.expires);
    let words = if callback.next.is_some() {
        format!("Not reached: {cause}; he is called again later")
    } else {
        format!("Not reached: {cause}; he is not called again")
    };
    doc.callback = callback.next.is_some().then_some(callback);
    doc.called_back = None;
    let given_up = doc.callback.is_none();
    let mut thread = Thread::of(doc);
    let mut draft = Draft::notice(act, if given_up { "callback_given_up" } else { "callback_missed" }, words);
    draft.client_id = Some(once);
    thread.say(draft);
    let doc = thread.save(act)?;
    if given_up {
        for unit in open_units(act, &doc)? {
            take(act, &unit, Step::Lose(BlackHoleCause::AbandonedNotCalledBack))?;
        }
        let now = act.now;
        okno_store::callbacks::ended(act.tx, doc.id, "failed", now)?;
    }
    Ok(doc)
}

/// The agent says that what answered was only the customer's voicemail. He has not been reached: the callback stays open with its next try, and so
/// does what he is owed (behaviour.md B7). Said during the call or in its wrap-up.
///
/// # Errors
/// 404 for an interaction that he may not see; [`AppError::Conflict`] `not_yours`, or `not_called_back` when nobody was called back in it.
pub async fn only_voicemail(ctx: &Ctx, actor: &Actor, interaction: InteractionId) -> Result<InteractionDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut doc = access::interaction(act.tx, &who, interaction, Right::InteractionRead)?.into_inner();
        match doc.state {
            InteractionState::Active { agent, .. } | InteractionState::Wrapup { agent, .. } if agent == who.agent() => {}
            InteractionState::New
            | InteractionState::Queued
            | InteractionState::Offered { .. }
            | InteractionState::Active { .. }
            | InteractionState::Wrapup { .. }
            | InteractionState::Closed { .. } => {
                return Err(AppError::conflict("not_yours", "this conversation is not in your hands any more"));
            }
        }
        let Some(callback) = doc.called_back.take() else {
            return Err(AppError::conflict("not_called_back", "nobody was called back here, or it has been said already"));
        };
        for unit in okno_store::ledger::of_interaction(act.tx, doc.id)? {
            if unit.kind == UnitKind::Call {
                take(act, &unit, Step::Voicemail { deadline: act.now })?;
            }
        }
        let data = serde_json::json!({"number": callback.number, "tries": callback.tries + 1});
        audit::record(act.tx, act.now, &who, "callback.only_voicemail", &doc.id.to_string(), &data)?;
        okno_store::callbacks::reopened(act.tx, doc.id)?;
        doc.answered = None;
        doc.customer_waits = Some(callback.asked);
        let once = format!("only_voicemail:{}:{}", doc.id, callback.tries);
        not_reached(act, doc, callback, "only his voicemail", once)
    })
    .await
}

/// The customer has answered: he waits no longer.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn callback_reached(ctx: &Ctx, call: CallId) -> Result<InteractionDoc, AppError> {
    act::run(ctx, event::Actor::System, move |act| {
        let (_, mut doc) = of(act, call)?;
        let Some(callback) = doc.callback.take() else { return Ok(doc) };
        let now = act.now;
        okno_store::callbacks::reached(act.tx, doc.id, now)?;
        doc.called_back = Some(callback);
        doc.customer_online = true;
        doc.customer_waits = None;
        let mut thread = Thread::of(doc);
        thread.say(Draft::notice(act, "callback_reached", "He was called back."));
        thread.save(act)
    })
    .await
}

fn of(act: &mut Act<'_, '_>, call: CallId) -> Result<(CallDoc, InteractionDoc), AppError> {
    let call = rows::get(act.tx, call)?;
    let doc = rows::interaction_of(act.tx, &call)?;
    Ok((call, doc))
}
