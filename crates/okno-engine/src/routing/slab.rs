//! Dense storage with typed indices, and bit sets over them. Indices are private to one engine: order that people can
//! see is always made from ids and times, so that a rebuilt engine decides alike.

use std::{
    marker::PhantomData,
    ops::{Index, IndexMut},
};

/// A typed index into a [`Slab`].
pub(super) trait Ix: Copy {
    fn new(n: u32) -> Self;
    fn n(self) -> usize;
}

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) struct $name(u32);

        impl Ix for $name {
            #[inline]
            fn new(n: u32) -> Self {
                Self(n)
            }
            #[inline]
            fn n(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

indices! {
    /// An agent.
    AgentIx
    /// A queue.
    QueueIx
    /// A class: one requirement of one queue.
    ClassIx
    /// An interaction.
    ItemIx
}

/// Values in a row; freed places are used again.
#[derive(Debug, Clone)]
pub(super) struct Slab<I, T> {
    rows: Vec<Option<T>>,
    free: Vec<u32>,
    index: PhantomData<I>,
}

impl<I: Ix, T> Slab<I, T> {
    pub(super) const fn new() -> Self {
        Self { rows: Vec::new(), free: Vec::new(), index: PhantomData }
    }

    pub(super) fn insert(&mut self, value: T) -> I {
        if let Some(n) = self.free.pop() {
            self.rows[n as usize] = Some(value);
            I::new(n)
        } else {
            self.rows.push(Some(value));
            I::new((self.rows.len() - 1) as u32)
        }
    }

    pub(super) fn remove(&mut self, ix: I) -> T {
        let value = self.rows[ix.n()].take().expect("an index is live until its value is removed");
        self.free.push(ix.n() as u32);
        value
    }

    /// Removes a value without moving it.
    pub(super) fn discard(&mut self, ix: I) {
        self.rows[ix.n()] = None;
        self.free.push(ix.n() as u32);
    }

    pub(super) fn get(&self, ix: I) -> Option<&T> {
        self.rows.get(ix.n()).and_then(Option::as_ref)
    }

    pub(super) fn get_mut(&mut self, ix: I) -> Option<&mut T> {
        self.rows.get_mut(ix.n()).and_then(Option::as_mut)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.rows.iter().enumerate().filter_map(|(n, row)| row.as_ref().map(|value| (I::new(n as u32), value)))
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len() - self.free.len()
    }
}

impl<I: Ix, T> Index<I> for Slab<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, ix: I) -> &T {
        self.rows[ix.n()].as_ref().expect("an index is live until its value is removed")
    }
}

impl<I: Ix, T> IndexMut<I> for Slab<I, T> {
    #[inline]
    fn index_mut(&mut self, ix: I) -> &mut T {
        self.rows[ix.n()].as_mut().expect("an index is live until its value is removed")
    }
}

/// A growing set of small numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    pub(super) const fn new() -> Self {
        Self { words: Vec::new() }
    }

    pub(super) fn set(&mut self, n: usize) {
        if self.words.len() <= n / 64 {
            self.words.resize(n / 64 + 1, 0);
        }
        self.words[n / 64] |= 1 << (n % 64);
    }

    pub(super) fn clear(&mut self, n: usize) {
        if let Some(word) = self.words.get_mut(n / 64) {
            *word &= !(1 << (n % 64));
        }
    }

    #[inline]
    pub(super) fn has(&self, n: usize) -> bool {
        self.words.get(n / 64).is_some_and(|word| word & (1 << (n % 64)) != 0)
    }

    /// Numbers in both sets, ascending.
    pub(super) fn both<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> + 'a {
        self.words.iter().zip(&other.words).enumerate().flat_map(|(i, (a, b))| {
            let mut word = a & b;
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                Some(i * 64 + bit)
            })
        })
    }
}
