//! The life of a call: the only place where a call changes its state and is stored.

use super::{lines, rows};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    interactions::thread::Thread,
    ledger::{
        life::Step,
        rows::{self as ledger, take},
    },
    recordings,
    routing::{self, Told},
};
use okno_engine::routing::Input;
use okno_model::{
    AgentId, InteractionId,
    doc::{
        CallDirection, CallDoc, CallEnder, CallState, Closed, InteractionDoc, InteractionState, LegRole, LegState, RecordingState,
        UnitKind, UnitState,
    },
    event::{self, What},
};
use std::time::Duration;

/// Who hangs up sooner has dialed wrongly, or changed his mind: he is counted, but nobody owes him a call (behaviour.md B8).
const SHORT: Duration = Duration::from_secs(5);
/// Parties that a call keeps: the customer, and the newest.
const LEGS: usize = 20;

/// Stores a call as the door sees it now: state, legs, figures. Also tells the interaction that agent and customer talk, and writes lines
/// of what happened into it. After the end only figures and legs are taken over.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; [`AppError::Invalid`] for a state `ended`, which is [`ended`]'s.
pub async fn save(ctx: &Ctx, call: CallDoc) -> Result<CallDoc, AppError> {
    act::run(ctx, event::Actor::System, move |act| {
        let had = rows::get(act.tx, call.id)?;
        if had.is_live() && !call.is_live() {
            return Err(AppError::invalid("state", "not_ended_here", "a call is ended by `ended`, which says by whom and why"));
        }
        let next = next(&had, call);
        store(act, &had, next)
    })
    .await
}

/// Ends a call, with its last figures. The interaction follows: before an answer the customer has abandoned it (or waits to be called
/// back), after it the agent's wrap-up begins. The ledger entry ends, or says until when somebody has to come back to him.
///
/// `cause` is a word of [`okno_model::doc::CallState::Ended`].
///
/// # Errors
/// [`AppError::NotFound`] for an unknown call; the store's.
pub async fn ended(ctx: &Ctx, call: CallDoc, by: CallEnder, cause: &str) -> Result<CallDoc, AppError> {
    let cause: String = cause.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect();
    let actor = if by == CallEnder::Customer { event::Actor::Customer } else { event::Actor::System };
    let rows = move |act: &mut Act<'_, '_>| {
        let had = rows::get(act.tx, call.id)?;
        let mut done = next(&had, call);
        if had.is_live() {
            done.state = CallState::Ended { at: act.now, by, cause: cause.clone() };
            close_legs(act, &mut done, &cause);
            done.recording = RecordingState::Off;
            done.consulting = false;
            done.conference = false;
            recordings::work::call_ended(act, done.id, cause == "crash")?;
        }
        let done = store(act, &had, done)?;
        let doc = rows::interaction_of(act.tx, &done)?;
        let after = after(act, &doc, &done)?;
        Ok(((done, after), after.input(doc.id).into_iter().collect()))
    };
    // One commit for the end, what it means to routing, and the next offer of an agent who is free by it.
    match routing::ask_within(ctx, actor.clone(), rows).await? {
        Told::Done((done, _)) => Ok(done),
        Told::Untaken(rows) => {
            let ((done, after), _) = act::run(ctx, actor.clone(), rows).await?;
            follow_up(ctx, actor, done.interaction, after).await;
            Ok(done)
        }
    }
}

/// What routing has to be told after the end of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Nothing.
    Nothing,
    /// It leaves the queue, or the agent: by [`Closed`].
    Withdraw(Closed),
    /// The agent is done.
    Finish(AgentId),
}

impl After {
    const fn input(self, interaction: InteractionId) -> Option<Input> {
        match self {
            Self::Nothing => None,
            Self::Withdraw(how) => Some(Input::Withdraw { interaction, how }),
            Self::Finish(agent) => Some(Input::Finish { interaction, agent }),
        }
    }
}

/// Tells routing. If routing is away, the next look of `work.rs` does.
pub(super) async fn follow_up(ctx: &Ctx, by: event::Actor, interaction: InteractionId, after: After) {
    let Some(input) = after.input(interaction) else { return };
    match routing::ask(ctx, by, input, None).await {
        // It ended in the same moment.
        Ok(()) | Err(AppError::Conflict { .. }) => {}
        Err(error) => tracing::warn!(%interaction, %error, "routing hears later that a call is over"),
    }
}

/// What the end of a call means: writes it into the ledger, and says what routing has to be told. Repeatable.
fn after(act: &mut Act<'_, '_>, doc: &InteractionDoc, call: &CallDoc) -> Result<After, AppError> {
    if rows::has_live_call(act.tx, doc.id)? {
        return Ok(After::Nothing);
    }
    match doc.state {
        InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. } => {
            if doc.callback.is_some() {
                return Ok(After::Nothing);
            }
            Ok(After::Withdraw(left(act, doc, call)?))
        }
        // He had asked to be called back, and an agent is just going to.
        InteractionState::Active { .. } if doc.callback.is_some() && call.direction == CallDirection::Inbound => Ok(After::Nothing),
        InteractionState::Active { agent, .. } => {
            spoken(act, doc)?;
            let CallState::Ended { by, .. } = call.state else { return Ok(After::Nothing) };
            let finish = by == CallEnder::Agent || call.direction == CallDirection::Outbound;
            Ok(if finish { After::Finish(agent) } else { After::Withdraw(Closed::CustomerLeft) })
        }
        InteractionState::Wrapup { .. } | InteractionState::Closed { how: Closed::Finished | Closed::CustomerLeft, .. } => {
            spoken(act, doc)?;
            Ok(After::Nothing)
        }
        InteractionState::Closed { .. } => Ok(After::Nothing),
    }
}

fn spoken(act: &mut Act<'_, '_>, doc: &InteractionDoc) -> Result<(), AppError> {
    if ledger::spoken(act.tx, doc)? { ledger::talked(act, doc) } else { Ok(()) }
}

/// He left while he waited: what becomes of his unit, and how his interaction closes.
pub(super) fn left(act: &mut Act<'_, '_>, doc: &InteractionDoc, call: &CallDoc) -> Result<Closed, AppError> {
    let mut joined = false;
    for unit in okno_store::ledger::of_interaction(act.tx, doc.id)? {
        joined |= unit.state == UnitState::Joined;
        let CallState::Ended { at, by: CallEnder::Customer, .. } = call.state else { continue };
        let waited = at.since(call.started);
        if unit.kind == UnitKind::Call && unit.state == UnitState::Open && call.connected.is_none() && waited < SHORT {
            take(act, &unit, Step::Withdraw { why: format!("hung up after {} s", waited.as_secs()) })?;
        }
    }
    // A call whose unit goes on elsewhere (he left a message) was not abandoned.
    Ok(if joined { Closed::Joined } else { Closed::Abandoned })
}

/// The call as it may be stored: who and where it is never changes, an end is never taken back, and no figure gets smaller.
fn next(had: &CallDoc, new: CallDoc) -> CallDoc {
    let mut next = CallDoc {
        id: had.id,
        interaction: had.interaction,
        channel: had.channel,
        direction: had.direction,
        number: had.number.clone(),
        our_number: if had.our_number.is_empty() { new.our_number.clone() } else { had.our_number.clone() },
        unconfirmed: had.unconfirmed,
        started: had.started,
        answered: had.answered.or(new.answered),
        connected: had.connected.or(new.connected),
        talk_ms: had.talk_ms.max(new.talk_ms),
        hold_ms: had.hold_ms.max(new.hold_ms),
        ..new
    };
    if next.legs.len() > LEGS {
        let tail = next.legs.len() - (LEGS - 1);
        next.legs.drain(1..tail);
    }
    if !had.is_live() {
        next.state = had.state.clone();
        next.recording = RecordingState::Off;
        next.consulting = false;
        next.conference = false;
        next.answered = had.answered;
        next.connected = had.connected;
        if next.legs.len() < had.legs.len() || next.legs.iter().any(|leg| leg.state != LegState::Ended) {
            next.legs.clone_from(&had.legs);
        }
    } else if !next.is_live() {
        // The end is given by the caller of `ended`.
        next.state = had.state.clone();
    }
    next
}

fn close_legs(act: &Act<'_, '_>, call: &mut CallDoc, cause: &str) {
    for leg in call.legs.iter_mut().filter(|leg| leg.state != LegState::Ended) {
        leg.state = LegState::Ended;
        leg.ended = leg.ended.or(Some(act.now));
        if leg.cause.is_empty() {
            cause.clone_into(&mut leg.cause);
        }
    }
}

/// Writes the call, its event, and what its interaction has to know.
fn store(act: &mut Act<'_, '_>, had: &CallDoc, next: CallDoc) -> Result<CallDoc, AppError> {
    if next == *had {
        return Ok(next);
    }
    act.tx.put(&next)?;
    act.tell(What::CallChanged(next.clone()))?;
    let mut doc = rows::interaction_of(act.tx, &next)?;
    let before = doc.clone();
    if let (None, Some(at)) = (had.connected, next.connected) {
        doc.answered = doc.answered.or(Some(at));
        doc.customer_waits = None;
    }
    if had.is_live() && !next.is_live() {
        doc.last_at = act.now;
        doc.customer_online = rows::has_live_call(act.tx, doc.id)?;
        if doc.callback.is_none() && !doc.customer_online {
            doc.customer_waits = None;
        }
    } else if next.is_live() && next.legs.iter().any(|leg| leg.role == LegRole::Customer && leg.state != LegState::Ringing) {
        doc.customer_online = true;
    }
    let drafts = lines::of_change(act, had, &next);
    if doc != before || !drafts.is_empty() {
        let mut thread = Thread::of(doc);
        for draft in drafts {
            thread.say(draft);
        }
        thread.save(act)?;
    }
    Ok(next)
}

#[cfg(test)]
mod unit {
    use super::*;
    use okno_model::{CallId, ChannelId, Timestamp};

    fn call(state: CallState) -> CallDoc {
        CallDoc {
            id: CallId::from_u128(1),
            interaction: InteractionId::from_u128(2),
            channel: ChannelId::from_u128(3),
            direction: CallDirection::Inbound,
            number: "+48221234567".into(),
            our_number: "500".into(),
            unconfirmed: false,
            trunk: None,
            state,
            started: Timestamp(0),
            answered: None,
            connected: None,
            legs: Vec::new(),
            consulting: false,
            conference: false,
            recording: RecordingState::Off,
            talk_ms: 0,
            hold_ms: 0,
        }
    }

    #[test]
    fn an_end_is_never_taken_back_and_no_figure_gets_smaller() {
        let over = CallState::Ended { at: Timestamp(9), by: CallEnder::Customer, cause: "normal".into() };
        let had = CallDoc { talk_ms: 5_000, ..call(over.clone()) };
        let late = CallDoc { talk_ms: 6_000, hold_ms: 10, recording: RecordingState::On, number: "+1".into(), ..call(CallState::Talking) };
        let stored = next(&had, late);
        assert_eq!((&stored.state, stored.talk_ms, stored.hold_ms), (&over, 6_000, 10));
        assert_eq!((stored.recording, stored.number.as_str()), (RecordingState::Off, "+48221234567"));
        let old = next(&had, call(CallState::Waiting));
        assert_eq!(old.talk_ms, 5_000);
    }

    #[test]
    fn a_call_with_many_parties_keeps_its_customer_and_the_newest() {
        let leg = |number| {
            let mut leg = super::super::arrive::customer_leg(okno_model::doc::LegDevice::Trunk, "x", Timestamp(0));
            leg.number = number;
            leg
        };
        let had = call(CallState::Talking);
        let stored = next(&had, CallDoc { legs: (1..=30).map(leg).collect(), ..call(CallState::Talking) });
        let numbers: Vec<i64> = stored.legs.iter().map(|leg| leg.number).collect();
        assert_eq!(numbers.len(), LEGS);
        assert_eq!((numbers[0], numbers[1], numbers[19]), (1, 12, 30));
    }
}
