//! Who left before anybody answered is come back to, by whatever medium he had come: one rule per queue (behaviour.md B7).
//!
//! He has waited for at least T1, and has not come again by any way within T2. A caller is called, if his channel calls back; a chat is answered by
//! mail, or by a call if only his number is known. Whoever comes again before we have reached him is served there: what we had begun joins it.

use super::Kind;
use crate::{
    AppError, Ctx,
    act::{self, Act},
    calls::{plan, rows as calls},
    customers::rows as customers,
    interactions::thread::{Draft, Opening, Thread},
    ledger::{life::Step, rows::take},
    messages::outgoing,
    routing,
};
use okno_engine::routing::Input;
use okno_model::{
    IdentityKind, InteractionId, Medium, Timestamp,
    doc::{ChannelDoc, Closed, CustomerDoc, InteractionDoc, InteractionState, LedgerDoc, QueueDoc, UnitKind, UnitState},
    event::Actor,
};
use okno_store::{callbacks as rows, customers as customer_rows, interactions, ledger, visitors};
use std::time::Duration;

/// Units of one look.
const PAGE: usize = 500;
/// The newest interactions of one customer: whoever has come again is among them.
const NEWEST: usize = 20;

/// Begins what is owed, and ends what is not needed any more. Idempotent; run every minute.
///
/// # Errors
/// The store's; [`AppError::Unavailable`] while routing is away.
pub(crate) async fn sweep(ctx: &Ctx) -> Result<(), AppError> {
    act::run(ctx, Actor::System, begin).await?;
    for interaction in act::run(ctx, Actor::System, overtaken).await? {
        match routing::ask(ctx, Actor::System, Input::Withdraw { interaction, how: Closed::Joined }, None).await {
            Ok(()) | Err(AppError::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn begin(act: &mut Act<'_, '_>) -> Result<(), AppError> {
    for unit in ledger::open_but_closed(act.tx, PAGE)? {
        if !matches!(unit.kind, UnitKind::Call | UnitKind::ChatOpening) {
            continue;
        }
        let Some(doc) = (match unit.interaction {
            Some(id) => act.tx.get::<InteractionDoc>(id)?,
            None => None,
        }) else {
            continue;
        };
        let InteractionState::Closed { at, how: Closed::Abandoned } = doc.state else { continue };
        if doc.callback.is_none() {
            owed(act, &unit, &doc, at)?;
        }
    }
    Ok(())
}

/// He left the queue: if its rule says so, somebody comes back to him.
fn owed(act: &mut Act<'_, '_>, unit: &LedgerDoc, doc: &InteractionDoc, closed: Timestamp) -> Result<(), AppError> {
    let (Some(customer), Some(queue)) = (customers::customer_of(act.tx, doc.customer)?, act.tx.get::<QueueDoc>(doc.queue)?) else {
        return Ok(());
    };
    let Some(rule) = queue.recovery else { return Ok(()) };
    // A browser that went away keeps its place for a while; that is no time that he has waited.
    let left = match visitors::of_interaction(act.tx, doc.id)? {
        Some(row) => row.seen.min(closed),
        None => closed,
    };
    let (after, quiet) = (Duration::from_secs(rule.after_seconds.into()), Duration::from_secs(rule.quiet_seconds.into()));
    if left.since(doc.created) < after || act.now.since(left) < quiet {
        return Ok(());
    }
    // Whoever has come again, on any channel, is or was looked after there.
    let others = interactions_of(act, &customer)?;
    let came =
        |other: &InteractionDoc| other.id != doc.id && (other.created > left || !matches!(other.state, InteractionState::Closed { .. }));
    if others.iter().any(came) {
        return Ok(());
    }
    let next = match doc.medium {
        Medium::Voice => call(act, unit, doc, &customer, &queue)?,
        Medium::Chat | Medium::Message => match write(act, unit, doc, &customer, &queue)? {
            Some(next) => Some(next),
            None => call(act, unit, doc, &customer, &queue)?,
        },
        Medium::Email | Medium::Task => None,
    };
    let Some(next) = next else { return Ok(()) };
    super::accepted(act, doc, next.id, Kind::Owed, unit.deadline)?;
    let step = Step::Recover { interaction: next.id, owner: None, queue: queue.id, deadline: unit.deadline };
    take(act, unit, step).map(drop)
}

/// The newest interactions of a customer, and of whoever has one of his addresses: what he typed into a widget is not proven, but it is where our
/// answer would go.
fn interactions_of(act: &mut Act<'_, '_>, customer: &CustomerDoc) -> Result<Vec<InteractionDoc>, AppError> {
    let mut who = vec![customer.id];
    for identity in customer.identities.iter().filter(|i| matches!(i.kind, IdentityKind::Email | IdentityKind::Phone)) {
        who.extend(customer_rows::with_address(act.tx, identity.kind, &identity.value)?);
    }
    who.sort_unstable();
    who.dedup();
    let mut found = Vec::new();
    for customer in who {
        found.extend(interactions::of_customer(act.tx, customer, None, NEWEST)?);
    }
    Ok(found)
}

/// A call, if anybody may call him. Whose channel does not call back, is not called.
fn call(
    act: &mut Act<'_, '_>,
    unit: &LedgerDoc,
    doc: &InteractionDoc,
    customer: &CustomerDoc,
    queue: &QueueDoc,
) -> Result<Option<InteractionDoc>, AppError> {
    let allowed = if doc.medium == Medium::Voice {
        let channel = act.tx.get::<ChannelDoc>(doc.channel)?;
        channel.is_some_and(|c| c.enabled && calls::settings_of(&c).is_ok_and(|settings| settings.callback))
    } else {
        calls::has_phone_channel(act.tx)?
    };
    let Some(number) = calls::best_number(customer).filter(|_| allowed) else { return Ok(None) };
    let Ok(number) = plan::permitted(&plan::plan_of(act.tx)?, &number) else { return Ok(None) };
    let words = format!("Call back: {number} left the queue before anybody answered");
    let back = calls::Back { number, enqueued: doc.enqueued, priority: doc.priority, tries: 0, due: Some(unit.deadline) };
    calls::call_back(act, doc, customer, queue, &back, ("callback_owed", words)).map(Some)
}

/// A mail to who left a chat, if we know where and have a mailbox.
fn write(
    act: &mut Act<'_, '_>,
    unit: &LedgerDoc,
    doc: &InteractionDoc,
    customer: &CustomerDoc,
    queue: &QueueDoc,
) -> Result<Option<InteractionDoc>, AppError> {
    let (Some(address), Some(mailbox)) = (customers::best_email(customer), outgoing::mailbox_for(act, queue.id)?) else { return Ok(None) };
    let opening = Opening {
        channel: mailbox.id,
        medium: Medium::Email,
        customer: Some(customer),
        queue,
        subject: doc.subject.clone(),
        language: doc.language.clone(),
        previous: Some(doc.id),
        online: false,
    };
    let mut thread = Thread::open(act, opening);
    thread.doc.priority = doc.priority;
    thread.doc.enqueued = doc.enqueued;
    thread.doc.due = Some(unit.deadline);
    thread.doc.customer_waits = Some(unit.received);
    thread.doc.preview.clone_from(&doc.preview);
    let words = format!("Write back: he left the chat before anybody answered; the answer goes to {address}");
    thread.say(Draft::notice(act, "write_back_owed", words));
    thread.save(act).map(Some)
}

/// What we had begun to write to customers who have come again meanwhile by themselves: it joins what they came with. Answers with the
/// interactions that leave their queues.
fn overtaken(act: &mut Act<'_, '_>) -> Result<Vec<InteractionId>, AppError> {
    let mut leave = Vec::new();
    for row in rows::open(act.tx, PAGE)? {
        let Some(doc) = act.tx.get::<InteractionDoc>(row.carrier)? else { continue };
        let waits = matches!(doc.state, InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. });
        // Calls look after themselves, and a chat in which he waits is not ours alone.
        if row.carrier == row.interaction || doc.medium == Medium::Voice || !waits {
            continue;
        }
        let Some(customer) = customers::customer_of(act.tx, doc.customer)? else {
            continue;
        };
        let others = interactions_of(act, &customer)?;
        let Some(other) = others.into_iter().find(|other| other.id != doc.id && other.created > doc.created) else { continue };
        for unit in ledger::of_interaction(act.tx, doc.id)?.into_iter().filter(|unit| unit.state == UnitState::Open) {
            let step = if other.answered.is_some() {
                Step::Reach
            } else {
                Step::Join { interaction: Some(other.id), customer: None, why: "came_again".to_owned() }
            };
            take(act, &unit, step)?;
        }
        let now = act.now;
        rows::ended(act.tx, doc.id, "canceled", now)?;
        leave.push(doc.id);
    }
    Ok(leave)
}
