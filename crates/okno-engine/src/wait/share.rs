//! How many agents a class really has: an agent of five queues is not a whole agent of each.

use super::{WaitKey, mean::Mean};
use okno_model::AgentId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds of work of an agent for a class, and in all; old work fades.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Work {
    /// Per class; in the order of first use.
    classes: Vec<(WaitKey, f64)>,
}

/// What part of their time agents give to each class.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Shares {
    #[serde(with = "super::model::entries")]
    pub(super) agents: BTreeMap<AgentId, Work>,
    /// How long work takes, over all: so much work counts as the equal share.
    pub(super) typical: Mean,
    /// Agents whose work changed since it was kept.
    #[serde(skip)]
    pub(super) changed: BTreeSet<AgentId>,
}

/// About the last 50 handled of an agent count.
const KEEP: f64 = 0.98;
/// As if he had handled so many with an equal share for each class.
const EQUAL: f64 = 5.0;

impl Shares {
    /// An agent worked so many seconds for a class.
    pub fn handled(&mut self, agent: AgentId, key: WaitKey, seconds: f64) {
        self.typical.add(seconds, 0.999);
        self.changed.insert(agent);
        let work = self.agents.entry(agent).or_default();
        for (_, spent) in &mut work.classes {
            *spent *= KEEP;
        }
        match work.classes.iter_mut().find(|(class, _)| *class == key) {
            Some((_, spent)) => *spent += seconds,
            None => work.classes.push((key, seconds)),
        }
        work.classes.retain(|(_, spent)| *spent > 0.5);
    }

    /// The part of his time, 0 to 1, that an agent gives to `key`, who may now be given work of `classes` classes. Whose
    /// work is not known gives each the same.
    pub fn of(&self, agent: AgentId, key: WaitKey, classes: u32) -> f64 {
        let equal = 1.0 / f64::from(classes.max(1));
        let prior = EQUAL * self.typical.get().unwrap_or(1.0);
        let Some(work) = self.agents.get(&agent) else { return equal };
        let here = work.classes.iter().find(|(class, _)| *class == key).map_or(0.0, |(_, spent)| *spent);
        let all: f64 = work.classes.iter().map(|(_, spent)| spent).sum();
        if classes <= 1 { 1.0 } else { (here + prior * equal) / (all + prior) }
    }

    /// Effective agents of a class: the sum of the shares of those who may be given its work now, each with how many he
    /// takes at once and of how many classes he takes work.
    pub fn effective(&self, key: WaitKey, agents: impl IntoIterator<Item = (AgentId, u32, u32)>) -> f64 {
        agents.into_iter().map(|(agent, slots, classes)| f64::from(slots) * self.of(agent, key, classes)).sum()
    }

    /// An agent who left the company.
    pub fn forget(&mut self, agent: AgentId) {
        self.agents.remove(&agent);
    }
}

#[cfg(test)]
mod tests {
    use super::{Shares, WaitKey};
    use okno_model::{AgentId, Medium, QueueId};

    #[test]
    fn shares_follow_the_work() {
        let key = |n| WaitKey { queue: QueueId::from_u128(n), medium: Medium::Voice };
        let (anna, boris, new) = (AgentId::from_u128(1), AgentId::from_u128(2), AgentId::from_u128(3));
        let mut shares = Shares::default();
        for _ in 0..200 {
            shares.handled(anna, key(1), 90.0);
            shares.handled(anna, key(2), 10.0);
            shares.handled(boris, key(1), 50.0);
        }
        assert!((shares.of(anna, key(1), 2) - 0.9).abs() < 0.06, "{}", shares.of(anna, key(1), 2));
        assert!((shares.of(anna, key(1), 2) + shares.of(anna, key(2), 2) - 1.0).abs() < 1e-9);
        assert!(shares.of(boris, key(1), 1) > 0.999 && (shares.of(new, key(1), 4) - 0.25).abs() < 1e-9);
        let all = shares.effective(key(1), [(anna, 1, 2), (boris, 1, 1), (new, 3, 3)]);
        assert!((2.8..=3.0).contains(&all), "{all}");
    }
}
