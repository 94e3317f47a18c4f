//! The life of a promise: the one place where its state changes.

use okno_model::{Timestamp, doc::PromiseState};

/// What can happen to a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// What was promised is done.
    Keep,
    /// The customer was told a new time.
    Update {
        /// By when now.
        due: Timestamp,
    },
    /// It is not needed any more.
    Cancel,
    /// Time has passed.
    Tick,
}

/// Why an input is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromiseError {
    /// It has ended.
    #[error("this promise is over; make a new one")]
    Over,
    /// A new time that has passed already.
    #[error("the new time has passed; choose a later one")]
    Past,
}

/// What becomes of a promise. `first` is when it was due when it was made: who told the customer a later time, and told it before the old one was over,
/// keeps the promise late but warned.
///
/// # Errors
/// [`PromiseError`]; then nothing changes.
pub const fn step(state: PromiseState, first: Timestamp, now: Timestamp, input: Input) -> Result<PromiseState, PromiseError> {
    use PromiseState as S;
    match (state, input) {
        (S::Open { due }, Input::Keep) if now.0 <= due.0 => {
            // Done by the first time is kept, whatever was said meanwhile.
            Ok(if now.0 <= first.0 { S::Kept { at: now } } else { S::KeptLateWarned { at: now } })
        }
        (S::Open { due }, Input::Keep) => Ok(S::Broken { at: due, over: Some(now) }),
        (S::Open { .. } | S::Broken { over: None, .. }, Input::Update { due }) if due.0 <= now.0 => Err(PromiseError::Past),
        // Over before anybody did anything: who tells the customer afterwards has broken the first word.
        (S::Open { due }, Input::Update { .. } | Input::Tick | Input::Cancel) if now.0 > due.0 => Ok(S::Broken { at: due, over: None }),
        (S::Open { .. }, Input::Update { due }) => Ok(S::Open { due }),
        (S::Open { .. }, Input::Cancel) => Ok(S::Canceled { at: now }),
        (S::Broken { at, over: None }, Input::Keep | Input::Cancel) => Ok(S::Broken { at, over: Some(now) }),
        (S::Broken { over: None, .. }, Input::Update { .. })
        | (S::Open { .. } | S::Broken { .. } | S::Kept { .. } | S::KeptLateWarned { .. } | S::Canceled { .. }, Input::Tick) => Ok(state),
        (
            S::Kept { .. } | S::KeptLateWarned { .. } | S::Broken { over: Some(_), .. } | S::Canceled { .. },
            Input::Keep | Input::Update { .. } | Input::Cancel,
        ) => Err(PromiseError::Over),
    }
}
