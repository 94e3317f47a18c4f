//! The fewest agents of each interval that reach a goal, with the simulation as the judge.
//!
//! It begins at what Erlang A says, adds agents where the goal is missed, then takes away one agent at a time
//! wherever the goal stays reached. All tries meet the same customers, so that one agent more is better by more than chance.

use crate::{
    model::Model,
    report::{Estimate, fold::Fold, fold::level},
    run::{Control, SimError, fold},
    spec::{Spec, SpecError, Variant},
};
use okno_engine::staffing::{Crowd, LevelForm, Load, ServiceLevel, StaffingError, Target, required_agents};
use serde::{Deserialize, Serialize};

/// Rounds of adding before the search gives up.
const RAISES_MAX: usize = 60;
/// Passes of taking away; each ends early when nothing can be taken away.
const PASSES_MAX: usize = 12;
/// An interval with fewer expected customers in all replications is not judged.
const JUDGED_MIN: f64 = 20.0;

/// What has to be reached in every interval, by every queue.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimGoal))]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Share of customers answered in time; by default that of the model's service level.
    #[serde(default)]
    pub share: Option<f64>,
    /// Largest share of offered customers who leave.
    #[serde(default)]
    pub max_abandonment: Option<f64>,
    /// Largest mean wait of the answered, seconds.
    #[serde(default)]
    pub max_asa: Option<f64>,
    /// Largest occupancy of the agents.
    #[serde(default)]
    pub max_occupancy: Option<f64>,
}

/// One interval of a staffing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimStaffingRow))]
pub struct StaffingRow {
    /// Begin.
    pub from: String,
    /// Expected customers.
    pub offered: f64,
    /// Agents of each group that was searched.
    pub agents: Vec<u32>,
    /// What Erlang A (or C) says for each group alone: one queue, one skill, exponential times, no carry-over.
    pub formula: Vec<u32>,
    /// Service level of the worst queue.
    pub service_level: Option<f64>,
    /// Abandonment of the worst queue.
    pub abandonment: Option<f64>,
    /// Mean wait of the worst queue, seconds.
    pub asa: Option<f64>,
    /// Occupancy of all agents.
    pub occupancy: Option<f64>,
    /// The goal is reached.
    pub met: bool,
}

/// The result of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = SimStaffing))]
pub struct Staffing {
    /// Names of the groups that were searched.
    pub groups: Vec<String>,
    /// The goal.
    pub goal: Goal,
    /// How the service level is counted.
    pub variant: Variant,
    /// Intervals.
    pub rows: Vec<StaffingRow>,
    /// Agent hours in all.
    pub hours: f64,
    /// Service level of the whole run.
    pub service_level: Estimate,
    /// Every interval reaches the goal.
    pub met: bool,
    /// Simulated staffings.
    pub tries: u32,
}

/// Looks for the fewest agents of these groups (all groups if none is named) that reach the goal.
pub fn staff(spec: &Spec, groups: &[String], goal: Goal, threads: usize, control: &Control) -> Result<Staffing, SimError> {
    let mut search = Search::new(spec, groups, goal, threads, control)?;
    search.raise()?;
    for _ in 0..PASSES_MAX {
        if !search.lower()? {
            break;
        }
    }
    // What was taken away in several places at once is looked at together.
    search.raise()?;
    search.result()
}

/// A day of patience is endless for a formula of intervals.
const PATIENCE_ENDLESS: f64 = 86_400.0;

/// What one group may expect in one interval.
#[derive(Debug, Clone, Default)]
struct Part {
    customers: f64,
    /// Seconds of work, and of patience, of all customers together.
    work: f64,
    patience: f64,
}

impl Part {
    fn agents(&self, model: &Model, share: f64, interval_seconds: f64) -> u32 {
        if self.customers <= 0.0 {
            return 0;
        }
        let by_formula = || {
            let load = Load::new(self.customers, interval_seconds, self.work / self.customers)?;
            let patience = self.patience / self.customers;
            let crowd = if patience < PATIENCE_ENDLESS { Crowd::patient(patience)? } else { Crowd::endless() };
            let form = LevelForm::parse(&format!("{:?}", model.target.variant)).unwrap_or(LevelForm::F6);
            let level = ServiceLevel::of(form, model.target.seconds, model.target.short_seconds)?;
            required_agents(&load, &crowd, &Target::default().level(level, share)?)
        };
        // What a formula refuses begins at the load; the search goes on from there.
        by_formula().unwrap_or_else(|_: StaffingError| (self.work / interval_seconds).ceil() as u32)
    }
}

struct Search<'a> {
    spec: Spec,
    /// Indices of the searched groups.
    groups: Vec<usize>,
    goal: Goal,
    threads: usize,
    control: &'a Control,
    intervals: usize,
    /// By searched group, then interval: what formulas say, and the present try.
    formula: Vec<Vec<u32>>,
    agents: Vec<Vec<u32>>,
    tries: u32,
}

/// One queue in one interval.
struct Judged {
    level: Option<f64>,
    abandonment: Option<f64>,
    asa: Option<f64>,
    met: bool,
}

impl<'a> Search<'a> {
    fn new(spec: &Spec, names: &[String], goal: Goal, threads: usize, control: &'a Control) -> Result<Self, SimError> {
        let mut spec = spec.clone();
        spec.scenarios.clear();
        for (n, name) in names.iter().enumerate() {
            if spec.groups.iter().all(|group| group.name != *name) {
                return Err(SpecError::new(format!("group {}", n + 1), format!("there is no group `{name}`")).into());
            }
        }
        for (what, value) in [("share", goal.share), ("max_abandonment", goal.max_abandonment), ("max_occupancy", goal.max_occupancy)] {
            if value.is_some_and(|v| !(0.0..=1.0).contains(&v)) {
                return Err(SpecError::new(format!("goal.{what}"), "is a share from 0 to 1").into());
            }
        }
        if goal.max_asa.is_some_and(|v| v.is_nan() || v < 0.0) {
            return Err(SpecError::new("goal.max_asa", "is 0 or more seconds").into());
        }
        let groups: Vec<usize> = (0..spec.groups.len()).filter(|&g| names.is_empty() || names.contains(&spec.groups[g].name)).collect();
        if groups.is_empty() {
            return Err(SpecError::new("groups", "there is no group of agents to look for").into());
        }
        for &g in &groups {
            let group = &mut spec.groups[g];
            (group.agents, group.shifts) = (None, Vec::new());
            group.per_interval = vec![1];
        }
        let model = Model::new(&spec)?;
        let intervals = model.intervals;
        let mut search = Self { spec, groups, goal, threads, control, intervals, formula: Vec::new(), agents: Vec::new(), tries: 0 };
        search.formula = search.start(&model);
        search.agents.clone_from(&search.formula);
        Ok(search)
    }

    /// Erlang A (C without patience) of each interval for each group, as if it had an even part of the customers whom it can serve.
    fn start(&self, model: &Model) -> Vec<Vec<u32>> {
        let mut parts = vec![vec![Part::default(); self.intervals]; self.groups.len()];
        for (q, queue) in self.spec.queues.iter().enumerate() {
            let serving: Vec<usize> =
                (0..self.groups.len()).filter(|&g| self.spec.groups[self.groups[g]].queues.contains(&queue.name)).collect();
            let wrapup = match &queue.wrapup {
                Some(crate::Wrapup::Needed { time }) => time.mean(),
                Some(crate::Wrapup::Timed { time, seconds }) => time.mean().min(f64::from(*seconds)),
                Some(crate::Wrapup::Fixed { seconds }) => f64::from(*seconds),
                None => 0.0,
            };
            let time = queue.handle.mean() + wrapup;
            for (i, expected) in model.expected(q).into_iter().enumerate() {
                for &g in &serving {
                    let at_once = f64::from(self.spec.groups[self.groups[g]].capacity.of(queue.medium).max(1));
                    let part = &mut parts[g][i];
                    let customers = expected / serving.len() as f64;
                    part.customers += customers;
                    part.work += customers * time / at_once;
                    part.patience += customers * queue.patience.as_ref().map_or(PATIENCE_ENDLESS, crate::Dist::mean);
                }
            }
        }
        let agents = |part: &Part| part.agents(model, self.goal.share.unwrap_or(model.target.share), f64::from(self.spec.interval_seconds));
        parts.iter().map(|row| row.iter().map(agents).collect()).collect()
    }

    fn simulate(&mut self) -> Result<(Model, Fold), SimError> {
        for (k, &g) in self.groups.iter().enumerate() {
            self.spec.groups[g].per_interval.clone_from(&self.agents[k]);
        }
        let model = Model::new(&self.spec)?;
        self.tries += 1;
        self.control.plan(u64::from(model.replications));
        let fold = fold(&model, self.threads, self.control)?;
        Ok((model, fold))
    }

    fn judge(&self, model: &Model, fold: &Fold, queue: usize, interval: usize) -> Judged {
        let cell = &fold.intervals[queue][interval].cell;
        let ratio = |n: f64, d: f64| (d > 0.0).then(|| n / d);
        let (n, d) = level(cell, model.target.variant);
        let (level, abandonment) = (ratio(n, d), ratio(cell.abandoned as f64, cell.offered as f64));
        let asa = ratio(cell.wait_answered as f64 / 1000.0, cell.answered as f64);
        let row = &fold.group_intervals[model.groups.len()][interval];
        let occupancy = ratio(row[1], row[0]);
        let least = self.goal.share.unwrap_or(model.target.share);
        let too_much = |value: Option<f64>, most: Option<f64>| matches!((value, most), (Some(value), Some(most)) if value > most);
        let met = (cell.offered as f64) < JUDGED_MIN
            || level.is_some_and(|level| level >= least)
                && !too_much(abandonment, self.goal.max_abandonment)
                && !too_much(asa, self.goal.max_asa)
                && !too_much(occupancy, self.goal.max_occupancy);
        Judged { level, abandonment, asa, met }
    }

    /// Queues that miss the goal in an interval.
    fn missing(&self, model: &Model, fold: &Fold, interval: usize) -> Vec<(usize, f64)> {
        let judged = (0..model.queues.len()).map(|q| (q, self.judge(model, fold, q, interval)));
        let least = self.goal.share.unwrap_or(model.target.share);
        judged.filter(|(_, j)| !j.met).map(|(q, j)| (q, (least - j.level.unwrap_or(0.0)).max(0.0))).collect()
    }

    /// Adds agents until the goal is reached everywhere, or no agents help.
    fn raise(&mut self) -> Result<(), SimError> {
        for round in 0..RAISES_MAX {
            let (model, fold) = self.simulate()?;
            let mut more = false;
            for i in 0..self.intervals {
                for (queue, gap) in self.missing(&model, &fold, i) {
                    let serving: Vec<usize> = (0..self.groups.len())
                        .filter(|&k| self.spec.groups[self.groups[k]].queues.contains(&model.queues[queue].name))
                        .collect();
                    if let Some(&k) = serving.get(round % serving.len().max(1)) {
                        let agents = &mut self.agents[k][i];
                        if *agents > 3 * self.formula[k][i] + 20 {
                            // So many more than the formula says: it is not the agents that lack.
                            continue;
                        }
                        *agents += if gap > 0.1 { 1 + *agents / 12 } else { 1 };
                        more = true;
                    }
                }
            }
            if !more {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes away one agent here and there, and keeps what the goal allows. An agent less in one interval is felt in the next
    /// ones, so every third interval is tried at once.
    fn lower(&mut self) -> Result<bool, SimError> {
        let mut any = false;
        for k in 0..self.groups.len() {
            for phase in 0..3 {
                let tried: Vec<usize> = (phase..self.intervals).step_by(3).filter(|&i| self.agents[k][i] > 0).collect();
                if tried.is_empty() {
                    continue;
                }
                for &i in &tried {
                    self.agents[k][i] -= 1;
                }
                let (model, fold) = self.simulate()?;
                for &i in &tried {
                    let felt = i..(i + 3).min(self.intervals);
                    if felt.clone().all(|j| self.missing(&model, &fold, j).is_empty()) {
                        any = true;
                    } else {
                        self.agents[k][i] += 1;
                    }
                }
            }
        }
        Ok(any)
    }

    fn result(mut self) -> Result<Staffing, SimError> {
        let (model, fold) = self.simulate()?;
        let rows: Vec<StaffingRow> = (0..self.intervals).map(|i| self.row(&model, &fold, i)).collect();
        let names: Vec<String> = self.groups.iter().map(|&g| self.spec.groups[g].name.clone()).collect();
        let agents: u32 = self.agents.iter().flatten().sum();
        let report = crate::report::Report::new(&self.spec, &[(String::new(), Vec::new(), model.clone())], std::slice::from_ref(&fold));
        let level = report.level(&report.scenarios[0].all);
        Ok(Staffing {
            groups: names,
            goal: Goal { share: Some(self.goal.share.unwrap_or(model.target.share)), ..self.goal },
            variant: model.target.variant,
            met: rows.iter().all(|row| row.met),
            rows,
            hours: f64::from(agents) * f64::from(self.spec.interval_seconds) / 3600.0,
            service_level: level,
            tries: self.tries,
        })
    }

    fn row(&self, model: &Model, fold: &Fold, i: usize) -> StaffingRow {
        let judged: Vec<Judged> = (0..model.queues.len()).map(|q| self.judge(model, fold, q, i)).collect();
        let lowest = |values: &mut dyn Iterator<Item = f64>| values.fold(None, |a: Option<f64>, v| Some(a.map_or(v, |a| a.min(v))));
        let highest = |values: &mut dyn Iterator<Item = f64>| values.fold(None, |a: Option<f64>, v| Some(a.map_or(v, |a| a.max(v))));
        let row = &fold.group_intervals[model.groups.len()][i];
        StaffingRow {
            from: crate::report::label(model, i),
            offered: fold.intervals[model.queues.len()][i].cell.offered as f64 / fold.replications as f64,
            agents: self.agents.iter().map(|row| row[i]).collect(),
            formula: self.formula.iter().map(|row| row[i]).collect(),
            service_level: lowest(&mut judged.iter().filter_map(|j| j.level)),
            abandonment: highest(&mut judged.iter().filter_map(|j| j.abandonment)),
            asa: highest(&mut judged.iter().filter_map(|j| j.asa)),
            occupancy: (row[0] > 0.0).then(|| row[1] / row[0]),
            met: judged.iter().all(|j| j.met),
        }
    }
}
