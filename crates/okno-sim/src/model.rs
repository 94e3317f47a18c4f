//! A spec made ready for the event loop: names are numbers, times are milliseconds, distributions are samplers.

mod duty;
mod hours;
mod queue;
mod rules;

pub(crate) use duty::{Window, clock};
pub(crate) use hours::interval as span_of_day;

use crate::{
    dist::Sampler,
    spec::{Arrivals, GroupSpec, ServiceTarget, Spec, SpecError},
};
use okno_engine::routing::{AgentProfile, Blending, QueueProfile};
use okno_model::{
    AgentId, Medium, QueueId, SkillId, Timestamp,
    doc::{Capacity, HoursDoc, RequiredSkill, SkillLevel},
    limits::SKILL_LEVEL_MAX,
};
use std::collections::BTreeMap;

/// Longest simulated time, hours: a year.
const HOURS_MAX: f64 = 8_784.0;
/// Most agents: the engine's own goal is 50,000.
const AGENTS_MAX: u32 = 50_000;
/// Most intervals of a run: a year of quarter hours.
const INTERVALS_MAX: usize = 40_000;

/// A spec that was checked and made ready.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) opens_ms: u64,
    /// The instant at which it opens.
    pub(crate) opening: Timestamp,
    pub(crate) hours: Vec<HoursDoc>,
    pub(crate) blending: Option<Blending>,
    pub(crate) seed: u64,
    pub(crate) replications: u32,
    pub(crate) horizon: u64,
    pub(crate) interval: u64,
    pub(crate) intervals: usize,
    pub(crate) warmup: u64,
    pub(crate) drain: bool,
    pub(crate) count_drain: bool,
    pub(crate) target: ServiceTarget,
    pub(crate) busyness: Option<f64>,
    pub(crate) lines: Option<u32>,
    pub(crate) queues: Vec<QueueModel>,
    pub(crate) groups: Vec<GroupModel>,
    pub(crate) agents: Vec<AgentModel>,
}

#[derive(Debug, Clone)]
pub(crate) struct QueueModel {
    pub(crate) name: String,
    pub(crate) medium: Medium,
    /// Number of the queue whose rules hold, and under whose id the engine knows it.
    pub(crate) host: usize,
    pub(crate) profile: QueueProfile,
    pub(crate) priority: u8,
    pub(crate) arrivals: ArrivalModel,
    pub(crate) patience: Option<Sampler>,
    pub(crate) patience_profile: Vec<f64>,
    pub(crate) handle: Sampler,
    pub(crate) handle_profile: Vec<f64>,
    pub(crate) concurrency_penalty: f64,
    pub(crate) wrapup: Option<Sampler>,
    pub(crate) places: Option<u32>,
    pub(crate) redial: Option<(f64, Sampler, u8)>,
    pub(crate) transfers: Vec<(usize, f64)>,
    pub(crate) classes: Vec<ClassModel>,
}

#[derive(Debug, Clone)]
pub(crate) enum ArrivalModel {
    /// Expected customers per interval.
    Poisson(Vec<f64>),
    /// Customers per interval.
    Counts(Vec<u32>),
    /// Milliseconds, ascending.
    Times(Vec<u64>),
    Nobody,
}

#[derive(Debug, Clone)]
pub(crate) struct ClassModel {
    /// Shares of this and all before it.
    pub(crate) upto: f64,
    pub(crate) skills: Vec<RequiredSkill>,
    pub(crate) priority: u8,
}

#[derive(Debug, Clone)]
pub(crate) struct GroupModel {
    pub(crate) name: String,
    /// Agents with these numbers.
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// Agents per interval, if that is how they come and go.
    pub(crate) per_interval: Vec<u32>,
    /// Factor on handle times by queue.
    pub(crate) pace: Vec<f64>,
    pub(crate) pace_varies: f64,
    pub(crate) answer: Option<Sampler>,
    pub(crate) misses: f64,
    pub(crate) back_after: u64,
    pub(crate) absent: f64,
    pub(crate) capacity: Capacity,
}

#[derive(Debug, Clone)]
pub(crate) struct AgentModel {
    pub(crate) group: usize,
    pub(crate) profile: AgentProfile,
    /// When he is there, if he has a shift.
    pub(crate) windows: Vec<Window>,
}

pub(crate) fn ms(seconds: f64) -> u64 {
    (seconds * 1000.0).round().max(0.0) as u64
}

fn refuse<T>(place: impl Into<String>, problem: impl Into<String>) -> Result<T, SpecError> {
    Err(SpecError::new(place, problem))
}

impl Model {
    /// Checks a spec and makes it ready.
    pub fn new(spec: &Spec) -> Result<Self, SpecError> {
        check_whole(spec)?;
        let interval = u64::from(spec.interval_seconds) * 1000;
        let horizon = horizon(spec)?;
        let intervals = horizon.div_ceil(interval) as usize;
        if intervals > INTERVALS_MAX {
            return refuse(
                "interval_seconds",
                format!("gives {intervals} intervals; at most {INTERVALS_MAX} are counted, use longer ones"),
            );
        }
        let opens_ms = clock(&spec.opens, "opens")?;
        let names = rules::Names::new(spec, names(spec)?, skills(spec))?;
        let hours = hours::calendars(spec)?;
        let queues = spec
            .queues
            .iter()
            .enumerate()
            .map(|(n, queue)| queue::queue_model(n, queue, &names, intervals, interval, horizon))
            .collect::<Result<_, _>>()?;
        let mut model = Self {
            opens_ms,
            opening: hours::opening(spec, opens_ms)?,
            hours,
            blending: spec.blending.as_ref().map(rules::blending),
            seed: spec.seed,
            replications: spec.replications,
            horizon,
            interval,
            intervals,
            warmup: ms(spec.warmup_seconds),
            drain: spec.drain,
            count_drain: spec.count_drain,
            target: spec.service_level,
            busyness: spec.busyness_shape,
            lines: spec.lines,
            queues,
            groups: Vec::new(),
            agents: Vec::new(),
        };
        for (n, group) in spec.groups.iter().enumerate() {
            model.add_group(n, group, &names)?;
        }
        model.set_tiers(spec)?;
        Ok(model)
    }

    fn set_tiers(&mut self, spec: &Spec) -> Result<(), SpecError> {
        let ids = |group: &GroupModel| (group.first..group.first + group.count).map(|agent| self.agents[agent].profile.id).collect();
        let groups = self.groups.iter().map(|group| (group.name.as_str(), ids(group))).collect();
        let mut all = Vec::with_capacity(spec.queues.len());
        for (n, queue) in spec.queues.iter().enumerate() {
            all.push(rules::tiers(n, queue.rules.as_ref().map_or(&[], |rules| &rules.tiers), &groups)?);
        }
        for (queue, tiers) in self.queues.iter_mut().zip(all) {
            queue.profile.tiers = tiers;
        }
        Ok(())
    }

    fn add_group(&mut self, n: usize, spec: &GroupSpec, names: &rules::Names<'_>) -> Result<(), SpecError> {
        let place = |field: &str| format!("groups[{n}].{field}");
        let windows = duty::windows(spec, n, self.opens_ms, self.horizon)?;
        let per_interval: Vec<u32> = match spec.per_interval.as_slice() {
            [] => Vec::new(),
            profile => (0..self.intervals).map(|i| profile[i % profile.len()]).collect(),
        };
        let count = per_interval.iter().copied().max().map_or(windows.len(), |most| most as usize);
        if self.agents.len() + count > AGENTS_MAX as usize {
            return refuse(place("agents"), format!("are more than {AGENTS_MAX} in all; that is more than one engine is meant for"));
        }
        let mut serves = Vec::with_capacity(spec.queues.len());
        for (q, name) in spec.queues.iter().enumerate() {
            match names.queues.get(name.as_str()) {
                // Customers of several media may wait in one queue.
                Some(&queue) if serves.contains(&names.hosts[queue]) => {}
                Some(&queue) => serves.push(names.hosts[queue]),
                None => return refuse(place(&format!("queues[{q}]")), format!("there is no queue `{name}`")),
            }
        }
        for (what, value) in [("pace", spec.pace)].into_iter().chain(spec.pace_by_queue.values().map(|&v| ("pace_by_queue", v))) {
            if value <= 0.0 || !value.is_finite() {
                return refuse(place(what), format!("is {value}; it must be above 0"));
            }
        }
        if let Some(unknown) = spec.pace_by_queue.keys().find(|name| !names.queues.contains_key(name.as_str())) {
            return refuse(place("pace_by_queue"), format!("there is no queue `{unknown}`"));
        }
        for (what, value) in [("misses", spec.misses), ("absent", spec.absent)] {
            if !(0.0..=1.0).contains(&value) {
                return refuse(place(what), format!("is {value}; a probability is 0 to 1"));
            }
        }
        if spec.pace_varies.is_nan() || spec.pace_varies < 0.0 || spec.back_after_seconds.is_nan() || spec.back_after_seconds < 0.0 {
            return refuse(place("pace_varies"), "must be 0 or more, and `back_after_seconds` as well");
        }
        if spec.misses >= 1.0 {
            return refuse(place("misses"), "is 1: these agents never answer; set their number to 0 instead");
        }
        if let Some(answer) = &spec.answer {
            answer.check(&place("answer"))?;
        }
        let levels = spec.skills.iter().map(|(name, &level)| SkillLevel { skill: names.skills[name.as_str()], level });
        let levels: Vec<SkillLevel> = levels.collect();
        if levels.iter().any(|skill| skill.level == 0 || skill.level > SKILL_LEVEL_MAX) {
            return refuse(place("skills"), format!("a level is 1 to {SKILL_LEVEL_MAX}"));
        }
        let c = spec.capacity;
        let capacity = Capacity { voice: c.voice, email: c.email, chat: c.chat, message: c.message, task: c.task };
        let first = self.agents.len();
        let mut windows = windows.into_iter();
        for i in 0..count {
            let id = AgentId::from_u128(1 + self.agents.len() as u128);
            let queues = serves.iter().map(|&queue| queue_id(queue)).collect();
            self.agents.push(AgentModel {
                group: n,
                profile: AgentProfile { id, name: format!("{} {}", spec.name, i + 1), queues, skills: levels.clone(), capacity },
                windows: windows.next().unwrap_or_default(),
            });
        }
        let pace = |queue: &QueueModel| spec.pace * spec.pace_by_queue.get(&queue.name).copied().unwrap_or(1.0);
        self.groups.push(GroupModel {
            name: spec.name.clone(),
            first,
            count,
            per_interval,
            pace: self.queues.iter().map(pace).collect(),
            pace_varies: spec.pace_varies,
            answer: spec.answer.as_ref().map(crate::dist::Dist::sampler),
            misses: spec.misses,
            back_after: ms(spec.back_after_seconds),
            absent: spec.absent,
            capacity,
        });
        Ok(())
    }

    /// The rules of a queue as the engine gets them.
    pub fn profile(&self, name: &str) -> Option<&QueueProfile> {
        self.queues.iter().find(|queue| queue.name == name).map(|queue| &self.queues[queue.host].profile)
    }

    /// The business hours as the engine gets them.
    pub fn hours(&self) -> &[HoursDoc] {
        &self.hours
    }

    /// Interval of a time; what comes after the last belongs to it.
    #[inline]
    pub(crate) fn interval_of(&self, at: u64) -> usize {
        ((at / self.interval) as usize).min(self.intervals - 1)
    }
}

impl Model {
    /// The engine's instant of a time after opening.
    #[inline]
    pub(crate) const fn instant(&self, at: u64) -> Timestamp {
        Timestamp::from_millis(self.opening.millis() + at as i64)
    }

    /// The time after opening of an instant; what is before it is at the opening.
    #[inline]
    pub(crate) fn time_of(&self, instant: Timestamp) -> u64 {
        instant.since(self.opening).as_millis() as u64
    }

    /// Where customers of a medium are counted who wait in a queue.
    pub(crate) fn row(&self, host: usize, medium: Medium) -> usize {
        if self.queues[host].medium == medium {
            return host;
        }
        self.queues.iter().position(|queue| queue.host == host && queue.medium == medium).unwrap_or(host)
    }

    /// Expected customers of a queue in each interval, by its own arrivals.
    pub(crate) fn expected(&self, queue: usize) -> Vec<f64> {
        match &self.queues[queue].arrivals {
            ArrivalModel::Poisson(rates) => rates.clone(),
            ArrivalModel::Counts(counts) => counts.iter().map(|&n| f64::from(n)).collect(),
            ArrivalModel::Times(times) => {
                let mut counts = vec![0.0; self.intervals];
                for &at in times {
                    counts[self.interval_of(at)] += 1.0;
                }
                counts
            }
            ArrivalModel::Nobody => vec![0.0; self.intervals],
        }
    }
}

/// The id of a queue by its number.
pub(crate) fn queue_id(n: usize) -> QueueId {
    QueueId::from_u128(1 + n as u128)
}

fn check_whole(spec: &Spec) -> Result<(), SpecError> {
    if spec.queues.is_empty() {
        return refuse("queues", "is empty; there must be at least one queue");
    }
    if spec.interval_seconds == 0 {
        return refuse("interval_seconds", "must be above 0; 1800 is usual");
    }
    if spec.replications == 0 || spec.replications > 100_000 {
        return refuse("replications", "must be 1 to 100000; 30 give usable intervals");
    }
    let t = spec.service_level;
    if !(t.seconds >= 0.0 && t.short_seconds >= 0.0 && (0.0..=1.0).contains(&t.share)) {
        return refuse("service_level", "needs `seconds` and `short_seconds` of 0 or more, and a `share` of 0 to 1");
    }
    if spec.busyness_shape.is_some_and(|shape| shape.is_nan() || shape <= 0.0) {
        return refuse("busyness_shape", "must be above 0; 28.7 is a published value");
    }
    if spec.warmup_seconds.is_nan() || spec.warmup_seconds < 0.0 {
        return refuse("warmup_seconds", "must be 0 or more");
    }
    Ok(())
}

fn horizon(spec: &Spec) -> Result<u64, SpecError> {
    let profiles = spec.queues.iter().map(|queue| match &queue.arrivals {
        Arrivals::Poisson { per_interval } => per_interval.len() as f64 * f64::from(spec.interval_seconds),
        Arrivals::Counts { per_interval } => per_interval.len() as f64 * f64::from(spec.interval_seconds),
        Arrivals::Times { seconds } => seconds.iter().copied().fold(0.0, f64::max),
        Arrivals::Rate { .. } | Arrivals::File { .. } | Arrivals::Nobody => 0.0,
    });
    let hours = spec.hours.unwrap_or_else(|| profiles.fold(0.0, f64::max) / 3600.0);
    if hours.is_nan() || hours <= 0.0 {
        return refuse("hours", "must be above 0: say how long the center is open");
    }
    if hours > HOURS_MAX {
        return refuse("hours", format!("is {hours}; at most a year ({HOURS_MAX} h) is simulated at once"));
    }
    let horizon = ms(hours * 3600.0).max(1);
    if ms(spec.warmup_seconds) >= horizon {
        return refuse("warmup_seconds", "is as long as the whole run; nothing would be counted");
    }
    Ok(horizon)
}

fn names(spec: &Spec) -> Result<BTreeMap<&str, usize>, SpecError> {
    let mut names = BTreeMap::new();
    for (n, queue) in spec.queues.iter().enumerate() {
        if names.insert(queue.name.as_str(), n).is_some() {
            return refuse(format!("queues[{n}].name"), format!("`{}` is already the name of another queue", queue.name));
        }
    }
    let mut groups = BTreeMap::new();
    for (n, group) in spec.groups.iter().enumerate() {
        if groups.insert(group.name.as_str(), n).is_some() {
            return refuse(format!("groups[{n}].name"), format!("`{}` is already the name of another group", group.name));
        }
    }
    Ok(names)
}

fn skills(spec: &Spec) -> BTreeMap<&str, SkillId> {
    let of_queues =
        spec.queues.iter().flat_map(|queue| queue.skills.keys().chain(queue.classes.iter().flat_map(|class| class.skills.keys())));
    let of_groups = spec.groups.iter().flat_map(|group| group.skills.keys());
    let mut all: BTreeMap<&str, SkillId> = of_queues.chain(of_groups).map(|name| (name.as_str(), SkillId::from_u128(0))).collect();
    for (n, id) in (1..).zip(all.values_mut()) {
        *id = SkillId::from_u128(n);
    }
    all
}
