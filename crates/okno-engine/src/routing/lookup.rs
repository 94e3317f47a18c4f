//! From ids to indices. Looked up several times in every input, so it is hashed: at a hundred thousand interactions a sorted
//! map costs five or six misses of the cache, this one or two. It cannot be walked through except in the order of the ids, so
//! no decision depends on how it is laid out.

use okno_model::{AgentId, InteractionId, QueueId};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    marker::PhantomData,
    ops::Index,
};

/// An id as a number; numbers are in the order of the ids.
pub(super) trait Id: Copy {
    fn bits(self) -> u128;
}

impl Id for QueueId {
    fn bits(self) -> u128 {
        self.0.as_u128()
    }
}

impl Id for AgentId {
    fn bits(self) -> u128 {
        self.0.as_u128()
    }
}

impl Id for InteractionId {
    fn bits(self) -> u128 {
        self.0.as_u128()
    }
}

/// Mixes an id by one multiplication; the same in every process, since nobody outside chooses ids.
#[derive(Debug, Clone, Copy, Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u128(u128::from(byte));
        }
    }

    #[inline]
    fn write_u128(&mut self, n: u128) {
        let (high, low) = ((n >> 64) as u64 ^ self.0 ^ 0x9e37_79b9_7f4a_7c15, n as u64 ^ 0xbf58_476d_1ce4_e5b9);
        let product = u128::from(high) * u128::from(low);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

/// Indices by id.
#[derive(Debug, Clone)]
pub(super) struct Lookup<K, I> {
    map: HashMap<u128, I, BuildHasherDefault<Mixer>>,
    key: PhantomData<K>,
}

impl<K: Id, I: Copy> Lookup<K, I> {
    pub(super) const fn new() -> Self {
        Self { map: HashMap::with_hasher(BuildHasherDefault::new()), key: PhantomData }
    }

    #[inline]
    pub(super) fn get(&self, id: &K) -> Option<&I> {
        self.map.get(&id.bits())
    }

    pub(super) fn contains_key(&self, id: &K) -> bool {
        self.map.contains_key(&id.bits())
    }

    pub(super) fn insert(&mut self, id: K, ix: I) {
        self.map.insert(id.bits(), ix);
    }

    pub(super) fn remove(&mut self, id: &K) {
        self.map.remove(&id.bits());
    }

    /// All indices, in the order of their ids.
    pub(super) fn sorted(&self) -> Vec<I> {
        let mut all: Vec<(u128, I)> = self.map.iter().map(|(&id, &ix)| (id, ix)).collect();
        all.sort_unstable_by_key(|&(id, _)| id);
        all.into_iter().map(|(_, ix)| ix).collect()
    }
}

impl<K: Id, I: Copy> Index<&K> for Lookup<K, I> {
    type Output = I;

    #[inline]
    fn index(&self, id: &K) -> &I {
        self.get(id).expect("the id of something that is here")
    }
}

#[cfg(test)]
mod tests {
    use super::{Id, Lookup, Mixer};
    use okno_model::InteractionId;
    use std::{
        collections::BTreeSet,
        hash::{Hash, Hasher},
    };

    #[test]
    fn is_walked_through_in_the_order_of_the_ids() {
        let mut lookup = Lookup::new();
        for n in [7_u128 << 64, 3, 5 << 100, 4, 9] {
            lookup.insert(InteractionId::from_u128(n), n);
        }
        lookup.remove(&InteractionId::from_u128(4));
        assert_eq!(lookup.sorted(), [3, 9, 7 << 64, 5 << 100]);
        assert_eq!(lookup.get(&InteractionId::from_u128(4)), None);
        assert!(lookup.contains_key(&InteractionId::from_u128(9)));
    }

    #[test]
    fn ids_of_one_millisecond_and_numbered_ids_are_spread() {
        for shift in [0, 16, 64, 80] {
            let hash = |n: u128| {
                let mut mixer = Mixer::default();
                InteractionId::from_u128(n << shift).bits().hash(&mut mixer);
                mixer.finish()
            };
            let low: BTreeSet<u64> = (0..4096).map(|n| hash(n) % 4096).collect();
            let high: BTreeSet<u64> = (0..128).map(|n| hash(n * 31) >> 57).collect();
            assert!(low.len() > 2200 && high.len() > 60, "shift {shift}: {} and {}", low.len(), high.len());
        }
    }
}
