//! The life of one question to a department. Drawn in `docs/machines/forward.md`.
//!
//! Silence is heard three times, each time by somebody else and once: by the department itself, by its head, by supervisors. Whoever accepts
//! begins a second clock, so that an accepted question cannot be forgotten either.

use okno_model::{
    Timestamp, UserId,
    doc::{
        ForwardClock,
        ForwardState::{self, Accepted, Answered, Declined, Recalled, Waiting},
    },
};

/// What happens to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForwardInput {
    /// Somebody of the department takes it.
    Accept {
        /// Who.
        by: UserId,
        /// By when he answers.
        clock: ForwardClock,
    },
    /// Somebody of the department answers; he need not have taken it before.
    Answer {
        /// Who.
        by: UserId,
        /// What.
        text: String,
    },
    /// The department gives it back.
    Decline {
        /// Who.
        by: UserId,
        /// Why.
        reason: String,
    },
    /// The case does not need it any more.
    Recall,
    /// Time has passed.
    Tick,
}

/// Who hears of the silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The department is reminded.
    Department,
    /// Its head.
    Head,
    /// Supervisors: nobody else is left.
    Supervisors,
}

/// Why an input does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForwardRefused {
    /// Two want it.
    #[error("a colleague has accepted this question already")]
    Taken,
    /// It has its end.
    #[error("this question is over: it was answered, given back or recalled")]
    Over,
}

/// One step of a question. Who hears of its silence is appended to `heard`, in order.
///
/// # Errors
/// [`ForwardRefused`] in words for people; the question stays as it was.
pub fn step_forward(
    state: ForwardState,
    now: Timestamp,
    input: ForwardInput,
    heard: &mut Vec<Heard>,
) -> Result<ForwardState, ForwardRefused> {
    match (state, input) {
        (Waiting { .. }, ForwardInput::Accept { by, clock }) => Ok(Accepted { at: now, by, clock }),
        (Accepted { at, by: had, clock }, ForwardInput::Accept { by, .. }) => {
            if had == by {
                Ok(Accepted { at, by, clock })
            } else {
                Err(ForwardRefused::Taken)
            }
        }
        (Waiting { .. } | Accepted { .. }, ForwardInput::Answer { by, text }) => Ok(Answered { at: now, by, text }),
        (Waiting { .. } | Accepted { .. }, ForwardInput::Decline { by, reason }) => Ok(Declined { at: now, by, reason }),
        (Waiting { .. } | Accepted { .. }, ForwardInput::Recall) => Ok(Recalled { at: now }),
        (Waiting { clock }, ForwardInput::Tick) => Ok(Waiting { clock: passed(clock, now, heard) }),
        (Accepted { at, by, clock }, ForwardInput::Tick) => Ok(Accepted { at, by, clock: passed(clock, now, heard) }),
        (state @ (Answered { .. } | Declined { .. } | Recalled { .. }), ForwardInput::Recall | ForwardInput::Tick) => Ok(state),
        (
            Answered { .. } | Declined { .. } | Recalled { .. },
            ForwardInput::Accept { .. } | ForwardInput::Answer { .. } | ForwardInput::Decline { .. },
        ) => Err(ForwardRefused::Over),
    }
}

/// After a standstill several levels are due at once: all of them happen, in order.
fn passed(mut clock: ForwardClock, now: Timestamp, heard: &mut Vec<Heard>) -> ForwardClock {
    let levels = [(clock.nudge, Heard::Department), (clock.due, Heard::Head), (clock.last, Heard::Supervisors)];
    for (at, who) in levels.into_iter().skip(clock.level.into()).take_while(|(at, _)| *at <= now) {
        debug_assert!(at <= now, "only what has passed is heard");
        heard.push(who);
        clock.level += 1;
    }
    clock
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: UserId = UserId::from_u128(1);
    const BORIS: UserId = UserId::from_u128(2);
    const CLOCK: ForwardClock = ForwardClock { nudge: Timestamp(50), due: Timestamp(100), last: Timestamp(150), level: 0 };

    #[test]
    fn silence_is_heard_by_each_once() {
        let mut state = Waiting { clock: CLOCK };
        let mut all = Vec::new();
        for now in [10, 50, 51, 99, 100, 149, 150, 151, 10_000] {
            let mut heard = Vec::new();
            state = step_forward(state, Timestamp(now), ForwardInput::Tick, &mut heard).unwrap();
            all.extend(heard.into_iter().map(|who| (now, who)));
        }
        assert_eq!(all, [(50, Heard::Department), (100, Heard::Head), (150, Heard::Supervisors)]);
        assert_eq!(state.next(), None);
    }

    #[test]
    fn after_a_standstill_everybody_is_told_at_once_and_in_order() {
        let mut heard = Vec::new();
        let state = step_forward(Waiting { clock: CLOCK }, Timestamp(120), ForwardInput::Tick, &mut heard).unwrap();
        assert_eq!((heard, state.next()), (vec![Heard::Department, Heard::Head], Some(Timestamp(150))));
    }

    #[test]
    fn one_accepts_and_his_clock_is_a_new_one() {
        let later = ForwardClock { nudge: Timestamp(500), due: Timestamp(1000), last: Timestamp(1500), level: 0 };
        let accept = |by| ForwardInput::Accept { by, clock: later };
        let mut heard = Vec::new();
        let state = step_forward(Waiting { clock: CLOCK }, Timestamp(60), accept(ANNA), &mut heard).unwrap();
        assert_eq!(state, Accepted { at: Timestamp(60), by: ANNA, clock: later });
        assert_eq!(step_forward(state.clone(), Timestamp(61), accept(BORIS), &mut heard), Err(ForwardRefused::Taken));
        step_forward(state, Timestamp(500), ForwardInput::Tick, &mut heard).unwrap();
        assert_eq!(heard, vec![Heard::Department]);
    }
}
