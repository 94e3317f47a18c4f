//! The records of the engine: agents, queues, classes, items, timers.

use super::{
    AgentProfile, Duty, Exclusion, QueueProfile, Stage, Work,
    policy::{AgentFacts, AgentRank, QueueOrder, agent_rank},
    slab::{AgentIx, BitSet, ClassIx, ItemIx, QueueIx},
};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, SkillId, Timestamp,
    doc::{Activity, Presence, RequiredSkill, SkillLevel},
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
    NoPhone,
    NoCapacity,
    Wrapup,
}

impl Standing {
    pub(super) const COUNT: usize = 6;
    /// Reasons in the order in which explanations list them.
    pub(super) const REASONS: [Self; 5] = [Self::NoCapacity, Self::Wrapup, Self::NotAvailable, Self::NotConnected, Self::NoPhone];

    /// The published word of the filter.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotAvailable => "not_available",
            Self::NotConnected => "not_connected",
            Self::NoPhone => "no_phone",
            Self::NoCapacity => "no_capacity",
            Self::Wrapup => "wrapup",
        }
    }

    /// For sentences: "3 busy", "1 has no phone".
    pub(super) const fn phrase(self, count: u32) -> &'static str {
        match self {
            Self::NoPhone if count == 1 => "has no phone",
            Self::NoPhone => "have no phone",
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

/// What occupies an agent. Repeats what the item says of it, so that an agent can be told without reading his items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SlotRef {
    pub(super) item: ItemIx,
    pub(super) interaction: InteractionId,
    pub(super) medium: Medium,
    pub(super) grant: Grant,
    pub(super) activity: Activity,
}

impl SlotRef {
    fn is_wrapup(&self) -> bool {
        matches!(self.activity, Activity::Wrapup { .. })
    }
}

/// A class that an agent may serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) class: ClassIx,
    pub(super) medium: Medium,
}

/// A queue that an agent may serve: he has its skills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PoolMembership {
    pub(super) queue: QueueIx,
    pub(super) skill: u16,
}

/// What decisions and explanations read of an agent most often, apart from the rest of him, so that they read little
/// memory. Brought up to date by `publish` only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) id: AgentId,
    pub(super) idle_since: Timestamp,
    pub(super) load: u16,
    pub(super) standing: [Standing; MEDIA],
    pub(super) free: [i8; MEDIA],
}

impl Shown {
    pub(super) fn is_ready(&self) -> bool {
        self.standing.contains(&Standing::Ready)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Agent {
    pub(super) profile: AgentProfile,
    pub(super) duty: Duty,
    pub(super) connected: bool,
    /// He has a phone that can take a call.
    pub(super) phone: bool,
    pub(super) idle_since: Timestamp,
    pub(super) misses: [u8; MEDIA],
    /// Oldest first.
    pub(super) slots: Vec<SlotRef>,
    /// Routed slots that may exist although the capacity was lowered meanwhile.
    pub(super) ceiling: [u16; MEDIA],
    /// Interactions that wait for him alone.
    pub(super) held: BTreeSet<Place>,
    pub(super) pools: Vec<PoolMembership>,
    /// The same queues as bits.
    pub(super) serves: BitSet,
    pub(super) classes: Vec<Membership>,
    /// The same classes as bits.
    pub(super) eligible: BitSet,
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

    /// A call needs a phone; everything else is on the desk.
    pub(super) const fn has_device(&self, medium: Medium) -> bool {
        match medium {
            Medium::Voice => self.phone,
            Medium::Email | Medium::Chat | Medium::Message | Medium::Task => true,
        }
    }

    pub(super) fn standing(&self, medium: Medium) -> Standing {
        if !self.duty.takes_offers() || self.duty.is_leaving() {
            return Standing::NotAvailable;
        }
        if !self.connected {
            return Standing::NotConnected;
        }
        if !self.has_device(medium) {
            return Standing::NoPhone;
        }
        if self.duty.presence == Presence::AvailableOnDemand && !self.slots.is_empty() {
            return Standing::NoCapacity;
        }
        if self.used(medium) < self.capacity(medium) {
            return Standing::Ready;
        }
        if self.slots.iter().any(|slot| slot.medium == medium && slot.is_wrapup()) { Standing::Wrapup } else { Standing::NoCapacity }
    }

    /// What he is to be shown as.
    pub(super) fn shown(&self) -> Shown {
        let mut shown = Shown {
            id: self.profile.id,
            idle_since: self.idle_since,
            load: self.load(),
            standing: [Standing::NotAvailable; MEDIA],
            free: [0; MEDIA],
        };
        for &medium in Medium::ALL {
            shown.standing[m(medium)] = self.standing(medium);
            let free = i32::from(self.capacity(medium)) - i32::from(self.used(medium));
            shown.free[m(medium)] = free.clamp(i32::from(i8::MIN), i32::from(i8::MAX)) as i8;
        }
        shown
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
    /// Agents with its skills who can be offered something of any medium now, best first.
    pub(super) ready: BTreeSet<ReadyKey>,
    pub(super) classes: BTreeMap<(Medium, Needs), ClassIx>,
    /// The first of each class that is not empty.
    pub(super) heads: BTreeSet<Head>,
    /// Interactions in any stage.
    pub(super) items: usize,
    /// It is open, by its hours.
    pub(super) open: bool,
    /// Since when it is closed, if it is and that is known.
    pub(super) shut: Option<Timestamp>,
    /// When it opens or closes next.
    pub(super) turns: Option<Timestamp>,
    /// What waits for its opening.
    pub(super) parked: BTreeSet<(InteractionId, ItemIx)>,
    /// Since when nobody takes work of each medium; only where a rule asks for it.
    pub(super) unstaffed: [Option<Timestamp>; MEDIA],
}

impl Queue {
    pub(super) const fn new(profile: QueueProfile) -> Self {
        Self {
            profile,
            members: BTreeSet::new(),
            ready: BTreeSet::new(),
            classes: BTreeMap::new(),
            heads: BTreeSet::new(),
            items: 0,
            open: true,
            shut: None,
            turns: None,
            parked: BTreeSet::new(),
            unstaffed: [None; MEDIA],
        }
    }

    /// Place of an agent in the ready set.
    pub(super) fn key(&self, shown: &Shown, skill: u16, agent: AgentIx) -> ReadyKey {
        let facts = AgentFacts { load: shown.load, idle_since: shown.idle_since, skill };
        ReadyKey { rank: agent_rank(self.profile.strategy, facts), id: shown.id, agent, skill }
    }
}

/// One distinct requirement: a queue, a medium and the interaction's own skills. Whatever is equal here is
/// interchangeable for every agent, so only the first has to be looked at.
#[derive(Debug, Clone)]
pub(super) struct Class {
    pub(super) queue: QueueIx,
    pub(super) medium: Medium,
    pub(super) own: Needs,
    /// Skills of the queue and own ones.
    pub(super) needs: Vec<RequiredSkill>,
    /// Agents who serve the queue and meet the needs, with the sum of their levels of them.
    pub(super) members: BTreeMap<AgentIx, u16>,
    /// Members by standing.
    pub(super) counts: [u32; Standing::COUNT],
    /// What waits, in its order.
    pub(super) waiting: BTreeSet<Place>,
    /// Waiting items that somebody is excluded from. Zero means that the head is good for everybody.
    pub(super) excluding: usize,
}

impl Class {
    pub(super) fn head(&self, class: ClassIx) -> Option<Head> {
        self.waiting.first().map(|&place| Head { place, class, medium: self.medium })
    }
}

/// Place of a ready agent in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReadyKey {
    pub(super) rank: AgentRank,
    pub(super) id: AgentId,
    pub(super) agent: AgentIx,
    /// Sum of his levels of the queue's skills.
    pub(super) skill: u16,
}

/// Place of a waiting interaction in its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) order: QueueOrder,
    pub(super) interaction: InteractionId,
    pub(super) item: ItemIx,
}

/// The first interaction of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head {
    pub(super) place: Place,
    pub(super) class: ClassIx,
    pub(super) medium: Medium,
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
