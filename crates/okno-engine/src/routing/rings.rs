//! Rings (`bullseye`): what is required relaxes the longer an interaction waits. Each ring is a class of its own, so that a
//! wider ring is a class with more members, and everything that holds for classes holds for rings.

use super::{
    Engine, Stage,
    slab::{ItemIx, QueueIx},
    stage::secs,
    state::{Due, Needs, Queue, normalized},
};
use okno_model::{
    QueueId, Timestamp,
    doc::{RequiredSkill, Ring, Strategy},
};

impl Queue {
    /// Rings that are in force under the strategy.
    pub(super) fn rings(&self) -> &[Ring] {
        if self.profile.strategy == Strategy::Bullseye { &self.profile.rings } else { &[] }
    }

    /// The number of the widest ring; 0 without rings.
    pub(super) fn widest_ring(&self) -> u8 {
        self.rings().len() as u8
    }

    /// What is needed in a ring: skills of the queue and own ones, less what the rings up to it relax.
    pub(super) fn needs(&self, own: &Needs, ring: u8) -> Vec<RequiredSkill> {
        let own = own.iter().map(|&(skill, level)| RequiredSkill { skill, level });
        let all: Vec<RequiredSkill> = self.profile.skills.iter().copied().chain(own).collect();
        let rings = &self.rings()[..usize::from(ring).min(self.rings().len())];
        let lower = rings.iter().map(|ring| ring.lower_levels).max().unwrap_or(0);
        let dropped = |need: &(okno_model::SkillId, u8)| rings.iter().any(|ring| ring.drop_skills.contains(&need.0));
        let kept = normalized(&all).into_iter().filter(|need| !dropped(need));
        kept.map(|(skill, level)| RequiredSkill { skill, level: level.saturating_sub(lower).max(1) }).collect()
    }

    /// The ring with which the agents of another queue join.
    pub(super) fn ring_of(&self, queue: QueueId) -> Option<u8> {
        self.rings().iter().position(|ring| ring.add_queues.contains(&queue)).map(|at| at as u8 + 1)
    }

    /// The ring that is reached after waiting since an instant, and when the next one begins.
    pub(super) fn reached(&self, since: Timestamp, now: Timestamp) -> (u8, Option<Timestamp>) {
        let mut begins = self.rings().iter().map(|ring| since + secs(ring.after_seconds));
        let ring = begins.by_ref().take_while(|&at| at <= now).count();
        (ring as u8, self.rings().get(ring).map(|ring| since + secs(ring.after_seconds)))
    }
}

impl Engine {
    /// Since when rings count the wait of an interaction.
    fn rings_since(&self, ix: ItemIx) -> Timestamp {
        let item = &self.items[ix];
        if self.queues[item.queue].profile.rings_survive_transfer { item.first } else { item.entered }
    }

    /// The ring of an interaction now, and when the next one begins.
    pub(super) fn ring_now(&self, ix: ItemIx) -> (u8, Option<Timestamp>) {
        self.queues[self.items[ix].queue].reached(self.rings_since(ix), self.now)
    }

    /// Puts an interaction that begins to wait into the class of its ring, and sets the timer of the next.
    pub(super) fn enter_ring(&mut self, ix: ItemIx) {
        let (ring, next) = self.ring_now(ix);
        if self.classes[self.items[ix].class].ring != ring {
            let item = &self.items[ix];
            let (queue, medium, skills) = (item.queue, item.work.medium, item.work.skills.clone());
            // A queue with too many requirements keeps it in its ring.
            if let Ok(class) = self.intern(queue, medium, &skills, ring) {
                self.items[ix].class = class;
            }
        }
        self.items[ix].ring_at = next;
        if let Some(at) = next {
            self.set_timer(ix, at, Due::Ring, true);
        }
    }

    /// Removes the timer of the next ring.
    pub(super) fn leave_ring(&mut self, ix: ItemIx) {
        if let Some(at) = self.items[ix].ring_at.take() {
            self.set_timer(ix, at, Due::Ring, false);
        }
    }

    /// The next ring begins, or it joins the competition: its place is made anew.
    pub(super) fn widen(&mut self, ix: ItemIx) {
        let stage = self.items[ix].stage;
        self.leave(ix, stage, stage);
        self.enter(ix, stage, stage);
        if stage == Stage::Waiting {
            self.returned.push(ix);
        }
    }

    /// Queues whose rings the agents of a queue may join.
    pub(super) fn hosts_of(&self, queue: QueueId) -> Vec<(QueueIx, u8)> {
        let hosts = self.ringed.iter().filter_map(|&ix| self.queues[ix].ring_of(queue).map(|ring| (ix, ring)));
        hosts.collect()
    }
}
