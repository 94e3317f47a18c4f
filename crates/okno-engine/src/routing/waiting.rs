//! What waits: whether it competes for agents, and in which order it is looked at.

#![expect(clippy::wildcard_enum_match_arm, reason = "few strategies and stages differ here from all the others")]

use super::{
    Engine,
    heads::span_of,
    order::{WorkRank, queue_order, turns, work_rank},
    slab::{ItemIx, Ix, QueueIx},
    stage::secs,
    state::{Agent, Class, Door, Due, Head, MEDIA, Place, Queue, m},
};
use okno_model::{InteractionId, doc::Strategy};

impl Engine {
    /// Place of an interaction in its queue.
    pub(super) fn place_of(&self, ix: ItemIx) -> Place {
        let item = &self.items[ix];
        Place { order: queue_order(&self.queues[item.queue].profile, &item.work), interaction: item.work.interaction, item: ix }
    }

    /// Place of an interaction in the one order over all queues.
    pub(super) fn order_of(&self, item: ItemIx) -> (WorkRank, InteractionId) {
        let record = &self.items[item];
        self.rank_of(record.queue, m(record.work.medium), self.place_of(item))
    }

    pub(super) fn rank_of(&self, queue: QueueIx, medium: usize, place: Place) -> (WorkRank, InteractionId) {
        let queue = &self.queues[queue];
        let handle = queue.handle[medium];
        (work_rank(&queue.profile, self.now, place.order, handle.talk + handle.wrapup), place.interaction)
    }

    /// Place of a waiting interaction in its queue, from 1; `None` if it does not wait.
    pub fn position(&self, interaction: InteractionId) -> Option<usize> {
        let ix = *self.item_ix.get(&interaction)?;
        self.items[ix].stage.waits().then(|| 1 + self.before(ix, |_| true))
    }

    /// Whether one of two that wait in a queue goes before the other now.
    pub(super) fn goes_before(&self, queue: QueueIx, one: Place, other: Place) -> bool {
        if turns(self.queues[queue].profile.order) { self.order_of(one.item) < self.order_of(other.item) } else { one < other }
    }

    /// How many wait for anybody in the same queue before an interaction, of those that count.
    pub(super) fn before(&self, ix: ItemIx, counts: impl Fn(ItemIx) -> bool) -> usize {
        let queue = self.items[ix].queue;
        let record = &self.queues[queue];
        let classes = record.classes.values().map(|&class| &self.classes[class]);
        if turns(record.profile.order) {
            let mine = self.order_of(ix);
            let earlier = |class: &Class, place: &&Place| self.rank_of(queue, m(class.medium), **place) < mine;
            let of = |class: &Class| {
                class.waiting.iter().chain(&class.apart).filter(|place| earlier(class, place) && counts(place.item)).count()
            };
            return classes.map(of).sum();
        }
        let mine = self.place_of(ix);
        classes.map(|class| class.waiting.range(..mine).chain(class.apart.range(..mine)).filter(|place| counts(place.item)).count()).sum()
    }

    /// Whether an interaction that begins to wait competes at once.
    pub(super) fn door_of(&self, ix: ItemIx) -> Door {
        let item = &self.items[ix];
        let profile = &self.queues[item.queue].profile;
        let opens = item.entered + secs(profile.delay_seconds);
        match profile.strategy {
            Strategy::Pull => Door::ByHand,
            _ if opens > self.now => Door::Opens(opens),
            _ => Door::Open,
        }
    }

    /// Puts what waits among those who compete, or apart from them.
    pub(super) fn enter_waiting(&mut self, ix: ItemIx) {
        let door = self.door_of(ix);
        self.items[ix].door = door;
        let place = self.place_of(ix);
        let class = self.items[ix].class;
        match door {
            Door::Open => {
                self.change_class(ix, place, |class| _ = class.waiting.insert(place));
                if !self.items[ix].excluded.is_empty() {
                    self.begin_excluding(ix);
                }
            }
            Door::Opens(at) => {
                self.classes[class].apart.insert(place);
                self.set_timer(ix, at, Due::Open, true);
            }
            Door::ByHand => _ = self.classes[class].apart.insert(place),
        }
    }

    /// Takes what waits out of its class.
    pub(super) fn leave_waiting(&mut self, ix: ItemIx) {
        let place = self.place_of(ix);
        let class = self.items[ix].class;
        match self.items[ix].door {
            Door::Open => {
                self.change_class(ix, place, |class| {
                    assert!(class.waiting.remove(&place), "R-6: a waiting interaction is in its class");
                });
                if !self.items[ix].excluded.is_empty() {
                    self.end_excluding(ix);
                }
            }
            Door::Opens(at) => {
                assert!(self.classes[class].apart.remove(&place), "R-6: what waits apart is in its class");
                self.set_timer(ix, at, Due::Open, false);
            }
            Door::ByHand => assert!(self.classes[class].apart.remove(&place), "R-6: what waits apart is in its class"),
        }
    }

    /// An interaction waits and competes: exclusions of it make its class look behind the head.
    pub(super) fn competes(&self, ix: ItemIx) -> bool {
        let item = &self.items[ix];
        item.stage == super::Stage::Waiting && item.door == Door::Open
    }

    /// What an agent should have next of one queue, and how urgent it is. Looks at the first of each class (and band), and
    /// behind it only where somebody is excluded from something.
    pub(super) fn first_in(&self, queue: QueueIx, who: &Agent, free: [bool; MEDIA]) -> Option<((WorkRank, InteractionId), ItemIx)> {
        let record = &self.queues[queue];
        let mut best = None;
        for (_, heads) in record.heads.bands() {
            if let Some((place, medium)) = self.first_of(record, heads, who, free) {
                let rank = self.rank_of(queue, medium, place);
                if best.is_none_or(|(first, _)| rank < first) {
                    best = Some((rank, place.item));
                }
            }
        }
        best
    }

    /// The first of one band that an agent may have.
    fn first_of(&self, queue: &Queue, heads: &[Head], who: &Agent, free: [bool; MEDIA]) -> Option<(Place, usize)> {
        let mut best: Option<(Place, usize)> = None;
        for head in heads {
            if best.is_some_and(|(first, _)| first < head.place) {
                break;
            }
            if !free[m(head.medium)] || !(head.open || who.eligible.has(head.class.n())) {
                continue;
            }
            let place = if queue.excluding == 0 {
                Some(head.place)
            } else {
                let span = span_of(queue.profile.order, head.place, self.passed);
                self.classes[head.class].waiting.range(span).copied().find(|place| self.may(*place, who))
            };
            if let Some(place) = place
                && best.is_none_or(|(first, _)| place < first)
            {
                best = Some((place, m(head.medium)));
            }
        }
        best
    }

    fn may(&self, place: Place, who: &Agent) -> bool {
        !self.items[place.item].excludes(who.profile.id)
    }
}
