//! A model from what a running okno recorded.

use crate::{
    dist::Dist,
    spec::{Arrivals, QueueSpec, Wrapup},
};
use okno_model::Medium;

/// Values that an empirical distribution keeps: more make no difference that anybody could see.
const VALUES_MAX: usize = 500;
/// Points of a survival curve.
const POINTS_MAX: usize = 200;
/// Fewer waits than this say nothing about patience.
const WAITS_MIN: usize = 20;

/// One recorded interaction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Handled {
    /// Seconds after the beginning of the history.
    pub at: f64,
    /// How long it waited for an agent, or until the customer left, seconds.
    pub wait: f64,
    /// Whether an agent answered.
    pub answered: bool,
    /// From the answer to the end of the talk, seconds, if it ended.
    pub talk: Option<f64>,
    /// Wrap-up after it, seconds, if there was one.
    pub wrapup: Option<f64>,
}

/// The history of one queue.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// Name of the queue.
    pub queue: String,
    /// Medium of these interactions.
    pub medium: Medium,
    /// What came.
    pub interactions: Vec<Handled>,
}

impl History {
    /// A queue with exactly these customers, with patience by Kaplan-Meier and measured handle times. `None` if nothing was
    /// answered: then nothing is known of handle times.
    pub fn queue(&self) -> Option<QueueSpec> {
        let talks: Vec<f64> = self.interactions.iter().filter_map(|i| i.talk).filter(|v| *v >= 0.0).collect();
        if talks.is_empty() {
            return None;
        }
        let wrapups: Vec<f64> = self.interactions.iter().filter(|i| i.talk.is_some()).map(|i| i.wrapup.unwrap_or(0.0).max(0.0)).collect();
        let waits: Vec<(f64, bool)> = self.interactions.iter().map(|i| (i.wait, !i.answered)).collect();
        let mut times: Vec<f64> = self.interactions.iter().map(|i| i.at).filter(|at| *at >= 0.0).collect();
        times.sort_by(f64::total_cmp);
        let wraps = wrapups.iter().any(|v| *v > 0.0);
        let mut queue = QueueSpec::new(
            self.queue.clone(),
            self.medium,
            Arrivals::Times { seconds: times },
            Dist::Empirical { values: thin(talks, VALUES_MAX) },
        );
        queue.patience = kaplan_meier(&waits);
        queue.wrapup = wraps.then(|| Wrapup::Needed { time: Dist::Empirical { values: thin(wrapups, VALUES_MAX) } });
        Some(queue)
    }

    /// Expected customers of each interval of a typical day: the mean over the days of the history.
    pub fn typical_day(&self, interval_seconds: u32, days: u32) -> Arrivals {
        let interval = f64::from(interval_seconds.max(1));
        let mut per_interval = vec![0.0; (86_400.0 / interval).ceil() as usize];
        for one in self.interactions.iter().filter(|one| one.at >= 0.0) {
            let at = (one.at % 86_400.0 / interval) as usize;
            per_interval[at] += 1.0 / f64::from(days.max(1));
        }
        Arrivals::Poisson { per_interval }
    }
}

/// Sorted values, thinned to equally likely ones.
fn thin(mut values: Vec<f64>, most: usize) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    if values.len() <= most {
        return values;
    }
    (0..most).map(|k| values[(2 * k + 1) * values.len() / (2 * most)]).collect()
}

/// Patience by Kaplan and Meier: who was answered would have waited longer than he had to. Takes waits in seconds, and whether the
/// customer left. `None` if too few waited, or nobody left.
pub fn kaplan_meier(waits: &[(f64, bool)]) -> Option<Dist> {
    let mut waits: Vec<(f64, bool)> = waits.iter().copied().filter(|(wait, _)| *wait > 0.0 && wait.is_finite()).collect();
    waits.sort_by(|a, b| a.0.total_cmp(&b.0));
    if waits.len() < WAITS_MIN || !waits.iter().any(|(_, left)| *left) {
        return None;
    }
    let (mut alive, mut at_risk, mut from) = (1.0, waits.len(), 0);
    let (mut seconds, mut curve) = (Vec::new(), Vec::new());
    while from < waits.len() {
        let t = waits[from].0;
        let same = waits[from..].iter().take_while(|(wait, _)| *wait <= t).count();
        let left = waits[from..from + same].iter().filter(|(_, left)| *left).count();
        if left > 0 {
            alive *= 1.0 - left as f64 / at_risk as f64;
            seconds.push(t);
            curve.push(alive);
        }
        at_risk -= same;
        from += same;
    }
    let every = seconds.len().div_ceil(POINTS_MAX);
    let keep = |n: usize| n % every == every - 1 || n + 1 == seconds.len();
    Some(Dist::Survival {
        seconds: seconds.iter().enumerate().filter(|(n, _)| keep(*n)).map(|(_, t)| *t).collect(),
        alive: curve.iter().enumerate().filter(|(n, _)| keep(*n)).map(|(_, s)| *s).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed};

    #[test]
    fn patience_is_found_behind_the_waits_that_hide_it() {
        // Patience with the mean 300 s, offered waits with the mean 100 s: most are answered before they would leave.
        let draw = |purpose, mean: f64, n| -mean * Seed::new(5, 0).stream(purpose, 0, n).unit().ln();
        let waits: Vec<(f64, bool)> = (0..40_000)
            .map(|n| {
                let (patience, offered) = (draw(Purpose::Patience, 300.0, n), draw(Purpose::Answer, 100.0, n));
                (patience.min(offered), patience < offered)
            })
            .collect();
        let Some(Dist::Survival { seconds, alive }) = kaplan_meier(&waits) else { panic!("a curve") };
        for t in [50.0, 100.0, 200.0, 300.0] {
            let at = seconds.partition_point(|s| *s <= t);
            let share = 0.5 * (alive[at - 1] + alive[at]);
            assert!((share - (-t / 300.0_f64).exp()).abs() < 0.025, "{t}: {share}");
        }
        assert!(seconds.len() <= POINTS_MAX + 1);
    }

    #[test]
    fn too_little_says_nothing() {
        assert_eq!(kaplan_meier(&[(10.0, true)]), None);
        assert_eq!(kaplan_meier(&vec![(10.0, false); 100]), None);
    }
}
