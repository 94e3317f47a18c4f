//! A message that a caller left becomes work of the same queue.

use super::{life, rows};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    customers::rows::customer_of,
    interactions::thread::{Draft, Opening, Thread},
    ledger::{
        life::Step,
        rows::{self as ledger, take},
    },
};
use okno_model::{
    CallId, InteractionId, Medium, RecordingId, UnitId,
    doc::{Author, Closed, InteractionDoc, InteractionState, LedgerDoc, MessageKind, QueueDoc, RecordingDoc, UnitKind, UnitState},
    event::{self, What},
};
use okno_store::ledger::{Envelope, Origin};

/// The recording of a call is a message that he left: a task of the same queue and customer, with a ledger entry of its own. The
/// call's entry joins it.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call or recording; the store's.
pub async fn voicemail_left(ctx: &Ctx, call: CallId, recording: RecordingId) -> Result<InteractionDoc, AppError> {
    let (task, waiting) = act::run(ctx, event::Actor::Customer, move |act| leave(act, call, recording)).await?;
    if let Some(interaction) = waiting {
        life::follow_up(ctx, event::Actor::Customer, interaction, life::After::Withdraw(Closed::Joined)).await;
    }
    Ok(task)
}

fn leave(act: &mut Act<'_, '_>, call: CallId, recording: RecordingId) -> Result<(InteractionDoc, Option<InteractionId>), AppError> {
    let call = rows::get(act.tx, call)?;
    let mut sound = act.tx.get::<RecordingDoc>(recording)?.filter(|r| r.call == call.id).ok_or(AppError::not_found("recording"))?;
    let doc = rows::interaction_of(act.tx, &call)?;
    let key = format!("voicemail:{recording}");
    let waiting = match doc.state {
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => Some(doc.id),
        // An agent took the call while he spoke; or it is over.
        InteractionState::Active { .. } | InteractionState::Wrapup { .. } | InteractionState::Closed { .. } => None,
    };
    if let Some(unit) = okno_store::ledger::find(act.tx, doc.channel, &key, None)? {
        let known = ledger::get(act, unit)?;
        let task = match known.interaction {
            Some(id) => act.tx.get::<InteractionDoc>(id)?,
            None => None,
        };
        return Ok((task.ok_or(AppError::not_found("interaction"))?, waiting));
    }
    let customer = customer_of(act.tx, doc.customer)?;
    let queue = act.tx.get::<QueueDoc>(doc.queue)?.ok_or(AppError::not_found("queue"))?;
    let from = if call.number.is_empty() { doc.customer_name.as_str() } else { call.number.as_str() };
    let opening = Opening {
        channel: doc.channel,
        medium: Medium::Task,
        customer: customer.as_ref(),
        queue: &queue,
        subject: format!("Voicemail from {from}"),
        language: doc.language.clone(),
        previous: Some(doc.id),
        online: false,
    };
    let mut thread = Thread::open(act, opening);
    let author = match &customer {
        Some(customer) => Author::Customer { id: customer.id },
        None => Author::System { key: "voicemail".to_owned() },
    };
    let mut draft = Draft::text(act, MessageKind::Inbound, author, format!("Voicemail, {}", rows::clock(sound.ms)));
    // By this the desk finds the sound.
    draft.client_id = Some(format!("recording:{recording}"));
    thread.say(draft);
    let task = thread.save(act)?;
    sound.interaction = task.id;
    sound.voicemail = true;
    act.tx.put(&sound)?;
    act.tell(What::RecordingChanged(sound))?;
    for unit in okno_store::ledger::of_interaction(act.tx, doc.id)? {
        if unit.state == UnitState::Open && unit.kind == UnitKind::Call {
            take(act, &unit, Step::Join { interaction: Some(task.id), customer: None, why: "voicemail".to_owned() })?;
        }
    }
    let unit = LedgerDoc {
        id: act.id(UnitId::new),
        kind: UnitKind::Voicemail,
        channel: task.channel,
        received: act.now,
        state: UnitState::Open,
        cause: None,
        recovering: false,
        detail: String::new(),
        queue: Some(queue.id),
        owner: None,
        deadline: ledger::deadline(act.now, &queue),
        interaction: Some(task.id),
        customer: task.customer,
        from: task.customer_name.clone(),
        subject: task.subject.clone(),
        ended: None,
    };
    let origin = Origin { key: &key, twin: None, raw_blob: None, envelope: &Envelope::default() };
    if !okno_store::ledger::insert(act.tx, &unit, &origin)? {
        return Err(AppError::Internal(format!("{key} is in the ledger without its task")));
    }
    act.tell(What::LedgerChanged(unit))?;
    Ok((task, waiting))
}
