//! Messages and attachments.

use crate::{AttachmentId, CustomerId, InteractionId, MessageId, Timestamp, UserId};

documents! {
    /// Who says a message.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Eq)]
    pub enum Author {
        /// The customer.
        Customer { id: CustomerId },
        /// A user of ours.
        User { id: UserId, name: String },
        /// okno: automatic answers and notices. `key` is a translation key, the text is its English form.
        System { key: String },
    }

    /// To whom a message is visible.
    #[serde(rename_all = "snake_case")]
    #[derive(Copy, Eq)]
    pub enum MessageKind {
        /// From the customer.
        Inbound,
        /// To the customer.
        Outbound,
        /// An internal note: never leaves the company.
        Note,
        /// A line about what happened, visible to agents.
        Event,
    }

    /// How far a message of ours has come. A lattice: never moves back, except to `failed`.
    #[serde(tag = "kind", rename_all = "snake_case")]
    #[derive(Eq)]
    pub enum Delivery {
        /// Nothing to deliver (notes, inbound messages).
        None,
        /// Stored, on its way.
        Queued,
        /// Handed to the other side's server, or to the customer's browser.
        Sent { at: Timestamp },
        /// Seen by the customer.
        Read { at: Timestamp },
        /// Did not arrive; `why` in words for the agent.
        Failed { at: Timestamp, why: String },
    }

    /// One utterance in an interaction.
    pub struct MessageDoc {
        /// Id.
        pub id: MessageId,
        /// Of which interaction.
        pub interaction: InteractionId,
        /// Number within the interaction: 1, 2, ... without gaps.
        pub number: i64,
        /// Visibility and direction.
        pub kind: MessageKind,
        /// Who says it.
        pub author: Author,
        /// Plain text (for mail: the text part without quoted history).
        pub text: String,
        /// Quoted history of a mail, folded in the desk; empty if none.
        pub quoted: String,
        /// There is an HTML form; it is fetched by a link of its own and shown in a sandboxed frame.
        pub has_html: bool,
        /// The HTML form has remote content that is blocked until asked for.
        pub has_remote: bool,
        /// Id given by the sender's client; a repeat is the same message.
        pub client_id: Option<String>,
        /// When it was accepted.
        pub at: Timestamp,
        /// Delivery state.
        pub delivery: Delivery,
        /// Mail envelope, for e-mail only.
        pub mail: Option<MailDoc>,
        /// Files.
        pub attachments: Vec<AttachmentDoc>,
    }

    /// Addresses of a mail as shown to the agent.
    #[derive(Eq)]
    pub struct MailDoc {
        /// Sender.
        pub from: Address,
        /// Recipients.
        pub to: Vec<Address>,
        /// Copies.
        pub cc: Vec<Address>,
        /// Subject as written.
        pub subject: String,
        /// Message-ID without angle brackets.
        pub message_id: String,
        /// Verdict of the receiving server: `pass`, `fail`, `none` (from Authentication-Results of our own server).
        pub dmarc: String,
    }

    /// A mail address with a name.
    #[derive(Eq)]
    pub struct Address {
        /// Shown name, may be empty.
        pub name: String,
        /// Address.
        pub address: String,
    }

    /// A file of a message; its content is fetched by a link of its own, from another origin.
    #[derive(Eq)]
    pub struct AttachmentDoc {
        /// Id.
        pub id: AttachmentId,
        /// Safe name.
        pub name: String,
        /// Media type as detected, never as claimed.
        pub mime: String,
        /// Bytes.
        pub size: i64,
        /// Shown inside the HTML form, not as a file of its own.
        pub inline: bool,
    }
}
