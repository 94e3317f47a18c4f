//! The records of the engine: agents, queues, classes, items, timers.

use super::{
    AgentProfile, Duty, Exclusion, QueueProfile, Stage, Work,
    limits::BANDS,
    policy::{AgentFacts, AgentRank, agent_rank},
    slab::{AgentIx, BitSet, ClassIx, ItemIx, QueueIx},
};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, SkillId, Timestamp,
    doc::{Presence, RequiredSkill, SkillLevel, Strategy},
};
use std::collections::{BTreeMap, BTreeSet};

/// Number of media: the length of tables by medium.
pub(super) const MEDIA: usize = 5;

/// Index of a medium in tables by medium: its place in `Medium::ALL`.
pub(super) const fn m(medium: Medium) -> usize {
    medium as usize
}

/// Whether an agent can be offered an interaction of one medium now, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Ready,
    NotAvailable,
    NotConnected,
    NoCapacity,
    Wrapup,
}

impl Standing {
    pub(super) const COUNT: usize = 5;
    /// Reasons in the order in which explanations list them.
    pub(super) const REASONS: [Self; 4] = [Self::NoCapacity, Self::Wrapup, Self::NotAvailable, Self::NotConnected];

    /// The published word of the filter.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotAvailable => "not_available",
            Self::NotConnected => "not_connected",
            Self::NoCapacity => "no_capacity",
            Self::Wrapup => "wrapup",
        }
    }

    /// For sentences: "3 busy".
    pub(super) const fn phrase(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotAvailable => "not available",
            Self::NotConnected => "not connected",
            Self::NoCapacity => "busy",
            Self::Wrapup => "in wrap-up",
        }
    }
}

/// How an interaction came to occupy a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// The engine chose: never beyond the capacity.
    Routed,
    /// A person chose: pull, transfer to this agent. May exceed the capacity.
    ByHand,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SlotRef {
    pub(super) item: ItemIx,
    pub(super) medium: Medium,
    pub(super) grant: Grant,
    pub(super) wrapup: bool,
}

/// A class that an agent may serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) class: ClassIx,
    pub(super) medium: Medium,
    pub(super) skill: u16,
}

#[derive(Debug, Clone)]
pub(super) struct Agent {
    pub(super) profile: AgentProfile,
    pub(super) duty: Duty,
    pub(super) connected: bool,
    pub(super) idle_since: Timestamp,
    pub(super) misses: [u8; MEDIA],
    /// Oldest first.
    pub(super) slots: Vec<SlotRef>,
    /// Routed slots that may exist although the capacity was lowered meanwhile.
    pub(super) ceiling: [u16; MEDIA],
    /// Interactions that wait for him alone.
    pub(super) held: BTreeSet<Place>,
    pub(super) classes: Vec<Membership>,
    /// The same classes as bits.
    pub(super) eligible: BitSet,
    /// Load and idle time under which he stands in the ready sets.
    pub(super) published: (u16, Timestamp),
}

impl Agent {
    pub(super) fn used(&self, medium: Medium) -> u16 {
        self.slots.iter().filter(|slot| slot.medium == medium).count() as u16
    }

    pub(super) fn routed(&self, medium: Medium) -> u16 {
        self.slots.iter().filter(|slot| slot.medium == medium && slot.grant == Grant::Routed).count() as u16
    }

    pub(super) fn capacity(&self, medium: Medium) -> u16 {
        u16::from(self.profile.capacity.of(medium))
    }

    pub(super) fn load(&self) -> u16 {
        self.slots.len() as u16
    }

    /// His presence and connection let him be routed to, whatever he is doing.
    pub(super) fn on_duty(&self) -> bool {
        self.connected && self.duty.takes_offers() && !self.duty.is_leaving()
    }

    pub(super) fn standing(&self, medium: Medium) -> Standing {
        if !self.duty.takes_offers() || self.duty.is_leaving() {
            return Standing::NotAvailable;
        }
        if !self.connected {
            return Standing::NotConnected;
        }
        if self.duty.presence == Presence::AvailableOnDemand && !self.slots.is_empty() {
            return Standing::NoCapacity;
        }
        if self.used(medium) < self.capacity(medium) {
            return Standing::Ready;
        }
        if self.slots.iter().any(|slot| slot.medium == medium && slot.wrapup) { Standing::Wrapup } else { Standing::NoCapacity }
    }

    /// Sum of his levels of the needed skills, or `None` if one is not met.
    pub(super) fn skill(&self, needs: &[RequiredSkill]) -> Option<u16> {
        skill_sum(&self.profile.skills, needs)
    }
}

/// Sum of the levels of the needed skills, or `None` if one is not met.
pub(super) fn skill_sum(has: &[SkillLevel], needs: &[RequiredSkill]) -> Option<u16> {
    let mut sum = 0;
    for need in needs {
        let level = has.iter().filter(|own| own.skill == need.skill).map(|own| own.level).max()?;
        if level < need.level {
            return None;
        }
        sum += u16::from(level);
    }
    Some(sum)
}

/// Requirements by skill: sorted, each skill once with its highest level.
pub(super) type Needs = Vec<(SkillId, u8)>;

pub(super) fn normalized(needs: &[RequiredSkill]) -> Needs {
    let mut by_skill = BTreeMap::new();
    for need in needs {
        let level: &mut u8 = by_skill.entry(need.skill).or_default();
        *level = (*level).max(need.level);
    }
    by_skill.into_iter().collect()
}

#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) profile: QueueProfile,
    /// Agents who serve it, with or without the skills.
    pub(super) members: BTreeSet<AgentIx>,
    pub(super) classes: BTreeMap<(Medium, Needs), ClassIx>,
    /// Interactions in any stage.
    pub(super) items: usize,
}

/// One distinct requirement: a queue, a medium and the interaction's own skills. Whatever is equal here is
/// interchangeable for every agent, so only the first of each band has to be looked at.
#[derive(Debug, Clone)]
pub(super) struct Class {
    pub(super) queue: QueueIx,
    pub(super) medium: Medium,
    pub(super) own: Needs,
    /// Skills of the queue and own ones.
    pub(super) needs: Vec<RequiredSkill>,
    pub(super) strategy: Strategy,
    /// Agents who serve the queue and meet the needs.
    pub(super) members: BTreeSet<AgentIx>,
    /// Members who can be offered something now, best first.
    pub(super) ready: BTreeSet<ReadyKey>,
    /// Members by standing.
    pub(super) counts: [u32; Standing::COUNT],
    /// What waits, by priority, oldest first.
    pub(super) bands: [BTreeSet<Place>; BANDS],
    /// Which bands are not empty.
    pub(super) filled: u16,
    /// Waiting items that somebody is excluded from. Zero means that the head of a band is good for everybody.
    pub(super) excluding: usize,
}

impl Class {
    pub(super) fn key(&self, load: u16, idle_since: Timestamp, skill: u16, id: AgentId, agent: AgentIx) -> ReadyKey {
        ReadyKey { rank: agent_rank(self.strategy, AgentFacts { load, idle_since, skill }), id, agent }
    }
}

/// Place of a ready agent in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReadyKey {
    pub(super) rank: AgentRank,
    pub(super) id: AgentId,
    pub(super) agent: AgentIx,
}

/// Place of a waiting interaction in its band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) enqueued: Timestamp,
    pub(super) interaction: InteractionId,
    pub(super) item: ItemIx,
}

/// An interaction in the engine.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) work: Work,
    pub(super) queue: QueueIx,
    pub(super) class: ClassIx,
    pub(super) stage: Stage,
    /// When it entered its queue: overflow counts from here.
    pub(super) entered: Timestamp,
    /// Queues that it overflowed from or to in vain: it never goes round in circles.
    pub(super) visited: Vec<QueueId>,
    pub(super) excluded: Vec<Exclusion>,
}

impl Item {
    pub(super) fn place(&self, item: ItemIx) -> Place {
        Place { enqueued: self.work.enqueued, interaction: self.work.interaction, item }
    }

    pub(super) fn excludes(&self, agent: AgentId) -> bool {
        self.excluded.iter().any(|e| e.agent == agent)
    }
}

/// Something that becomes due. Ordered by time, then interaction: never by an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Timer {
    pub(super) at: Timestamp,
    pub(super) interaction: InteractionId,
    pub(super) due: Due,
    pub(super) item: ItemIx,
}

/// What becomes due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Offer,
    Wrapup,
    Readmit(AgentId),
    Hold,
    Overflow,
}
