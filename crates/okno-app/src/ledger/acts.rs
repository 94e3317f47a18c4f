//! Recovering and refusing.

use super::{
    life::Step,
    rows::{self, take},
};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act::{self, Act},
    audit,
    interactions::thread::{Draft, Opening, Thread, takes_messages},
    messages::outgoing,
    routing, uploads,
};
use okno_engine::routing::Input;
use okno_model::{
    AttachmentId, ChannelId, Medium, UnitId,
    doc::{
        AttachmentDoc, ChannelDoc, ChannelSettings, Closed, CustomerDoc, InteractionDoc, InteractionState, LedgerDoc, QueueDoc, UnitKind,
        UnitState,
    },
    limits,
    right::Right,
};
use okno_store::messages::{self as message_rows, Uploader};
use serde_json::json;

/// Characters of what the customer asked, as the notice repeats it.
const QUOTE_CHARS: usize = 140;
/// Characters of a note or a reason.
const WORDS: usize = 1_000;

fn words(field: &'static str, text: &str) -> Result<String, AppError> {
    if text.chars().count() > WORDS {
        return Err(AppError::invalid(field, "too_long", format!("at most {WORDS} characters")));
    }
    Ok(text.trim().to_owned())
}

/// Brings a unit back to people: an open interaction gets top priority and a new deadline, a closed one goes on in a new
/// interaction, and what nobody could read becomes an interaction with the raw file. Ends `recovered` when it is answered.
///
/// # Errors
/// 404 and 403 by `ledger.manage`; [`AppError::Conflict`] `not_recoverable` when there is nothing to recover.
pub async fn recover(ctx: &Ctx, actor: &Actor, id: UnitId, note: &str) -> Result<LedgerDoc, AppError> {
    let (who, note) = (actor.clone(), words("note", note)?);
    let raw_size = raw_size(ctx, actor, id).await?;
    act::run(ctx, actor.event(), move |act| {
        let unit = access::ledger(act.tx, &who, id, Right::LedgerManage)?.into_inner();
        if !matches!(unit.state, UnitState::Open | UnitState::Quarantined | UnitState::BlackHole) {
            return Err(AppError::conflict("not_recoverable", format!("this unit is `{}`; there is nothing to recover", unit.state)));
        }
        let queue = owning_queue(act, &unit)?;
        let doc = match unit.interaction {
            Some(interaction) => act.tx.get::<InteractionDoc>(interaction)?,
            None => None,
        };
        let interaction = match doc {
            Some(doc) if takes_messages(&doc) => urgent(act, doc, &note)?,
            Some(doc) => go_on(act, &unit, &queue, &doc, &note)?,
            None => unread(act, &unit, &queue, &note, raw_size)?,
        };
        let deadline = rows::deadline(act.now, &queue);
        let owner = match interaction.state {
            InteractionState::Active { agent, .. } => Some(agent.into()),
            InteractionState::New
            | InteractionState::Queued
            | InteractionState::Offered { .. }
            | InteractionState::Wrapup { .. }
            | InteractionState::Closed { .. } => None,
        };
        let step = Step::Recover { interaction: interaction.id, owner, queue: queue.id, deadline };
        let unit = take(act, &unit, step)?;
        audit::record(act.tx, act.now, &who, "ledger.recovered", &id.to_string(), &json!({"note": note, "interaction": interaction.id}))?;
        Ok(unit)
    })
    .await
}

/// Blob and size of the raw bytes of a unit that nobody could read, looked up outside the transaction that needs them.
/// Bytes that cannot be read any more must not keep the unit from people: then there is no file.
async fn raw_size(ctx: &Ctx, actor: &Actor, id: UnitId) -> Result<Option<(String, i64)>, AppError> {
    let who = actor.clone();
    let blob = ctx
        .read(move |tx| {
            let unit = access::ledger(tx, &who, id, Right::LedgerManage)?;
            Ok(if unit.interaction.is_some() { None } else { okno_store::ledger::raw(tx, id)?.and_then(|(blob, _)| blob) })
        })
        .await?;
    let Some(blob) = blob else { return Ok(None) };
    match ctx.app.blobs.get(&blob).await {
        Ok(bytes) => Ok(Some((blob, bytes.len() as i64))),
        Err(error) if error.is_transient() => Err(error.into()),
        Err(error) => {
            tracing::error!(unit = %id, %error, "the raw bytes of a unit cannot be read; it is recovered without them");
            Ok(None)
        }
    }
}

fn owning_queue(act: &mut Act<'_, '_>, unit: &LedgerDoc) -> Result<QueueDoc, AppError> {
    if let Some(id) = unit.queue
        && let Some(queue) = act.tx.get::<QueueDoc>(id)?
    {
        return Ok(queue);
    }
    Ok(crate::ingest::acts::channel_and_queue(act, unit.channel)?.1)
}

/// Still in the queue or at an agent: first in line from now on. Routing reads the new priority from the journal, so that
/// it holds with this commit, also in another process.
fn urgent(act: &mut Act<'_, '_>, mut doc: InteractionDoc, note: &str) -> Result<InteractionDoc, AppError> {
    doc.priority = limits::PRIORITY_MAX;
    let mut thread = Thread::of(doc);
    thread.say(Draft::notice(act, "recovered", with_note("Recovered from the ledger: this customer has waited too long.", note)));
    thread.save(act)
}

/// Closed: a new interaction that brings the answer. A chat whose customer has gone is answered by mail if we know where.
fn go_on(act: &mut Act<'_, '_>, unit: &LedgerDoc, queue: &QueueDoc, doc: &InteractionDoc, note: &str) -> Result<InteractionDoc, AppError> {
    let customer = crate::customers::rows::customer_of(act.tx, doc.customer)?;
    if let Some(back) = call_back(act, unit, queue, doc, customer.as_ref(), note)? {
        return Ok(back);
    }
    let by_mail = match &customer {
        Some(customer) if !doc.customer_online && crate::customers::rows::best_email(customer).is_some() => {
            outgoing::mailbox_for(act, queue.id)?.map(|c| c.id)
        }
        Some(_) | None => None,
    };
    let (channel, medium): (ChannelId, Medium) = match by_mail {
        Some(mailbox) if doc.medium != Medium::Email => (mailbox, Medium::Email),
        // Nobody knows his number: a person finds out how to reach him.
        None if doc.medium == Medium::Voice => (doc.channel, Medium::Task),
        Some(_) | None => (doc.channel, doc.medium),
    };
    let opening = Opening {
        channel,
        medium,
        customer: customer.as_ref(),
        queue,
        subject: doc.subject.clone(),
        language: doc.language.clone(),
        previous: Some(doc.id),
        online: false,
    };
    let mut thread = Thread::open(act, opening);
    thread.doc.priority = limits::PRIORITY_MAX;
    thread.doc.customer_waits = Some(unit.received);
    // What he wrote, not what we did.
    let asked = match message_rows::last_inbound(act.tx, doc.id)? {
        Some(message) => message.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(QUOTE_CHARS).collect(),
        None => doc.preview.clone(),
    };
    thread.doc.preview.clone_from(&asked);
    let cause = unit.cause.map_or_else(String::new, |c| format!(" ({c})"));
    let text = format!(
        "Recovered from the ledger{cause}. The customer has had no answer to: \u{201c}{asked}\u{201d}. Suggested words: we are sorry that you \
         have waited; here is our answer."
    );
    thread.say(Draft::notice(act, "recovered", with_note(&text, note)));
    thread.save(act)
}

/// A call, or a message that a caller left, is brought back by a call: whoever accepts it, for him the customer is called. `None` for what
/// is no call, or if nobody knows the number.
fn call_back(
    act: &mut Act<'_, '_>,
    unit: &LedgerDoc,
    queue: &QueueDoc,
    doc: &InteractionDoc,
    customer: Option<&CustomerDoc>,
    note: &str,
) -> Result<Option<InteractionDoc>, AppError> {
    if !matches!(unit.kind, UnitKind::Call | UnitKind::Voicemail) {
        return Ok(None);
    }
    let Some((customer, number)) = customer.and_then(|customer| Some((customer, crate::calls::rows::best_number(customer)?))) else {
        return Ok(None);
    };
    let cause = unit.cause.map_or_else(String::new, |c| format!(" ({c})"));
    let text = format!("Recovered from the ledger{cause}: this customer called and nobody has spoken with him. Accept to call {number}.");
    let back = crate::calls::rows::Back {
        number,
        enqueued: unit.received,
        priority: limits::PRIORITY_MAX,
        tries: 0,
        due: Some(rows::deadline(act.now, queue)),
    };
    let notice = ("recovered", with_note(&text, note));
    Ok(Some(crate::calls::rows::call_back(act, doc, customer, queue, &back, notice)?))
}

/// Never understood: a person reads the raw file.
fn unread(
    act: &mut Act<'_, '_>,
    unit: &LedgerDoc,
    queue: &QueueDoc,
    note: &str,
    raw: Option<(String, i64)>,
) -> Result<InteractionDoc, AppError> {
    let channel = act.tx.get::<ChannelDoc>(unit.channel)?.ok_or(AppError::not_found("channel"))?;
    let opening = Opening {
        channel: channel.id,
        medium: if matches!(channel.settings, ChannelSettings::Mailbox(_)) { Medium::Email } else { Medium::Chat },
        customer: None,
        queue,
        subject: if unit.subject.is_empty() { "Unreadable mail".to_owned() } else { unit.subject.clone() },
        language: None,
        previous: None,
        online: false,
    };
    let mut thread = Thread::open(act, opening);
    thread.doc.priority = limits::PRIORITY_MAX;
    thread.doc.customer_name.clone_from(&unit.from);
    thread.doc.customer_waits = Some(unit.received);
    let text = format!("This mail could not be read ({}). The file holds it as it came.", unit.detail);
    let mut draft = Draft::notice(act, "quarantined", with_note(&text, note));
    let mut file = None;
    if let Some((blob, size)) = raw {
        let doc = AttachmentDoc {
            id: act.id(AttachmentId::new),
            name: uploads::safe_name(&format!("{}.eml", unit.id)),
            mime: "text/plain".to_owned(),
            size,
            inline: false,
        };
        draft.attachments.push(doc.clone());
        file = Some((doc, blob));
    }
    let message = thread.say(draft);
    if let Some((doc, blob)) = file {
        message_rows::add_file(act.tx, &doc, &blob, Uploader::Mail, Some(message.id), None, act.now)?;
    }
    thread.save(act)
}

fn with_note(text: &str, note: &str) -> String {
    if note.is_empty() { text.to_owned() } else { format!("{text}\n{note}") }
}

/// Refuses a unit as spam. Its interaction is closed without an answer, unless others wait in it.
///
/// # Errors
/// 404 and 403 by `ledger.manage`; [`AppError::Invalid`] without a reason; [`AppError::Conflict`] when it has ended.
pub async fn refuse(ctx: &Ctx, actor: &Actor, id: UnitId, why: &str) -> Result<LedgerDoc, AppError> {
    let (who, why) = (actor.clone(), words("why", why)?);
    if why.is_empty() {
        return Err(AppError::invalid("why", "required", "say why it is refused; the record keeps it"));
    }
    let (unit, withdraw) = act::run(ctx, actor.event(), move |act| {
        let unit = access::ledger(act.tx, &who, id, Right::LedgerManage)?.into_inner();
        let unit = take(act, &unit, Step::Refuse { why: why.clone() })?;
        audit::record(act.tx, act.now, &who, "ledger.refused", &id.to_string(), &json!({"why": why}))?;
        let Some(interaction) = unit.interaction else { return Ok((unit, None)) };
        let waiting = okno_store::ledger::of_interaction(act.tx, interaction)?.iter().any(|u| u.state == UnitState::Open);
        let open = act.tx.get::<InteractionDoc>(interaction)?.is_some_and(|d| !matches!(d.state, InteractionState::Closed { .. }));
        Ok((unit, (open && !waiting).then_some(interaction)))
    })
    .await?;
    if let Some(interaction) = withdraw {
        match routing::ask(ctx, actor.event(), Input::Withdraw { interaction, how: Closed::Refused }, None).await {
            // It ended in the same moment.
            Ok(()) | Err(AppError::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(unit)
}
