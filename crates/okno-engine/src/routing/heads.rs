//! The first of each class of a queue, sorted: what an agent who becomes free looks at.
//!
//! Where the order of two interactions may turn over time, they stand in *bands* within which it cannot turn, and a class has
//! a first in each band. A rank of two bands is compared at the moment of the decision, so a queue costs as many comparisons as
//! it has bands, whatever waits in it:
//! - `score`: one band for each priority, since points grow at its rate;
//! - `gc_mu`: one for each priority and medium, since the usual handle time is one of a medium;
//! - `due_first`: what is overdue, and for each medium what is not. What becomes overdue goes from one to the other when its
//!   moment has passed ([`Engine::pass_due`]): each interaction once.

use super::{
    Engine,
    slab::{ClassIx, ItemIx, Ix},
    state::{Class, Head, MEDIA, Place, m},
};
use okno_model::{Timestamp, doc::Ordering};
use std::ops::Bound;

/// Number of a band within its queue.
pub(super) type Band = u16;

/// Values in order, in one piece of memory: for the few tens that a queue has of them, quicker than a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sorted<T>(Vec<T>);

impl<T: Ord> Sorted<T> {
    fn insert(&mut self, value: T) {
        if let Err(at) = self.0.binary_search(&value) {
            self.0.insert(at, value);
        }
    }

    fn remove(&mut self, value: &T) {
        if let Ok(at) = self.0.binary_search(value) {
            self.0.remove(at);
        }
    }
}

/// The firsts of the classes of a queue by band; a band is there while anything is in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Heads {
    bands: Vec<(Band, Sorted<Head>)>,
}

impl Heads {
    pub(super) const fn new() -> Self {
        Self { bands: Vec::new() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bands.is_empty()
    }

    /// The bands in which something waits, each with its firsts in order.
    pub(super) fn bands(&self) -> impl Iterator<Item = (Band, &[Head])> {
        self.bands.iter().map(|(band, heads)| (*band, heads.0.as_slice()))
    }

    fn insert(&mut self, band: Band, head: Head) {
        match self.bands.iter_mut().find(|(other, _)| *other == band) {
            Some((_, heads)) => heads.insert(head),
            None => self.bands.push((band, Sorted(vec![head]))),
        }
    }

    fn remove(&mut self, band: Band, head: &Head) {
        if let Some(at) = self.bands.iter().position(|(other, _)| *other == band) {
            self.bands[at].1.remove(head);
            if self.bands[at].1.0.is_empty() {
                self.bands.swap_remove(at);
            }
        }
    }

    /// Every first with its band, for the invariants.
    pub(super) fn all(&self) -> Vec<(Band, Head)> {
        let mut all: Vec<_> = self.bands().flat_map(|(band, heads)| heads.iter().map(move |&head| (band, head))).collect();
        all.sort_unstable();
        all
    }
}

/// The band of a place in a class. `late` is the instant before which a promise counts as broken.
pub(super) fn band_of(order: Ordering, medium: usize, place: Place, late: Timestamp) -> Band {
    match order {
        Ordering::PriorityThenAge | Ordering::Fifo | Ordering::Lifo => 0,
        Ordering::Score => band_of_priority(place),
        Ordering::GcMu => band_of_priority(place) * MEDIA as Band + medium as Band,
        Ordering::DueFirst if place.order.0 < late.millis() => 0,
        Ordering::DueFirst => 1 + medium as Band,
    }
}

/// Priorities stand negated in the place.
fn band_of_priority(place: Place) -> Band {
    Band::try_from(-place.order.0).unwrap_or(0)
}

/// The places of a class that share the band of one of them.
pub(super) fn span_of(order: Ordering, place: Place, late: Timestamp) -> (Bound<Place>, Bound<Place>) {
    match order {
        Ordering::PriorityThenAge | Ordering::Fifo | Ordering::Lifo => (Bound::Unbounded, Bound::Unbounded),
        Ordering::Score | Ordering::GcMu => {
            (Bound::Included(Place::least(place.order.0)), Bound::Excluded(Place::least(place.order.0 + 1)))
        }
        Ordering::DueFirst if place.order.0 < late.millis() => (Bound::Unbounded, Bound::Excluded(Place::least(late.millis()))),
        Ordering::DueFirst => (Bound::Included(Place::least(late.millis())), Bound::Unbounded),
    }
}

impl Class {
    /// The first of the band of a place.
    fn first_beside(&self, class: ClassIx, order: Ordering, place: Place, late: Timestamp) -> Option<Head> {
        let first = match order {
            Ordering::PriorityThenAge | Ordering::Fifo | Ordering::Lifo => self.waiting.first(),
            Ordering::Score | Ordering::GcMu | Ordering::DueFirst => self.waiting.range(span_of(order, place, late)).next(),
        };
        first.map(|&place| Head { place, class, medium: self.medium, open: self.open })
    }
}

impl Engine {
    /// Changes what waits in the class of an interaction; the heads of its queue follow.
    pub(super) fn change_class(&mut self, ix: ItemIx, place: Place, change: impl FnOnce(&mut Class)) {
        let (class, queue) = (self.items[ix].class, self.items[ix].queue);
        let order = self.queues[queue].profile.order;
        let record = &mut self.classes[class];
        let before = record.first_beside(class, order, place, self.passed);
        change(record);
        let after = record.first_beside(class, order, place, self.passed);
        let medium = m(record.medium);
        if before != after {
            self.change_heads(class, band_of(order, medium, place, self.passed), before, after);
        }
    }

    fn change_heads(&mut self, class: ClassIx, band: Band, before: Option<Head>, after: Option<Head>) {
        let queue = self.classes[class].queue;
        let record = &mut self.queues[queue];
        if let Some(before) = before {
            record.heads.remove(band, &before);
        }
        if let Some(after) = after {
            record.heads.insert(band, after);
        }
        if record.heads.is_empty() {
            self.nonempty.clear(queue.n());
        } else {
            self.nonempty.set(queue.n());
        }
        if record.profile.order == Ordering::DueFirst && band > 0 {
            if let Some(before) = before {
                self.kept.remove(&(before.place.order.0, class));
            }
            if let Some(after) = after {
                self.kept.insert((after.place.order.0, class));
            }
        }
    }

    /// Time has come to `now`: what was due before it is overdue from now on.
    pub(super) fn pass_due(&mut self) {
        let late = self.now;
        while let Some(&(due, class)) = self.kept.first()
            && due < late.millis()
        {
            // The first that could still be kept is overdue; perhaps those behind it are as well.
            let record = &self.classes[class];
            let (medium, was) = (m(record.medium), self.passed);
            let first = Place::least(was.millis());
            let broken = |place: Option<&Place>| place.map(|&place| Head { place, class, medium: record.medium, open: record.open });
            let kept = broken(record.waiting.range(first..).next());
            let overdue = broken(record.waiting.range(..first).next());
            let still = broken(record.waiting.range(Place::least(late.millis())..).next());
            self.change_heads(class, 1 + medium as Band, kept, still);
            if overdue.is_none() {
                self.change_heads(class, 0, None, kept);
            }
        }
        self.passed = late;
    }
}

/// What a band of a class would have to be, from what waits: for the invariants.
pub(super) fn firsts(class: &Class, ix: ClassIx, order: Ordering, late: Timestamp) -> Vec<(Band, Head)> {
    let mut all: Vec<(Band, Head)> = Vec::new();
    for &place in &class.waiting {
        let band = band_of(order, m(class.medium), place, late);
        if all.iter().all(|(other, _)| *other != band) {
            all.push((band, Head { place, class: ix, medium: class.medium, open: class.open }));
        }
    }
    all
}
