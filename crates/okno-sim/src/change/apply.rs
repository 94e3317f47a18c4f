//! Changes made to a spec.

use super::{Amount, BadChange, Change, Relaxes};
use crate::{
    dist::Dist,
    model::span_of_day,
    spec::{Arrivals, CalendarSpec, GroupSpec, OverflowSpec, QueueSpec, Redial, RingSpec, RulesSpec, Spec, TierSpec, WeekSpec, Wrapup},
};

use okno_model::doc::Strategy;

/// Makes one change.
pub fn apply(spec: &mut Spec, change: &Change) -> Result<(), BadChange> {
    let bad = |problem: String| BadChange { change: change.to_string(), problem };
    match change {
        Change::Agents { amount, of } => {
            let group = match of {
                Some(of) => group(spec, of).ok_or_else(|| bad(format!("there is no group `{of}`")))?,
                None => spec.groups.first_mut().ok_or_else(|| bad("there is no group of agents".into()))?,
            };
            set_agents(group, *amount);
            Ok(())
        }
        Change::Skill { skill, level, of } => each_group(spec, of.as_deref(), &bad, |group| {
            let has = group.skills.entry(skill.clone()).or_insert(*level);
            *has = (*has).max(*level);
        }),
        Change::Absent { percent, of } => each_group(spec, of.as_deref(), &bad, |group| group.absent = percent / 100.0),
        Change::Serve { queue, of } => {
            if spec.queues.iter().all(|known| known.name != *queue) {
                return Err(bad(format!("there is no queue `{queue}`")));
            }
            each_group(spec, of.as_deref(), &bad, |group| {
                if !group.queues.contains(queue) {
                    group.queues.push(queue.clone());
                }
            })
        }
        Change::Volume { amount, of } => {
            let interval = f64::from(spec.interval_seconds);
            let mut problem = None;
            each_queue(spec, of.as_deref(), &bad, |queue| problem = set_volume(queue, *amount, interval).err().or(problem.take()))?;
            problem.map_or(Ok(()), |problem| Err(bad(problem)))
        }
        Change::Handle { amount, of } => each_queue(spec, of.as_deref(), &bad, |queue| {
            queue.handle = queue.handle.scaled(amount.factor(queue.handle.mean()).max(1e-6));
        }),
        Change::Patience { amount, of } => each_queue(spec, of.as_deref(), &bad, |queue| {
            queue.patience = Some(match &queue.patience {
                Some(patience) => patience.scaled(amount.factor(patience.mean()).max(1e-6)),
                None => Dist::Exponential { mean: amount.on(180.0).max(0.001) },
            });
        }),
        Change::Wrapup { amount, of } => each_queue(spec, of.as_deref(), &bad, |queue| {
            queue.wrapup = set_wrapup(queue.wrapup.take(), *amount);
        }),
        Change::Strategy { strategy, of } => each_host(spec, of.as_deref(), &bad, |queue| queue.strategy = *strategy),
        Change::Order { order, of } => each_host(spec, of.as_deref(), &bad, |queue| queue.order = *order),
        Change::Priority { priority, of } => each_queue(spec, of.as_deref(), &bad, |queue| queue.priority = *priority),
        Change::Places { places, of } => each_queue(spec, of.as_deref(), &bad, |queue| queue.places = Some(*places)),
        Change::Redial { percent, of } => each_queue(spec, of.as_deref(), &bad, |queue| match &mut queue.redial {
            Some(redial) => redial.probability = percent / 100.0,
            None => {
                queue.redial = Some(Redial { probability: percent / 100.0, delay: Dist::Exponential { mean: 300.0 }, tries: 5 });
            }
        }),
        Change::Overflow { seconds, to, of } => {
            if spec.queues.iter().all(|known| known.name != *to) {
                return Err(bad(format!("there is no queue `{to}`")));
            }
            each_host(spec, of.as_deref(), &bad, |queue| {
                if queue.name != *to {
                    queue.overflow = Some(OverflowSpec { after_seconds: *seconds, to: to.clone() });
                }
            })
        }
        Change::Hours { hours, of } => {
            let calendar = calendar(spec, hours).map_err(&bad)?;
            each_host(spec, of.as_deref(), &bad, |queue| rules(queue).hours.clone_from(&calendar))
        }
        Change::Ring { after_seconds, relaxes, of } => {
            if let Relaxes::Queue(name) = relaxes
                && spec.queues.iter().all(|known| known.name != *name)
            {
                return Err(bad(format!("there is no queue `{name}`")));
            }
            each_host(spec, of.as_deref(), &bad, |queue| add_ring(queue, *after_seconds, relaxes))
        }
        Change::Tier { tier, group, of } => {
            if spec.groups.iter().all(|known| known.name != *group) {
                return Err(bad(format!("there is no group `{group}`")));
            }
            each_host(spec, of.as_deref(), &bad, |queue| {
                let tiers = &mut rules(queue).tiers;
                tiers.retain(|known| known.group != *group);
                tiers.push(TierSpec { group: group.clone(), agent: None, tier: *tier });
            })
        }
        Change::Capacity { medium, most, of } => each_group(spec, of.as_deref(), &bad, |group| group.capacity.set(*medium, *most)),
        Change::Reserve { agents, of } => each_host(spec, of.as_deref(), &bad, |queue| rules(queue).reserve = *agents),
    }
}

/// The further rules of a queue, to change them.
fn rules(queue: &mut QueueSpec) -> &mut RulesSpec {
    queue.rules.get_or_insert_default()
}

/// The calendar that is meant; hours of every day become one. `None` for always open.
fn calendar(spec: &mut Spec, hours: &str) -> Result<Option<String>, String> {
    if hours == "always" {
        return Ok(None);
    }
    if spec.calendars.iter().all(|known| known.name != hours) {
        span_of_day(hours, "hours").map_err(|_| {
            format!("there is no calendar `{hours}`; name one of the model, or write hours of every day as 08:00-20:00, or always")
        })?;
        let week = WeekSpec::daily(hours);
        spec.calendars.push(CalendarSpec { name: hours.to_owned(), time_zone: None, week, holidays: Vec::new(), exceptions: Vec::new() });
        // A Monday; every day has the same hours.
        spec.date.get_or_insert_with(|| "2026-01-05".into());
    }
    Ok(Some(hours.to_owned()))
}

/// Rings stay in the order of their times; a ring that is there relaxes more.
fn add_ring(queue: &mut QueueSpec, after_seconds: u32, relaxes: &Relaxes) {
    if queue.strategy != Strategy::Bullseye {
        queue.strategy = Strategy::Bullseye;
        rules(queue).rings.clear();
    }
    let own = queue.name.clone();
    let rings = &mut rules(queue).rings;
    let at = rings.partition_point(|ring| ring.after_seconds < after_seconds);
    if rings.get(at).is_none_or(|ring| ring.after_seconds != after_seconds) {
        rings.insert(at, RingSpec { after_seconds, lower_levels: 0, drop_skills: Vec::new(), add_queues: Vec::new() });
    }
    let ring = &mut rings[at];
    match relaxes {
        Relaxes::Levels(by) => ring.lower_levels = *by,
        Relaxes::Skill(skill) => ring.drop_skills.push(skill.clone()),
        Relaxes::Queue(name) => {
            if *name != own {
                ring.add_queues.push(name.clone());
            }
        }
    }
}

fn group<'a>(spec: &'a mut Spec, name: &str) -> Option<&'a mut GroupSpec> {
    spec.groups.iter_mut().find(|group| group.name == name)
}

fn each_group(
    spec: &mut Spec,
    of: Option<&str>,
    bad: &dyn Fn(String) -> BadChange,
    change: impl FnMut(&mut GroupSpec),
) -> Result<(), BadChange> {
    let those: Vec<&mut GroupSpec> = spec.groups.iter_mut().filter(|group| of.is_none_or(|of| group.name == of)).collect();
    if those.is_empty() {
        return Err(bad(format!("there is no group `{}`", of.unwrap_or_default())));
    }
    those.into_iter().for_each(change);
    Ok(())
}

fn each_queue(
    spec: &mut Spec,
    of: Option<&str>,
    bad: &dyn Fn(String) -> BadChange,
    change: impl FnMut(&mut QueueSpec),
) -> Result<(), BadChange> {
    let those: Vec<&mut QueueSpec> = spec.queues.iter_mut().filter(|queue| of.is_none_or(|of| queue.name == of)).collect();
    if those.is_empty() {
        return Err(bad(format!("there is no queue `{}`", of.unwrap_or_default())));
    }
    those.into_iter().for_each(change);
    Ok(())
}

/// As [`each_queue`], for what is a matter of queues that have rules of their own.
fn each_host(
    spec: &mut Spec,
    of: Option<&str>,
    bad: &dyn Fn(String) -> BadChange,
    mut change: impl FnMut(&mut QueueSpec),
) -> Result<(), BadChange> {
    let named = spec.queues.iter().find(|queue| of == Some(&queue.name));
    if let Some(host) = named.and_then(|queue| queue.joins.as_ref()) {
        return Err(bad(format!("this is a matter of `{host}`, which `{}` joins; name that one", of.unwrap_or_default())));
    }
    each_queue(spec, of, bad, |queue| {
        if queue.joins.is_none() {
            change(queue);
        }
    })
}

fn set_agents(group: &mut GroupSpec, amount: Amount) {
    let new = |old: u32| amount.on(f64::from(old)).round().max(0.0) as u32;
    if let Some(agents) = &mut group.agents {
        *agents = new(*agents);
    }
    for agents in &mut group.per_interval {
        // Nobody is added to hours in which nobody works.
        if *agents > 0 || matches!(amount, Amount::Set(_)) {
            *agents = new(*agents);
        }
    }
    match amount {
        Amount::Percent(_) => group.shifts.iter_mut().for_each(|shift| shift.agents = new(shift.agents)),
        Amount::Set(_) | Amount::Add(_) => {
            if let Some(shift) = group.shifts.iter_mut().max_by_key(|shift| shift.agents) {
                shift.agents = new(shift.agents);
            }
        }
    }
}

fn set_volume(queue: &mut QueueSpec, amount: Amount, interval: f64) -> Result<(), String> {
    match (&mut queue.arrivals, amount) {
        (Arrivals::Poisson { per_interval }, Amount::Percent(percent)) => {
            for n in per_interval {
                *n *= 1.0 + percent / 100.0;
            }
        }
        (Arrivals::Rate { per_hour }, amount) => *per_hour = amount.on(*per_hour).max(0.0),
        (Arrivals::Poisson { per_interval }, amount) => {
            let hours = per_interval.len() as f64 * interval / 3600.0;
            let sum: f64 = per_interval.iter().sum();
            let factor = amount.factor(sum / hours);
            for n in per_interval {
                *n *= factor;
            }
        }
        (Arrivals::Times { seconds }, Amount::Percent(percent)) => replay_more(seconds, 1.0 + percent / 100.0),
        (Arrivals::Counts { per_interval }, Amount::Percent(percent)) => {
            // What a rounded interval lacks, the next ones get.
            let mut left = 0.0;
            for n in per_interval {
                let exact = f64::from(*n) * (1.0 + percent / 100.0) + left;
                *n = exact.round().max(0.0) as u32;
                left = exact - f64::from(*n);
            }
        }
        (Arrivals::Times { .. } | Arrivals::Counts { .. }, Amount::Set(_) | Amount::Add(_)) => {
            return Err(format!("the customers of `{}` are recorded ones; say by how many percent", queue.name));
        }
        (Arrivals::File { .. }, _) => return Err(format!("the file of `{}` is not read yet", queue.name)),
        (Arrivals::Nobody, _) => {}
    }
    Ok(())
}

/// Recorded customers come more or less often: each is kept or doubled by a number of his own, doubles a little later.
fn replay_more(seconds: &mut Vec<f64>, factor: f64) {
    use crate::rng::{Purpose, Seed};
    let mut more = Vec::with_capacity((seconds.len() as f64 * factor) as usize + 1);
    for (n, &at) in (0..).zip(seconds.iter()) {
        let mut stream = Seed::new(0, 0).stream(Purpose::Copies, 0, n);
        let copies = (factor + stream.unit()).floor() as u32;
        for copy in 0..copies {
            more.push(if copy == 0 { at } else { at + 60.0 * stream.unit() });
        }
    }
    *seconds = more;
}

fn set_wrapup(old: Option<Wrapup>, amount: Amount) -> Option<Wrapup> {
    let new = match old {
        None => Wrapup::Needed { time: Dist::Exponential { mean: amount.on(0.0) } },
        Some(Wrapup::Needed { time }) => Wrapup::Needed { time: time.scaled(amount.factor(time.mean())) },
        Some(Wrapup::Timed { time, seconds }) => Wrapup::Timed { time: time.scaled(amount.factor(time.mean())), seconds },
        Some(Wrapup::Fixed { seconds }) => Wrapup::Fixed { seconds: amount.on(f64::from(seconds)).max(0.0) as u32 },
    };
    let mean = match &new {
        Wrapup::Needed { time } | Wrapup::Timed { time, .. } => time.mean(),
        Wrapup::Fixed { seconds } => f64::from(*seconds),
    };
    (mean > 0.0).then_some(new)
}
