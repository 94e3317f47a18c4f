//! A reply that did not arrive: the message says so, and its customer waits for us again.

use crate::{
    AppError,
    act::Act,
    customers::rows::customer_of,
    interactions::thread::{Draft, Opening, Thread, save_message, takes_messages},
    ledger::{life::Step, rows as ledger},
};
use okno_model::{
    doc::{Author, Delivery, InteractionDoc, LedgerDoc, MessageDoc, QueueDoc, UnitState},
    wire::DeliveryReport,
};
use okno_store::mail::{self as mails, Direction};

/// Characters of the other side's words that are kept.
const WHY_CHARS: usize = 500;

/// A delivery report came in. Its own unit needs no answer; the mail that it is about may.
pub(crate) fn report(act: &mut Act<'_, '_>, unit: &LedgerDoc, report: &DeliveryReport) -> Result<(), AppError> {
    let known = mails::by_message_id(act.tx, &report.original)?.into_iter().find(|m| m.direction == Direction::Out);
    let (why, interaction) = match (&known, report.action.as_str()) {
        (Some(mail), "failed") => {
            if let Some(message) = act.tx.get::<MessageDoc>(mail.message)? {
                failed(act, &message, &format!("{}: {}", report.recipient, report.detail))?;
            }
            ("delivery_report", Some(mail.interaction))
        }
        (Some(mail), _) => ("delivery_report", Some(mail.interaction)),
        (None, _) => ("delivery_report_about_unknown_mail", None),
    };
    ledger::take(act, unit, Step::Join { interaction, customer: None, why: why.to_owned() })?;
    Ok(())
}

/// A message of ours cannot be delivered. Repeating it changes nothing.
pub(crate) fn failed(act: &mut Act<'_, '_>, message: &MessageDoc, why: &str) -> Result<(), AppError> {
    if matches!(message.delivery, Delivery::Failed { .. }) {
        return Ok(());
    }
    let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WHY_CHARS).collect();
    let mut message = message.clone();
    message.delivery = Delivery::Failed { at: act.now, why: why.clone() };
    save_message(act, &message)?;
    // A receipt that nobody can receive has answered nobody.
    if !matches!(message.author, Author::User { .. }) {
        return Ok(());
    }
    let Some(doc) = act.tx.get::<InteractionDoc>(message.interaction)? else { return Ok(()) };
    let queue = act
        .tx
        .get::<QueueDoc>(doc.queue)?
        .ok_or_else(|| AppError::Internal(format!("interaction {} points to queue {}, which does not exist", doc.id, doc.queue)))?;
    let deadline = ledger::deadline(act.now, &queue);
    let mut bounced = Vec::new();
    for unit in okno_store::ledger::of_interaction(act.tx, doc.id)? {
        let answered = matches!(unit.state, UnitState::Open | UnitState::Answered | UnitState::Recovered);
        if answered && unit.received <= message.at {
            bounced.push(ledger::take(act, &unit, Step::Bounce { why: why.clone(), deadline })?);
        }
    }
    let notice = Draft::notice(act, "reply_bounced", format!("The reply did not arrive: {why}"));
    if takes_messages(&doc) {
        let mut thread = Thread::of(doc);
        thread.say(notice);
        thread.doc.customer_waits = thread.doc.customer_waits.or(Some(act.now));
        thread.save(act)?;
        return Ok(());
    }
    // It was over: somebody has to look at it again.
    let customer = customer_of(act.tx, doc.customer)?;
    let opening = Opening {
        channel: doc.channel,
        medium: doc.medium,
        customer: customer.as_ref(),
        queue: &queue,
        subject: doc.subject.clone(),
        language: doc.language.clone(),
        previous: Some(doc.id),
        online: false,
    };
    let mut thread = Thread::open(act, opening);
    thread.say(notice);
    thread.doc.customer_waits = Some(act.now);
    thread.doc.preview = format!("The reply did not arrive: {why}").chars().take(140).collect();
    let fresh = thread.save(act)?;
    for unit in bounced {
        ledger::take(act, &unit, Step::Recover { interaction: fresh.id, owner: None, queue: queue.id, deadline })?;
    }
    Ok(())
}
