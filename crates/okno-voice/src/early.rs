//! What the journal said about interactions before their calls could hear it: routing may decide about a call in the same moment in which it
//! is recorded. Kept for a moment, so that nobody has to read it again from the rows.

use okno_model::InteractionId;
use std::collections::{BTreeMap, VecDeque};

/// News that are kept: those of the moment between a call's record and its task, at several hundred calls per second.
const KEPT: usize = 256;

/// News without a call.
#[derive(Debug)]
pub(crate) struct Early<T> {
    /// Number of the last event that was heard.
    heard: i64,
    /// Everything after this event is still here.
    after: i64,
    docs: BTreeMap<InteractionId, (T, i64)>,
    order: VecDeque<(i64, InteractionId)>,
}

/// What was said about an interaction.
#[derive(Debug, PartialEq)]
pub(crate) enum Said<T> {
    /// The newest, with the number of its event.
    This(T, i64),
    /// Nothing.
    Nothing,
    /// Only the rows know.
    Forgotten,
}

impl<T> Default for Early<T> {
    fn default() -> Self {
        Self { heard: 0, after: 0, docs: BTreeMap::new(), order: VecDeque::new() }
    }
}

impl<T> Early<T> {
    /// Number of the last event that was heard: what is recorded from now on has a greater one.
    pub(crate) const fn heard(&self) -> i64 {
        self.heard
    }

    /// An event was heard.
    pub(crate) const fn hear(&mut self, seq: i64) {
        if self.heard == 0 {
            self.after = seq;
        }
        self.heard = seq;
    }

    /// An interaction that has no call changed.
    pub(crate) fn keep(&mut self, id: InteractionId, doc: T, seq: i64) {
        if self.order.len() == KEPT
            && let Some((oldest, id)) = self.order.pop_front()
        {
            self.after = oldest;
            if self.docs.get(&id).is_some_and(|(_, at)| *at == oldest) {
                self.docs.remove(&id);
            }
        }
        self.order.push_back((seq, id));
        self.docs.insert(id, (doc, seq));
    }

    /// What was said about an interaction that was recorded after event `since`.
    pub(crate) fn take(&mut self, id: InteractionId, since: i64) -> Said<T> {
        match self.docs.remove(&id) {
            Some((doc, seq)) => Said::This(doc, seq),
            None if since < self.after => Said::Forgotten,
            None => Said::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_kept_for_a_while_and_what_is_lost_is_known() {
        let (mut early, id) = (Early::default(), |id: i64| InteractionId::from_u128(id as u128));
        assert_eq!(early.take(id(1), early.heard()), Said::Nothing);
        early.hear(10);
        assert_eq!(early.take(id(1), 0), Said::Forgotten, "what was before nobody knows here");
        let since = early.heard();
        for (seq, doc) in [(11, "old"), (12, "new")] {
            early.hear(seq);
            early.keep(id(1), doc, seq);
        }
        assert_eq!(early.take(id(1), since), Said::This("new", 12));
        assert_eq!(early.take(id(1), since), Said::Nothing);
        for seq in 13..12 + KEPT as i64 {
            early.hear(seq);
            early.keep(id(seq), "other", seq);
        }
        assert_eq!(early.take(id(9), since), Said::Forgotten, "event 11 is not here any more");
        assert_eq!(early.take(id(9), 11), Said::Nothing);
        assert_eq!(early.take(id(13), since), Said::This("other", 13));
    }
}
