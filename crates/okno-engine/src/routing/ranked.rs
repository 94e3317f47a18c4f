//! A sorted set whose n-th value is found at once: pieces of a few dozen in one row. Finding, entering and leaving cost a search among
//! the pieces and one within a piece, whatever was in it before; a walk through it reads memory in order.

use std::{
    cmp::Ordering,
    ops::{Bound, RangeBounds},
};

/// Most values in one piece.
const PIECE: usize = 64;

#[derive(Debug, Clone)]
pub(super) struct Ranked<T> {
    /// Each sorted, none empty.
    pieces: Vec<Vec<T>>,
    len: usize,
}

impl<T: Ord> Ranked<T> {
    pub(super) const fn new() -> Self {
        Self { pieces: Vec::new(), len: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn first(&self) -> Option<&T> {
        self.pieces.first().and_then(|piece| piece.first())
    }

    /// Whether it was not in it yet.
    pub(super) fn insert(&mut self, value: T) -> bool {
        let at = self.piece_of(&value).min(self.pieces.len().saturating_sub(1));
        let Some(piece) = self.pieces.get_mut(at) else {
            let mut piece = Vec::with_capacity(8);
            piece.push(value);
            self.pieces.push(piece);
            self.len = 1;
            return true;
        };
        let Err(place) = piece.binary_search(&value) else { return false };
        piece.insert(place, value);
        if piece.len() > PIECE {
            let rest = piece.split_off(PIECE / 2);
            self.pieces.insert(at + 1, rest);
        }
        self.len += 1;
        true
    }

    /// Whether it was in it.
    pub(super) fn remove(&mut self, value: &T) -> bool {
        let at = self.piece_of(value);
        let Some(piece) = self.pieces.get_mut(at) else { return false };
        let Ok(place) = piece.binary_search(value) else { return false };
        piece.remove(place);
        if piece.is_empty() {
            self.pieces.remove(at);
        }
        self.len -= 1;
        true
    }

    pub(super) fn contains(&self, value: &T) -> bool {
        self.pieces.get(self.piece_of(value)).is_some_and(|piece| piece.binary_search(value).is_ok())
    }

    /// The value with so many before it.
    pub(super) fn nth(&self, mut n: usize) -> Option<&T> {
        for piece in &self.pieces {
            if n < piece.len() {
                return piece.get(n);
            }
            n -= piece.len();
        }
        None
    }

    /// How many come before a value, whether it is in it or not.
    pub(super) fn before(&self, value: &T) -> usize {
        let at = self.piece_of(value);
        let earlier: usize = self.pieces[..at].iter().map(Vec::len).sum();
        earlier + self.pieces.get(at).map_or(0, |piece| piece.partition_point(|other| other < value))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flatten()
    }

    /// Those within bounds, in order.
    pub(super) fn range(&self, bounds: impl RangeBounds<T>) -> impl Iterator<Item = &T> {
        let starts = |other: &T| match bounds.start_bound() {
            Bound::Unbounded => false,
            Bound::Included(from) => other < from,
            Bound::Excluded(from) => other <= from,
        };
        let at = self.pieces.partition_point(|piece| piece.last().is_some_and(starts));
        let place = self.pieces.get(at).map_or(0, |piece| piece.partition_point(starts));
        let (first, rest) = match self.pieces.get(at..) {
            Some([first, rest @ ..]) => (&first[place..], rest),
            Some([]) | None => (&[][..], &[][..]),
        };
        first.iter().chain(rest.iter().flatten()).take_while(move |other| match bounds.end_bound() {
            Bound::Unbounded => true,
            Bound::Included(to) => *other <= to,
            Bound::Excluded(to) => *other < to,
        })
    }

    /// The piece in which a value is, or would be.
    fn piece_of(&self, value: &T) -> usize {
        self.pieces.partition_point(|piece| piece.last().is_some_and(|last| last.cmp(value) == Ordering::Less))
    }
}

impl<T: Ord> Extend<T> for Ranked<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            self.insert(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ranked;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn is_a_sorted_set(changes in proptest::collection::vec((any::<bool>(), 0_u16..400), 0..2000), from in 0_u16..400, to in 0_u16..400) {
            let (mut ranked, mut model) = (Ranked::new(), BTreeSet::new());
            for (comes, value) in changes {
                if comes {
                    prop_assert_eq!(ranked.insert(value), model.insert(value));
                } else {
                    prop_assert_eq!(ranked.remove(&value), model.remove(&value));
                }
            }
            prop_assert_eq!(ranked.len(), model.len());
            prop_assert_eq!(ranked.first(), model.first());
            prop_assert!(ranked.iter().eq(&model));
            prop_assert_eq!(ranked.contains(&from), model.contains(&from));
            prop_assert_eq!(ranked.before(&from), model.range(..from).count());
            prop_assert_eq!(ranked.nth(usize::from(to)), model.iter().nth(usize::from(to)));
            let (from, to) = (from.min(to), from.max(to));
            prop_assert!(ranked.range(from..to).eq(model.range(from..to)));
            prop_assert!(ranked.range(..=to).eq(model.range(..=to)));
            prop_assert!(ranked.range(from..).eq(model.range(from..)));
        }
    }
}
