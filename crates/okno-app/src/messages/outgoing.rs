//! Mails that leave: who gets them, what names them, and the outbox row that carries them.

use crate::{
    AppError, Ctx,
    act::Act,
    customers::rows::{best_email, is_email, normal_email},
};
use okno_model::{
    ChannelId, InteractionId, MessageId, OutboxId, QueueId,
    doc::{Address, CaseDoc, ChannelDoc, ChannelSettings, CustomerDoc, InteractionDoc, MailboxSettings, MessageDoc},
    limits,
    wire::{OutboundFile, OutboundMail},
};
use okno_store::{
    mail::{self as mails, Direction, Mail, Refs},
    messages,
    outbox::{self, NewOutbox},
};

/// References that a mail carries: long threads keep their newest part.
pub(crate) const REFERENCES_MAX: usize = 30;
/// The outbox's kind of mails.
pub(crate) const OUTBOX_KIND: &str = "mail";
/// Bytes of the token in a Message-ID: 80 bits cannot be guessed by mail.
const TOKEN_BYTES: usize = 10;

/// Who gets a mail and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) to: Vec<Address>,
    pub(crate) cc: Vec<Address>,
    pub(crate) subject: String,
    pub(crate) in_reply_to: Option<String>,
    /// Oldest first.
    pub(crate) references: Vec<String>,
}

/// The Message-ID of a message: fixed before the first try, the same on every retry, and not guessable, so that an answer
/// that names it proves that its sender got our mail.
pub(crate) fn message_id(ctx: &Ctx, message: MessageId, address: &str) -> String {
    let key = ctx.app.secrets.derive(&format!("message-id:{message}"));
    let domain = address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    format!("{}.{message}@{domain}", base32(&key[..TOKEN_BYTES]))
}

fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let (mut out, mut bits, mut have) = (String::new(), 0_u32, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        have += 8;
        while have >= 5 {
            have -= 5;
            out.push(char::from(DIGITS[(bits >> have & 31) as usize]));
        }
    }
    if have > 0 {
        out.push(char::from(DIGITS[(bits << (5 - have) & 31) as usize]));
    }
    out
}

/// The sender of a mailbox's mail.
pub(crate) fn sender(mailbox: &MailboxSettings) -> Address {
    Address { name: mailbox.sender_name.clone(), address: mailbox.address.clone() }
}

/// Every address that reaches us.
pub(crate) fn own_addresses(act: &mut Act<'_, '_>) -> Result<Vec<String>, AppError> {
    let mut own = Vec::new();
    for channel in act.tx.list::<ChannelDoc>()? {
        if let ChannelSettings::Mailbox(mailbox) = &channel.settings {
            own.push(normal_email(&mailbox.address));
            own.extend(mailbox.aliases.iter().map(|a| normal_email(a)));
        }
    }
    Ok(own)
}

/// The mailbox that answers for a queue: its own, or any that works.
pub(crate) fn mailbox_for(act: &mut Act<'_, '_>, queue: QueueId) -> Result<Option<ChannelDoc>, AppError> {
    let mut all: Vec<ChannelDoc> =
        act.tx.list::<ChannelDoc>()?.into_iter().filter(|c| c.enabled && matches!(c.settings, ChannelSettings::Mailbox(_))).collect();
    all.sort_by_key(|c| c.queue != queue);
    Ok(all.into_iter().next())
}

/// What a reply answers and who gets it (behaviour.md B10): the sender of the newest mail, and the others on it without
/// our own addresses. Nobody is added silently.
pub(crate) fn reply(
    act: &mut Act<'_, '_>,
    interaction: InteractionId,
    subject: &str,
    customer: Option<&CustomerDoc>,
) -> Result<Envelope, AppError> {
    let own = own_addresses(act)?;
    let answered = messages::last_inbound(act.tx, interaction)?;
    let Some((message, mail)) = answered.and_then(|m| m.mail.clone().map(|mail| (m, mail))) else {
        // Nothing to reply to: a form, or our first mail to him.
        let to = customer.and_then(|c| best_email(c).map(|address| Address { name: c.name.clone(), address }));
        return Ok(Envelope {
            to: to.into_iter().collect(),
            cc: Vec::new(),
            subject: numbered(act, interaction, re(subject))?,
            in_reply_to: None,
            references: Vec::new(),
        });
    };
    let mut seen = own;
    let mut fresh = |address: &Address| {
        let normal = normal_email(&address.address);
        let fresh = is_email(&normal) && !seen.contains(&normal);
        seen.push(normal);
        fresh
    };
    let to: Vec<Address> = std::iter::once(mail.from).filter(|a| fresh(a)).collect();
    let cc: Vec<Address> = mail.to.into_iter().chain(mail.cc).filter(|a| fresh(a)).take(limits::RECIPIENTS - 1).collect();
    let mut references: Vec<String> = mails::of_message(act.tx, message.id)?.map(|m| m.refs.references).unwrap_or_default();
    references.reverse();
    references.push(mail.message_id.clone());
    let skip = references.len().saturating_sub(REFERENCES_MAX);
    Ok(Envelope {
        to,
        cc,
        subject: numbered(act, interaction, re(&mail.subject))?,
        in_reply_to: Some(mail.message_id),
        references: references.split_off(skip),
    })
}

/// The subject with the number of the case, by which an answer without references still finds it.
fn numbered(act: &mut Act<'_, '_>, interaction: InteractionId, subject: String) -> Result<String, AppError> {
    let case = act.tx.get::<InteractionDoc>(interaction)?.and_then(|doc| doc.case);
    let Some(case) = case.map(|id| act.tx.get::<CaseDoc>(id)).transpose()?.flatten() else { return Ok(subject) };
    let tag = format!("[{}]", case.number);
    Ok(if subject.contains(&tag) { subject } else { format!("{subject} {tag}") })
}

/// A subject as a reply's.
fn re(subject: &str) -> String {
    let subject = subject.trim();
    if subject.get(..3).is_some_and(|prefix| prefix.eq_ignore_ascii_case("re:")) { subject.to_owned() } else { format!("Re: {subject}") }
}

/// Puts a message's mail into the outbox and remembers its Message-ID, in the act's transaction.
#[expect(clippy::too_many_arguments, reason = "a mail has this many parts")]
pub(crate) fn push(
    act: &mut Act<'_, '_>,
    channel: ChannelId,
    mailbox: &MailboxSettings,
    message: &MessageDoc,
    message_id: &str,
    envelope: Envelope,
    text: String,
    files: Vec<OutboundFile>,
    automatic: bool,
) -> Result<(), AppError> {
    let from = sender(mailbox);
    let mut participants: Vec<String> =
        std::iter::once(&from).chain(&envelope.to).chain(&envelope.cc).map(|a| normal_email(&a.address)).collect();
    participants.sort_unstable();
    participants.dedup();
    let refs = Refs {
        message_id: message_id.to_owned(),
        references: envelope.references.iter().rev().cloned().collect(),
        participants,
        automatic,
    };
    mails::add(act.tx, &Mail { message: message.id, interaction: message.interaction, direction: Direction::Out, refs })?;
    let row = OutboundMail {
        outbox: act.id(OutboxId::new),
        channel,
        message: Some(message.id),
        interaction: Some(message.interaction),
        message_id: message_id.to_owned(),
        in_reply_to: envelope.in_reply_to,
        references: envelope.references,
        from,
        to: envelope.to,
        cc: envelope.cc,
        subject: envelope.subject,
        text,
        files,
        automatic,
        date: message.at,
        attempt: 0,
    };
    let payload = serde_json::to_string(&row).map_err(|e| AppError::Internal(format!("a mail cannot be written as JSON: {e}")))?;
    let new = NewOutbox {
        id: row.outbox,
        kind: OUTBOX_KIND.to_owned(),
        channel: Some(channel),
        key: format!("mail:{}", message.id),
        due: act.now,
        created: act.now,
        payload,
    };
    outbox::push(act.tx, &new)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_is_that_of_rfc_4648_in_lower_case_without_padding() {
        for (plain, coded) in [("", ""), ("f", "my"), ("fo", "mzxq"), ("foo", "mzxw6"), ("foobar", "mzxw6ytboi")] {
            assert_eq!(base32(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn a_reply_prefix_is_added_once() {
        assert_eq!(re("Lamp"), "Re: Lamp");
        assert_eq!(re("RE: Lamp"), "RE: Lamp");
        assert_eq!(re("Ünï"), "Re: Ünï");
    }
}
