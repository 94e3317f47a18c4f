//! The records of the engine: agents, queues, classes, items, timers.

use super::{
    AgentProfile, Blending, Duty, Exclusion, QueueProfile, SegmentWrapup, Stage, Work,
    blending::WHOLE,
    heads::Heads,
    order::QueueOrder,
    ranked::Ranked,
    slab::{AgentIx, BitSet, ClassIx, ItemIx, QueueIx},
    stats::{AgentStats, Doing},
    strategy::{AgentFacts, AgentRank, UNLISTED, agent_rank, skills_mode},
};
use okno_model::{
    AgentId, InteractionId, Medium, QueueId, SkillId, Timestamp,
    doc::{Activity, OtherOffer, Presence, RequiredSkill, SkillLevel, SkillsMode, Strategy, Window, WrapupKind},
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
    /// What he has of another medium keeps it away.
    OtherMedia,
    /// He stays free for calls.
    Reserved,
}

impl Standing {
    pub(super) const COUNT: usize = 8;
    /// Reasons in the order in which explanations list them.
    pub(super) const REASONS: [Self; 7] =
        [Self::NoCapacity, Self::Wrapup, Self::OtherMedia, Self::Reserved, Self::NotAvailable, Self::NotConnected, Self::NoPhone];

    /// The published word of the filter.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotAvailable => "not_available",
            Self::NotConnected => "not_connected",
            Self::NoPhone => "no_phone",
            Self::NoCapacity => "no_capacity",
            Self::Wrapup => "wrapup",
            Self::OtherMedia => "other_media",
            Self::Reserved => "reserved",
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
            Self::OtherMedia => "busy with other media",
            Self::Reserved => "kept free for calls",
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
    /// Its customer has not answered for long: it counts less.
    pub(super) silent: bool,
}

impl SlotRef {
    pub(super) fn is_wrapup(&self) -> bool {
        matches!(self.activity, Activity::Wrapup { .. })
    }

    pub(super) fn is_routed(&self) -> bool {
        self.grant == Grant::Routed
    }

    /// It keeps work away from him: all but an optional wrap-up.
    pub(super) fn occupies(&self) -> bool {
        match self.activity {
            Activity::Wrapup { ends: WrapupKind::Optional, .. } => false,
            Activity::Offered { .. }
            | Activity::Active { .. }
            | Activity::Wrapup { ends: WrapupKind::Open | WrapupKind::Timed | WrapupKind::Fixed, .. } => true,
        }
    }
}

/// A class that an agent may serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Membership {
    pub(super) class: ClassIx,
    pub(super) medium: Medium,
}

/// A queue that an agent may serve: he meets what it needs at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PoolMembership {
    pub(super) queue: QueueIx,
    pub(super) skill: u16,
    pub(super) tier: u8,
    /// Place in the queue's list.
    pub(super) place: u32,
    /// What the queue's strategy ranks him by.
    pub(super) by: RankedBy,
    /// Where he stands in the ready set, if he does. Where ranks drift he may stand there too early, or although he is busy: that is
    /// put right when somebody looks at him ([`Engine::straighten`](super::Engine)).
    pub(super) key: Option<ReadyKey>,
}

/// What of a queue decides the rank of its agents: read at every change of an agent in all his queues, so each of his memberships
/// has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RankedBy {
    pub(super) strategy: Strategy,
    pub(super) mode: SkillsMode,
    pub(super) window: Window,
}

/// What decisions and explanations read of an agent most often, apart from the rest of him, so that they read little
/// memory. Brought up to date by `publish` only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) id: AgentId,
    pub(super) idle_since: Timestamp,
    /// When he last took or ended something: any order of his may have changed.
    pub(super) touched: Timestamp,
    pub(super) load: u16,
    /// Counts changes of his rates.
    pub(super) turn: u32,
    pub(super) standing: [Standing; MEDIA],
    pub(super) free: [i8; MEDIA],
}

impl Shown {
    pub(super) fn is_ready(&self) -> bool {
        self.standing.contains(&Standing::Ready)
    }
}

/// What occupies an agent, by medium.
struct Loads {
    /// In hundredths of an interaction.
    units: [u32; MEDIA],
    /// Some of it is a wrap-up.
    wraps_up: [bool; MEDIA],
    /// How many.
    count: u16,
}

#[derive(Debug, Clone)]
pub(super) struct Agent {
    pub(super) profile: AgentProfile,
    pub(super) duty: Duty,
    pub(super) connected: bool,
    /// He has a phone that can take a call.
    pub(super) phone: bool,
    pub(super) idle_since: Timestamp,
    /// When he last took or ended something.
    pub(super) touched: Timestamp,
    pub(super) stats: Box<AgentStats>,
    /// One of his queues compares his rates.
    pub(super) rated: bool,
    /// When they are taken anew if nothing happens to him until then.
    pub(super) rates_due: Timestamp,
    /// Counts changes of his rates.
    pub(super) turn: u32,
    pub(super) misses: [u8; MEDIA],
    /// Oldest first.
    pub(super) slots: Vec<SlotRef>,
    /// Wrap-ups of interactions that he gave away, oldest first.
    pub(super) wrapups: Vec<SegmentWrapup>,
    /// What of him stands among the alarms.
    pub(super) alarms: Vec<Alarm>,
    /// Rules for work of several media at once: those of the workspace.
    pub(super) blending: Blending,
    /// He stays free for calls of a queue with a reserve.
    pub(super) reserved: bool,
    /// He counts as on duty in his queues.
    pub(super) counted: bool,
    /// When his desk was heard last; while it is away, when it was lost.
    pub(super) heard: Timestamp,
    /// What may exist of routed work, in hundredths, although the capacity was lowered meanwhile.
    pub(super) ceiling: [u32; MEDIA],
    /// Interactions that wait for him alone.
    pub(super) held: BTreeSet<Place>,
    pub(super) pools: Vec<PoolMembership>,
    /// Queues that he does not serve, but whose rings he may join.
    pub(super) guest_of: Vec<QueueIx>,
    /// The same queues as bits.
    pub(super) serves: BitSet,
    pub(super) classes: Vec<Membership>,
    /// The same classes as bits.
    pub(super) eligible: BitSet,
}

impl Agent {
    pub(super) fn capacity(&self, medium: Medium) -> u16 {
        u16::from(self.profile.capacity.of(medium))
    }

    pub(super) fn load(&self) -> u16 {
        let wrapups = self.wrapups.iter().filter(|wrapup| wrapup.clock.occupies());
        (self.slots.iter().filter(|slot| slot.occupies()).count() + wrapups.count()) as u16
    }

    /// Something keeps work away from him, or his next presence.
    pub(super) fn is_occupied(&self) -> bool {
        self.load() > 0
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

    /// What keeps every medium away from him.
    fn absence(&self) -> Option<Standing> {
        if !self.duty.takes_offers() || self.duty.is_leaving() {
            Some(Standing::NotAvailable)
        } else if self.connected {
            None
        } else {
            Some(Standing::NotConnected)
        }
    }

    pub(super) fn standing(&self, medium: Medium) -> Standing {
        self.absence().unwrap_or_else(|| self.standing_with(medium, &self.loads()))
    }

    /// His standing in every medium.
    pub(super) fn standings(&self) -> [Standing; MEDIA] {
        if let Some(why) = self.absence() {
            return [why; MEDIA];
        }
        let loads = self.loads();
        std::array::from_fn(|n| self.standing_with(Medium::ALL[n], &loads))
    }

    /// What occupies him, in one pass over it: it is asked for several times in every input.
    fn loads(&self) -> Loads {
        let mut loads = Loads { units: [0; MEDIA], wraps_up: [false; MEDIA], count: 0 };
        for slot in self.slots.iter().filter(|slot| slot.occupies()) {
            loads.count += 1;
            loads.units[m(slot.medium)] += if slot.silent { self.blending.silent_units() } else { WHOLE };
            loads.wraps_up[m(slot.medium)] |= slot.is_wrapup();
        }
        for wrapup in self.wrapups.iter().filter(|wrapup| wrapup.clock.occupies()) {
            loads.count += 1;
            loads.units[m(wrapup.medium)] += WHOLE;
            loads.wraps_up[m(wrapup.medium)] = true;
        }
        loads
    }

    /// The standing of somebody who is there.
    fn standing_with(&self, medium: Medium, loads: &Loads) -> Standing {
        if !self.has_device(medium) {
            return Standing::NoPhone;
        }
        if loads.count > 0 && self.duty.presence == Presence::AvailableOnDemand {
            return Standing::NoCapacity;
        }
        if loads.units[m(medium)] + WHOLE <= self.capacity_units(medium) {
            return if loads.count > 0 && self.is_kept_from(medium) {
                Standing::OtherMedia
            } else if self.reserved && medium != Medium::Voice {
                Standing::Reserved
            } else {
                Standing::Ready
            };
        }
        if loads.wraps_up[m(medium)] { Standing::Wrapup } else { Standing::NoCapacity }
    }

    /// What he is to be shown as.
    pub(super) fn shown(&self) -> Shown {
        let loads = self.loads();
        let free = |n: usize| {
            let free = (self.capacity_units(Medium::ALL[n]) as i32 - loads.units[n] as i32).div_euclid(WHOLE as i32);
            free.clamp(i32::from(i8::MIN), i32::from(i8::MAX)) as i8
        };
        let absence = self.absence();
        Shown {
            id: self.profile.id,
            idle_since: self.idle_since,
            touched: self.touched,
            load: loads.count,
            turn: self.turn,
            standing: std::array::from_fn(|n| absence.unwrap_or_else(|| self.standing_with(Medium::ALL[n], &loads))),
            free: std::array::from_fn(free),
        }
    }

    /// How well he meets the needs, or `None` if he does not.
    pub(super) fn skill(&self, needs: &[RequiredSkill], mode: SkillsMode) -> Option<u16> {
        match mode {
            SkillsMode::All => skill_sum(&self.profile.skills, needs),
            SkillsMode::Best => Some(best_match(&self.profile.skills, needs)),
            SkillsMode::Disregard => Some(0),
        }
    }

    /// An event of his: his rates are taken anew if somebody compares them.
    pub(super) fn note(&mut self, now: Timestamp, doing: Doing) {
        self.stats.note(now, doing);
        if self.rated {
            self.stats.loaded();
            self.turn = self.turn.wrapping_add(1);
        }
    }

    /// He took an interaction.
    pub(super) fn took(&mut self, now: Timestamp) {
        self.touched = now;
        self.stats.took(now);
        let doing = self.doing();
        self.note(now, doing);
    }

    /// What his time counts as now.
    pub(super) fn doing(&self) -> Doing {
        let talk = self.slots.iter().any(|slot| matches!(slot.activity, Activity::Active { .. }));
        let work = talk || self.slots.iter().any(SlotRef::is_wrapup);
        Doing { duty: work || (self.connected && self.duty.takes_offers()), talk, work }
    }

    /// Where he belongs in the ready set of a pool.
    pub(super) fn key(&self, pool: &PoolMembership, agent: AgentIx) -> ReadyKey {
        let rank = agent_rank(pool.by.strategy, pool.by.mode, &self.facts(pool));
        ReadyKey { rank, id: self.profile.id, agent, skill: pool.skill }
    }

    /// What strategies may know of him as a member of a pool.
    pub(super) fn facts(&self, pool: &PoolMembership) -> AgentFacts {
        AgentFacts {
            tier: pool.tier,
            place: pool.place,
            skill: pool.skill,
            load: self.load(),
            idle_since: self.idle_since,
            touched: self.touched,
            rate: self.stats.rate(pool.by.strategy, pool.by.window),
        }
    }
}

/// How many of the needed skills he has at the needed level, and the sum of these levels: more skills always win.
fn best_match(has: &[SkillLevel], needs: &[RequiredSkill]) -> u16 {
    let (mut met, mut sum) = (0_u16, 0_u16);
    for need in needs {
        let level = has.iter().filter(|own| own.skill == need.skill).map(|own| own.level).max().unwrap_or(0);
        if level >= need.level {
            met += 1;
            sum += u16::from(level);
        }
    }
    met.min(31) * 512 + sum.min(511)
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
    /// Agents who can be offered something of any medium now, in the order of its strategy; others may stand among them, and some too
    /// early, where ranks drift (see [`PoolMembership::key`]).
    pub(super) ready: Ranked<ReadyKey>,
    pub(super) classes: BTreeMap<(Medium, Needs, u8), ClassIx>,
    /// The first of each class (and band) that is not empty.
    pub(super) heads: Heads,
    /// Waiting items that somebody is excluded from. Zero means that every head is good for everybody.
    pub(super) excluding: usize,
    /// Interactions in any stage.
    pub(super) items: usize,
    /// Those that wait, for anybody or for one agent.
    pub(super) in_line: usize,
    /// Those that wait for anybody.
    pub(super) crowd: usize,
    /// Members on duty, busy or not.
    pub(super) on_duty: usize,
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
    /// Agents who do not serve it, and the ring with which they join.
    pub(super) guests: BTreeMap<AgentIx, u8>,
    /// What everybody in its pool meets: the needs of its widest ring.
    pub(super) pool_needs: Vec<RequiredSkill>,
    /// Tier and place of listed agents.
    pub(super) listed: BTreeMap<AgentId, (u8, u32)>,
    /// Whom it was last offered to, by tier (`round_robin`).
    pub(super) last_offered: BTreeMap<u8, AgentId>,
    /// What rings at all at once (`ring_all`).
    pub(super) ringing: BTreeSet<(InteractionId, ItemIx)>,
    /// Usual time of talk and of wrap-up by medium, milliseconds.
    pub(super) handle: [Handle; MEDIA],
}

/// Usual times of one medium, milliseconds: moving means with a weight of one eighth for the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Handle {
    pub(super) talk: u32,
    pub(super) wrapup: u32,
}

/// The usual handle time before anything is known, milliseconds.
const UNKNOWN_HANDLE: u32 = 300_000;

impl Handle {
    pub(super) const fn learn(had: &mut u32, new: u64) {
        let new = if new > 86_400_000 { 86_400_000 } else { new };
        *had = ((*had as u64 * 7 + new) / 8) as u32;
    }
}

impl Queue {
    pub(super) fn new(profile: QueueProfile) -> Self {
        let mut queue = Self {
            profile,
            members: BTreeSet::new(),
            ready: Ranked::new(),
            classes: BTreeMap::new(),
            heads: Heads::new(),
            excluding: 0,
            items: 0,
            in_line: 0,
            crowd: 0,
            on_duty: 0,
            open: true,
            shut: None,
            turns: None,
            parked: BTreeSet::new(),
            unstaffed: [None; MEDIA],
            guests: BTreeMap::new(),
            pool_needs: Vec::new(),
            listed: BTreeMap::new(),
            last_offered: BTreeMap::new(),
            ringing: BTreeSet::new(),
            handle: [Handle { talk: UNKNOWN_HANDLE, wrapup: 0 }; MEDIA],
        };
        queue.read_profile();
        queue
    }

    /// Brings what is derived from the profile up to date.
    pub(super) fn read_profile(&mut self) {
        let listed = self.profile.tiers.iter().enumerate();
        self.listed = listed.map(|(place, tier)| (tier.agent, (tier.tier, place as u32))).collect();
        let last = std::mem::take(&mut self.last_offered);
        self.last_offered = last.into_values().map(|agent| (self.tier_of(agent).0, agent)).collect();
        let widest = self.widest_ring();
        self.pool_needs = self.needs(&Needs::new(), widest);
    }

    /// What required skills mean here.
    pub(super) const fn mode(&self) -> SkillsMode {
        skills_mode(self.profile.strategy, self.profile.skills_mode)
    }

    /// Tier and place of an agent.
    pub(super) fn tier_of(&self, agent: AgentId) -> (u8, u32) {
        if self.listed.is_empty() { (0, UNLISTED) } else { self.listed.get(&agent).copied().unwrap_or((0, UNLISTED)) }
    }

    /// Usual handle time of a medium, milliseconds.
    pub(super) const fn handle_ms(&self, medium: Medium) -> u32 {
        let handle = self.handle[m(medium)];
        handle.talk + handle.wrapup
    }

    /// What its agents are ranked by.
    pub(super) const fn ranked_by(&self) -> RankedBy {
        RankedBy { strategy: self.profile.strategy, mode: self.profile.skills_mode, window: self.profile.window }
    }
}

/// One distinct requirement: a queue, a medium and the interaction's own skills. Whatever is equal here is
/// interchangeable for every agent, so only the first has to be looked at.
#[derive(Debug, Clone)]
pub(super) struct Class {
    pub(super) queue: QueueIx,
    pub(super) medium: Medium,
    pub(super) own: Needs,
    /// Which ring has been reached; 0 outside of `bullseye`.
    pub(super) ring: u8,
    /// Skills of the queue and own ones.
    pub(super) needs: Vec<RequiredSkill>,
    /// It needs what everybody in the pool of the queue meets.
    pub(super) open: bool,
    /// Agents who serve the queue and meet the needs, with the sum of their levels of them.
    pub(super) members: BTreeMap<AgentIx, u16>,
    /// Members who do not serve the queue.
    pub(super) guests: usize,
    /// What waits and competes, in its order.
    pub(super) waiting: BTreeSet<Place>,
    /// What waits and is offered to nobody now: by hand only, or it joins the competition later.
    pub(super) apart: BTreeSet<Place>,
    /// Waiting items that somebody is excluded from. Zero means that the head is good for everybody.
    pub(super) excluding: usize,
}

impl Class {
    /// Everything that waits for anybody, competing or not.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &Place> {
        self.waiting.iter().chain(&self.apart)
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

impl Place {
    /// Before every place with this first number.
    pub(super) fn least(first: i64) -> Self {
        Self { order: (first, i64::MIN), interaction: InteractionId::from_u128(0), item: super::slab::Ix::new(0) }
    }
}

/// The first interaction of a class, or of one of its bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Head {
    pub(super) place: Place,
    pub(super) class: ClassIx,
    pub(super) medium: Medium,
    /// Everybody in the pool of the queue may have it.
    pub(super) open: bool,
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
    /// When it was heard of last while somebody works on it: its call, or a message of the agent.
    pub(super) renewed: Option<Timestamp>,
    /// Since when the customer has not answered the agent; `None` when it is our turn.
    pub(super) unheard: Option<Timestamp>,
    /// The timer of its lease, if it has one.
    pub(super) lease: Option<Timestamp>,
    /// The timer of its customer's silence, if it has one.
    pub(super) silence: Option<Timestamp>,
    /// When it first entered routing: rings that survive a transfer count from here.
    pub(super) first: Timestamp,
    /// Whether it competes, while it waits.
    pub(super) door: Door,
    /// When the next ring begins, while it waits.
    pub(super) ring_at: Option<Timestamp>,
    /// Who was tried last (`linear`).
    pub(super) tried: Option<AgentId>,
    /// Further offers at the same time, in the order in which they came.
    pub(super) others: Vec<OtherOffer>,
    /// It rings by a rule that asks several at once.
    pub(super) wide: bool,
    /// When one more agent is asked (`ring_progressively`).
    pub(super) further_at: Option<Timestamp>,
}

/// Whether what waits competes for agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// It does.
    Open,
    /// It will.
    Opens(Timestamp),
    /// Only by hand.
    ByHand,
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

/// Something of an agent that becomes due. Ordered by time, then agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alarm {
    pub(super) at: Timestamp,
    pub(super) agent: AgentId,
    pub(super) due: Alarmed,
}

/// What of an agent becomes due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Alarmed {
    /// The wrap-up of an interaction that he gave away is over.
    Wrapup(InteractionId),
    /// His desk has said nothing for too long.
    Heartbeat,
    /// His desk has been away for too long.
    Absent,
    /// His rates have become lower while he waited.
    Rates,
}

/// What becomes due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Offer,
    Wrapup,
    Readmit(AgentId),
    Hold,
    Overflow,
    /// It joins the competition.
    Open,
    /// The next ring begins.
    Ring,
    Silence,
    Lease,
    /// One more agent is rung.
    Further,
    /// One of several offers ends.
    Other(AgentId),
}
