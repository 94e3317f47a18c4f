//! Messages between the app and the channel doors: what came in, what goes out.

use crate::{ChannelId, InteractionId, MessageId, OutboxId, Timestamp, UnitId, doc::Address};
use serde::{Deserialize, Serialize};

/// A mail that a channel has understood. Text is plain, HTML is already sanitized.
#[derive(Debug, Clone, PartialEq)]
pub struct InboundMail {
    /// Message-ID without brackets; a hash-made one if the mail had none.
    pub message_id: String,
    /// In-Reply-To and References, nearest first, without brackets.
    pub references: Vec<String>,
    /// Sender (From, or Reply-To if given).
    pub from: Address,
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
    /// Delivered-To, X-Original-To, envelope recipients: every address that shows for whom it came.
    pub delivered_to: Vec<String>,
    /// Subject as written.
    pub subject: String,
    /// Date header.
    pub date: Option<Timestamp>,
    /// New text, without quoted history.
    pub text: String,
    /// Quoted history.
    pub quoted: String,
    /// Sanitized HTML, remote content rewritten to `data-remote-src`.
    pub html: Option<String>,
    /// The HTML has remote content.
    pub has_remote: bool,
    /// Files.
    pub attachments: Vec<InboundFile>,
    /// Why no automatic answer may be sent, if so: `auto_submitted`, `list`, `null_sender`, `bulk`, `own_address`.
    pub automatic: Option<String>,
    /// A delivery report about a mail of ours.
    pub report: Option<DeliveryReport>,
    /// `pass`, `fail` or `none`.
    pub dmarc: String,
    /// Language by content, BCP 47.
    pub language: Option<String>,
}

/// A file that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundFile {
    /// Safe name.
    pub name: String,
    /// Detected media type.
    pub mime: String,
    /// Content.
    pub bytes: Vec<u8>,
    /// Content-ID for inline pictures, without brackets.
    pub content_id: Option<String>,
    /// Shown inside the HTML.
    pub inline: bool,
}

/// What a delivery report says about a mail of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Message-ID of our mail, without brackets.
    pub original: String,
    /// Address that failed.
    pub recipient: String,
    /// `failed`, `delayed`, `delivered`.
    pub action: String,
    /// Status and diagnostic in words.
    pub detail: String,
}

/// A mail that has to go out: a row of the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboundMail {
    /// Row.
    pub outbox: OutboxId,
    /// Mailbox that sends.
    pub channel: ChannelId,
    /// The message; `None` for automatic mail.
    pub message: Option<MessageId>,
    /// Interaction.
    pub interaction: Option<InteractionId>,
    /// Fixed before the first try, without brackets.
    pub message_id: String,
    /// Mail being answered.
    pub in_reply_to: Option<String>,
    /// Older mails, oldest first.
    pub references: Vec<String>,
    /// Sender.
    pub from: Address,
    /// Recipients.
    pub to: Vec<Address>,
    /// Copies.
    pub cc: Vec<Address>,
    /// Subject.
    pub subject: String,
    /// Plain text, signature included.
    pub text: String,
    /// Files: name, media type, blob.
    pub files: Vec<OutboundFile>,
    /// Automatic: gets `Auto-Submitted: auto-replied` and the null envelope sender.
    pub automatic: bool,
    /// Date header, fixed with the Message-ID.
    pub date: Timestamp,
    /// Which claim of the row this is, set when it is claimed: the fence against a sender whose lease has run out.
    #[serde(skip)]
    pub attempt: i64,
}

/// A file that goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboundFile {
    /// Name.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// Blob key.
    pub blob: String,
}

/// How a try to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The relay took it: its answer.
    Sent(String),
    /// Try again later: why.
    Deferred(String),
    /// Will never work: why.
    Failed(String),
}

/// A raw unit as it came in, before anything is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct RawUnit {
    /// Where.
    pub channel: ChannelId,
    /// Kind.
    pub kind: crate::doc::UnitKind,
    /// The key that makes a repeat the same unit, unique per channel (`imap:<uidvalidity>:<uid>`, `smtp:<sha256>`, `chat:<visitor>:<client id>`).
    pub key: String,
    /// Second key: the same mail by another way (`mid:<sha256 of Message-ID and body>`); `None` if there is none.
    pub twin: Option<String>,
    /// The bytes.
    pub raw: Vec<u8>,
    /// Arrived before the archive date: kept in history, not routed.
    pub archive: bool,
    /// Envelope recipients (SMTP) or the mailbox's address (IMAP).
    pub envelope_to: Vec<String>,
}

/// What became of a raw unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Stored now.
    New(UnitId),
    /// Was there already.
    Repeat(UnitId),
}
