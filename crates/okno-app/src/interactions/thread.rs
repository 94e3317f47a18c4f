//! Writing into an interaction: messages get their numbers, the interaction keeps its summary, the journal hears both.

use crate::{AppError, act::Act};
use okno_model::{
    ChannelId, CustomerId, InteractionId, Medium, MessageId, Timestamp,
    doc::{AttachmentDoc, Author, CustomerDoc, Delivery, InteractionDoc, InteractionState, MailDoc, MessageDoc, MessageKind, QueueDoc},
    event::What,
};
use okno_store::named;

/// Characters of a preview in lists.
const PREVIEW_CHARS: usize = 140;
/// Characters of the subject of a chat, taken from its first words.
const SUBJECT_CHARS: usize = 80;

/// A message before it has its number.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Id; made by the caller if something else has to know it before.
    pub(crate) id: MessageId,
    /// Direction.
    pub(crate) kind: MessageKind,
    /// Who says it.
    pub(crate) author: Author,
    /// Text.
    pub(crate) text: String,
    /// Quoted history.
    pub(crate) quoted: String,
    /// Has an HTML form.
    pub(crate) has_html: bool,
    /// The HTML has remote content.
    pub(crate) has_remote: bool,
    /// The sender's id.
    pub(crate) client_id: Option<String>,
    /// Delivery.
    pub(crate) delivery: Delivery,
    /// Mail envelope.
    pub(crate) mail: Option<MailDoc>,
    /// Files.
    pub(crate) attachments: Vec<AttachmentDoc>,
    /// When it was said: now, but for archived mail.
    pub(crate) at: Timestamp,
}

impl Draft {
    /// A plain text message of now.
    pub(crate) fn text(act: &Act<'_, '_>, kind: MessageKind, author: Author, text: impl Into<String>) -> Self {
        Self {
            id: act.id(MessageId::new),
            kind,
            author,
            text: text.into(),
            quoted: String::new(),
            has_html: false,
            has_remote: false,
            client_id: None,
            delivery: Delivery::None,
            mail: None,
            attachments: Vec::new(),
            at: act.now,
        }
    }

    /// A line about what happened, for agents.
    pub(crate) fn notice(act: &Act<'_, '_>, key: &str, text: impl Into<String>) -> Self {
        Self::text(act, MessageKind::Event, Author::System { key: key.to_owned() }, text)
    }
}

/// What a new interaction starts from.
pub(crate) struct Opening<'a> {
    /// Entry point.
    pub(crate) channel: ChannelId,
    /// Medium.
    pub(crate) medium: Medium,
    /// Customer; `None` only for what nobody could read.
    pub(crate) customer: Option<&'a CustomerDoc>,
    /// Its queue.
    pub(crate) queue: &'a QueueDoc,
    /// Subject; empty takes the first words.
    pub(crate) subject: String,
    /// Language.
    pub(crate) language: Option<String>,
    /// The interaction it goes on from.
    pub(crate) previous: Option<InteractionId>,
    /// The customer's browser is connected.
    pub(crate) online: bool,
}

/// An interaction that is being written into.
pub(crate) struct Thread {
    /// The interaction as it will be stored.
    pub(crate) doc: InteractionDoc,
    /// The part of the customer who begins it, if the customer has parts: by his address, his browser or what it goes on from.
    pub(crate) part: Option<CustomerId>,
    fresh: bool,
    said: Vec<MessageDoc>,
}

impl Thread {
    /// A new interaction.
    pub(crate) fn open(act: &Act<'_, '_>, opening: Opening<'_>) -> Self {
        let doc = InteractionDoc {
            id: act.id(InteractionId::new),
            medium: opening.medium,
            channel: opening.channel,
            customer: opening.customer.map(|c| c.id),
            customer_name: opening.customer.map(|c| c.name.clone()).unwrap_or_default(),
            subject: opening.subject,
            preview: String::new(),
            language: opening.language.or_else(|| opening.customer.and_then(|c| c.language.clone())),
            queue: opening.queue.id,
            agent: None,
            state: InteractionState::New,
            priority: opening.queue.priority,
            created: act.now,
            enqueued: act.now,
            due: Some(crate::ledger::rows::deadline(act.now, opening.queue)),
            answered: None,
            case: None,
            customer_waits: None,
            last_message: 0,
            last_at: act.now,
            agent_read: 0,
            customer_read: 0,
            previous: opening.previous,
            disposition: None,
            customer_online: opening.online,
            outbound: false,
            callback: None,
            promise: None,
            called_back: None,
        };
        Self { doc, part: None, fresh: true, said: Vec::new() }
    }

    /// An existing interaction.
    pub(crate) const fn of(doc: InteractionDoc) -> Self {
        Self { doc, part: None, fresh: false, said: Vec::new() }
    }

    /// Adds a message. It is stored with [`Thread::save`].
    pub(crate) fn say(&mut self, draft: Draft) -> MessageDoc {
        let doc = &mut self.doc;
        doc.last_message += 1;
        let words = preview(&draft);
        match draft.kind {
            MessageKind::Inbound => {
                doc.customer_waits = doc.customer_waits.or(Some(draft.at));
                doc.customer_read = doc.last_message;
            }
            MessageKind::Outbound => {
                if matches!(draft.author, Author::User { .. }) {
                    doc.customer_waits = None;
                    doc.answered = doc.answered.or(Some(draft.at));
                    doc.agent_read = doc.last_message;
                }
            }
            MessageKind::Note | MessageKind::Event => {}
        }
        if matches!(draft.kind, MessageKind::Inbound | MessageKind::Outbound) {
            doc.preview.clone_from(&words);
            doc.last_at = draft.at;
            if doc.subject.is_empty() {
                doc.subject = words.chars().take(SUBJECT_CHARS).collect();
            }
        }
        let message = MessageDoc {
            id: draft.id,
            interaction: doc.id,
            number: doc.last_message,
            kind: draft.kind,
            author: draft.author,
            text: draft.text,
            quoted: draft.quoted,
            has_html: draft.has_html,
            has_remote: draft.has_remote,
            client_id: draft.client_id,
            at: draft.at,
            delivery: draft.delivery,
            mail: draft.mail,
            attachments: draft.attachments,
        };
        self.said.push(message.clone());
        message
    }

    /// Stores the interaction and what was said, and tells both.
    pub(crate) fn save(mut self, act: &mut Act<'_, '_>) -> Result<InteractionDoc, AppError> {
        if self.said.iter().any(|message| message.kind == MessageKind::Inbound) {
            crate::cases::rows::heard(act, &mut self.doc, self.fresh)?;
        }
        if self.fresh {
            let part = match (self.part, self.doc.previous, self.doc.customer) {
                (None, Some(previous), Some(customer)) => named::origin::<InteractionDoc>(act.tx, previous, customer)?,
                (part, _, _) => part,
            };
            act.tx.put_with(&self.doc, &[("origin_customer", part.into())])?;
        } else {
            act.tx.put(&self.doc)?;
        }
        let what = if self.fresh { What::InteractionCreated } else { What::InteractionChanged };
        act.tell(what(self.doc.clone()))?;
        for message in self.said {
            act.tx.put(&message)?;
            act.tell(What::MessageCreated(message))?;
        }
        Ok(self.doc)
    }
}

/// Whether a new message of the customer still belongs into this interaction.
pub(crate) const fn takes_messages(doc: &InteractionDoc) -> bool {
    match doc.state {
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } | InteractionState::Active { .. } => true,
        // The agent has said good-bye: what comes now needs a place in the queue of its own, or nobody answers it.
        InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => false,
    }
}

/// Stores an interaction and tells what happened to it.
pub(crate) fn save(act: &mut Act<'_, '_>, doc: &InteractionDoc, what: fn(InteractionDoc) -> What) -> Result<(), AppError> {
    act.tx.put(doc)?;
    act.tell(what(doc.clone()))
}

/// Stores a message and tells that it changed.
pub(crate) fn save_message(act: &mut Act<'_, '_>, message: &MessageDoc) -> Result<(), AppError> {
    act.tx.put(message)?;
    act.tell(What::MessageChanged(message.clone()))
}

fn preview(draft: &Draft) -> String {
    let text = if draft.text.trim().is_empty() { draft.attachments.first().map_or("", |a| a.name.as_str()) } else { draft.text.as_str() };
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.chars().count() > PREVIEW_CHARS {
            break;
        }
    }
    words.chars().take(PREVIEW_CHARS).collect()
}
