//! The offline form: a letter written in the widget while nobody is there. It is answered by mail.

use super::{acts::channel_and_queue, check};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    customers::rows as customers,
    interactions::thread::{Draft, Opening, Thread},
    ledger::rows as ledger,
    messages::outgoing,
};
use okno_model::{
    ChannelId, CustomerId, IdentityKind, InteractionId, Medium, UnitId, VisitorId,
    doc::{Author, CustomerDoc, LedgerDoc, MessageKind, UnitKind, UnitState},
    event::{Actor, What},
};
use okno_store::{
    customers as customer_rows,
    ledger::{Envelope, Origin},
    visitors,
};

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineForm {
    /// Widget.
    pub channel: ChannelId,
    /// The visitor, if his browser has a token.
    pub visitor: Option<VisitorId>,
    /// Made by his browser; a repeat is the same form.
    pub client_id: String,
    /// Name.
    pub name: String,
    /// Address for the answer.
    pub email: String,
    /// Text.
    pub text: String,
}

/// The acknowledgement: the form is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormAck {
    /// Its ledger entry.
    pub unit: UnitId,
    /// The interaction that it became.
    pub interaction: InteractionId,
    /// It had been accepted before.
    pub repeat: bool,
}

/// Accepts an offline form. It becomes an e-mail interaction with the customer of that address.
///
/// # Errors
/// [`AppError::Invalid`] with the field, or the store's; then nothing was stored.
pub async fn form(ctx: &Ctx, form: OfflineForm) -> Result<FormAck, AppError> {
    check::client_id(&form.client_id)?;
    check::text(&form.text, 0)?;
    if !customers::is_email(form.email.trim()) {
        return Err(AppError::invalid("email", "bad_email", "write the address as name@example.com, so that we can answer"));
    }
    act::run(ctx, Actor::Customer, move |act| accept(act, &form)).await
}

fn accept(act: &mut Act<'_, '_>, form: &OfflineForm) -> Result<FormAck, AppError> {
    let from = form.visitor.map_or_else(|| form.email.trim().to_lowercase(), |v| v.to_string());
    let key = format!("form:{from}:{}", form.client_id);
    if let Some(unit) = okno_store::ledger::find(act.tx, form.channel, &key, None)? {
        let had = ledger::get(act, unit)?;
        let interaction = had.interaction.ok_or_else(|| AppError::Internal(format!("form {unit} has no interaction")))?;
        return Ok(FormAck { unit, interaction, repeat: true });
    }
    let (channel, queue) = channel_and_queue(act, form.channel)?;
    let (customer, part) = customer(act, form)?;
    // The answer leaves by a mailbox; without one the interaction still waits, and the desk says what is missing.
    let mailbox = outgoing::mailbox_for(act, queue.id)?.map_or(channel.id, |m| m.id);
    let opening = Opening {
        channel: mailbox,
        medium: Medium::Email,
        customer: Some(&customer),
        queue: &queue,
        subject: String::new(),
        language: None,
        previous: None,
        online: false,
    };
    let mut thread = Thread::open(act, opening);
    thread.part = part;
    let notice = format!("Written in the form of {}. The address {} is not proven.", channel.name, form.email.trim());
    thread.say(Draft::notice(act, "offline_form", notice));
    let mut draft = Draft::text(act, MessageKind::Inbound, Author::Customer { id: customer.id }, form.text.clone());
    draft.client_id = Some(form.client_id.clone());
    thread.say(draft);
    let doc = thread.save(act)?;
    let unit = LedgerDoc {
        id: act.id(UnitId::new),
        kind: UnitKind::Form,
        channel: channel.id,
        received: act.now,
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
    okno_store::ledger::insert(act.tx, &unit, &origin)?;
    act.tell(What::LedgerChanged(unit.clone()))?;
    Ok(FormAck { unit: unit.id, interaction: doc.id, repeat: false })
}

/// The customer of the address: the answer goes to that address, so nobody else learns anything. Who is known only by this
/// browser keeps being himself; a newcomer is created. Also the part of him that it is.
fn customer(act: &mut Act<'_, '_>, form: &OfflineForm) -> Result<(CustomerDoc, Option<CustomerId>), AppError> {
    let email = customers::normal_email(&form.email);
    if let Some(customer) = customer_rows::by_verified(act.tx, IdentityKind::Email, &email)? {
        let part = customers::part_by(&customer, IdentityKind::Email, &email);
        return Ok((customer, part));
    }
    let visitor = match form.visitor {
        Some(id) => visitors::get(act.tx, id)?,
        None => None,
    };
    let known = match visitor.as_ref().and_then(|v| v.customer) {
        Some(id) => act.tx.get::<CustomerDoc>(id)?,
        None => customer_rows::by_unverified(act.tx, IdentityKind::Email, &email, "widget_form")?,
    };
    let (fresh, part) = (known.is_none(), visitor.as_ref().and_then(|v| v.part));
    let name = if form.name.trim().is_empty() { email.as_str() } else { form.name.as_str() };
    let mut customer = known.unwrap_or_else(|| customers::blank(act, name, None));
    if fresh {
        if let Some(mut visitor) = visitor {
            let browser = customers::identity(act, IdentityKind::Visitor, &visitor.id.to_string(), true, "widget");
            customer.identities.push(browser);
            visitor.customer = Some(customer.id);
            visitors::update(act.tx, &visitor)?;
        }
        act.tx.put(&customer)?;
    }
    let part = part.or_else(|| customers::part_by(&customer, IdentityKind::Email, &email));
    customers::add_typed_email(act, &mut customer, part, &email, "widget_form")?;
    Ok((customer, part))
}
