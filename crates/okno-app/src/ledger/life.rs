//! The life of one inbound unit: the only place where a ledger entry changes its state.

use crate::AppError;
use okno_model::{
    CustomerId, InteractionId, QueueId, Timestamp, UserId,
    doc::{BlackHoleCause, LedgerDoc, UnitState},
};

/// What happened to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// It was understood and waits for an answer.
    Open {
        /// The interaction it became, or goes on in.
        interaction: InteractionId,
        /// Who sent it.
        customer: Option<CustomerId>,
        /// Owning queue.
        queue: QueueId,
        /// By when somebody must have answered.
        deadline: Timestamp,
    },
    /// It needs no answer of its own: it goes on in another unit's conversation, is a report, a copy or archived.
    Join {
        /// Where it stands in the history, if anywhere.
        interaction: Option<InteractionId>,
        /// Who sent it.
        customer: Option<CustomerId>,
        /// Why, in words: `archive`, `delivery_report`, `same_thread`.
        why: String,
    },
    /// It cannot be understood.
    Quarantine {
        /// Why, in words.
        why: String,
    },
    /// A person has it now.
    Take(UserId),
    /// It waits in this queue again.
    Release(QueueId),
    /// The customer left before an answer: somebody has to come back to him until then.
    Owe {
        /// Owning queue.
        queue: QueueId,
        /// Until when; never earlier than what was promised.
        deadline: Timestamp,
    },
    /// A reply was delivered.
    Answer,
    /// He was reached, or has reached us, by another way after he had left.
    Reach,
    /// He no longer needs an answer.
    Withdraw {
        /// Why, in words.
        why: String,
    },
    /// The reply that had answered it came back.
    Bounce {
        /// The other side's words.
        why: String,
        /// The new deadline.
        deadline: Timestamp,
    },
    /// Who seemed to be reached was only his voicemail: he is still owed a call.
    Voicemail {
        /// The new deadline.
        deadline: Timestamp,
    },
    /// It ended, or is going to end, without an answer.
    Lose(BlackHoleCause),
    /// It comes back to people, by the wish of one or because its reply came back too late to be noticed.
    Recover {
        /// The interaction that is going to bring the answer.
        interaction: InteractionId,
        /// Who has that interaction, if anybody: recovering takes it from nobody.
        owner: Option<UserId>,
        /// Owning queue.
        queue: QueueId,
        /// The new deadline.
        deadline: Timestamp,
    },
    /// A person refuses it: spam.
    Refuse {
        /// Why, in words.
        why: String,
    },
}

/// The entry after `step`; `None` if the step changes nothing (a repeat, or it came too late to matter).
///
/// # Errors
/// The step is a person's wish that does not fit the state.
pub(crate) fn step(unit: &LedgerDoc, now: Timestamp, step: Step) -> Result<Option<LedgerDoc>, AppError> {
    use UnitState as S;
    let mut next = unit.clone();
    match (unit.state, step) {
        (S::Received | S::Quarantined, Step::Open { interaction, customer, queue, deadline }) => {
            next.state = S::Open;
            next.interaction = Some(interaction);
            next.customer = customer;
            next.queue = Some(queue);
            next.deadline = deadline;
            next.detail.clear();
        }
        (S::Received | S::Quarantined | S::Open, Step::Join { interaction, customer, why }) => {
            next.interaction = interaction.or(next.interaction);
            next.customer = customer.or(next.customer);
            end(&mut next, now, S::Joined, why);
        }
        (S::Received, Step::Quarantine { why }) => {
            next.state = S::Quarantined;
            next.detail = why;
        }
        (S::Open, Step::Take(user)) => next.owner = Some(user),
        (S::Open, Step::Release(queue)) => {
            next.owner = None;
            next.queue = Some(queue);
        }
        (S::Open, Step::Owe { queue, deadline }) => {
            next.owner = None;
            next.queue = Some(queue);
            next.deadline = next.deadline.max(deadline);
        }
        (S::Received | S::Quarantined | S::Open, Step::Withdraw { why }) => end(&mut next, now, S::Withdrawn, why),
        // An answer that comes after the loss: the customer had to wait for us too long, and the record keeps that.
        (S::Open, Step::Answer) if unit.cause.is_none() && !unit.recovering => end(&mut next, now, S::Answered, String::new()),
        (S::Open | S::BlackHole, Step::Answer | Step::Reach) => {
            let detail = next.detail.clone();
            end(&mut next, now, S::Recovered, detail);
        }
        (S::Open | S::Answered | S::Recovered, Step::Bounce { why, deadline }) => {
            next.state = S::Open;
            next.ended = None;
            next.cause = Some(BlackHoleCause::ReplyBounced);
            next.detail = why;
            next.deadline = deadline;
        }
        (S::Open | S::Answered | S::Recovered, Step::Voicemail { deadline }) => {
            next.state = S::Open;
            next.recovering = true;
            next.ended = None;
            next.deadline = next.deadline.max(deadline);
        }
        (S::Open | S::Quarantined, Step::Lose(cause)) => {
            let detail = next.detail.clone();
            next.cause = Some(cause);
            end(&mut next, now, S::BlackHole, detail);
        }
        (S::Open | S::Quarantined | S::BlackHole, Step::Recover { interaction, owner, queue, deadline }) => {
            next.state = S::Open;
            next.recovering = true;
            next.ended = None;
            next.owner = owner;
            next.interaction = Some(interaction);
            next.queue = Some(queue);
            next.deadline = deadline;
        }
        (S::Received | S::Quarantined | S::Open | S::BlackHole, Step::Refuse { why }) => end(&mut next, now, S::Refused, why),
        (S::Received | S::Answered | S::Joined | S::Recovered | S::Withdrawn | S::Refused, Step::Recover { .. }) => {
            return Err(AppError::conflict("not_recoverable", format!("this unit is `{}`; there is nothing to recover", unit.state)));
        }
        (S::Answered | S::Joined | S::Recovered | S::Withdrawn | S::Refused, Step::Refuse { .. }) => {
            return Err(AppError::conflict("already_ended", format!("this unit is already `{}`", unit.state)));
        }
        // Repeats and steps that lost a race. A crash between an act and its acknowledgement makes every one of them possible.
        (S::Open | S::Answered | S::Joined | S::Recovered | S::Withdrawn | S::Refused | S::BlackHole, Step::Open { .. })
        | (S::Answered | S::Joined | S::Recovered | S::Withdrawn | S::Refused | S::BlackHole, Step::Join { .. } | Step::Withdraw { .. })
        | (
            S::Quarantined | S::Open | S::Answered | S::Joined | S::Recovered | S::Withdrawn | S::Refused | S::BlackHole,
            Step::Quarantine { .. },
        )
        | (
            S::Received | S::Quarantined | S::Answered | S::Joined | S::Recovered | S::Withdrawn | S::Refused | S::BlackHole,
            Step::Take(_) | Step::Release(_) | Step::Owe { .. },
        )
        | (S::Received | S::Quarantined | S::Answered | S::Joined | S::Recovered | S::Withdrawn | S::Refused, Step::Answer | Step::Reach)
        | (
            S::Received | S::Quarantined | S::Joined | S::Withdrawn | S::Refused | S::BlackHole,
            Step::Bounce { .. } | Step::Voicemail { .. },
        )
        | (S::Received | S::Answered | S::Joined | S::Recovered | S::Withdrawn | S::Refused | S::BlackHole, Step::Lose(_)) => {
            return Ok(None);
        }
    }
    Ok((next != *unit).then_some(next))
}

fn end(unit: &mut LedgerDoc, now: Timestamp, state: UnitState, detail: String) {
    unit.state = state;
    unit.detail = detail;
    unit.ended = Some(now);
}

#[cfg(test)]
mod tests {
    use super::*;
    use okno_model::{ChannelId, UnitId, doc::UnitKind};

    const NOW: Timestamp = Timestamp(1_000);

    fn unit(state: UnitState, cause: Option<BlackHoleCause>) -> LedgerDoc {
        LedgerDoc {
            id: UnitId::from_u128(1),
            kind: UnitKind::Mail,
            channel: ChannelId::from_u128(2),
            received: Timestamp(1),
            state,
            cause,
            recovering: false,
            detail: String::new(),
            queue: Some(QueueId::from_u128(3)),
            owner: None,
            deadline: Timestamp(500),
            interaction: None,
            customer: None,
            from: String::new(),
            subject: String::new(),
            ended: None,
        }
    }

    fn steps() -> Vec<Step> {
        let (interaction, queue, deadline) = (InteractionId::from_u128(9), QueueId::from_u128(3), Timestamp(9_000));
        vec![
            Step::Open { interaction, customer: None, queue, deadline },
            Step::Join { interaction: None, customer: None, why: "archive".into() },
            Step::Quarantine { why: "no".into() },
            Step::Take(UserId::from_u128(5)),
            Step::Release(queue),
            Step::Owe { queue, deadline },
            Step::Reach,
            Step::Withdraw { why: "hung up".into() },
            Step::Answer,
            Step::Bounce { why: "550".into(), deadline },
            Step::Voicemail { deadline },
            Step::Lose(BlackHoleCause::QueueLimbo),
            Step::Recover { interaction, owner: None, queue, deadline },
            Step::Refuse { why: "spam".into() },
        ]
    }

    fn recover(owner: Option<UserId>) -> Step {
        let (interaction, queue) = (InteractionId::from_u128(9), QueueId::from_u128(3));
        Step::Recover { interaction, owner, queue, deadline: Timestamp(9_000) }
    }

    #[test]
    fn an_ended_unit_has_its_time_and_an_open_one_has_none() {
        for &state in UnitState::ALL {
            for input in steps() {
                let mut before = unit(state, (state == UnitState::BlackHole).then_some(BlackHoleCause::QueueLimbo));
                before.ended = (!state.is_open()).then_some(Timestamp(2));
                if let Ok(Some(after)) = step(&before, NOW, input.clone()) {
                    assert_eq!(after.ended.is_none(), after.state.is_open(), "{state} {input:?}");
                    assert!(after.state != UnitState::BlackHole || after.cause.is_some(), "{state} {input:?}");
                }
            }
        }
    }

    #[test]
    fn every_step_is_repeatable() {
        for &state in UnitState::ALL {
            for input in steps() {
                let before = unit(state, None);
                if let Ok(Some(after)) = step(&before, NOW, input.clone()) {
                    let again = step(&after, NOW, input.clone());
                    assert!(matches!(again, Ok(None) | Err(AppError::Conflict { .. })), "{state} {input:?} {again:?}");
                }
            }
        }
    }

    #[test]
    fn what_was_lost_ends_recovered_and_never_answered() {
        let lost = step(&unit(UnitState::Open, None), NOW, Step::Lose(BlackHoleCause::ClosedWithoutReply)).unwrap().unwrap();
        let open = step(&lost, NOW, recover(None)).unwrap().unwrap();
        assert_eq!(open.state, UnitState::Open);
        let done = step(&open, NOW, Step::Answer).unwrap().unwrap();
        assert_eq!((done.state, done.cause), (UnitState::Recovered, Some(BlackHoleCause::ClosedWithoutReply)));
    }

    #[test]
    fn what_a_person_brings_back_ends_recovered_even_without_a_cause() {
        for state in [UnitState::Open, UnitState::Quarantined] {
            let open = step(&unit(state, None), NOW, recover(None)).unwrap().unwrap();
            assert_eq!((open.state, open.cause), (UnitState::Open, None));
            assert_eq!(step(&open, NOW, Step::Answer).unwrap().unwrap().state, UnitState::Recovered, "{state}");
        }
    }

    #[test]
    fn recovering_takes_a_unit_from_nobody() {
        let anna = UserId::from_u128(5);
        let taken = step(&unit(UnitState::Open, None), NOW, Step::Take(anna)).unwrap().unwrap();
        assert_eq!(step(&taken, NOW, recover(Some(anna))).unwrap().unwrap().owner, Some(anna));
        // Whose shift ended meanwhile has it no more.
        assert_eq!(step(&taken, NOW, recover(None)).unwrap().unwrap().owner, None);
    }

    #[test]
    fn a_bounce_opens_an_answered_unit_again() {
        let answered = step(&unit(UnitState::Open, None), NOW, Step::Answer).unwrap().unwrap();
        assert_eq!(answered.state, UnitState::Answered);
        let open = step(&answered, NOW, Step::Bounce { why: "550 no such user".into(), deadline: Timestamp(7_000) }).unwrap().unwrap();
        assert_eq!((open.state, open.ended, open.deadline), (UnitState::Open, None, Timestamp(7_000)));
    }
}
