//! Callbacks: who would rather be called keeps his place (behaviour.md B7).

use super::{life, plan, rows};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    interactions::thread::{Draft, Thread},
    ledger::{life::Step, rows::take},
};
use okno_model::{
    CallId,
    doc::{BlackHoleCause, CallDoc, CallbackDoc, Closed, InteractionDoc, InteractionState, UnitState},
    event,
};
use okno_store::{interactions, messages};
use std::time::Duration;

/// When a customer who was not reached is tried again: after a lunch, a meeting, an errand.
const GAPS: [Duration; 3] = [Duration::from_secs(600), Duration::from_secs(1_800), Duration::from_secs(3_600)];

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
        return Ok((other, Some(doc.id)));
    }
    doc.callback = Some(CallbackDoc {
        number: number.clone(),
        asked: act.now,
        tries: 0,
        next: None,
        expires: rows::expires(act.now, doc.promise.as_ref()),
    });
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
        let (call, mut doc) = of(act, call)?;
        let Some(mut callback) = doc.callback.clone() else { return Ok(doc) };
        let once = format!("callback_missed:{}", call.id);
        if messages::by_client_id(act.tx, doc.id, &once)?.is_some() {
            return Ok(doc);
        }
        callback.tries += 1;
        let gap = usize::try_from(callback.tries - 1).ok().and_then(|tries| GAPS.get(tries).copied());
        callback.next = gap.map(|gap| act.now + gap).filter(|next| *next < callback.expires);
        let words = if callback.next.is_some() {
            format!("Not reached: {cause}; he is called again later")
        } else {
            format!("Not reached: {cause}; he is not called again")
        };
        doc.callback = callback.next.is_some().then_some(callback);
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
        }
        Ok(doc)
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
        if doc.callback.take().is_none() {
            return Ok(doc);
        }
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
