//! The receipt: one automatic mail that says "we have it". Guarded against loops, storms and abuse (RFC 3834).

use crate::{
    AppError, Ctx,
    act::Act,
    customers::rows::normal_email,
    interactions::thread::{Draft, Thread},
    messages::outgoing::{self, Envelope},
    promise,
};
use okno_model::{
    doc::{Author, ChannelDoc, Delivery, MailDoc, MailboxSettings, MessageKind, QueueDoc},
    limits,
    wire::InboundMail,
};
use okno_store::customers;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);
const HOUR: Duration = Duration::from_secs(3600);

/// Answers a mail automatically, if the channel wants it and every guard agrees. The text is the channel's own: nothing
/// that a stranger wrote is ever sent back to an address that he may have made up, not even his subject.
pub(super) fn send(
    ctx: &Ctx,
    act: &mut Act<'_, '_>,
    thread: &mut Thread,
    channel: &ChannelDoc,
    (mailbox, queue): (&MailboxSettings, &QueueDoc),
    mail: &InboundMail,
) -> Result<(), AppError> {
    let promised = promise::of_queue(act.tx, queue, act.now)?;
    let to = normal_email(&mail.from.address);
    // A company that says nothing by itself still says by when, if its queue is closed and promises.
    if (mailbox.auto_reply.trim().is_empty() && promised.is_none())
        || mail.automatic.is_some()
        || mail.report.is_some()
        || mail.dmarc == "fail"
        || outgoing::own_addresses(act)?.contains(&to)
        || !crate::customers::rows::is_email(&to)
    {
        return Ok(());
    }
    let (his, all) = customers::auto_replies(act.tx, &to, act.now - DAY, act.now - HOUR)?;
    if his >= i64::from(limits::AUTO_REPLIES_PER_SENDER_DAY) {
        return Ok(());
    }
    if all >= i64::from(limits::AUTO_REPLIES_PER_HOUR) {
        tracing::warn!(channel = %channel.id, "receipts of this hour are used up; is another machine answering us?");
        return Ok(());
    }
    customers::add_auto_reply(act.tx, &to, act.now)?;
    let author = Author::System { key: "receipt".to_owned() };
    let language = mail.language.clone().or_else(|| thread.doc.language.clone()).unwrap_or_else(|| "en".to_owned());
    let mut text = mailbox.auto_reply.trim_end().to_owned();
    if let Some((promise, zone)) = promised {
        let gap = if text.is_empty() { "" } else { "\n\n" };
        text = format!("{text}{gap}{}", promise::words(&language, &promise, &zone));
    }
    let mut draft = Draft::text(act, MessageKind::Outbound, author, text);
    let message_id = outgoing::message_id(ctx, draft.id, &mailbox.address);
    let envelope = Envelope {
        to: vec![okno_model::doc::Address { name: String::new(), address: to }],
        cc: Vec::new(),
        subject: receipt_subject(&channel.name),
        in_reply_to: Some(mail.message_id.clone()),
        references: vec![mail.message_id.clone()],
    };
    draft.delivery = Delivery::Queued;
    draft.mail = Some(MailDoc {
        from: outgoing::sender(mailbox),
        to: envelope.to.clone(),
        cc: Vec::new(),
        subject: envelope.subject.clone(),
        message_id: message_id.clone(),
        dmarc: "none".to_owned(),
    });
    let text = draft.text.clone();
    let message = thread.say(draft);
    outgoing::push(act, channel.id, mailbox, &message, &message_id, envelope, text, Vec::new(), true)
}

fn receipt_subject(channel: &str) -> String {
    format!("{channel}: your message has arrived")
}
