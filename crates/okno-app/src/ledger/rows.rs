//! Writing of ledger entries: every change goes through [`life::step`] and into the journal.

use super::life::{self, Step};
use crate::{AppError, act::Act};
use okno_model::{
    InteractionId, Medium, QueueId, Timestamp, UnitId, UserId,
    doc::{BlackHoleCause, CaseDoc, ForwardDoc, HoursDoc, InteractionDoc, LedgerDoc, QueueDoc, UnitKind, UnitState},
    event::What,
};
use okno_store::{Tx, callbacks};
use std::time::Duration;

/// How far back a reply is looked at as an answer to earlier, lost interactions of the same chain.
const CHAIN_LIMIT: usize = 20;
/// Who hung up before he was answered is called back within this time: later he has asked somebody else, or asks again.
pub(crate) const CALL_BACK_WITHIN: Duration = Duration::from_secs(4 * 3600);

/// The entry, or 404.
pub(crate) fn get(act: &mut Act<'_, '_>, unit: UnitId) -> Result<LedgerDoc, AppError> {
    act.tx.get::<LedgerDoc>(unit)?.ok_or(AppError::not_found("ledger entry"))
}

/// Takes one step with an entry; answers with it as it is afterwards.
pub(crate) fn take(act: &mut Act<'_, '_>, unit: &LedgerDoc, step: Step) -> Result<LedgerDoc, AppError> {
    match life::step(unit, act.now, step)? {
        Some(next) => {
            act.tx.put(&next)?;
            act.tell(What::LedgerChanged(next.clone()))?;
            Ok(next)
        }
        None => Ok(unit.clone()),
    }
}

/// When a queue's promise of today ends.
pub(crate) fn deadline(now: Timestamp, queue: &QueueDoc) -> Timestamp {
    now + Duration::from_secs(u64::from(queue.answer_within_seconds))
}

/// The business hours of a queue.
pub(crate) fn hours_of(tx: &mut Tx<'_>, queue: &QueueDoc) -> Result<Option<HoursDoc>, AppError> {
    match queue.hours {
        Some(hours) => Ok(tx.get::<HoursDoc>(hours)?),
        None => Ok(None),
    }
}

/// The customer was told by when he is answered: his open units are owed until then.
pub(crate) fn promised(act: &mut Act<'_, '_>, interaction: InteractionId, queue: QueueId, deadline: Timestamp) -> Result<(), AppError> {
    each_open(act, interaction, |_| Step::Owe { queue, deadline })
}

/// An agent has the interaction: its open units are his.
pub(crate) fn taken(act: &mut Act<'_, '_>, interaction: InteractionId, user: UserId) -> Result<(), AppError> {
    each_open(act, interaction, |_| Step::Take(user))
}

/// The interaction waits in a queue again: so do its open units.
pub(crate) fn released(act: &mut Act<'_, '_>, interaction: InteractionId, queue: QueueId) -> Result<(), AppError> {
    each_open(act, interaction, |_| Step::Release(queue))
}

/// A reply that was accepted at `at` is delivered: it answers what came in before, also what this customer had lost
/// in earlier interactions of the chain.
pub(crate) fn answered(act: &mut Act<'_, '_>, interaction: &InteractionDoc, at: Timestamp) -> Result<(), AppError> {
    let mut chain = vec![interaction.id];
    let mut previous = interaction.previous;
    while let (Some(id), true) = (previous, chain.len() < CHAIN_LIMIT) {
        let Some(doc) = act.tx.get::<InteractionDoc>(id)? else { break };
        // Another person's conversation is not answered by this one.
        if doc.customer != interaction.customer || chain.contains(&id) {
            break;
        }
        chain.push(id);
        previous = doc.previous;
    }
    for id in chain {
        callbacks::reached(act.tx, id, at)?;
        for unit in okno_store::ledger::of_interaction(act.tx, id)? {
            let waits = unit.state == UnitState::Open || (unit.state == UnitState::BlackHole && id != interaction.id);
            let limbo = unit.state == UnitState::BlackHole && id == interaction.id;
            if unit.received <= at && (waits || limbo) {
                take(act, &unit, Step::Answer)?;
            }
        }
    }
    match interaction.medium {
        // He has a person now, whom he can tell what he had called for.
        Medium::Voice | Medium::Chat | Medium::Message => reached(act, interaction, at),
        // A mail that we sent him may be about anything.
        Medium::Email | Medium::Task => Ok(()),
    }
}

/// Customer and agent talk, or have talked: the open units of the interaction are answered, and so is what the customer had called for in
/// vain before.
pub(crate) fn talked(act: &mut Act<'_, '_>, interaction: &InteractionDoc) -> Result<(), AppError> {
    each_open(act, interaction.id, |_| Step::Answer)?;
    let now = act.now;
    callbacks::reached(act.tx, interaction.id, now)?;
    reached(act, interaction, now)
}

/// The customer of this interaction has been reached: calls of his that nobody answered, and messages that he left, are made good. What
/// still waits in a queue stays there.
fn reached(act: &mut Act<'_, '_>, interaction: &InteractionDoc, at: Timestamp) -> Result<(), AppError> {
    let Some(customer) = interaction.customer else { return Ok(()) };
    for unit in okno_store::ledger::owed_calls(act.tx, customer)? {
        if unit.received > at || unit.interaction == Some(interaction.id) {
            continue;
        }
        let step = match (unit.kind, unit.state) {
            (UnitKind::Call, UnitState::Open) if !crate::calls::rows::over(act, &unit)? => continue,
            (UnitKind::Call, _) => Step::Reach,
            _ => Step::Answer,
        };
        take(act, &unit, step)?;
    }
    Ok(())
}

/// The interaction is closed. What has no reply at all is lost, unless the customer went and can still be called back.
pub(crate) fn closed(act: &mut Act<'_, '_>, interaction: &InteractionDoc, reachable: bool) -> Result<(), AppError> {
    use okno_model::doc::{Closed, InteractionState as S};
    let S::Closed { how, .. } = interaction.state else { return Ok(()) };
    for unit in okno_store::ledger::of_interaction(act.tx, interaction.id)? {
        if unit.state != UnitState::Open {
            continue;
        }
        let step = match how {
            Closed::Refused => Step::Refuse { why: "refused by a person".to_owned() },
            Closed::Joined => Step::Join { interaction: None, customer: None, why: "same_thread".to_owned() },
            // He is called again: the unit waits with him (see `calls`).
            Closed::Finished | Closed::CustomerLeft if interaction.callback.is_some() => Step::Release(interaction.queue),
            Closed::Finished | Closed::CustomerLeft if spoken(act.tx, interaction)? => Step::Answer,
            // Whoever calls and speaks with nobody has left, at whatever moment.
            Closed::Abandoned | Closed::Finished | Closed::CustomerLeft if unit.kind == UnitKind::Call && reachable => {
                Step::Owe { queue: interaction.queue, deadline: act.now + CALL_BACK_WITHIN }
            }
            Closed::Finished | Closed::CustomerLeft if unit.kind == UnitKind::Call => Step::Lose(BlackHoleCause::AbandonedNotCalledBack),
            // Stays open until its deadline: somebody can still reach him (see `callbacks::recovery`).
            Closed::Abandoned if reachable => Step::Owe { queue: interaction.queue, deadline: act.now + CALL_BACK_WITHIN },
            Closed::Abandoned => Step::Lose(BlackHoleCause::AbandonedNotCalledBack),
            // Our reply is on its way; its delivery ends the unit.
            Closed::Finished | Closed::CustomerLeft if replied_since(act.tx, interaction, unit.received)? => continue,
            Closed::Finished | Closed::CustomerLeft if unit.cause == Some(BlackHoleCause::ReplyBounced) => {
                Step::Lose(BlackHoleCause::ReplyBounced)
            }
            // A department was asked: until it has answered, or is silent for good, the unit waits with its queue.
            Closed::Finished | Closed::CustomerLeft if asked(act.tx, interaction)?.is_some() => {
                Step::Owe { queue: interaction.queue, deadline: act.now + CALL_BACK_WITHIN }
            }
            Closed::Finished | Closed::CustomerLeft => Step::Lose(BlackHoleCause::ClosedWithoutReply),
        };
        take(act, &unit, step)?;
    }
    Ok(())
}

/// The open question to a department in the case of an interaction.
pub(crate) fn asked(tx: &mut Tx<'_>, interaction: &InteractionDoc) -> Result<Option<ForwardDoc>, AppError> {
    let case = interaction.case.map(|id| tx.get::<CaseDoc>(id)).transpose()?.flatten();
    let open = case.and_then(|case| case.forward).map(|id| tx.get::<ForwardDoc>(id)).transpose()?.flatten();
    Ok(open.filter(|forward| forward.state.is_open()))
}

/// A reply of a person that came after `since` and has not failed.
pub(crate) fn replied_since(tx: &mut Tx<'_>, interaction: &InteractionDoc, since: Timestamp) -> Result<bool, AppError> {
    use okno_model::doc::{Author, Delivery};
    let replies = okno_store::messages::outbound_until(tx, interaction.id, i64::MAX)?;
    Ok(replies.iter().any(|m| m.at >= since && matches!(m.author, Author::User { .. }) && !matches!(m.delivery, Delivery::Failed { .. })))
}

/// Whether agent and customer have talked in this interaction. Who still waits to be called back has not been reached, whatever answered.
pub(crate) fn spoken(tx: &mut Tx<'_>, interaction: &InteractionDoc) -> Result<bool, AppError> {
    Ok(interaction.medium == Medium::Voice
        && interaction.callback.is_none()
        && okno_store::calls::of_interaction(tx, interaction.id)?.iter().any(|call| call.connected.is_some()))
}

fn each_open(act: &mut Act<'_, '_>, interaction: InteractionId, step: impl Fn(&LedgerDoc) -> Step) -> Result<(), AppError> {
    for unit in okno_store::ledger::of_interaction(act.tx, interaction)? {
        if unit.state == UnitState::Open {
            let step = step(&unit);
            take(act, &unit, step)?;
        }
    }
    Ok(())
}
