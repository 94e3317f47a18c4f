//! Blending (behaviour.md B5): which media go together, how much a silent chat counts, who stays free for calls, and why
//! written work never starves a call.
//!
//! Whoever has room is not always given what comes: while a call waits that only his written work keeps away from him, and
//! that comes before it in the one order over all queues, he gets no further written work that would keep it away longer.

use super::{
    Engine, Stage,
    order::WorkRank,
    slab::{AgentIx, ItemIx, Ix, QueueIx},
    stage::secs,
    state::{Agent, Due, MEDIA, Standing, m},
};
use okno_model::{AgentId, InteractionId, Medium, Timestamp, doc::BlendingDoc};

/// One interaction as capacity counts it: in hundredths.
pub(super) const WHOLE: u32 = 100;

/// A set of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaSet(u8);

impl MediaSet {
    /// No medium.
    pub const NONE: Self = Self(0);
    /// Every medium.
    pub const ALL: Self = Self(u8::MAX);

    /// These media.
    pub fn of(media: &[Medium]) -> Self {
        Self(media.iter().fold(0, |set, &medium| set | 1 << m(medium)))
    }

    /// Whether a medium is in it.
    pub const fn has(self, medium: Medium) -> bool {
        self.0 & (1 << m(medium)) != 0
    }
}

/// The rules of a workspace for work of several media at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blending {
    /// What may come beside each medium, in the order of `Medium::ALL`.
    pub may_receive: [MediaSet; MEDIA],
    /// What a call may interrupt.
    pub interruptible: MediaSet,
    /// Whose wrap-up keeps all other media away.
    pub wrapup_blocks: MediaSet,
    /// A customer is silent after so many seconds; 0 for never.
    pub idle_after_seconds: u32,
    /// How much his chat counts then, percent.
    pub idle_weight: u8,
}

impl Default for Blending {
    /// Everything beside everything.
    fn default() -> Self {
        Self::OPEN
    }
}

impl From<&BlendingDoc> for Blending {
    fn from(doc: &BlendingDoc) -> Self {
        let mut may_receive = [MediaSet::ALL; MEDIA];
        for row in &doc.may_receive {
            may_receive[m(row.while_on)] = MediaSet::of(&row.media);
        }
        Self {
            may_receive,
            interruptible: MediaSet::of(&doc.interruptible),
            wrapup_blocks: MediaSet::of(&doc.wrapup_blocks),
            idle_after_seconds: doc.idle_after_seconds,
            idle_weight: doc.idle_weight.min(100),
        }
    }
}

impl Blending {
    /// Everything may come beside everything, silent chats count in full.
    pub const OPEN: Self = Self {
        may_receive: [MediaSet::ALL; MEDIA],
        interruptible: MediaSet::NONE,
        wrapup_blocks: MediaSet::NONE,
        idle_after_seconds: 0,
        idle_weight: 100,
    };

    /// Whether work of one medium keeps offers of another away.
    pub const fn keeps_away(&self, has: Medium, comes: Medium) -> bool {
        if has as usize == comes as usize {
            return false;
        }
        let interrupts = matches!(comes, Medium::Voice) && self.interruptible.has(has);
        !interrupts && !self.may_receive[m(has)].has(comes)
    }

    /// Whether a wrap-up of one medium keeps offers of another away.
    pub const fn wrapup_keeps_away(&self, of: Medium, comes: Medium) -> bool {
        of as usize != comes as usize && self.wrapup_blocks.has(of)
    }

    /// How much an interaction counts whose customer is silent.
    pub(super) fn silent_units(&self) -> u32 {
        u32::from(self.idle_weight)
    }

    /// Whether a customer of this medium can fall silent: mails and tasks are slow by nature, a call is cut.
    pub(super) const fn knows_silence(&self, medium: Medium) -> bool {
        self.idle_after_seconds > 0 && matches!(medium, Medium::Chat | Medium::Message)
    }
}

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// One of us.
    Agent,
}

impl Agent {
    /// What occupies him in one medium, in hundredths of an interaction.
    pub(super) fn units(&self, medium: Medium) -> u32 {
        let slots = self.slots.iter().filter(|slot| slot.medium == medium && slot.occupies());
        let wrapups = self.wrapups.iter().filter(|wrapup| wrapup.medium == medium && wrapup.clock.occupies());
        slots.map(|slot| if slot.silent { self.blending.silent_units() } else { WHOLE }).sum::<u32>() + WHOLE * wrapups.count() as u32
    }

    /// What the engine gave him of one medium, in hundredths of an interaction.
    pub(super) fn routed_units(&self, medium: Medium) -> u32 {
        let routed = self.slots.iter().filter(|slot| slot.medium == medium && slot.is_routed() && slot.occupies());
        routed.map(|slot| if slot.silent { self.blending.silent_units() } else { WHOLE }).sum()
    }

    /// His capacity in hundredths of an interaction.
    pub(super) fn capacity_units(&self, medium: Medium) -> u32 {
        u32::from(self.capacity(medium)) * WHOLE
    }

    /// Room for one more whole interaction of a medium.
    pub(super) fn has_room(&self, medium: Medium) -> bool {
        self.units(medium) + WHOLE <= self.capacity_units(medium)
    }

    /// He finishes his notes about this interaction, which he gave away.
    pub(super) fn wraps_up(&self, interaction: InteractionId) -> bool {
        self.wrapups.iter().any(|wrapup| wrapup.interaction == interaction)
    }

    /// Something of another medium keeps this one away from him.
    pub(super) fn is_kept_from(&self, medium: Medium) -> bool {
        let by_slot = self.slots.iter().any(|slot| {
            slot.occupies()
                && if slot.is_wrapup() {
                    self.blending.wrapup_keeps_away(slot.medium, medium)
                } else {
                    !(slot.silent && self.blending.idle_weight == 0) && self.blending.keeps_away(slot.medium, medium)
                }
        });
        let mut wrapups = self.wrapups.iter().filter(|wrapup| wrapup.clock.occupies());
        by_slot || wrapups.any(|wrapup| self.blending.wrapup_keeps_away(wrapup.medium, medium))
    }

    /// What was routed beyond a lowered capacity is gone for good.
    pub(super) fn lower_ceiling(&mut self, medium: Medium) {
        let (routed, capacity) = (self.routed_units(medium), self.capacity_units(medium));
        self.ceiling[m(medium)] = capacity.max(self.ceiling[m(medium)].min(routed));
    }

    /// What he has may stay, whatever his capacity is.
    pub(super) fn raise_ceiling(&mut self, medium: Medium) {
        self.ceiling[m(medium)] = self.ceiling[m(medium)].max(self.capacity_units(medium)).max(self.routed_units(medium));
    }
}

impl Engine {
    /// Other rules: they hold for what comes; what rings goes on ringing.
    pub(super) fn set_blending(&mut self, blending: Blending) {
        if blending == self.blending {
            return;
        }
        let silence = blending.idle_after_seconds != self.blending.idle_after_seconds;
        self.blending = blending;
        let everybody: Vec<AgentIx> = self.agents.iter().map(|(agent, _)| agent).collect();
        for &agent in &everybody {
            self.agents[agent].blending = blending;
        }
        if silence {
            let items: Vec<ItemIx> = self.items.iter().map(|(item, _)| item).collect();
            for item in items {
                self.weigh_silence(item);
            }
        }
        for &agent in &everybody {
            self.set_ceiling(agent);
        }
        self.awake.extend(everybody);
    }

    /// Somebody said something in an interaction. Where nobody works on it, it does not matter.
    pub(super) fn spoke(&mut self, interaction: InteractionId, speaker: Speaker) {
        let Some(&item) = self.item_ix.get(&interaction) else { return };
        let Stage::Active { .. } = self.items[item].stage else { return };
        let now = self.now;
        let record = &mut self.items[item];
        record.unheard = match speaker {
            Speaker::Customer => None,
            Speaker::Agent => Some(now),
        };
        if speaker == Speaker::Agent {
            record.renewed = Some(now);
            self.let_again(item);
        }
        self.weigh_silence(item);
    }

    /// When the customer of an interaction counts as silent, if he does.
    pub(super) fn silent_at(&self, item: ItemIx) -> Option<Timestamp> {
        let record = &self.items[item];
        let Stage::Active { .. } = record.stage else { return None };
        if !self.blending.knows_silence(record.work.medium) {
            return None;
        }
        record.unheard.map(|since| since + secs(self.blending.idle_after_seconds))
    }

    /// Brings the weight of an interaction, and the timer that changes it, up to date. Who speaks again is back in full at
    /// once, before whoever waits and even beyond the capacity: he was here first.
    pub(super) fn weigh_silence(&mut self, item: ItemIx) {
        let at = self.silent_at(item);
        let had = self.items[item].silence;
        let timed = at.filter(|&at| at > self.now);
        if had != timed {
            if let Some(had) = had {
                self.set_timer(item, had, Due::Silence, false);
            }
            if let Some(at) = timed {
                self.set_timer(item, at, Due::Silence, true);
            }
            self.items[item].silence = timed;
        }
        let silent = at.is_some_and(|at| at <= self.now);
        let medium = self.items[item].work.medium;
        let Some(&who) = self.items[item].stage.occupies().and_then(|agent| self.agent_ix.get(&agent)) else { return };
        let record = &mut self.agents[who];
        let Some(slot) = record.slots.iter_mut().find(|slot| slot.item == item) else { return };
        if slot.silent == silent {
            return;
        }
        slot.silent = silent;
        if silent {
            record.lower_ceiling(medium);
        } else {
            record.raise_ceiling(medium);
        }
        self.changed.push(who);
        self.awake.push(who);
    }

    /// What an agent should have next of some media: one order over all his queues.
    pub(super) fn first_among(&self, who: &Agent, media: [bool; MEDIA]) -> Option<((WorkRank, InteractionId), ItemIx)> {
        let mut best: Option<((WorkRank, InteractionId), ItemIx)> = None;
        let mut weigh = |rank: (WorkRank, InteractionId), item: ItemIx| {
            if best.is_none_or(|(first, _)| rank < first) {
                best = Some((rank, item));
            }
        };
        for queue in who.serves.both(&self.nonempty) {
            if let Some((rank, item)) = self.first_in(QueueIx::new(queue as u32), who, media) {
                weigh(rank, item);
            }
        }
        for place in &who.held {
            let item = &self.items[place.item];
            let medium = m(item.work.medium);
            if media[medium] {
                weigh(self.rank_of(item.queue, medium, *place), place.item);
            }
        }
        best
    }

    /// What an agent should have next, if something of another medium waits that his work keeps away: nothing that comes
    /// behind it and would keep it away longer.
    pub(super) fn first_beside(&self, who: &Agent, free: [bool; MEDIA], kept: [bool; MEDIA]) -> Option<ItemIx> {
        let only = |medium: Medium| std::array::from_fn(|n| n == m(medium));
        let first = |medium: &Medium| self.first_among(who, only(*medium)).map(|(rank, item)| (*medium, rank, item));
        let blocked: Vec<_> = Medium::ALL.iter().filter(|&&medium| kept[m(medium)]).filter_map(first).collect();
        let open = Medium::ALL.iter().filter(|&&medium| free[m(medium)]).filter_map(first);
        let fair = open.filter(|(medium, rank, _)| {
            !blocked.iter().any(|(waits, before, _)| before < rank && self.blending.keeps_away(*medium, *waits))
        });
        fair.min_by_key(|(_, rank, _)| *rank).map(|(_, _, item)| item)
    }

    /// Whether a ready agent keeps himself free for something that waits before this and that his work keeps away.
    pub(super) fn keeps_free(&self, agent: AgentIx, item: ItemIx) -> bool {
        let standing = &self.board[agent.n()].standing;
        if !standing.contains(&Standing::OtherMedia) {
            return false;
        }
        let (who, mine) = (&self.agents[agent], self.order_of(item));
        let comes = self.items[item].work.medium;
        let waits = |medium: &&Medium| standing[m(**medium)] == Standing::OtherMedia && self.blending.keeps_away(comes, **medium);
        Medium::ALL.iter().filter(waits).any(|&medium| {
            let first = self.first_among(who, std::array::from_fn(|n| n == m(medium)));
            first.is_some_and(|(rank, _)| rank < mine)
        })
    }

    /// Ready members who keep themselves free for something else, in the order of their ids.
    pub(super) fn keeping_free(&self, item: ItemIx) -> Vec<AgentId> {
        let record = &self.items[item];
        let (class, medium) = (&self.classes[record.class], record.work.medium);
        if self.blending.may_receive == Blending::OPEN.may_receive {
            return Vec::new();
        }
        let ready = class.members.keys().filter(|ix| self.board[ix.n()].standing[m(medium)] == Standing::Ready);
        let mut all: Vec<AgentId> = ready
            .filter(|ix| !record.excludes(self.board[ix.n()].id) && self.keeps_free(**ix, item))
            .map(|ix| self.board[ix.n()].id)
            .collect();
        all.sort_unstable();
        all
    }

    /// It may have passed what its agents keep themselves free for.
    pub(super) fn wake_who_keeps_free(&mut self, item: ItemIx) {
        if self.blending.may_receive == Blending::OPEN.may_receive {
            return;
        }
        let record = &self.items[item];
        let (class, medium) = (&self.classes[record.class], m(record.work.medium));
        let ready = class.members.keys().copied().filter(|ix| self.board[ix.n()].standing[medium] == Standing::Ready);
        self.awake.extend(ready);
    }

    /// Something that others kept free for waits no longer: they may take other work again.
    pub(super) fn wake_who_kept_free(&mut self, item: ItemIx) {
        let record = &self.items[item];
        let (class, medium) = (&self.classes[record.class], m(record.work.medium));
        if self.counts[record.class.n()][Standing::OtherMedia as usize] == 0 {
            return;
        }
        let those = class.members.keys().copied().filter(|ix| self.board[ix.n()].standing[medium] == Standing::OtherMedia);
        self.awake.extend(those);
    }

    /// Whether an agent who could take a call has to stay free for those of a queue with a reserve.
    fn is_reserved(&self, agent: AgentIx) -> bool {
        let who = &self.agents[agent];
        if self.reserves == 0 || who.standing(Medium::Voice) != Standing::Ready {
            return false;
        }
        let shown = u32::from(self.board[agent.n()].standing[m(Medium::Voice)] == Standing::Ready);
        who.pools.iter().any(|pool| {
            let queue = &self.queues[pool.queue];
            self.callable[pool.queue.n()] - shown < u32::from(queue.profile.slots.reserve)
        })
    }

    /// Brings up to date whether an agent has to stay free for calls.
    pub(super) fn set_reserved(&mut self, agent: AgentIx) -> bool {
        let reserved = self.is_reserved(agent);
        let changed = self.agents[agent].reserved != reserved;
        self.agents[agent].reserved = reserved;
        changed
    }

    /// An agent counts among those who can take a call of a queue, or no longer.
    pub(super) fn count_callable(&mut self, queue: QueueIx, comes: bool) {
        let callable = &mut self.callable[queue.n()];
        let was = *callable;
        *callable = if comes { was + 1 } else { was - 1 };
        if self.reserves > 0 {
            let reserve = u32::from(self.queues[queue].profile.slots.reserve);
            if reserve > 0 && (was > reserve) != (*callable > reserve) {
                self.crossed.push(queue);
            }
        }
    }

    /// Where the number of those who can take a call passed the reserve, they may write again, or may not.
    pub(super) fn settle_reserves(&mut self) {
        while let Some(queue) = self.crossed.pop() {
            let Some(record) = self.queues.get(queue) else { continue };
            let callable = |agent: &AgentIx| self.board[agent.n()].standing[m(Medium::Voice)] == Standing::Ready;
            let those: Vec<AgentIx> = record.ready.iter().map(|key| key.agent).filter(callable).collect();
            for agent in those {
                if self.set_reserved(agent) {
                    self.show(agent);
                    self.awake.push(agent);
                }
            }
        }
    }
}
