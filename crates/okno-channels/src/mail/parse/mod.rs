//! Raw bytes of a mail to [`InboundMail`]: nothing here panics, waits or looks at a clock, whatever the bytes are.

mod automatic;
mod body;
mod cost;
pub(crate) mod encoding;
pub(crate) mod fields;
pub mod files;
pub mod html;
mod language;
pub mod quote;
mod report;
mod tree;
mod verdict;

#[cfg(test)]
#[expect(clippy::format_collect, reason = "hostile mails are written as they look")]
mod hostile;

use crate::mail::limits::{REFERENCES, SUBJECT_CHARS};
use fields::{Fields, normal_address};
use mail_parser::HeaderName;
use okno_model::{Timestamp, doc::Address, limits::RECIPIENTS, wire::InboundMail};
use sha2::{Digest, Sha256};

/// What the parser has to know about the mailbox.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// Addresses of all mailboxes of the workspace, with aliases.
    pub own: Vec<String>,
    /// Names of the mail servers whose Authentication-Results are believed.
    pub trusted: Vec<String>,
    /// Envelope recipients, or the mailbox's address.
    pub envelope_to: Vec<String>,
}

/// Why a mail cannot be understood; a person has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// No bytes.
    #[error("the mail is empty")]
    Empty,
    /// The bytes don't begin with header fields.
    #[error("this is not a mail: it has no header fields")]
    NoHeader,
    /// Nobody could be answered.
    #[error("the mail names no sender that could be answered")]
    NoSender,
}

/// Understands a mail.
///
/// # Errors
/// [`ParseError`] if it is no mail or names no sender.
pub fn parse(raw: &[u8], setting: &Setting) -> Result<InboundMail, ParseError> {
    if raw.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(ParseError::Empty);
    }
    // Some stores put empty lines or an mbox line before the header.
    let start = raw.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(0);
    let root = tree::split(raw.get(start..).unwrap_or_default());
    let fields = &root.fields;
    if fields.is_empty() {
        return Err(ParseError::NoHeader);
    }
    let body = body::read(&root);
    let report = report::read(&root, &body.text);
    let from = sender(fields, &setting.own)
        .or_else(|| report.as_ref().map(|_| Address { name: String::new(), address: String::new() }))
        .ok_or(ParseError::NoSender)?;
    let folded = quote::fold(&body.text);
    let dmarc = proven(fields, &from, verdict::dmarc(fields, &setting.trusted));
    let automatic = automatic::reason(fields, &from, &setting.own).or_else(|| report.as_ref().map(|_| "null_sender"));
    Ok(InboundMail {
        message_id: fields.ids(&HeaderName::MessageId).into_iter().next().unwrap_or_else(|| made_id(raw)),
        references: references(fields),
        to: recipients(fields, &HeaderName::To, &setting.own),
        cc: recipients(fields, &HeaderName::Cc, &setting.own),
        delivered_to: delivered_to(fields, &setting.envelope_to),
        subject: encoding::one_line(fields.text(&HeaderName::Subject).unwrap_or_default(), SUBJECT_CHARS),
        date: fields
            .date()
            .filter(|seconds| (0..=PLAUSIBLE_SECONDS).contains(seconds))
            .map(|seconds| Timestamp::from_millis(seconds * 1000)),
        language: language::guess(&folded.text),
        text: folded.text,
        quoted: folded.quoted,
        has_remote: body.has_remote,
        html: body.html,
        attachments: body.files,
        automatic: automatic.map(str::to_owned),
        dmarc: dmarc.to_owned(),
        report,
        from,
    })
}

/// Dates after the year 2100 are lies.
const PLAUSIBLE_SECONDS: i64 = 4_102_444_800;

/// Fields that the writer's program makes and no server changes. A mail that differs in one of them is another mail, even with
/// the same Message-ID: nobody may make a customer's mail vanish as a repeat by sending his own under its id first.
const WRITERS: [&str; 5] = ["from", "reply-to", "to", "date", "subject"];

/// The key that recognizes the same mail by another way: its Message-ID, what its writer's program wrote into the header, and
/// its body, without what servers on the way add. A mail without Message-ID is recognized by all its bytes.
pub fn twin(raw: &[u8]) -> String {
    let (header, body) = encoding::split_header(raw);
    let fields = Fields::parse(header);
    let Some(id) = fields.ids(&HeaderName::MessageId).into_iter().next() else {
        return format!("raw:{}", hex::encode(Sha256::digest(raw)));
    };
    let mut hash = Sha256::new();
    hash.update(id.as_bytes());
    hash.update([0]);
    for name in WRITERS {
        // Servers fold long fields as they like.
        for word in fields.all(name).flat_map(str::split_whitespace) {
            hash.update(word.as_bytes());
            hash.update([b' ']);
        }
        hash.update([0]);
    }
    // Stores and relays disagree on line ends and on the last one.
    for line in body.trim_ascii_end().split(|byte| *byte == b'\n') {
        hash.update(line.strip_suffix(b"\r").unwrap_or(line));
        hash.update(b"\n");
    }
    format!("mid:{}", hex::encode(hash.finalize()))
}

fn made_id(raw: &[u8]) -> String {
    format!("{}@no-message-id.invalid", &hex::encode(Sha256::digest(raw))[..40])
}

/// Who is answered: Reply-To, unless it is an address of ours or nothing that can be written to; then From, then Sender.
fn sender(fields: &Fields, own: &[String]) -> Option<Address> {
    let from = fields.addresses(&HeaderName::From).into_iter().next().or_else(|| fields.addresses(&HeaderName::Sender).into_iter().next());
    let reply_to = fields.addresses(&HeaderName::ReplyTo).into_iter().find(|address| !is_own(own, &address.address));
    match (reply_to, from) {
        (Some(mut reply), Some(from)) => {
            if reply.name.is_empty() {
                reply.name = from.name;
            }
            Some(reply)
        }
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    }
}

/// What the server's verdict says about the one who is answered. It is a verdict on From: an address of another domain in
/// Reply-To is proven by nobody, and a writer may put anybody's there. A server that judges has to judge him, too.
fn proven(fields: &Fields, answered: &Address, verdict: &'static str) -> &'static str {
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let from = fields.addresses(&HeaderName::From).into_iter().next();
    let judged = from.is_some_and(|from| domain(&from.address) == domain(&answered.address));
    if verdict == "pass" && !judged { "fail" } else { verdict }
}

fn is_own(own: &[String], address: &str) -> bool {
    own.iter().any(|mine| mine.eq_ignore_ascii_case(address))
}

fn references(fields: &Fields) -> Vec<String> {
    let mut nearest_first = fields.ids(&HeaderName::InReplyTo);
    nearest_first.extend(fields.ids(&HeaderName::References).into_iter().rev());
    let mut out: Vec<String> = Vec::new();
    for id in nearest_first {
        if out.len() == REFERENCES {
            break;
        }
        if !out.contains(&id) {
            out.push(id);
        }
    }
    out
}

/// Recipients, bounded; ours are kept even if they stand behind the bound.
fn recipients(fields: &Fields, name: &HeaderName<'_>, own: &[String]) -> Vec<Address> {
    let mut all = fields.addresses(name);
    if all.len() > RECIPIENTS {
        let ours: Vec<Address> = all.drain(RECIPIENTS..).filter(|address| is_own(own, &address.address)).take(RECIPIENTS).collect();
        all.extend(ours);
    }
    all
}

fn delivered_to(fields: &Fields, envelope: &[String]) -> Vec<String> {
    const NAMES: &[&str] = &[
        "delivered-to",
        "x-original-to",
        "x-delivered-to",
        "envelope-to",
        "x-envelope-to",
        "x-forwarded-to",
        "apparently-to",
        "x-rcpt-to",
    ];
    let mut out: Vec<String> = Vec::new();
    let named = NAMES.iter().flat_map(|name| fields.all(name)).flat_map(|value| value.split(','));
    for address in envelope.iter().map(String::as_str).chain(named).filter_map(normal_address) {
        let address = address.to_lowercase();
        if out.len() < RECIPIENTS && !out.contains(&address) {
            out.push(address);
        }
    }
    out
}

#[cfg(test)]
mod tests;
