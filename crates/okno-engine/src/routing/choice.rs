//! Who fits an interaction, in the order of its queue's strategy.

#![expect(clippy::wildcard_enum_match_arm, reason = "few strategies and stages differ here from all the others")]

use super::{
    AgentFacts, Blending, Engine,
    limits::EXPLAINED_AGENTS,
    slab::{AgentIx, ItemIx, Ix},
    state::{Class, Item, Queue, ReadyKey, Standing, m},
    strategy::{AgentRank, UNLISTED, agent_rank, by_skill, drifts, fairness},
};
use okno_model::{AgentId, doc::Strategy};
use std::ops::Bound::{Excluded, Included, Unbounded};

impl Engine {
    /// The best agents for an interaction now, best first, as many as an explanation names.
    ///
    /// The ready set of a queue is one for all media, rings and own skills: an agent's load changes it once per queue,
    /// not once per class. So what does not fit is passed over here; that a fitting agent exists is known before.
    pub(super) fn ready_for(&mut self, item: ItemIx) -> Vec<ReadyKey> {
        self.ready_up_to(item, if self.silent { 1 } else { EXPLAINED_AGENTS })
    }

    /// The best agents for an interaction now, best first, at most `most`.
    pub(super) fn ready_up_to(&mut self, item: ItemIx, most: usize) -> Vec<ReadyKey> {
        let record = &self.items[item];
        let class = &self.classes[record.class];
        let ready = self.counts[record.class.n()][Standing::Ready as usize] as usize;
        if ready == 0 {
            return Vec::new();
        }
        let profile = &self.queues[record.queue].profile;
        let anew = !class.open && by_skill(profile.strategy, profile.skills_mode);
        if drifts(profile.strategy) && !anew {
            // Who keeps himself free for something else does not fit after all: then everybody has to be in his place.
            let all = self.blending.may_receive != Blending::OPEN.may_receive;
            self.straighten(item, if all { usize::MAX } else { most });
        }
        let record = &self.items[item];
        let class = &self.classes[record.class];
        let queue = &self.queues[record.queue];
        let strategy = queue.profile.strategy;
        let medium = m(class.medium);
        let all_fit = class.open;
        let fits = |key: &&ReadyKey| self.fits(record, class, key) && !self.keeps_free(key.agent, item);
        let excluded = record.excluded.iter().filter_map(|e| self.agent_ix.get(&e.agent));
        let excluded = excluded.filter(|ix| self.board[ix.n()].standing[medium] == Standing::Ready && class.members.contains_key(ix));
        let there = ready - excluded.count();
        let most = most.min(there);
        let skill = |agent: &AgentIx| class.members.get(agent).copied().unwrap_or(0);
        let mut best: Vec<ReadyKey> = Vec::with_capacity(most);
        match strategy {
            Strategy::Random | Strategy::WeightedRandom => best = self.draw(item, there, most, fits),
            Strategy::RoundRobin => in_turn(queue, most, fits, &mut best),
            Strategy::Linear => {
                // After the last one tried, then from the first.
                let after = record.tried.map_or(AgentRank::ZERO, |agent| queue.list_rank(agent));
                let tried = record.tried.map_or((Unbounded, Unbounded), |agent| (Excluded(listed(after, agent)), Unbounded));
                best.extend(queue.ready.range(tried).filter(fits).take(most));
                if let Some(agent) = record.tried {
                    let rest = most - best.len();
                    best.extend(queue.ready.range(..=listed(after, agent)).filter(fits).take(rest));
                }
            }
            // The own skills, or what a ring relaxes, count as well: this rare order is made anew.
            _ if anew => {
                let anew = |key: &ReadyKey| {
                    let key = ReadyKey { skill: skill(&key.agent), ..*key };
                    ReadyKey { rank: self.rank_now(queue, &key), ..key }
                };
                best = queue.ready.iter().filter(fits).take(there).map(anew).collect();
                first_of(&mut best, most);
            }
            _ => best.extend(queue.ready.iter().filter(fits).take(most)),
        }
        if !all_fit {
            for key in &mut best {
                key.skill = skill(&key.agent);
            }
        }
        best
    }

    /// Brings those who stand first in the ready set of an interaction's queue up to date, until `most` fit whose places are right.
    /// Nobody stands too late, so everybody else comes behind them.
    fn straighten(&mut self, item: ItemIx, most: usize) {
        let queue = self.items[item].queue;
        loop {
            let stale = self.stale(item, most);
            if stale.is_empty() {
                return;
            }
            for (key, now) in stale {
                let ready = &mut self.queues[queue].ready;
                ready.remove(&key);
                let now = now.map(|rank| ReadyKey { rank, ..key });
                ready.extend(now);
                if let Some(pool) = self.agents[key.agent].pools.iter_mut().find(|pool| pool.queue == queue) {
                    pool.key = now;
                }
            }
        }
    }

    /// Who stands wrongly before the first `most` who fit an interaction, and where he belongs; nowhere if he is not ready.
    fn stale(&self, item: ItemIx, most: usize) -> Vec<(ReadyKey, Option<AgentRank>)> {
        let record = &self.items[item];
        let (queue, class) = (&self.queues[record.queue], &self.classes[record.class]);
        let (mut stale, mut fit) = (Vec::new(), 0);
        for key in queue.ready.iter() {
            let now = self.board[key.agent.n()].is_ready().then(|| self.rank_now(queue, key));
            if now != Some(key.rank) {
                stale.push((*key, now));
            } else if self.fits(record, class, key) {
                fit += 1;
                if fit >= most {
                    break;
                }
            }
        }
        stale
    }

    /// Whether somebody in a ready set can take an interaction.
    fn fits(&self, record: &Item, class: &Class, key: &ReadyKey) -> bool {
        self.board[key.agent.n()].standing[m(class.medium)] == Standing::Ready
            && (class.open || class.members.contains_key(&key.agent))
            && (record.excluded.is_empty() || !record.excludes(key.id))
    }

    /// The rank of an agent in a queue as he is shown.
    fn rank_now(&self, queue: &Queue, key: &ReadyKey) -> AgentRank {
        let (by, shown) = (queue.ranked_by(), &self.board[key.agent.n()]);
        let rate = if fairness(by.strategy) { self.agents[key.agent].stats.rate(by.strategy, by.window) } else { 0 };
        let (load, idle_since, touched) = (shown.load, shown.idle_since, shown.touched);
        let facts = AgentFacts { tier: key.rank.tier(), place: UNLISTED, skill: key.skill, load, idle_since, touched, rate };
        agent_rank(by.strategy, by.mode, &facts)
    }

    /// An agent was offered an interaction by the rule of its queue: turns go on from him.
    pub(super) fn remember(&mut self, item: ItemIx, agent: AgentId) {
        let queue = &mut self.queues[self.items[item].queue];
        match queue.profile.strategy {
            Strategy::RoundRobin => {
                let (tier, _) = queue.tier_of(agent);
                queue.last_offered.insert(tier, agent);
            }
            Strategy::Linear => self.items[item].tried = Some(agent),
            _ => {}
        }
    }
}

impl Queue {
    /// Where an agent stands in the list.
    fn list_rank(&self, agent: AgentId) -> AgentRank {
        let (tier, place) = self.tier_of(agent);
        AgentRank { major: AgentRank::of_tier(tier).major | u64::from(place), minor: 0 }
    }
}

/// The key of an agent in a list, whoever he is in this engine: for bounds only.
pub(super) fn listed(rank: AgentRank, id: AgentId) -> ReadyKey {
    ReadyKey { rank, id, agent: AgentIx::new(u32::MAX), skill: u16::MAX }
}

/// The lowest of a list, in order.
fn first_of(all: &mut Vec<ReadyKey>, most: usize) {
    if most == 0 {
        all.clear();
        return;
    }
    if all.len() > most {
        all.select_nth_unstable(most - 1);
        all.truncate(most);
    }
    all.sort_unstable();
}

/// Tier by tier, in each the next after the last one offered, and around.
fn in_turn(queue: &Queue, most: usize, fits: impl Fn(&&ReadyKey) -> bool, best: &mut Vec<ReadyKey>) {
    let mut next = queue.ready.first();
    while let Some(first) = next
        && best.len() < most
    {
        let tier = first.rank.tier();
        let from = listed(AgentRank::of_tier(tier), AgentId::from_u128(0));
        let to = listed(AgentRank::of_tier(tier + 1), AgentId::from_u128(0));
        let rest = |best: &Vec<ReadyKey>| most - best.len();
        if let Some(&last) = queue.last_offered.get(&tier) {
            let last = listed(queue.list_rank(last), last);
            // Whoever has changed his tier since then is no place to go on from.
            let last = last.clamp(from, to);
            let n = rest(best);
            best.extend(queue.ready.range((Excluded(last), Excluded(to))).filter(&fits).take(n));
            let n = rest(best);
            best.extend(queue.ready.range((Unbounded, Included(last))).filter(|key| key.rank.tier() == tier).filter(&fits).take(n));
        } else {
            let n = rest(best);
            best.extend(queue.ready.range((Unbounded, Excluded(to))).filter(|key| key.rank.tier() == tier).filter(&fits).take(n));
        }
        next = queue.ready.range(to..).next();
    }
}
