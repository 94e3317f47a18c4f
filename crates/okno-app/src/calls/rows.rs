//! What the acts about calls share: callers, their place, calls back.

use crate::{
    AppError,
    act::Act,
    customers::rows as customers,
    interactions::thread::{self, Draft, Opening, Thread},
};
use okno_model::{
    CallId, ChannelId, IdentityKind, InteractionId, Medium, Timestamp, VisitorId,
    doc::{
        AnswerPromise, CallDoc, CallbackDoc, ChannelDoc, ChannelSettings, CustomerDoc, InteractionDoc, InteractionState, LedgerDoc,
        PhoneSettings, QueueDoc, default_callback_gaps, default_callback_hours, default_callback_retries,
    },
    event::What,
};
use okno_store::{Tx, callbacks, calls, customers as customer_rows, visitors};
use std::time::Duration;

/// Languages that okno speaks.
const SPOKEN: [&str; 3] = ["en", "ru", "pl"];

/// The call, or 404.
pub(crate) fn get(tx: &mut Tx<'_>, id: CallId) -> Result<CallDoc, AppError> {
    tx.get::<CallDoc>(id)?.ok_or(AppError::not_found("call"))
}

/// The interaction of a call.
pub(crate) fn interaction_of(tx: &mut Tx<'_>, call: &CallDoc) -> Result<InteractionDoc, AppError> {
    let lost = || AppError::Internal(format!("call {} belongs to interaction {}, which has no row", call.id, call.interaction));
    tx.get::<InteractionDoc>(call.interaction)?.ok_or_else(lost)
}

/// The channel's settings as a telephone's.
pub(crate) fn settings_of(channel: &ChannelDoc) -> Result<&PhoneSettings, AppError> {
    match &channel.settings {
        ChannelSettings::Phone(settings) => Ok(settings),
        ChannelSettings::Mailbox(_) | ChannelSettings::Widget(_) => {
            Err(AppError::invalid("channel", "no_phone_channel", "this channel is no telephone; choose one with numbers"))
        }
    }
}

/// When a callback is given up, by its channel: who was promised an answer at the opening is not given up before.
pub(crate) fn callback_expires(
    tx: &mut Tx<'_>,
    channel: ChannelId,
    now: Timestamp,
    promise: Option<&AnswerPromise>,
) -> Result<Timestamp, AppError> {
    let doc = tx.get::<ChannelDoc>(channel)?;
    let hours = doc.as_ref().and_then(|doc| settings_of(doc).ok()).map_or_else(default_callback_hours, |settings| settings.callback_hours);
    Ok(promise.map_or(now, |promise| promise.due.max(now)) + Duration::from_secs(u64::from(hours) * 3600))
}

/// How often a callback is tried again, and after which waits, by its channel.
pub(crate) fn callback_tries(tx: &mut Tx<'_>, channel: ChannelId) -> Result<(usize, Vec<Duration>), AppError> {
    let doc = tx.get::<ChannelDoc>(channel)?;
    let settings = doc.as_ref().and_then(|doc| settings_of(doc).ok());
    let retries = settings.map_or_else(default_callback_retries, |settings| settings.callback_retries);
    let gaps = settings.map_or_else(default_callback_gaps, |settings| settings.callback_gaps.clone());
    Ok((retries as usize, gaps.into_iter().map(|minutes| Duration::from_secs(u64::from(minutes) * 60)).collect()))
}

/// Language of announcements.
pub(crate) fn language(interaction: &InteractionDoc, settings: &PhoneSettings) -> String {
    let own = interaction.language.as_deref().map(|tag| tag.split('-').next().unwrap_or(tag).to_lowercase());
    own.filter(|language| SPOKEN.contains(&language.as_str())).unwrap_or_else(|| settings.language.clone())
}

/// Whether a call of this interaction goes on.
pub(crate) fn has_live_call(tx: &mut Tx<'_>, interaction: InteractionId) -> Result<bool, AppError> {
    Ok(calls::of_interaction(tx, interaction)?.iter().any(CallDoc::is_live))
}

/// A number that names a customer: E.164 if it could be read, or an extension.
pub(crate) fn is_number(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    (2..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit())
}

/// The number at which a customer is called: a proven one first.
pub(crate) fn best_number(customer: &CustomerDoc) -> Option<String> {
    let mut numbers: Vec<_> = customer.identities.iter().filter(|i| i.kind == IdentityKind::Phone).collect();
    numbers.sort_by_key(|i| !i.verified);
    numbers.first().map(|i| i.value.clone())
}

/// Who is at the other end. The same proven number is the same customer. Who is not vouched for and known by nobody is a customer whose
/// number stays unproven.
pub(crate) fn caller(
    act: &mut Act<'_, '_>,
    number: &str,
    name: &str,
    confirmed: bool,
    visitor: Option<VisitorId>,
) -> Result<CustomerDoc, AppError> {
    if let Some(id) = visitor
        && let Some(mut row) = visitors::get(act.tx, id)?
    {
        let customer = crate::ingest::chat::customer(act, &mut row)?;
        visitors::update(act.tx, &row)?;
        return Ok(customer);
    }
    let name = customers::clean_name(name);
    if !is_number(number) {
        // Nobody can be known by a hidden number; each such call is a customer of its own.
        let customer = customers::blank(act, if name.is_empty() { "Hidden number" } else { &name }, None);
        customers::save(act, &customer)?;
        return Ok(customer);
    }
    if let Some(known) = customer_rows::by_verified(act.tx, IdentityKind::Phone, number)? {
        return Ok(known);
    }
    if !confirmed && let Some(known) = customer_rows::by_unverified(act.tx, IdentityKind::Phone, number, "call")? {
        return Ok(known);
    }
    let mut customer = customers::blank(act, if name.is_empty() { number } else { &name }, None);
    customer.identities.push(customers::identity(act, IdentityKind::Phone, number, confirmed, "call"));
    customers::save(act, &customer)?;
    customers::suggest(act, &customer, IdentityKind::Phone, number)?;
    Ok(customer)
}

/// A call back to a customer, from something that was lost or is tried again.
pub(crate) struct Back {
    /// Number.
    pub(crate) number: String,
    /// His place.
    pub(crate) enqueued: Timestamp,
    /// Priority.
    pub(crate) priority: u8,
    /// Tries so far.
    pub(crate) tries: i64,
    /// By when he was told that he is called.
    pub(crate) due: Option<Timestamp>,
}

/// A new interaction of the telephone that waits for an agent who calls the customer. `notice` is its key and its words.
pub(crate) fn call_back(
    act: &mut Act<'_, '_>,
    previous: &InteractionDoc,
    customer: &CustomerDoc,
    queue: &QueueDoc,
    back: &Back,
    notice: (&str, String),
) -> Result<InteractionDoc, AppError> {
    let channel = phone_channel(act.tx, previous.channel, queue)?;
    let expires = callback_expires(act.tx, channel, act.now, None)?;
    let opening = Opening {
        channel,
        medium: Medium::Voice,
        customer: Some(customer),
        queue,
        subject: format!("Call back {}", back.number),
        language: previous.language.clone(),
        previous: Some(previous.id),
        online: false,
    };
    let mut thread = Thread::open(act, opening);
    thread.doc.priority = back.priority;
    thread.doc.enqueued = back.enqueued;
    thread.doc.customer_waits = Some(back.enqueued);
    thread.doc.preview.clone_from(&thread.doc.subject);
    thread.doc.callback =
        Some(CallbackDoc { number: back.number.clone(), asked: back.enqueued, tries: back.tries, next: None, expires, due: back.due });
    thread.say(Draft::notice(act, notice.0, notice.1));
    // Whoever waited in the previous interaction to be called waits here now.
    callbacks::moved(act.tx, previous.id, thread.doc.id)?;
    thread.save(act)
}

/// The telephone channel by which a customer is called: the one he called, or one of the queue.
fn phone_channel(tx: &mut Tx<'_>, had: ChannelId, queue: &QueueDoc) -> Result<ChannelId, AppError> {
    let mut phones: Vec<ChannelDoc> = tx.list::<ChannelDoc>()?.into_iter().filter(|c| settings_of(c).is_ok()).collect();
    phones.sort_by_key(|c| (c.id != had, !c.enabled, c.queue != queue.id));
    Ok(phones.first().map_or(had, |c| c.id))
}

/// Whether anybody can be called at all.
pub(crate) fn has_phone_channel(tx: &mut Tx<'_>) -> Result<bool, AppError> {
    Ok(tx.list::<ChannelDoc>()?.iter().any(|channel| channel.enabled && settings_of(channel).is_ok()))
}

/// Ends the waiting for a call back: somebody has reached the customer, or he calls himself. Routing forgets the interaction with the next
/// look (`work.rs`), if nobody tells it earlier.
pub(crate) fn cancel_callback(act: &mut Act<'_, '_>, interaction: InteractionId) -> Result<(), AppError> {
    let now = act.now;
    callbacks::ended(act.tx, interaction, "canceled", now)?;
    take_callback(act, interaction)
}

/// The interaction waits for nobody any more: another one does.
pub(crate) fn take_callback(act: &mut Act<'_, '_>, interaction: InteractionId) -> Result<(), AppError> {
    let Some(mut doc) = act.tx.get::<InteractionDoc>(interaction)? else { return Ok(()) };
    if doc.callback.take().is_some() {
        thread::save(act, &doc, What::InteractionChanged)?;
    }
    Ok(())
}

/// Whether the call of an open unit is over and nobody is at it: the unit may be ended by another call. A callback that waits is canceled.
pub(crate) fn over(act: &mut Act<'_, '_>, unit: &LedgerDoc) -> Result<bool, AppError> {
    let Some(id) = unit.interaction else { return Ok(true) };
    let Some(doc) = act.tx.get::<InteractionDoc>(id)? else { return Ok(true) };
    match doc.state {
        InteractionState::Active { .. } | InteractionState::Wrapup { .. } => Ok(false),
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } if doc.callback.is_none() => Ok(false),
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } | InteractionState::Closed { .. } => {
            cancel_callback(act, id)?;
            Ok(true)
        }
    }
}

/// `0:07`, `12:30`, `1:02:03`.
pub(crate) fn clock(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn lengths_read_like_a_clock() {
        for (ms, words) in [(0, "0:00"), (7_900, "0:07"), (750_000, "12:30"), (3_723_000, "1:02:03")] {
            assert_eq!(clock(ms), words);
        }
    }

    #[test]
    fn only_digits_name_a_customer() {
        for good in ["+48221234567", "500", "48221234567"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["", "+", "anonymous", "1", "+4822123456712345", "48 22", "*21#"] {
            assert!(!is_number(bad), "{bad}");
        }
    }
}
