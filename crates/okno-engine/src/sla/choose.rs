//! Which policy a matter has: the most specific one that matches, then the first in order.

use okno_model::{
    QueueId,
    doc::{PolicyDoc, SlaKind, SlaSelector},
};
use std::cmp::Reverse;

/// A matter as selectors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What it is.
    pub kind: SlaKind,
    /// Its queue.
    pub queue: Option<QueueId>,
    /// Its priority.
    pub priority: u8,
    /// Its tags, and those of the customer's organization.
    pub tags: Vec<String>,
    /// Language of the customer, BCP 47.
    pub language: Option<String>,
}

/// The policy of a matter.
pub fn choose<'a>(policies: &'a [PolicyDoc], subject: &Subject) -> Option<&'a PolicyDoc> {
    let live = policies.iter().filter(|policy| !policy.archived && matches(&policy.selector, subject));
    live.min_by_key(|policy| (Reverse(policy.selector.fields()), policy.order, policy.id))
}

/// Whether a selector is for a matter.
pub fn matches(selector: &SlaSelector, subject: &Subject) -> bool {
    let SlaSelector { kinds, queues, priorities, tags, languages } = selector;
    let language = subject.language.as_deref().unwrap_or_default();
    asks(kinds, |kind| *kind == subject.kind)
        && asks(queues, |queue| Some(*queue) == subject.queue)
        && asks(priorities, |priority| *priority == subject.priority)
        && asks(tags, |tag| subject.tags.iter().any(|had| had.eq_ignore_ascii_case(tag)))
        && asks(languages, |wanted| speaks(language, wanted))
}

fn asks<T>(values: &[T], holds: impl FnMut(&T) -> bool) -> bool {
    values.is_empty() || values.iter().any(holds)
}

/// `pl-PL` is Polish.
fn speaks(language: &str, wanted: &str) -> bool {
    match (language.get(..wanted.len()), language.get(wanted.len()..)) {
        (Some(begin), Some(rest)) => begin.eq_ignore_ascii_case(wanted) && (rest.is_empty() || rest.starts_with('-')),
        (_, _) => false,
    }
}
