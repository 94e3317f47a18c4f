//! What a visitor who waits was told of his place and his wait (behaviour.md B6): a place that never gets worse, a wait that runs down and changes
//! only when it becomes better, or by a confession.

use super::frames::Standing;
use okno_app::{
    routing::{Announcer, Reason},
    visitors::VisitorView,
};
use okno_model::{
    Timestamp,
    doc::{AnnounceRule, InteractionDoc, PositionRule},
};

/// What one connection has said of one interaction.
#[derive(Debug, Default)]
pub(super) struct Told {
    said: Announcer,
    /// The best place.
    place: Option<u32>,
    /// The wait is longer than was said before.
    longer: bool,
}

impl Told {
    /// How he stands who waits in a queue.
    pub(super) fn queued(&mut self, now: Timestamp, doc: &InteractionDoc, view: &VisitorView) -> Standing {
        // The place on a screen interrupts nobody: only the wait is subject to the rules of announcements.
        let silent = AnnounceRule { position: PositionRule::No, ..view.announce };
        let said = self.said.announce(now, view.wait.as_ref(), view.position.unwrap_or(1), silent, false);
        if let Some(wait) = said.and_then(|said| said.wait) {
            self.longer = wait.reason == Reason::Longer;
        }
        let (position, least) = self.place(view.position, view.announce);
        Standing::Queued {
            position,
            least,
            wait: self.said.left(now).filter(|(_, until)| *until > 0).map(minutes),
            longer: self.longer,
            due: doc.promise.map(|promise| promise.due),
            opens: doc.promise.and_then(|promise| promise.opens),
        }
    }

    /// His place as it is shown, or how many are before him at least.
    fn place(&mut self, place: Option<u32>, rule: AnnounceRule) -> (Option<u32>, Option<u32>) {
        let Some(now) = place else { return (None, None) };
        let place = self.place.filter(|&best| rule.only_up && best < now).unwrap_or(now);
        self.place = Some(place);
        match rule.position {
            PositionRule::No => (None, None),
            PositionRule::Limit { limit } => (Some(place).filter(|&place| place <= limit), None),
            PositionRule::MoreThan { limit } if place > limit => (None, Some(limit)),
            PositionRule::Yes | PositionRule::MoreThan { .. } => (Some(place), None),
        }
    }
}

/// A band in whole minutes: never narrower than it is, and never of no width.
fn minutes((low, high): (u32, u32)) -> (u32, u32) {
    let low = low / 60;
    (low, high.div_ceil(60).max(low + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_place_follows_its_rule_and_gets_no_worse() {
        let of = |position, only_up| AnnounceRule { position, only_up };
        let mut told = Told::default();
        let rule = of(PositionRule::MoreThan { limit: 3 }, true);
        assert_eq!(told.place(Some(9), rule), (None, Some(3)));
        assert_eq!(told.place(Some(3), rule), (Some(3), None));
        assert_eq!(told.place(Some(5), rule), (Some(3), None), "somebody urgent came; that is not shown");
        assert_eq!(told.place(Some(2), rule), (Some(2), None));
        assert_eq!(told.place(None, rule), (None, None));
        let mut told = Told::default();
        assert_eq!(told.place(Some(2), of(PositionRule::Yes, false)), (Some(2), None));
        assert_eq!(told.place(Some(4), of(PositionRule::Yes, false)), (Some(4), None));
        assert_eq!(told.place(Some(4), of(PositionRule::Limit { limit: 3 }, false)), (None, None));
        assert_eq!(told.place(Some(1), of(PositionRule::No, true)), (None, None));
    }

    #[test]
    fn a_band_is_never_of_no_width() {
        assert_eq!((minutes((240, 420)), minutes((0, 20)), minutes((61, 62))), ((4, 7), (0, 1), (1, 2)));
    }
}
