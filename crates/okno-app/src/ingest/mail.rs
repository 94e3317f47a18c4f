//! Understanding a mail: who wrote it, where it belongs, who answers it. One transaction.

use super::{
    acts::channel_and_queue,
    receipt,
    thread::{self, Place},
};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    customers::rows as customers,
    interactions::thread::{Draft, Opening, Thread, takes_messages},
    ledger::{life::Step, rows as ledger},
    messages::{bounce, outgoing},
    uploads,
};
use okno_bus::Topic;
use okno_model::{
    AttachmentId, CustomerId, IdentityKind, Medium, Timestamp, UnitId,
    doc::{
        AttachmentDoc, Author, ChannelDoc, ChannelSettings, Closed, CustomerDoc, InteractionDoc, InteractionState, LedgerDoc, MailDoc,
        MailboxSettings, MessageKind, QueueDoc, UnitState,
    },
    event::Actor,
    limits,
    wire::{InboundFile, InboundMail},
};
use okno_store::{
    mail::{self as mails, Direction, Mail, Refs},
    messages as message_rows,
    messages::Uploader,
    named,
};

/// Characters of a subject that are kept.
const SUBJECT_CHARS: usize = 500;

struct Stored {
    doc: AttachmentDoc,
    blob: String,
    content_id: Option<String>,
}

/// Turns a stored mail into a message of a customer in an interaction. Repeating it changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown unit, or the store's; then nothing was written and it can be tried again.
pub async fn understand_mail(ctx: &Ctx, unit: UnitId, mail: InboundMail) -> Result<(), AppError> {
    let mut files = Vec::new();
    for file in &mail.attachments {
        files.push(store_file(ctx, file).await?);
    }
    let inner = ctx.clone();
    act::run(ctx, Actor::Customer, move |act| understand(&inner, act, unit, &mail, &files)).await?;
    ctx.poke(Topic::Outbox);
    Ok(())
}

async fn store_file(ctx: &Ctx, file: &InboundFile) -> Result<Stored, AppError> {
    let blob = ctx.app.blobs.put(file.bytes.clone()).await?;
    let doc = AttachmentDoc {
        id: ctx.id(AttachmentId::new),
        name: uploads::safe_name(&file.name),
        mime: uploads::detect(&file.bytes, &file.name).to_owned(),
        size: file.bytes.len() as i64,
        inline: file.inline,
    };
    Ok(Stored { doc, blob, content_id: file.content_id.clone() })
}

fn understand(ctx: &Ctx, act: &mut Act<'_, '_>, id: UnitId, mail: &InboundMail, files: &[Stored]) -> Result<(), AppError> {
    let mut unit = ledger::get(act, id)?;
    if !matches!(unit.state, UnitState::Received | UnitState::Quarantined) {
        return Ok(());
    }
    unit.from = shown_sender(mail);
    unit.subject = subject(mail);
    let (channel, queue) = channel_and_queue(act, unit.channel)?;
    let ChannelSettings::Mailbox(mailbox) = &channel.settings else {
        return Err(AppError::Internal(format!("unit {id} is a mail, but channel {} is no mailbox", channel.id)));
    };
    if let Some(report) = &mail.report {
        return bounce::report(act, &unit, report);
    }
    if let Some(copy) = own_copy(act, mail)? {
        let join = Step::Join { interaction: Some(copy.interaction), customer: None, why: "own_copy".to_owned() };
        return ledger::take(act, &unit, join).map(drop);
    }
    let sender = customers::of_mail(act, &mail.from, &mail.dmarc, mail.language.clone())?;
    let archive = okno_store::ledger::raw(act.tx, id)?.is_some_and(|(_, envelope)| envelope.archive);
    let place = thread::find(act, channel.id, mail, &sender)?;
    if archive {
        return keep(act, &unit, &channel, &queue, &sender, place, mail, files);
    }
    route(ctx, act, &unit, (&channel, mailbox, &queue), &sender, place, mail, files)
}

/// A mail that we sent ourselves and that came back through a copy or an alias. Somebody else's mail that only bears the id
/// of ours is a mail like any other: nobody may make it vanish in a conversation unseen.
fn own_copy(act: &mut Act<'_, '_>, mail: &InboundMail) -> Result<Option<Mail>, AppError> {
    if !outgoing::own_addresses(act)?.contains(&customers::normal_email(&mail.from.address)) {
        return Ok(None);
    }
    let known = mails::by_message_id(act.tx, &mail.message_id)?;
    Ok(known.into_iter().find(|m| m.direction == Direction::Out))
}

/// Into the history, closed: it arrived before okno was connected and somebody dealt with it elsewhere.
#[expect(clippy::too_many_arguments, reason = "one step of `understand`, with all that it has found out")]
fn keep(
    act: &mut Act<'_, '_>,
    unit: &LedgerDoc,
    channel: &ChannelDoc,
    queue: &QueueDoc,
    sender: &CustomerDoc,
    place: Place,
    mail: &InboundMail,
    files: &[Stored],
) -> Result<(), AppError> {
    let at = mail.date.filter(|date| *date < act.now).unwrap_or(act.now);
    let mut thread = match place {
        Place::Join(doc) | Place::Continue(doc) if doc.customer == Some(sender.id) => Thread::of(doc),
        Place::Join(_) | Place::Continue(_) | Place::Stranger(_) | Place::New => {
            let mut thread = open(act, channel, queue, sender, mail, None);
            thread.doc.state = InteractionState::Closed { at, how: Closed::Finished };
            thread.doc.created = at;
            thread.doc.enqueued = at;
            thread.doc.due = None;
            thread
        }
    };
    let waits = thread.doc.customer_waits;
    say(act, &mut thread, sender, mail, files, at)?;
    thread.doc.customer_waits = waits;
    let doc = thread.save(act)?;
    ledger::take(act, unit, Step::Join { interaction: Some(doc.id), customer: Some(sender.id), why: "archive".to_owned() })?;
    came_for(act, unit.id, sender, mail)
}

#[expect(clippy::too_many_arguments, reason = "one step of `understand`, with all that it has found out")]
fn route(
    ctx: &Ctx,
    act: &mut Act<'_, '_>,
    unit: &LedgerDoc,
    (channel, mailbox, queue): (&ChannelDoc, &MailboxSettings, &QueueDoc),
    sender: &CustomerDoc,
    place: Place,
    mail: &InboundMail,
    files: &[Stored],
) -> Result<(), AppError> {
    let mut thread = match place {
        Place::Join(doc) => Thread::of(doc),
        Place::Continue(doc) => open(act, channel, queue, sender, mail, Some(&doc)),
        Place::Stranger(doc) => {
            let mut thread = open(act, channel, queue, sender, mail, Some(&doc));
            let notice = "This mail refers to a conversation in which its sender had no part. It was not added to it.";
            thread.say(Draft::notice(act, "sender_not_participant", notice));
            thread
        }
        Place::New => open(act, channel, queue, sender, mail, None),
    };
    // He already waits for an answer here: this mail goes on in that demand. A reply that is on its way does not answer it.
    let waits = thread.doc.customer_waits.is_some() && waiting_unit(act, &thread.doc)?;
    say(act, &mut thread, sender, mail, files, act.now)?;
    if !waits {
        receipt::send(ctx, act, &mut thread, channel, (mailbox, queue), mail)?;
    }
    let doc = thread.save(act)?;
    let step = if waits {
        Step::Join { interaction: Some(doc.id), customer: Some(sender.id), why: "same_thread".to_owned() }
    } else {
        Step::Open { interaction: doc.id, customer: Some(sender.id), queue: doc.queue, deadline: unit.deadline }
    };
    let unit = ledger::take(act, unit, step)?;
    came_for(act, unit.id, sender, mail)?;
    if let (UnitState::Open, InteractionState::Active { agent, .. }) = (unit.state, &doc.state) {
        ledger::take(act, &unit, Step::Take((*agent).into()))?;
    }
    debug_assert!(takes_messages(&doc), "a routed mail must stand where somebody answers it");
    Ok(())
}

fn waiting_unit(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<bool, AppError> {
    Ok(okno_store::ledger::of_interaction(act.tx, doc.id)?.iter().any(|u| u.state == UnitState::Open))
}

fn open(
    act: &Act<'_, '_>,
    channel: &ChannelDoc,
    queue: &QueueDoc,
    sender: &CustomerDoc,
    mail: &InboundMail,
    previous: Option<&InteractionDoc>,
) -> Thread {
    let opening = Opening {
        channel: channel.id,
        medium: Medium::Email,
        customer: Some(sender),
        queue,
        subject: subject(mail),
        language: mail.language.clone(),
        previous: previous.map(|p| p.id),
        online: false,
    };
    let mut thread = Thread::open(act, opening);
    thread.part = part_of(sender, mail);
    thread
}

/// The part of the sender whose this address is.
fn part_of(sender: &CustomerDoc, mail: &InboundMail) -> Option<CustomerId> {
    customers::part_by(sender, IdentityKind::Email, &customers::normal_email(&mail.from.address))
}

/// The unit of a mail names the same part of the sender as his address does.
fn came_for(act: &mut Act<'_, '_>, unit: UnitId, sender: &CustomerDoc, mail: &InboundMail) -> Result<(), AppError> {
    part_of(sender, mail).map_or(Ok(()), |part| Ok(named::came_for::<LedgerDoc>(act.tx, unit, part)?))
}

fn say(
    act: &mut Act<'_, '_>,
    thread: &mut Thread,
    sender: &CustomerDoc,
    mail: &InboundMail,
    files: &[Stored],
    at: Timestamp,
) -> Result<(), AppError> {
    let mut draft = Draft::text(act, MessageKind::Inbound, Author::Customer { id: sender.id }, mail.text.clone());
    draft.quoted.clone_from(&mail.quoted);
    draft.has_html = mail.html.is_some();
    draft.has_remote = mail.has_remote;
    draft.at = at;
    draft.attachments = files.iter().map(|f| f.doc.clone()).collect();
    draft.mail = Some(MailDoc {
        from: mail.from.clone(),
        to: mail.to.iter().take(limits::RECIPIENTS).cloned().collect(),
        cc: mail.cc.iter().take(limits::RECIPIENTS).cloned().collect(),
        subject: subject(mail),
        message_id: mail.message_id.clone(),
        dmarc: mail.dmarc.clone(),
    });
    let message = thread.say(draft);
    if let Some(html) = &mail.html {
        message_rows::set_html(act.tx, message.id, html)?;
    }
    for file in files {
        message_rows::add_file(act.tx, &file.doc, &file.blob, Uploader::Mail, Some(message.id), file.content_id.as_deref(), act.now)?;
    }
    mails::add(
        act.tx,
        &Mail {
            message: message.id,
            interaction: thread.doc.id,
            direction: Direction::In,
            refs: Refs {
                message_id: mail.message_id.clone(),
                references: mail.references.iter().take(outgoing::REFERENCES_MAX).cloned().collect(),
                participants: thread::participants(mail),
                automatic: mail.automatic.is_some(),
            },
        },
    )?;
    Ok(())
}

fn subject(mail: &InboundMail) -> String {
    let clean: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SUBJECT_CHARS).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shown_sender(mail: &InboundMail) -> String {
    let name = customers::clean_name(&mail.from.name);
    if name.is_empty() { mail.from.address.clone() } else { format!("{name} <{}>", mail.from.address) }
}
