//! A visitor who would rather not wait: he is called or written to, and keeps his place (behaviour.md B7).

use super::acts::row;
use crate::{
    AppError, Ctx,
    act::{self, Act},
    callbacks::{self, Kind},
    calls::{plan, rows as calls},
    customers::rows as customers,
    interactions::thread::{Draft, Thread},
    ledger::{life::Step, rows::take},
    routing,
};
use okno_engine::routing::Input;
use okno_model::{
    IdentityKind, InteractionId, Timestamp, VisitorId,
    doc::{AnswerPromise, Closed, CustomerDoc, InteractionDoc, InteractionState, PromiseWhy, QueueDoc, UnitState},
    event::Actor,
};
use okno_store::{interactions, ledger};

/// The visitor was shown that he need not wait. A repeat changes nothing.
///
/// # Errors
/// The store's.
pub async fn back_offered(ctx: &Ctx, visitor: VisitorId) -> Result<(), AppError> {
    act::run(ctx, Actor::System, move |act| match waiting(act, visitor) {
        Ok((doc, _)) => callbacks::offered(act, &doc),
        // Somebody has him meanwhile.
        Err(AppError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error),
    })
    .await
}

/// The visitor wants to be called back at a number. His place goes over to the call, and his chat joins it. Who waits to be called at this
/// number already keeps the earlier place. Answers with the number as it will be dialed, so that he can see that it is right,
/// and by when he is called.
///
/// # Errors
/// [`AppError::Invalid`] `bad_number` or `number_not_allowed`; [`AppError::Conflict`] `waits_no_longer`, `no_phone_channel`.
pub async fn call_me_back(ctx: &Ctx, visitor: VisitorId, number: &str) -> Result<(String, Timestamp), AppError> {
    let number = number.to_owned();
    let (number, due, chat) = act::run(ctx, Actor::Customer, move |act| want(act, visitor, &number)).await?;
    // Also done by a later look, if routing is away: its unit has gone on already.
    match routing::ask(ctx, Actor::Customer, Input::Withdraw { interaction: chat, how: Closed::Joined }, None).await {
        Ok(()) | Err(AppError::Conflict { .. }) => {}
        Err(error) => tracing::warn!(interaction = %chat, %error, "a chat whose customer is called back leaves its queue later"),
    }
    Ok((number, due))
}

fn waiting(act: &mut Act<'_, '_>, visitor: VisitorId) -> Result<(InteractionDoc, CustomerDoc), AppError> {
    let no_longer = || AppError::conflict("waits_no_longer", "you do not wait any more, so there is no place to keep");
    let row = row(act, visitor)?;
    let doc = match row.interaction {
        Some(id) => act.tx.get::<InteractionDoc>(id)?,
        None => None,
    };
    let doc = doc.filter(waits).ok_or_else(no_longer)?;
    let customer = customers::customer_of(act.tx, doc.customer)?;
    Ok((doc, customer.ok_or_else(no_longer)?))
}

const fn waits(doc: &InteractionDoc) -> bool {
    match doc.state {
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => true,
        InteractionState::Active { .. } | InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => false,
    }
}

fn want(act: &mut Act<'_, '_>, visitor: VisitorId, typed: &str) -> Result<(String, Timestamp, InteractionId), AppError> {
    let (doc, mut customer) = waiting(act, visitor)?;
    let number = plan::permitted(&plan::plan_of(act.tx)?, typed)?;
    if !calls::has_phone_channel(act.tx)? {
        return Err(AppError::conflict("no_phone_channel", "nobody can call from here; write your address instead"));
    }
    if !customer.identities.iter().any(|i| i.kind == IdentityKind::Phone && i.value == number) {
        // Typed in, so not proven.
        customer.identities.push(customers::identity(act, IdentityKind::Phone, &number, false, "widget_form"));
        customers::save(act, &customer)?;
    }
    let known = interactions::open(act.tx)?
        .into_iter()
        .find(|other| waits(other) && other.callback.as_ref().is_some_and(|callback| callback.number == number));
    let units: Vec<_> = ledger::of_interaction(act.tx, doc.id)?.into_iter().filter(|unit| unit.state == UnitState::Open).collect();
    let now = act.now;
    let mut due = callbacks::due(act.tx, &doc, now)?;
    // He was quicker than the count of what he was shown.
    callbacks::offered(act, &doc)?;
    if let Some(known) = known {
        due = known.callback.as_ref().and_then(|callback| callback.due).unwrap_or(due);
        for unit in units {
            take(act, &unit, Step::Join { interaction: Some(known.id), customer: None, why: "callback_known".to_owned() })?;
        }
        callbacks::joined(act, &doc, known.id)?;
    } else {
        let queue = act.tx.get::<QueueDoc>(doc.queue)?.ok_or(AppError::not_found("queue"))?;
        let back = calls::Back { number: number.clone(), enqueued: doc.enqueued, priority: doc.priority, tries: 0, due: Some(due) };
        let words = format!("Wants to be called back: {number}");
        let next = calls::call_back(act, &doc, &customer, &queue, &back, ("callback_wanted", words))?;
        for unit in units {
            take(act, &unit, Step::Recover { interaction: next.id, owner: None, queue: queue.id, deadline: unit.deadline })?;
        }
        callbacks::accepted(act, &doc, next.id, Kind::Asked, due)?;
    }
    let chat = doc.id;
    let mut thread = Thread::of(doc);
    thread.say(Draft::notice(act, "callback_wanted", format!("Wants to be called back: {number}")));
    thread.save(act)?;
    Ok((number, due, chat))
}

/// The visitor would rather be written to: he may go, his place stays, and the answer goes to his address. Answers by when.
///
/// # Errors
/// [`AppError::Invalid`] `bad_email`; [`AppError::Conflict`] `waits_no_longer`.
pub async fn write_me_back(ctx: &Ctx, visitor: VisitorId, email: &str) -> Result<Timestamp, AppError> {
    let told = super::Identify { email: Some(email.trim().to_owned()), ..super::Identify::default() };
    super::identify(ctx, visitor, told).await?;
    act::run(ctx, Actor::Customer, move |act| {
        let (mut doc, _) = waiting(act, visitor)?;
        let now = act.now;
        let due = callbacks::due(act.tx, &doc, now)?;
        callbacks::offered(act, &doc)?;
        callbacks::accepted(act, &doc, doc.id, Kind::Write, due)?;
        if doc.promise.is_some() {
            return Ok(due);
        }
        doc.promise = Some(AnswerPromise { why: PromiseWhy::Asked, made: act.now, opens: None, due });
        let mut thread = Thread::of(doc);
        thread.say(Draft::notice(act, "write_back_wanted", "Wants to be answered by mail and may go."));
        thread.save(act).map(|_| due)
    })
    .await
}
