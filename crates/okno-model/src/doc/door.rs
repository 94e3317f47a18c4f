//! The door of a queue: when it is open, and what becomes of those who cannot be served soon.

use crate::{QueueId, Timestamp};
use serde::{Deserialize, Deserializer};

documents! {
    /// When a waiting interaction goes on to another queue. Of several rules that hold the first of the list counts.
    #[derive(Copy, Eq)]
    pub struct OverflowRule {
        /// When.
        pub when: OverflowWhen,
        /// To which queue.
        pub to: QueueId,
    }

    /// When a waiting interaction goes on to another queue.
    #[derive(Copy, Eq)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum OverflowWhen {
        /// It has waited for so long in this queue.
        Wait { seconds: u32 },
        /// Its estimated remaining wait (80 of 100 are served earlier) is longer than this.
        EstimatedWait { seconds: u32 },
        /// More wait than this for each agent who takes work of the queue now, in percent: 300 is three for each. The last in line go.
        Ratio { waiting_per_agent_percent: u32 },
        /// For a minute nobody has taken work of the queue: nobody who could is available.
        NoAgents,
    }

    /// What becomes of an interaction that the queue cannot serve soon.
    #[derive(Copy, Eq, Default)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum Treatment {
        /// It waits like any other.
        Wait,
        /// It goes to another queue at once.
        Overflow { to: QueueId },
        /// The customer is told by when he is answered; it is kept with that deadline and routed when the queue opens.
        #[default]
        Promise,
    }

    /// The queue is full.
    #[derive(Copy, Eq)]
    pub struct FullRule {
        /// So many may wait; who comes then is treated by `then`.
        pub max_waiting: u32,
        /// What becomes of him.
        pub then: Treatment,
    }

    /// Nobody takes work of the queue now.
    #[derive(Copy, Eq)]
    pub struct EmptyRule {
        /// What becomes of who comes.
        pub then: Treatment,
    }

    /// What becomes at closing time of those who still wait.
    #[derive(Copy, Eq, Default)]
    pub struct ClosingRule {
        /// What becomes of them.
        pub sweep: Sweep,
    }

    /// What becomes at closing time of those who still wait.
    #[derive(Copy, Eq, Default)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    pub enum Sweep {
        /// They are served still.
        #[default]
        Serve,
        /// They are told by when they are answered, and are routed when the queue opens.
        Promise,
        /// They go to another queue.
        Overflow { to: QueueId },
    }

    /// What a customer was told who cannot be answered soon.
    #[derive(Copy, Eq)]
    pub struct AnswerPromise {
        /// Why.
        pub why: PromiseWhy,
        /// When it was decided.
        pub made: Timestamp,
        /// When the queue opens; `None` when it is open, or nobody knows.
        pub opens: Option<Timestamp>,
        /// By when he is answered.
        pub due: Timestamp,
    }

    /// Why a customer cannot be answered soon.
    #[derive(Copy, Eq)]
    #[serde(rename_all = "snake_case")]
    pub enum PromiseWhy {
        /// He came while the queue was closed.
        Closed,
        /// It closed while he waited.
        Closing,
        /// Too many wait.
        Full,
        /// Nobody is there.
        Empty,
        /// He asked to be written to, and may go.
        Asked,
    }
}

impl Treatment {
    /// The queue that it leads to.
    pub const fn to(self) -> Option<QueueId> {
        match self {
            Self::Overflow { to } => Some(to),
            Self::Wait | Self::Promise => None,
        }
    }
}

/// The overflow as rows and clients had it before there were rules: one, by wait.
#[derive(Deserialize)]
struct ByWait {
    after_seconds: u32,
    to: QueueId,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Overflows {
    Rules(Vec<OverflowRule>),
    ByWait(ByWait),
}

impl From<Option<Overflows>> for OverflowRules {
    fn from(read: Option<Overflows>) -> Self {
        Self(match read {
            None => Vec::new(),
            Some(Overflows::Rules(rules)) => rules,
            Some(Overflows::ByWait(ByWait { after_seconds, to })) => {
                vec![OverflowRule { when: OverflowWhen::Wait { seconds: after_seconds }, to }]
            }
        })
    }
}

struct OverflowRules(Vec<OverflowRule>);

/// Reads rules, or the one overflow of old.
///
/// # Errors
/// The value is neither.
pub(crate) fn overflows<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<OverflowRule>, D::Error> {
    Ok(OverflowRules::from(Option::<Overflows>::deserialize(from)?).0)
}

/// As [`overflows`], for what may be left out.
///
/// # Errors
/// The value is neither.
pub(crate) fn given_overflows<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<OverflowRule>>, D::Error> {
    overflows(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::QueueInput;

    #[test]
    fn the_overflow_of_old_is_a_rule_by_wait() {
        let to = QueueId::from_u128(7);
        let rule = OverflowRule { when: OverflowWhen::Wait { seconds: 90 }, to };
        let old = format!(r#"{{"overflow":{{"after_seconds":90,"to":"{to}"}}}}"#);
        let read: QueueInput = serde_json::from_str(&old).unwrap();
        assert_eq!(read.overflows, Some(vec![rule]));
        let none: QueueInput = serde_json::from_str(r#"{"overflow":null}"#).unwrap();
        assert_eq!(none.overflows, Some(Vec::new()));
        assert_eq!(serde_json::from_str::<QueueInput>("{}").unwrap().overflows, None);
        let new = format!(r#"{{"overflows":[{{"when":{{"kind":"no_agents"}},"to":"{to}"}}]}}"#);
        let read: QueueInput = serde_json::from_str(&new).unwrap();
        assert_eq!(read.overflows, Some(vec![OverflowRule { when: OverflowWhen::NoAgents, to }]));
    }
}
