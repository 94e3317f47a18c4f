//! Replications side by side on threads, scenarios one after the other. The result does not depend on the number of threads:
//! replications are folded in their order.

use crate::{
    change::{BadChange, apply, parse_changes},
    model::Model,
    report::{Report, fold::Fold},
    spec::{Spec, SpecError},
    tally::Tally,
    world::{Fault, World},
};
use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// Replications that are in memory at once: enough to keep threads busy, few enough to stay small.
const CHUNK: u64 = 64;

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimError {
    /// The model is wrong.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A change of a scenario is wrong.
    #[error("{place}: {error}")]
    Change {
        /// Which scenario.
        place: String,
        /// What is wrong.
        error: BadChange,
    },
    /// The run was stopped.
    #[error("the simulation was stopped")]
    Stopped,
    /// A defect: the engine refused what the simulation believed possible, or a customer was lost.
    #[error("the simulation is wrong, please report this: replication {replication}: {what}")]
    Defect {
        /// Which replication; with the seed it can be repeated.
        replication: u64,
        /// What happened.
        what: String,
    },
}

/// How far a run is, and the switch that stops it. Shared with whoever watches.
#[derive(Debug, Default)]
pub struct Control {
    done: AtomicU64,
    total: AtomicU64,
    customers: AtomicU64,
    inputs: AtomicU64,
    stop: AtomicBool,
}

impl Control {
    /// Replications done and planned so far; a staffing search plans more as it goes.
    pub fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// Customers simulated, and inputs that engines took.
    pub fn work(&self) -> (u64, u64) {
        (self.customers.load(Ordering::Relaxed), self.inputs.load(Ordering::Relaxed))
    }

    /// Stops the run at its next replication.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// It was stopped.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn plan(&self, replications: u64) {
        self.total.fetch_add(replications, Ordering::Relaxed);
    }
}

/// Simulates a spec and its scenarios on so many threads.
pub fn simulate(spec: &Spec, threads: usize, control: &Control) -> Result<Report, SimError> {
    let mut models = vec![(spec.name.clone(), Vec::new(), Model::new(spec)?)];
    for (n, scenario) in spec.scenarios.iter().enumerate() {
        let mut changed = spec.clone();
        for (c, text) in scenario.changes.iter().enumerate() {
            let bad = |error| SimError::Change { place: format!("scenarios[{n}].changes[{c}]"), error };
            for change in parse_changes(text).map_err(bad)? {
                apply(&mut changed, &change).map_err(bad)?;
            }
        }
        let name = if scenario.name.is_empty() { scenario.changes.join(", ") } else { scenario.name.clone() };
        models.push((name, scenario.changes.clone(), Model::new(&changed)?));
    }
    control.plan(models.len() as u64 * u64::from(spec.replications));
    let mut folds = Vec::with_capacity(models.len());
    for (_, _, model) in &models {
        folds.push(fold(model, threads, control)?);
    }
    Ok(Report::new(spec, &models, &folds))
}

/// All replications of one model. Their number has to be planned by the caller.
pub(crate) fn fold(model: &Model, threads: usize, control: &Control) -> Result<Fold, SimError> {
    let mut fold = Fold::new(model);
    let all = u64::from(model.replications);
    let mut from = 0;
    while from < all {
        let to = (from + CHUNK).min(all);
        for tally in replicate(model, from, to, threads.max(1), control)? {
            fold.add(model, &tally);
        }
        from = to;
    }
    Ok(fold)
}

fn replicate(model: &Model, from: u64, to: u64, threads: usize, control: &Control) -> Result<Vec<Tally>, SimError> {
    let next = AtomicU64::new(from);
    let results: Mutex<Vec<Option<Result<Tally, Fault>>>> = Mutex::new((from..to).map(|_| None).collect());
    let work = || {
        loop {
            let replication = next.fetch_add(1, Ordering::Relaxed);
            if replication >= to || control.is_stopped() {
                return;
            }
            let result = World::new(model, replication, false).run();
            if let Ok(tally) = &result {
                control.customers.fetch_add(tally.customers, Ordering::Relaxed);
                control.inputs.fetch_add(tally.inputs, Ordering::Relaxed);
            }
            control.done.fetch_add(1, Ordering::Relaxed);
            results.lock().expect("no thread panics while it holds the results")[(replication - from) as usize] = Some(result);
        }
    };
    if threads == 1 {
        work();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| _ = scope.spawn(work)));
    }
    let results = results.into_inner().expect("no thread panics while it holds the results");
    let mut tallies = Vec::with_capacity(results.len());
    for (replication, result) in (from..).zip(results) {
        match result {
            Some(Ok(tally)) => tallies.push(tally),
            Some(Err(Fault::Refused(what))) => return Err(SimError::Defect { replication, what }),
            Some(Err(Fault::Lost)) => {
                return Err(SimError::Defect { replication, what: "offered is not answered + abandoned + blocked + waiting".into() });
            }
            None => return Err(SimError::Stopped),
        }
    }
    Ok(tallies)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A busy center with everything in it.
    fn everything() -> Spec {
        crate::parse(crate::EXAMPLE).expect("the example is a spec")
    }

    #[test]
    fn the_engine_keeps_its_invariants_under_the_simulation() {
        let model = Model::new(&everything()).unwrap();
        for replication in 0..2 {
            let mut world = World::new(&model, replication, true);
            let mut n = 0_u64;
            while world.step() {
                n += 1;
                if n.is_multiple_of(251) {
                    world.check().unwrap();
                }
            }
            world.check().unwrap();
        }
    }

    #[test]
    fn every_strategy_and_order_can_be_simulated() {
        use okno_model::doc::{Ordering, Strategy};
        for (n, strategy) in Strategy::ALL.into_iter().filter(|&strategy| strategy != Strategy::Pull).enumerate() {
            let mut spec = everything();
            let order = Ordering::ALL[n % Ordering::ALL.len()];
            for queue in spec.queues.iter_mut().filter(|queue| queue.joins.is_none()) {
                (queue.strategy, queue.order) = (strategy, order);
            }
            let model = Model::new(&spec).unwrap();
            let mut world = World::new(&model, 1, false);
            let mut events = 0_u64;
            while world.step() {
                events += 1;
                if events.is_multiple_of(499) {
                    world.check().unwrap();
                }
            }
            assert!(world.run().is_ok(), "{strategy:?}");
        }
        let mut pull = everything();
        pull.queues[0].strategy = Strategy::Pull;
        assert!(Model::new(&pull).unwrap_err().to_string().contains("queues[0].strategy: is pull"));
    }

    #[test]
    fn an_engine_without_words_decides_alike() {
        let model = Model::new(&everything()).unwrap();
        let silent = World::new(&model, 3, false).run().unwrap();
        let speaking = World::new(&model, 3, true).run().unwrap();
        assert_eq!(silent.cells, speaking.cells);
        assert_eq!(silent.all, speaking.all);
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
        let mut spec = everything();
        spec.replications = 5;
        let run = |threads| serde_json::to_string(&simulate(&spec, threads, &Control::default()).unwrap()).unwrap();
        let one = run(1);
        assert_eq!(one, run(1));
        assert_eq!(one, run(3));
        spec.seed += 1;
        assert_ne!(one, serde_json::to_string(&simulate(&spec, 1, &Control::default()).unwrap()).unwrap());
    }

    #[test]
    fn a_stopped_run_says_so() {
        let control = Control::default();
        control.stop();
        assert_eq!(simulate(&everything(), 2, &control).unwrap_err(), SimError::Stopped);
    }
}
