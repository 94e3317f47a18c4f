//! A chat message of a visitor. The first one of an engagement is its opening: a unit of the ledger.

use crate::{
    AppError, Ctx,
    act::{self, Act},
    customers::rows as customers,
    ingest::{acts::channel_and_queue, check},
    interactions::thread::{Draft, Opening, Thread, takes_messages},
    ledger::rows as ledger,
    uploads,
};
use okno_model::{
    AttachmentId, IdentityKind, InteractionId, Medium, MessageId, Timestamp, UnitId, VisitorId,
    doc::{AttachmentDoc, Author, CustomerDoc, IdentityDoc, InteractionDoc, LedgerDoc, MessageDoc, MessageKind, UnitKind, UnitState},
    event::{Actor, What},
};
use okno_store::{
    ledger::{Envelope, Origin},
    messages as message_rows,
    messages::Uploader,
    visitors::{self, VisitorRow},
};

/// Earlier interactions of a visitor in which a late repeat is looked for.
const REPEAT_DEPTH: usize = 3;

/// What a visitor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitorMessage {
    /// Who.
    pub visitor: VisitorId,
    /// Made by his browser; a repeat is the same message.
    pub client_id: String,
    /// Text; may be empty when there are files.
    pub text: String,
    /// Files that he has uploaded.
    pub attachments: Vec<AttachmentId>,
}

/// The acknowledgement: the message is on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatAck {
    /// Where it stands.
    pub interaction: InteractionId,
    /// Its id.
    pub message: MessageId,
    /// Its number there.
    pub number: i64,
    /// When it was accepted.
    pub at: Timestamp,
    /// It had been accepted before.
    pub repeat: bool,
    /// Its files.
    pub attachments: Vec<AttachmentDoc>,
}

impl ChatAck {
    fn of(message: &MessageDoc, repeat: bool) -> Self {
        Self {
            interaction: message.interaction,
            message: message.id,
            number: message.number,
            at: message.at,
            repeat,
            attachments: message.attachments.clone(),
        }
    }
}

/// Accepts a chat message. When this returns, it may be acknowledged.
///
/// # Errors
/// [`AppError::Invalid`] for what no repeat can make right; [`AppError::NotFound`] for an unknown visitor; otherwise the
/// store's: then nothing was stored and the same message may be sent again.
pub async fn chat_message(ctx: &Ctx, said: VisitorMessage) -> Result<ChatAck, AppError> {
    check::client_id(&said.client_id)?;
    check::text(&said.text, said.attachments.len())?;
    act::run(ctx, Actor::Customer, move |act| accept(act, &said)).await
}

fn accept(act: &mut Act<'_, '_>, said: &VisitorMessage) -> Result<ChatAck, AppError> {
    let mut visitor = visitors::get(act.tx, said.visitor)?.ok_or(AppError::not_found("visitor"))?;
    let current = match visitor.interaction {
        Some(id) => act.tx.get::<InteractionDoc>(id)?,
        None => None,
    };
    if let Some(message) = repeat(act, current.as_ref(), &said.client_id)? {
        return Ok(ChatAck::of(&message, true));
    }
    let customer = customer(act, &mut visitor)?;
    let (mut thread, queue) = match current {
        Some(doc) if takes_messages(&doc) => (Thread::of(doc), None),
        previous => {
            let (channel, queue) = channel_and_queue(act, visitor.channel)?;
            let opening = Opening {
                channel: channel.id,
                medium: Medium::Chat,
                customer: Some(&customer),
                queue: &queue,
                subject: String::new(),
                language: (!visitor.told.language.is_empty()).then(|| visitor.told.language.clone()),
                previous: previous.map(|p| p.id),
                online: true,
            };
            let mut thread = Thread::open(act, opening);
            thread.part = visitor.part;
            (thread, Some(queue))
        }
    };
    let mut draft = Draft::text(act, MessageKind::Inbound, Author::Customer { id: customer.id }, said.text.clone());
    draft.client_id = Some(said.client_id.clone());
    draft.attachments = uploads::claim(act, &said.attachments, Uploader::Visitor(visitor.id), draft.id)?;
    let message = thread.say(draft);
    let doc = thread.save(act)?;
    if let Some(queue) = queue {
        let key = format!("chat:{}:{}", visitor.id, said.client_id);
        let unit = LedgerDoc {
            id: act.id(UnitId::new),
            kind: UnitKind::ChatOpening,
            channel: visitor.channel,
            received: act.now,
            // Nothing has to be parsed: the opening is understood in the transaction that records it.
            state: UnitState::Open,
            cause: None,
            recovering: false,
            detail: String::new(),
            queue: Some(queue.id),
            owner: None,
            deadline: ledger::deadline(act.now, &queue),
            interaction: Some(doc.id),
            customer: Some(customer.id),
            from: customer.name.clone(),
            subject: doc.subject.clone(),
            ended: None,
        };
        let origin = Origin { key: &key, twin: None, raw_blob: None, envelope: &Envelope::default() };
        if !okno_store::ledger::insert(act.tx, &unit, &origin)? {
            return Err(AppError::Internal(format!("the chat opening {key} is in the ledger without its message")));
        }
        act.tell(What::LedgerChanged(unit))?;
        visitor.interaction = Some(doc.id);
    }
    visitor.seen = act.now;
    visitors::update(act.tx, &visitor)?;
    Ok(ChatAck::of(&message, false))
}

/// The same message, if it was accepted before: here, or in an interaction that has ended since.
fn repeat(act: &mut Act<'_, '_>, current: Option<&InteractionDoc>, client_id: &str) -> Result<Option<MessageDoc>, AppError> {
    let mut at = current.cloned();
    for _ in 0..REPEAT_DEPTH {
        let Some(doc) = at else { break };
        if let Some(message) = message_rows::by_client_id(act.tx, doc.id, client_id)? {
            return Ok(Some(message));
        }
        at = match doc.previous {
            Some(id) => act.tx.get::<InteractionDoc>(id)?,
            None => None,
        };
    }
    Ok(None)
}

/// The visitor's customer; made with his first message.
pub(crate) fn customer(act: &mut Act<'_, '_>, visitor: &mut VisitorRow) -> Result<CustomerDoc, AppError> {
    if let Some(id) = visitor.customer
        && let Some(customer) = act.tx.get::<CustomerDoc>(id)?
    {
        return Ok(customer);
    }
    let told = visitor.told.clone();
    let signed = if told.external_id.is_empty() {
        None
    } else {
        okno_store::customers::by_verified(act.tx, IdentityKind::External, &told.external_id)?
    };
    let language = (!told.language.is_empty()).then(|| told.language.clone());
    let name = if told.name.is_empty() { default_name(visitor.id) } else { told.name.clone() };
    let mut customer = match signed {
        Some(customer) => customer,
        None => customers::blank(act, &name, language),
    };
    let part = customers::part_by(&customer, IdentityKind::External, &told.external_id);
    let browser = customers::identity(act, IdentityKind::Visitor, &visitor.id.to_string(), true, "widget");
    customer.identities.push(IdentityDoc { part, ..browser });
    if !told.external_id.is_empty() && !customer.identities.iter().any(|i| i.kind == IdentityKind::External) {
        let external = customers::identity(act, IdentityKind::External, &told.external_id, true, "widget_signed");
        customer.identities.push(external);
    }
    customers::save(act, &customer)?;
    visitor.customer = Some(customer.id);
    visitor.part = part;
    if !told.email.is_empty() {
        crate::visitors::add_email(act, &mut customer, part, &told)?;
    }
    Ok(customer)
}

/// A name for somebody who has not told one: enough to tell two of them apart.
pub(crate) fn default_name(visitor: VisitorId) -> String {
    let text = visitor.0.simple().to_string();
    format!("Visitor {}", text[text.len() - 4..].to_uppercase())
}
