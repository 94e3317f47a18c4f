//! A table that never grows beyond its bound: what was used longest ago goes first. Everything that strangers can fill lives in one.

use std::collections::BTreeMap;

/// A bounded table.
#[derive(Debug)]
pub(crate) struct Lru<K, V> {
    capacity: usize,
    clock: u64,
    entries: BTreeMap<K, (u64, V)>,
    order: BTreeMap<u64, K>,
}

impl<K: Ord + Clone, V> Lru<K, V> {
    /// A table with room for `capacity` entries, at least one.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), clock: 0, entries: BTreeMap::new(), order: BTreeMap::new() }
    }

    /// The entry without counting this as a use.
    pub(crate) fn peek(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|(_, value)| value)
    }

    /// The entry, to change it; this does not count as a use either.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key).map(|(_, value)| value)
    }

    /// The entry, made if it was not there. Tells what had to go to make room.
    pub(crate) fn entry(&mut self, key: &K, make: impl FnOnce() -> V) -> (&mut V, Option<(K, V)>) {
        self.clock += 1;
        let clock = self.clock;
        if let Some((used, _)) = self.entries.get_mut(key) {
            self.order.remove(used);
            *used = clock;
        }
        let gone = (!self.entries.contains_key(key) && self.entries.len() >= self.capacity).then(|| self.pop()).flatten();
        self.order.insert(clock, key.clone());
        let (_, value) = self.entries.entry(key.clone()).or_insert_with(|| (clock, make()));
        (value, gone)
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let (used, value) = self.entries.remove(key)?;
        self.order.remove(&used);
        Some(value)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        debug_assert_eq!(self.entries.len(), self.order.len());
        self.entries.len()
    }

    fn pop(&mut self) -> Option<(K, V)> {
        let (_, key) = self.order.pop_first()?;
        let (_, value) = self.entries.remove(&key)?;
        Some((key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_never_grows_beyond_its_bound(capacity in 1..20usize, keys in prop::collection::vec(0..40u8, 0..300)) {
            let mut table = Lru::new(capacity);
            for (at, key) in keys.iter().enumerate() {
                if key % 7 == 0 {
                    table.remove(key);
                } else {
                    *table.entry(key, || 0).0 = at;
                    prop_assert_eq!(table.peek(key), Some(&at));
                }
                prop_assert!(table.len() <= capacity);
            }
        }
    }

    #[test]
    fn what_was_used_longest_ago_goes() {
        let mut table = Lru::new(2);
        table.entry(&'a', || 1);
        table.entry(&'b', || 2);
        table.entry(&'a', || 9);
        assert_eq!(table.entry(&'c', || 3).1, Some(('b', 2)));
        assert_eq!(table.peek(&'a'), Some(&1));
    }
}
