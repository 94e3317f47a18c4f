//! The only doors to a row. Inside a transaction: `interaction(tx, &actor, id, right)`; outside: `access_interaction(&ctx, ..)`.

use super::{Actor, Permitted, Place, agent_place, call_place, case_place, customer_place, interaction_place, ledger_place, promise_place};
use crate::{AppError, Ctx};
use okno_model::{
    AgentId, CallId, CaseId, CustomerId, ForwardId, InteractionId, MatchId, MessageId, PromiseId, RecordingId, UnitId,
    doc::{AgentDoc, CallDoc, CaseDoc, CustomerDoc, ForwardDoc, InteractionDoc, LedgerDoc, MatchDoc, MessageDoc, PromiseDoc, RecordingDoc},
    right::Right,
};
use okno_store::Tx;

macro_rules! doors {
    ($($(#[$doc:meta])* $name:ident / $access:ident ($id:ty) -> $row:ty;)*) => {$(
        $(#[$doc])*
        ///
        /// A read of its own: an act that changes the row checks again inside its transaction.
        ///
        /// # Errors
        /// [`AppError::NotFound`] if the actor may not know it, [`AppError::Forbidden`] if he lacks the right.
        pub async fn $access(ctx: &Ctx, actor: &Actor, id: $id, right: Right) -> Result<Permitted<$row>, AppError> {
            let actor = actor.clone();
            ctx.read(move |tx| $name(tx, &actor, id, right)).await
        }
    )*};
}

doors! {
    /// An interaction. Seen with `interaction.read`.
    interaction / access_interaction(InteractionId) -> InteractionDoc;
    /// A message, by its interaction. Seen with `interaction.read`.
    message / access_message(MessageId) -> MessageDoc;
    /// A call. Seen with `interaction.read` over its interaction, and by who takes part in it.
    call / access_call(CallId) -> CallDoc;
    /// A recording, by its interaction. Seen with `interaction.read`.
    recording / access_recording(RecordingId) -> RecordingDoc;
    /// A customer. Seen with `customer.read`.
    customer / access_customer(CustomerId) -> CustomerDoc;
    /// A match, by its first customer. Seen with `customer.read`.
    match_of / access_match(MatchId) -> MatchDoc;
    /// A case. Seen with `case.read`.
    case / access_case(CaseId) -> CaseDoc;
    /// A question to a department. Seen with `case.read` over its case; changed by who reaches its department.
    forward / access_forward(ForwardId) -> ForwardDoc;
    /// A ledger entry. Seen with `ledger.read`.
    ledger / access_ledger(UnitId) -> LedgerDoc;
    /// An agent. Seen with `agent.read`; everybody sees himself.
    agent / access_agent(AgentId) -> AgentDoc;
}

/// An interaction, locked in a write. Seen with `interaction.read`.
///
/// # Errors
/// [`AppError::NotFound`] if the actor may not know it, [`AppError::Forbidden`] if he lacks the right.
pub fn interaction(tx: &mut Tx<'_>, actor: &Actor, id: InteractionId, right: Right) -> Result<Permitted<InteractionDoc>, AppError> {
    let doc = tx.get::<InteractionDoc>(id)?.ok_or(AppError::NotFound { what: "interaction" })?;
    let place = interaction_place(tx, &doc)?;
    actor.check("interaction", Right::InteractionRead, right, &place)?;
    Ok(Permitted::new(doc))
}

/// A message, by its interaction.
///
/// # Errors
/// As [`interaction`].
pub fn message(tx: &mut Tx<'_>, actor: &Actor, id: MessageId, right: Right) -> Result<Permitted<MessageDoc>, AppError> {
    let doc = tx.get::<MessageDoc>(id)?.ok_or(AppError::NotFound { what: "message" })?;
    match interaction(tx, actor, doc.interaction, right) {
        Ok(_) => Ok(Permitted::new(doc)),
        Err(AppError::NotFound { .. }) => Err(AppError::NotFound { what: "message" }),
        Err(other) => Err(other),
    }
}

/// A call. Seen with `interaction.read` over its interaction, and by who takes part in it.
///
/// # Errors
/// As [`interaction`].
pub fn call(tx: &mut Tx<'_>, actor: &Actor, id: CallId, right: Right) -> Result<Permitted<CallDoc>, AppError> {
    let doc = tx.get::<CallDoc>(id)?.ok_or(AppError::NotFound { what: "call" })?;
    let place = call_place(tx, &doc)?;
    actor.check("call", Right::InteractionRead, right, &place)?;
    Ok(Permitted::new(doc))
}

/// A recording, by its interaction.
///
/// # Errors
/// As [`interaction`].
pub fn recording(tx: &mut Tx<'_>, actor: &Actor, id: RecordingId, right: Right) -> Result<Permitted<RecordingDoc>, AppError> {
    let doc = tx.get::<RecordingDoc>(id)?.ok_or(AppError::NotFound { what: "recording" })?;
    match interaction(tx, actor, doc.interaction, right) {
        Ok(_) => Ok(Permitted::new(doc)),
        Err(AppError::NotFound { .. }) => Err(AppError::NotFound { what: "recording" }),
        Err(other) => Err(other),
    }
}

/// A customer. Seen with `customer.read`.
///
/// # Errors
/// As [`interaction`].
pub fn customer(tx: &mut Tx<'_>, actor: &Actor, id: CustomerId, right: Right) -> Result<Permitted<CustomerDoc>, AppError> {
    let doc = tx.get::<CustomerDoc>(id)?.ok_or(AppError::NotFound { what: "customer" })?;
    let place = customer_place(tx, id)?;
    actor.check("customer", Right::CustomerRead, right, &place)?;
    Ok(Permitted::new(doc))
}

/// A match, by its first customer.
///
/// # Errors
/// As [`interaction`].
pub fn match_of(tx: &mut Tx<'_>, actor: &Actor, id: MatchId, right: Right) -> Result<Permitted<MatchDoc>, AppError> {
    let doc = tx.get::<MatchDoc>(id)?.ok_or(AppError::NotFound { what: "match" })?;
    let place = customer_place(tx, doc.customer)?;
    actor.check("match", Right::CustomerRead, right, &place)?;
    Ok(Permitted::new(doc))
}

/// A case. Seen with `case.read`.
///
/// # Errors
/// As [`interaction`].
pub fn case(tx: &mut Tx<'_>, actor: &Actor, id: CaseId, right: Right) -> Result<Permitted<CaseDoc>, AppError> {
    let doc = tx.get::<CaseDoc>(id)?.ok_or(AppError::NotFound { what: "case" })?;
    let place = case_place(tx, &doc)?;
    actor.check("case", Right::CaseRead, right, &place)?;
    Ok(Permitted::new(doc))
}

/// A question to a department. Seen with `case.read` over its case; changed by who reaches its department.
///
/// # Errors
/// As [`interaction`].
pub fn forward(tx: &mut Tx<'_>, actor: &Actor, id: ForwardId, right: Right) -> Result<Permitted<ForwardDoc>, AppError> {
    let missing = AppError::NotFound { what: "question" };
    let doc = tx.get::<ForwardDoc>(id)?.ok_or(AppError::NotFound { what: "question" })?;
    match case(tx, actor, doc.case, Right::CaseRead) {
        Ok(_) => {}
        Err(AppError::NotFound { .. }) => return Err(missing),
        Err(other) => return Err(other),
    }
    let place = Place { teams: vec![doc.department], ..Place::default() };
    if right != Right::CaseRead && !actor.covers(right, &place) {
        return Err(AppError::Forbidden { right });
    }
    Ok(Permitted::new(doc))
}

/// A ledger entry. Seen with `ledger.read`.
///
/// # Errors
/// As [`interaction`].
pub fn ledger(tx: &mut Tx<'_>, actor: &Actor, id: UnitId, right: Right) -> Result<Permitted<LedgerDoc>, AppError> {
    let doc = tx.get::<LedgerDoc>(id)?.ok_or(AppError::NotFound { what: "ledger entry" })?;
    let place = ledger_place(tx, &doc)?;
    actor.check("ledger entry", Right::LedgerRead, right, &place)?;
    Ok(Permitted::new(doc))
}

/// A promise. Seen with `interaction.read`.
///
/// # Errors
/// As [`interaction`].
pub fn promise(tx: &mut Tx<'_>, actor: &Actor, id: PromiseId, right: Right) -> Result<Permitted<PromiseDoc>, AppError> {
    let doc = tx.get::<PromiseDoc>(id)?.ok_or(AppError::NotFound { what: "promise" })?;
    let place = promise_place(tx, &doc)?;
    actor.check("promise", Right::InteractionRead, right, &place)?;
    Ok(Permitted::new(doc))
}

/// An agent. Everybody sees himself; others are seen with `agent.read`. Nobody needs a right to see his own state, but
/// [`Right::AgentManage`] is needed to change it through this door, his own included (his own presence has acts of its own).
///
/// # Errors
/// As [`interaction`].
pub fn agent(tx: &mut Tx<'_>, actor: &Actor, id: AgentId, right: Right) -> Result<Permitted<AgentDoc>, AppError> {
    let doc = tx.get::<AgentDoc>(id)?.ok_or(AppError::NotFound { what: "agent" })?;
    let place = agent_place(&doc);
    if id != actor.agent() && !actor.covers(Right::AgentRead, &place) {
        return Err(AppError::NotFound { what: "agent" });
    }
    if right != Right::AgentRead && !actor.covers(right, &place) {
        return Err(AppError::Forbidden { right });
    }
    Ok(Permitted::new(doc))
}
