//! Sending, reading, delivering.

use super::outgoing::{self, Envelope};
use crate::{
    AppError, Ctx,
    access::{self, Actor, Once},
    act::{self, Act},
    customers::rows::{best_email, customer_of, is_email, normal_email},
    ingest::check,
    interactions::thread::{self, Draft, Thread, save_message},
    ledger::rows as ledger,
    promises, uploads,
};
use okno_bus::Topic;
use okno_model::{
    AttachmentId, IdentityKind, InteractionId, Medium, MessageId,
    doc::{
        Address, Author, ChannelDoc, ChannelSettings, CustomerDoc, Delivery, InteractionDoc, InteractionState, MailDoc, MessageDoc,
        MessageKind,
    },
    event::{self, What},
    limits,
    right::Right,
};
use okno_store::{messages as rows, messages::Uploader, outbox};

/// What an agent writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewMessageKind {
    /// To the customer.
    Outbound,
    /// For colleagues only.
    Note,
}

/// A message of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// To whom.
    pub kind: NewMessageKind,
    /// Text.
    pub text: String,
    /// Made by his browser; a repeat is the same message.
    pub client_id: String,
    /// Files that he has uploaded.
    pub attachments: Vec<AttachmentId>,
    /// Mail: recipients instead of those of a reply.
    pub to: Option<Vec<Address>>,
    /// Mail: copies instead of those of a reply.
    pub cc: Option<Vec<Address>>,
    /// Mail: subject instead of that of a reply.
    pub subject: Option<String>,
}

/// Writes to the customer, or a note. When this returns the message is on disk; delivery follows.
///
/// # Errors
/// 404 and 403 by `interaction.write`; [`AppError::Conflict`] when the interaction is not in an agent's hands;
/// [`AppError::Invalid`] with the field.
pub async fn send(ctx: &Ctx, actor: &Actor, id: InteractionId, new: NewMessage, once: Option<Once>) -> Result<MessageDoc, AppError> {
    check::client_id(&new.client_id)?;
    check::text(&new.text, new.attachments.len())?;
    let (inner, who) = (ctx.clone(), actor.clone());
    let message = act::run(ctx, actor.event(), move |act| {
        let (now, by) = (act.now, act.by.clone());
        Once::run(once.as_ref(), act.tx, who.user, now, |tx| write(&inner, &mut Act::new(&inner, tx, now, by), &who, id, &new))
    })
    .await?;
    if message.mail.is_some() {
        ctx.poke(Topic::Outbox);
    }
    Ok(message)
}

/// The same inside another act.
pub(crate) fn write(ctx: &Ctx, act: &mut Act<'_, '_>, actor: &Actor, id: InteractionId, new: &NewMessage) -> Result<MessageDoc, AppError> {
    let doc = access::interaction(act.tx, actor, id, Right::InteractionWrite)?.into_inner();
    if let Some(message) = rows::by_client_id(act.tx, id, &new.client_id)? {
        return Ok(message);
    }
    let author = Author::User { id: actor.user, name: actor.name.clone() };
    let kind = match new.kind {
        NewMessageKind::Outbound => MessageKind::Outbound,
        NewMessageKind::Note => MessageKind::Note,
    };
    let mut draft = Draft::text(act, kind, author, new.text.clone());
    draft.client_id = Some(new.client_id.clone());
    draft.attachments = uploads::claim(act, &new.attachments, Uploader::User(actor.user), draft.id)?;
    match (new.kind, doc.medium) {
        (NewMessageKind::Note, _) => {
            let mut thread = Thread::of(doc);
            let message = thread.say(draft);
            thread.save(act)?;
            Ok(message)
        }
        (NewMessageKind::Outbound, Medium::Email) => {
            in_hands(&doc)?;
            mail(ctx, act, doc, draft, new)
        }
        (NewMessageKind::Outbound, Medium::Chat | Medium::Message | Medium::Task | Medium::Voice) => {
            in_hands(&doc)?;
            // He is away, but we know where to reach him: the answer goes there, and stands here when he comes back.
            if !doc.customer_online && has_email(act, &doc)? && outgoing::mailbox_for(act, doc.queue)?.is_some() {
                return mail(ctx, act, doc, draft, new);
            }
            draft.delivery = Delivery::Queued;
            let mut thread = Thread::of(doc);
            let message = thread.say(draft);
            thread.save(act)?;
            Ok(message)
        }
    }
}

/// Only who has it may answer: otherwise two people answer, or nobody is responsible.
fn in_hands(doc: &InteractionDoc) -> Result<(), AppError> {
    match doc.state {
        InteractionState::Active { .. } | InteractionState::Wrapup { .. } => Ok(()),
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => {
            Err(AppError::conflict("not_accepted", "nobody has accepted this interaction yet; accept it, or write a note"))
        }
        InteractionState::Closed { .. } => {
            Err(AppError::conflict("already_closed", "this interaction is closed; write a note, or recover it"))
        }
    }
}

fn has_email(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<bool, AppError> {
    let Some(id) = doc.customer else { return Ok(false) };
    Ok(act.tx.get::<CustomerDoc>(id)?.is_some_and(|c| best_email(&c).is_some()))
}

/// Whether the customer can be reached without his coming back.
pub(crate) fn has_address(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<bool, AppError> {
    let Some(id) = doc.customer else { return Ok(false) };
    let customer = act.tx.get::<CustomerDoc>(id)?;
    Ok(customer.is_some_and(|c| c.identities.iter().any(|i| matches!(i.kind, IdentityKind::Email | IdentityKind::Phone))))
}

fn mail(ctx: &Ctx, act: &mut Act<'_, '_>, doc: InteractionDoc, mut draft: Draft, new: &NewMessage) -> Result<MessageDoc, AppError> {
    let no_mailbox = || AppError::conflict("no_mailbox", "there is no mailbox to send from; add one under channels");
    let channel = match act.tx.get::<ChannelDoc>(doc.channel)? {
        Some(channel) if matches!(channel.settings, ChannelSettings::Mailbox(_)) => channel,
        // A form that came in while there was no mailbox.
        Some(_) | None => outgoing::mailbox_for(act, doc.queue)?.ok_or_else(no_mailbox)?,
    };
    let ChannelSettings::Mailbox(mailbox) = &channel.settings else { return Err(no_mailbox()) };
    let customer = customer_of(act.tx, doc.customer)?;
    let mut envelope = outgoing::reply(act, doc.id, &doc.subject, customer.as_ref())?;
    if let Some(to) = &new.to {
        envelope.to = recipients("to", to)?;
    }
    if let Some(cc) = &new.cc {
        envelope.cc = recipients("cc", cc)?;
    }
    if let Some(subject) = &new.subject {
        envelope.subject = one_line(subject);
    }
    if envelope.to.is_empty() {
        return Err(AppError::invalid("to", "required", "there is no address to write to; add one"));
    }
    let own = outgoing::own_addresses(act)?;
    if envelope.to.iter().chain(&envelope.cc).any(|a| own.contains(&normal_email(&a.address))) {
        return Err(AppError::invalid("to", "own_address", "one of these addresses is our own mailbox; remove it"));
    }
    let message_id = outgoing::message_id(ctx, draft.id, &mailbox.address);
    draft.delivery = Delivery::Queued;
    draft.mail = Some(mail_doc(mailbox, &envelope, &message_id));
    let text = promises::with_footer(act.tx, &doc, signed(&draft.text, &mailbox.signature))?;
    let files = uploads::outgoing_files(act, draft.id)?;
    let mut thread = Thread::of(doc);
    let message = thread.say(draft);
    thread.save(act)?;
    outgoing::push(act, channel.id, mailbox, &message, &message_id, envelope, text, files, false)?;
    Ok(message)
}

fn mail_doc(mailbox: &okno_model::doc::MailboxSettings, envelope: &Envelope, message_id: &str) -> MailDoc {
    MailDoc {
        from: outgoing::sender(mailbox),
        to: envelope.to.clone(),
        cc: envelope.cc.clone(),
        subject: envelope.subject.clone(),
        message_id: message_id.to_owned(),
        dmarc: "none".to_owned(),
    }
}

fn signed(text: &str, signature: &str) -> String {
    if signature.trim().is_empty() { text.to_owned() } else { format!("{}\n\n-- \n{}", text.trim_end(), signature.trim()) }
}

fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn recipients(field: &'static str, list: &[Address]) -> Result<Vec<Address>, AppError> {
    if list.len() > limits::RECIPIENTS {
        return Err(AppError::invalid(field, "too_many", format!("a mail has at most {} recipients", limits::RECIPIENTS)));
    }
    list.iter()
        .map(|a| {
            let address = a.address.trim();
            if is_email(address) {
                Ok(Address { name: one_line(&a.name), address: address.to_owned() })
            } else {
                Err(AppError::invalid(
                    field,
                    "bad_email",
                    format!("`{}` is not a mail address", address.chars().take(80).collect::<String>()),
                ))
            }
        })
        .collect()
}

/// The agent has seen everything up to `number`.
///
/// # Errors
/// 404 by `interaction.read`. Only the agent who has the interaction moves its mark; for others it is not a change.
pub async fn mark_read(ctx: &Ctx, actor: &Actor, id: InteractionId, number: i64) -> Result<InteractionDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut doc = access::interaction(act.tx, &who, id, Right::InteractionRead)?.into_inner();
        let seen = number.clamp(0, doc.last_message);
        if doc.agent == Some(who.agent()) && seen > doc.agent_read {
            doc.agent_read = seen;
            thread::save(act, &doc, What::InteractionChanged)?;
        }
        Ok(doc)
    })
    .await
}

/// The customer's browser has everything up to `number`: what was queued is sent, and answers what waited.
pub(crate) fn delivered_in(act: &mut Act<'_, '_>, doc: &InteractionDoc, number: i64) -> Result<(), AppError> {
    let mut answers = None;
    for mut message in rows::outbound_until(act.tx, doc.id, number)? {
        if matches!(message.delivery, Delivery::Queued) && message.mail.is_none() {
            message.delivery = Delivery::Sent { at: act.now };
            save_message(act, &message)?;
            if matches!(message.author, Author::User { .. }) {
                answers = answers.max(Some(message.at));
            }
        }
    }
    match answers {
        Some(at) => ledger::answered(act, doc, at),
        None => Ok(()),
    }
}

/// The customer's browser has everything up to `number`. Repeating it changes nothing.
///
/// # Errors
/// [`AppError::NotFound`], or the store's.
pub async fn delivered(ctx: &Ctx, interaction: InteractionId, number: i64) -> Result<(), AppError> {
    act::run(ctx, event::Actor::Customer, move |act| {
        let doc = act.tx.get::<InteractionDoc>(interaction)?.ok_or(AppError::not_found("interaction"))?;
        delivered_in(act, &doc, number)
    })
    .await
}

/// The customer has seen everything up to `number`. Repeating it changes nothing.
///
/// # Errors
/// [`AppError::NotFound`], or the store's.
pub async fn read_by_customer(ctx: &Ctx, interaction: InteractionId, number: i64) -> Result<(), AppError> {
    act::run(ctx, event::Actor::Customer, move |act| {
        let mut doc = act.tx.get::<InteractionDoc>(interaction)?.ok_or(AppError::not_found("interaction"))?;
        let number = number.clamp(0, doc.last_message);
        delivered_in(act, &doc, number)?;
        for mut message in rows::outbound_until(act.tx, doc.id, number)? {
            if matches!(message.delivery, Delivery::Sent { .. }) && message.mail.is_none() {
                message.delivery = Delivery::Read { at: act.now };
                save_message(act, &message)?;
            }
        }
        if number > doc.customer_read {
            doc.customer_read = number;
            thread::save(act, &doc, What::InteractionChanged)?;
        }
        Ok(())
    })
    .await
}

/// Tries a failed mail again, with the same Message-ID.
///
/// # Errors
/// 404 and 403 by `interaction.write`; [`AppError::Conflict`] if it has not failed.
pub async fn retry(ctx: &Ctx, actor: &Actor, id: MessageId) -> Result<MessageDoc, AppError> {
    let who = actor.clone();
    let message = act::run(ctx, actor.event(), move |act| {
        let mut message = access::message(act.tx, &who, id, Right::InteractionWrite)?.into_inner();
        if !matches!(message.delivery, Delivery::Failed { .. }) {
            return Err(AppError::conflict("not_failed", "only a message that could not be delivered can be tried again"));
        }
        let row = outbox::by_key(act.tx, &format!("mail:{id}"))?
            .ok_or_else(|| AppError::conflict("not_mail", "this message was not sent by mail"))?;
        outbox::requeue(act.tx, row.id, act.now)?;
        message.delivery = Delivery::Queued;
        save_message(act, &message)?;
        Ok(message)
    })
    .await?;
    ctx.poke(Topic::Outbox);
    Ok(message)
}
