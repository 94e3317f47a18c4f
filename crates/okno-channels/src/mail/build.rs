//! [`OutboundMail`] to the bytes that go over the wire. A field from outside can never begin another field.

use super::parse::{encoding::one_line, fields, files};
use mail_builder::{
    MessageBuilder,
    headers::{address::Address as Header, date::Date, message_id::MessageId, raw::Raw},
    mime::BodyPart,
};
use okno_model::{
    doc::Address,
    limits::{NAME_CHARS, RECIPIENTS},
    wire::{OutboundFile, OutboundMail},
};

/// Longest subject that is sent, in characters.
const SUBJECT_CHARS: usize = 500;
/// References that are sent: the first one and the newest, as RFC 5322 lets one trim.
const REFERENCES: usize = 20;

/// A mail ready for a relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// Envelope sender; `None` is the null path `<>` of automatic mail.
    pub sender: Option<String>,
    /// Envelope recipients, each once: those of To first.
    pub recipients: Vec<String>,
    /// How many of them stand in To; a mail that does not reach them has failed.
    pub primary: usize,
    /// Header and body.
    pub bytes: Vec<u8>,
}

/// Why a mail cannot be built; trying again doesn't help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A bad address.
    #[error("`{0}` is not a mail address")]
    Address(String),
    /// No recipient.
    #[error("the mail has no recipient")]
    NoRecipient,
    /// Too many.
    #[error("the mail has more than {RECIPIENTS} recipients")]
    TooMany,
    /// A bad Message-ID.
    #[error("`{0}` cannot be a Message-ID")]
    MessageId(String),
}

/// Builds a mail; `files` are its files with their content, in order.
///
/// # Errors
/// [`BuildError`] if an address or id could not stand in a mail.
pub fn build<'a>(mail: &'a OutboundMail, files: impl IntoIterator<Item = (&'a OutboundFile, Vec<u8>)>) -> Result<Built, BuildError> {
    let from = address(&mail.from)?;
    let to = mail.to.iter().map(address).collect::<Result<Vec<_>, _>>()?;
    let cc = mail.cc.iter().map(address).collect::<Result<Vec<_>, _>>()?;
    let mut recipients: Vec<String> = Vec::new();
    let mut primary = 0;
    for (n, one) in to.iter().chain(&cc).enumerate() {
        if !recipients.iter().any(|have| have.eq_ignore_ascii_case(&one.address)) {
            recipients.push(one.address.clone());
            primary += usize::from(n < to.len());
        }
    }
    if recipients.is_empty() {
        return Err(BuildError::NoRecipient);
    }
    if recipients.len() > RECIPIENTS {
        return Err(BuildError::TooMany);
    }
    let id = |id: &String| fields::message_id(id).ok_or_else(|| BuildError::MessageId(id.clone()));
    let mut message = MessageBuilder::new()
        .from(header(&from))
        .to(Header::new_list(to.iter().map(header).collect()))
        .subject(one_line(&mail.subject, SUBJECT_CHARS))
        .date(Date::new(mail.date.millis().div_euclid(1000)))
        .message_id(id(&mail.message_id)?);
    if !cc.is_empty() {
        message = message.cc(Header::new_list(cc.iter().map(header).collect()));
    }
    // Ids of others that cannot stand in a header are left out: the customer's program may have made them.
    if let Some(parent) = mail.in_reply_to.as_deref().and_then(fields::message_id) {
        message = message.in_reply_to(parent);
    }
    let references = trimmed(mail.references.iter().filter_map(|one| fields::message_id(one)).collect());
    if !references.is_empty() {
        message = message.references(MessageId::new_list(references.into_iter()));
    }
    if mail.automatic {
        message = message.header("Auto-Submitted", Raw::new("auto-replied")).header("X-Auto-Response-Suppress", Raw::new("All"));
    }
    message = message.text_body(encoding_text(&mail.text));
    for (file, bytes) in files {
        let mime = media_type(&file.mime);
        message = message.attachment(mime, files::safe_name(&file.name, &file.mime), BodyPart::Binary(bytes.into()));
    }
    let mut bytes = Vec::new();
    message.serialize(&mut bytes);
    Ok(Built { sender: (!mail.automatic).then_some(from.address), recipients, primary, bytes })
}

/// An address that may stand in an envelope and in a header: domain in ASCII form.
fn address(given: &Address) -> Result<Address, BuildError> {
    let bad = || BuildError::Address(one_line(&given.address, 100));
    if given.address.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(bad());
    }
    let normal = fields::normal_address(&given.address).ok_or_else(bad)?;
    let (local, domain) = normal.rsplit_once('@').ok_or_else(bad)?;
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        match url::Host::parse(domain) {
            Ok(url::Host::Domain(ascii)) => ascii,
            Ok(url::Host::Ipv4(_) | url::Host::Ipv6(_)) | Err(_) => return Err(bad()),
        }
    };
    Ok(Address { name: one_line(&given.name, NAME_CHARS), address: format!("{local}@{domain}") })
}

fn header(address: &Address) -> Header<'_> {
    Header::new_address((!address.name.is_empty()).then_some(address.name.as_str()), address.address.as_str())
}

fn trimmed(mut references: Vec<String>) -> Vec<String> {
    if references.len() > REFERENCES {
        references.drain(1..=references.len() - REFERENCES);
    }
    references
}

/// Line ends of the wire, no control characters.
fn encoding_text(text: &str) -> String {
    super::parse::encoding::clean(text).replace('\n', "\r\n")
}

/// A media type that can stand in a header; anything else is bytes.
fn media_type(mime: &str) -> String {
    let token = |part: &str| {
        !part.is_empty() && part.len() <= 100 && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-' | b'_'))
    };
    let fine = mime.split_once('/').is_some_and(|(main, sub)| token(main) && token(sub) && !matches!(main, "multipart" | "message"));
    if fine { mime } else { "application/octet-stream" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse::{Setting, parse};
    use okno_model::{ChannelId, OutboxId, Timestamp};

    fn mail() -> OutboundMail {
        let address = |name: &str, address: &str| Address { name: name.to_owned(), address: address.to_owned() };
        OutboundMail {
            outbox: OutboxId::from_u128(1),
            channel: ChannelId::from_u128(2),
            message: None,
            interaction: None,
            message_id: "t.1@okno.test".to_owned(),
            in_reply_to: Some("a@customers.test".to_owned()),
            references: vec!["0@customers.test".to_owned(), "a@customers.test".to_owned()],
            from: address("Помощь, «Окно»", "help@okno.test"),
            to: vec![address("Иван \"Грозный\"", "ivan@customers.test")],
            cc: vec![],
            subject: "Re: Где мой заказ № 5? ".repeat(10),
            text: "Здравствуйте!\n.\nFrom here\n-- \nОкно".to_owned(),
            files: vec![],
            automatic: false,
            date: Timestamp::from_millis(1_700_000_000_123),
            attempt: 1,
        }
    }

    #[test]
    fn what_is_built_is_read_back() {
        let mut given = mail();
        let file = OutboundFile { name: "счёт №5.pdf".to_owned(), mime: "application/pdf".to_owned(), blob: String::new() };
        given.cc = vec![Address { name: String::new(), address: "ivan@Почта.рф".to_owned() }];
        let built = build(&given, [(&file, b"%PDF-1.7 \0\xff".to_vec())]).unwrap();
        assert_eq!(built.recipients, ["ivan@customers.test", "ivan@xn--80a1acny.xn--p1ai"]);
        assert_eq!(built.sender.as_deref(), Some("help@okno.test"));
        let head = String::from_utf8_lossy(&built.bytes);
        assert!(head.lines().all(|line| line.len() <= 200), "{head}");
        let read = parse(&built.bytes, &Setting::default()).unwrap();
        assert_eq!(read.message_id, given.message_id);
        assert_eq!(read.references, ["a@customers.test", "0@customers.test"]);
        assert_eq!(read.from, given.from);
        assert_eq!(read.to, given.to);
        assert_eq!(read.subject, given.subject.trim());
        assert_eq!(read.text, given.text);
        assert_eq!(read.date, Some(Timestamp::from_millis(1_700_000_000_000)));
        assert_eq!(read.automatic, None);
        assert_eq!((read.attachments[0].name.as_str(), read.attachments[0].bytes.as_slice()), ("счёт №5.pdf", &b"%PDF-1.7 \0\xff"[..]));
    }

    #[test]
    fn automatic_mail_says_so_and_has_no_sender() {
        let mut given = mail();
        given.automatic = true;
        let built = build(&given, []).unwrap();
        assert_eq!(built.sender, None);
        assert_eq!(parse(&built.bytes, &Setting::default()).unwrap().automatic.as_deref(), Some("auto_submitted"));
    }

    #[test]
    fn no_field_begins_another() {
        let evil = "x\r\nBcc: victim@x.test\r\n\r\nbody";
        let mut given = mail();
        given.subject = evil.to_owned();
        given.from.name = evil.to_owned();
        given.to[0].name = evil.to_owned();
        given.in_reply_to = Some(evil.to_owned());
        given.references = vec![evil.to_owned()];
        let file = OutboundFile { name: evil.to_owned(), mime: evil.to_owned(), blob: String::new() };
        let built = build(&given, [(&file, b"x".to_vec())]).unwrap();
        let text = String::from_utf8_lossy(&built.bytes).to_lowercase();
        assert!(!text.contains("\nbcc:") && !text.contains("\rbcc"), "{text}");
        let changes: [fn(&mut OutboundMail, String); 3] = [|m, s| m.message_id = s, |m, s| m.to[0].address = s, |m, s| m.from.address = s];
        for change in changes {
            let mut given = mail();
            change(&mut given, "a@b\r\nBcc: c@d".to_owned());
            assert!(build(&given, []).is_err());
        }
        assert_eq!(build(&OutboundMail { to: vec![], ..mail() }, []), Err(BuildError::NoRecipient));
    }

    #[test]
    fn long_histories_are_trimmed() {
        let given = OutboundMail { references: (0..500).map(|n| format!("{n}@x.test")).collect(), ..mail() };
        let read = parse(&build(&given, []).unwrap().bytes, &Setting::default()).unwrap();
        assert_eq!(read.references.len(), REFERENCES + 1, "{:?}", read.references);
        assert!(read.references.contains(&"0@x.test".to_owned()) && read.references.contains(&"499@x.test".to_owned()));
    }
}
