//! The life of one case. Drawn in `docs/machines/case.md`.
//!
//! A resolved case is what *we* hold to be done; the customer has a while to say that it is not. After that his message begins a case of
//! its own, so that old cases stay what they were.

use okno_model::{
    CaseId, TeamId, Timestamp,
    doc::CaseState::{self, Closed, Merged, New, OnHold, Open, Resolved, WaitingCustomer, WaitingDepartment},
};
use std::time::Duration;

/// What happens to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Somebody begins with it.
    Take,
    /// We asked the customer something, or sent what he wanted: the next step is his.
    AwaitCustomer,
    /// A department is asked.
    Forward {
        /// Which.
        department: TeamId,
    },
    /// A department answered, or gave it back.
    Returned {
        /// Which.
        department: TeamId,
    },
    /// Nothing can be done for a while.
    Hold {
        /// Until when; `None` until somebody goes on with it.
        until: Option<Timestamp>,
        /// Why, for colleagues.
        reason: String,
    },
    /// Time has passed.
    Tick,
    /// We go on with it.
    Resume,
    /// It is done.
    Resolve,
    /// It is over.
    Close,
    /// A person says that it is not done.
    Reopen,
    /// A message of the customer came.
    CustomerWrote {
        /// How long after it was resolved his message opens it again.
        reopens_within: Duration,
    },
    /// It becomes a part of another case.
    Merge {
        /// Of which.
        into: CaseId,
    },
    /// The merge is taken back.
    Unmerge {
        /// What the case was before.
        to: CaseState,
    },
    /// A change is taken back: the case stands again where it stood.
    TakeBack {
        /// Where.
        to: CaseState,
    },
}

/// What follows, besides the new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// It was not done after all.
    CountReopened,
    /// The department need not answer any more.
    Recall {
        /// Which.
        department: TeamId,
    },
    /// Whoever sees to the case has a next step to do: the customer or the department answered, or the time on hold is over.
    TellAssignee,
    /// The message begins a new case that is linked to this one.
    BeginNext,
}

/// Why an input does not fit the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Its end has to be taken back first.
    #[error("the case is done; open it again first")]
    Done,
    /// Closing is the second step.
    #[error("the case is not resolved yet; resolve it first")]
    NotResolved,
    /// There is nothing to open.
    #[error("the case is not done; there is nothing to open again")]
    NotDone,
    /// It has no life of its own.
    #[error("the case is a part of another one; change that one")]
    Part,
    /// It is no part of another case.
    #[error("the case is not a part of another one")]
    NoPart,
    /// The department was not asked, or another one was.
    #[error("the department was not asked about this case, or not lately")]
    NotAsked,
    /// A time that has passed already.
    #[error("a case can be on hold only until a time that is still to come")]
    Past,
    /// A merge is not taken back this way.
    #[error("a merge is taken back by its own undo")]
    OwnUndo,
}

/// One step of a case. What follows from it is appended to `out`.
///
/// # Errors
/// [`Refused`] in words for people; the case stays as it was.
#[expect(clippy::match_same_arms, reason = "the table is read by state and input, not by outcome")]
pub fn step(state: CaseState, now: Timestamp, input: Input, out: &mut Vec<Effect>) -> Result<CaseState, Refused> {
    match (state, input) {
        (New, Input::Take | Input::Resume) | (WaitingCustomer { .. } | OnHold { .. }, Input::Resume) => Ok(Open { since: now }),
        (state @ Open { .. }, Input::Take | Input::Resume) => Ok(state),
        (WaitingDepartment { department, .. }, Input::Resume) => {
            out.push(Effect::Recall { department });
            Ok(Open { since: now })
        }
        // Who takes over a case that waits does not end the waiting.
        (state @ (WaitingCustomer { .. } | WaitingDepartment { .. } | OnHold { .. }), Input::Take) => Ok(state),
        (New | Open { .. } | OnHold { .. }, Input::AwaitCustomer) => Ok(WaitingCustomer { since: now }),
        (state @ (WaitingCustomer { .. } | WaitingDepartment { .. }), Input::AwaitCustomer) => Ok(state),
        (New | Open { .. } | WaitingCustomer { .. } | OnHold { .. }, Input::Forward { department }) => {
            Ok(WaitingDepartment { since: now, department })
        }
        (WaitingDepartment { since, department: asked }, Input::Forward { department }) => {
            if asked == department {
                return Ok(WaitingDepartment { since, department });
            }
            out.push(Effect::Recall { department: asked });
            Ok(WaitingDepartment { since: now, department })
        }
        (WaitingDepartment { department: asked, .. }, Input::Returned { department }) if asked == department => {
            out.push(Effect::TellAssignee);
            Ok(Open { since: now })
        }
        (New | Open { .. } | WaitingCustomer { .. } | WaitingDepartment { .. } | OnHold { .. }, Input::Returned { .. }) => {
            Err(Refused::NotAsked)
        }
        (New | Open { .. } | WaitingCustomer { .. } | OnHold { .. }, Input::Hold { until, reason }) => hold(now, until, reason),
        (WaitingDepartment { department, .. }, Input::Hold { until, reason }) => {
            let held = hold(now, until, reason)?;
            out.push(Effect::Recall { department });
            Ok(held)
        }
        (OnHold { until: Some(until), .. }, Input::Tick) if until <= now => {
            out.push(Effect::TellAssignee);
            Ok(Open { since: now })
        }
        (
            state @ (New
            | Open { .. }
            | WaitingCustomer { .. }
            | WaitingDepartment { .. }
            | OnHold { .. }
            | Resolved { .. }
            | Closed { .. }
            | Merged { .. }),
            Input::Tick,
        ) => Ok(state),
        (New | Open { .. } | WaitingCustomer { .. } | OnHold { .. }, Input::Resolve) => Ok(Resolved { at: now }),
        (WaitingDepartment { department, .. }, Input::Resolve) => {
            out.push(Effect::Recall { department });
            Ok(Resolved { at: now })
        }
        (state @ (Resolved { .. } | Closed { .. }), Input::Resolve) => Ok(state),
        (Resolved { at }, Input::Close) => Ok(Closed { at: now, resolved: at }),
        (state @ Closed { .. }, Input::Close) => Ok(state),
        (New | Open { .. } | WaitingCustomer { .. } | WaitingDepartment { .. } | OnHold { .. }, Input::Close) => Err(Refused::NotResolved),
        (Resolved { .. } | Closed { .. }, Input::Reopen) => {
            out.push(Effect::CountReopened);
            Ok(Open { since: now })
        }
        (New | Open { .. } | WaitingCustomer { .. } | WaitingDepartment { .. } | OnHold { .. }, Input::Reopen) => Err(Refused::NotDone),
        (WaitingCustomer { .. }, Input::CustomerWrote { .. }) => {
            out.push(Effect::TellAssignee);
            Ok(Open { since: now })
        }
        // He writes while we are at it, or while somebody else is asked: whoever sees to the case learns of it.
        (state @ (New | Open { .. } | WaitingDepartment { .. } | OnHold { .. }), Input::CustomerWrote { .. }) => {
            out.push(Effect::TellAssignee);
            Ok(state)
        }
        (state @ (Resolved { at: done } | Closed { resolved: done, .. }), Input::CustomerWrote { reopens_within }) => {
            if now > done + reopens_within {
                out.push(Effect::BeginNext);
                return Ok(state);
            }
            out.extend([Effect::CountReopened, Effect::TellAssignee]);
            Ok(Open { since: now })
        }
        (WaitingDepartment { department, .. }, Input::Merge { into }) => {
            out.push(Effect::Recall { department });
            Ok(Merged { at: now, into })
        }
        (New | Open { .. } | WaitingCustomer { .. } | OnHold { .. } | Resolved { .. } | Closed { .. }, Input::Merge { into }) => {
            Ok(Merged { at: now, into })
        }
        (Merged { .. }, Input::Unmerge { to }) => match take_back(to, now) {
            Err(Refused::OwnUndo) => Err(Refused::Part),
            other => other,
        },
        (
            New | Open { .. } | WaitingCustomer { .. } | WaitingDepartment { .. } | OnHold { .. } | Resolved { .. } | Closed { .. },
            Input::Unmerge { .. },
        ) => Err(Refused::NoPart),
        (WaitingDepartment { department, .. }, Input::TakeBack { to }) => {
            let back = take_back(to, now)?;
            out.push(Effect::Recall { department });
            Ok(back)
        }
        (New | Open { .. } | WaitingCustomer { .. } | OnHold { .. } | Resolved { .. } | Closed { .. }, Input::TakeBack { to }) => {
            take_back(to, now)
        }
        (
            Resolved { .. } | Closed { .. },
            Input::Take | Input::AwaitCustomer | Input::Forward { .. } | Input::Returned { .. } | Input::Hold { .. } | Input::Resume,
        ) => Err(Refused::Done),
        (
            Merged { .. },
            Input::Take
            | Input::AwaitCustomer
            | Input::Forward { .. }
            | Input::Returned { .. }
            | Input::Hold { .. }
            | Input::Resume
            | Input::Resolve
            | Input::Close
            | Input::Reopen
            | Input::CustomerWrote { .. }
            | Input::Merge { .. }
            | Input::TakeBack { .. },
        ) => Err(Refused::Part),
    }
}

fn hold(now: Timestamp, until: Option<Timestamp>, reason: String) -> Result<CaseState, Refused> {
    if until.is_some_and(|until| until <= now) {
        return Err(Refused::Past);
    }
    Ok(OnHold { since: now, until, reason })
}

fn take_back(to: CaseState, now: Timestamp) -> Result<CaseState, Refused> {
    match to {
        Merged { .. } => Err(Refused::OwnUndo),
        // The department would have to be asked again, with a clock of its own.
        WaitingDepartment { .. } => Ok(Open { since: now }),
        New | Open { .. } | WaitingCustomer { .. } | OnHold { .. } | Resolved { .. } | Closed { .. } => Ok(to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Timestamp = Timestamp::from_millis(1_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

    fn run(state: CaseState, at: Timestamp, input: Input) -> (Result<CaseState, Refused>, Vec<Effect>) {
        let mut out = Vec::new();
        (step(state, at, input, &mut out), out)
    }

    #[test]
    fn a_message_reopens_within_the_days_and_begins_a_new_case_after_them() {
        let wrote = || Input::CustomerWrote { reopens_within: DAY };
        for done in [Resolved { at: T0 }, Closed { at: T0 + DAY / 2, resolved: T0 }] {
            let (open, out) = run(done.clone(), T0 + DAY, wrote());
            assert_eq!((open, out), (Ok(Open { since: T0 + DAY }), vec![Effect::CountReopened, Effect::TellAssignee]));
            let late = T0 + DAY + Duration::from_millis(1);
            assert_eq!(run(done.clone(), late, wrote()), (Ok(done), vec![Effect::BeginNext]));
        }
    }

    #[test]
    fn a_hold_ends_by_itself_and_never_begins_in_the_past() {
        let hold = |until| Input::Hold { until: Some(until), reason: "spare part".into() };
        assert_eq!(run(New, T0, hold(T0)).0, Err(Refused::Past));
        let (held, _) = run(New, T0, hold(T0 + DAY));
        let held = held.unwrap();
        assert_eq!(run(held.clone(), T0, Input::Tick), (Ok(held.clone()), vec![]));
        assert_eq!(run(held, T0 + DAY, Input::Tick), (Ok(Open { since: T0 + DAY }), vec![Effect::TellAssignee]));
    }

    #[test]
    fn whoever_is_asked_no_longer_is_told_so() {
        let (billing, repair) = (TeamId::from_u128(1), TeamId::from_u128(2));
        let asked = WaitingDepartment { since: T0, department: billing };
        let recalled = vec![Effect::Recall { department: billing }];
        for input in [Input::Forward { department: repair }, Input::Resolve, Input::Hold { until: None, reason: String::new() }] {
            assert_eq!(run(asked.clone(), T0, input).1, recalled);
        }
        assert_eq!(run(asked.clone(), T0, Input::Returned { department: repair }).0, Err(Refused::NotAsked));
        assert_eq!(run(asked, T0 + DAY, Input::Returned { department: billing }).0, Ok(Open { since: T0 + DAY }));
    }
}
