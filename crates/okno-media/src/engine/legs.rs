//! The legs of a thread, in numbered slots.

use std::collections::HashMap;

use crate::id::LegId;
use crate::leg::Leg;

/// A slab: slots are used again, names are not.
#[derive(Default)]
pub(crate) struct Legs {
    slots: Vec<Option<Box<Leg>>>,
    free: Vec<u32>,
    names: HashMap<LegId, u32>,
}

impl Legs {
    /// The slot that the next leg gets.
    pub(crate) fn vacant(&self) -> u32 {
        self.free.last().copied().unwrap_or(self.slots.len() as u32)
    }

    /// Puts a leg into [`Self::vacant`].
    pub(crate) fn insert(&mut self, leg: Leg) -> u32 {
        let slot = self.vacant();
        self.names.insert(leg.id, slot);
        if self.free.pop().is_some() {
            self.slots[slot as usize] = Some(Box::new(leg));
        } else {
            self.slots.push(Some(Box::new(leg)));
        }
        slot
    }

    pub(crate) fn remove(&mut self, slot: u32) -> Option<Box<Leg>> {
        let leg = self.slots.get_mut(slot as usize)?.take()?;
        self.names.remove(&leg.id);
        self.free.push(slot);
        if self.names.is_empty() {
            // After a burst the memory goes back.
            *self = Self::default();
        }
        Some(leg)
    }

    pub(crate) fn find(&self, leg: LegId) -> Option<u32> {
        self.names.get(&leg).copied()
    }

    pub(crate) fn get(&self, slot: u32) -> Option<&Leg> {
        self.slots.get(slot as usize)?.as_deref()
    }

    pub(crate) fn get_mut(&mut self, slot: u32) -> Option<&mut Leg> {
        self.slots.get_mut(slot as usize)?.as_deref_mut()
    }

    pub(crate) fn named(&mut self, leg: LegId) -> Option<(u32, &mut Leg)> {
        let slot = self.find(leg)?;
        self.get_mut(slot).map(|leg| (slot, leg))
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Slots in use or free.
    pub(crate) fn slots(&self) -> u32 {
        self.slots.len() as u32
    }
}
