//! Queues made ready.

use super::{ArrivalModel, ClassModel, QueueModel, ms, queue_id, refuse, rules::Names};
use crate::{
    dist::Sampler,
    spec::{Arrivals, QueueSpec, RulesSpec, SpecError, Wrapup},
};
use okno_engine::routing::{OfferSeconds, QueueProfile};
use okno_model::{
    doc::{OverflowRule, OverflowWhen, RequiredSkill, Strategy, WrapupMode},
    limits::{PRIORITY_MAX, SKILL_LEVEL_MAX},
};
use std::collections::BTreeMap;

pub(super) fn queue_model(
    n: usize,
    spec: &QueueSpec,
    names: &Names<'_>,
    intervals: usize,
    interval: u64,
    horizon: u64,
) -> Result<QueueModel, SpecError> {
    let place = |field: &str| format!("queues[{n}].{field}");
    let find = |name: &str, field: &str| match names.queues.get(name) {
        Some(&queue) => Ok(queue),
        None => refuse(place(field), format!("there is no queue `{name}`")),
    };
    let required = |list: &BTreeMap<String, u8>| -> Vec<RequiredSkill> {
        list.iter().map(|(name, &level)| RequiredSkill { skill: names.skills[name.as_str()], level }).collect()
    };
    check_joined(n, spec)?;
    spec.handle.check(&place("handle"))?;
    if let Some(patience) = &spec.patience {
        patience.check(&place("patience"))?;
    }
    for (field, profile) in [("handle_profile", &spec.handle_profile), ("patience_profile", &spec.patience_profile)] {
        if profile.iter().any(|&factor| factor.is_nan() || factor <= 0.0) {
            return refuse(place(field), "has a factor that is not above 0");
        }
    }
    if spec.priority > PRIORITY_MAX || spec.classes.iter().any(|class| class.priority.is_some_and(|p| p > PRIORITY_MAX)) {
        return refuse(place("priority"), format!("is 0 to {PRIORITY_MAX}"));
    }
    let bad_level = |level: &u8| *level == 0 || *level > SKILL_LEVEL_MAX;
    if spec.skills.values().any(bad_level) || spec.classes.iter().any(|class| class.skills.values().any(bad_level)) {
        return refuse(place("skills"), format!("a level is 1 to {SKILL_LEVEL_MAX}"));
    }
    let shares: f64 = spec.classes.iter().map(|class| class.share).sum();
    if spec.classes.iter().any(|class| !(0.0..=1.0).contains(&class.share)) || shares > 1.0 + 1e-9 {
        return refuse(place("classes"), format!("shares are {shares} together; at most 1"));
    }
    if spec.strategy == Strategy::Pull {
        return refuse(
            place("strategy"),
            "is pull: agents take from the list when they like, and the simulator does not know when that is",
        );
    }
    if spec.offer_seconds == 0 {
        return refuse(place("offer_seconds"), "must be above 0");
    }
    if !(0.0..=10.0).contains(&spec.concurrency_penalty) {
        return refuse(place("concurrency_penalty"), "must be 0 to 10");
    }
    let (mode, wrapup) = wrapup(n, spec)?;
    let redial = match &spec.redial {
        None => None,
        Some(redial) => {
            redial.delay.check(&place("redial.delay"))?;
            if !(0.0..=1.0).contains(&redial.probability) {
                return refuse(place("redial.probability"), "is 0 to 1");
            }
            Some((redial.probability, redial.delay.sampler(), redial.tries))
        }
    };
    let overflows = match &spec.overflow {
        None => Vec::new(),
        Some(overflow) => {
            let to = find(&overflow.to, "overflow.to")?;
            if to == n {
                return refuse(place("overflow.to"), "is the queue itself; choose another");
            }
            vec![OverflowRule { when: OverflowWhen::Wait { seconds: overflow.after_seconds }, to: queue_id(names.hosts[to]) }]
        }
    };
    let mut transfers = Vec::new();
    let mut sum = 0.0;
    for transfer in &spec.transfers {
        sum += transfer.probability;
        if transfer.probability.is_nan() || transfer.probability < 0.0 || sum > 1.0 + 1e-9 {
            return refuse(place("transfers"), "probabilities are 0 to 1, and at most 1 together");
        }
        transfers.push((find(&transfer.to, "transfers")?, sum));
    }
    let mut upto = 0.0;
    let classes = spec.classes.iter().map(|class| {
        upto += class.share;
        ClassModel { upto, skills: required(&class.skills), priority: class.priority.unwrap_or(spec.priority) }
    });
    let classes = classes.collect();
    let ring = spec.offer_seconds;
    let mut profile = QueueProfile {
        strategy: spec.strategy,
        order: spec.order,
        priority: spec.priority,
        ageing_seconds: spec.ageing_seconds,
        skills: required(&spec.skills),
        offer: OfferSeconds { voice: ring, chat: ring, email: ring },
        wrapup: mode,
        overflows,
        ..QueueProfile::new(queue_id(n), spec.name.clone())
    };
    let usual = RulesSpec::default();
    super::rules::set(n, spec.rules.as_deref().unwrap_or(&usual), names, &mut profile)?;
    Ok(QueueModel {
        name: spec.name.clone(),
        medium: spec.medium,
        host: names.hosts[n],
        profile,
        priority: spec.priority,
        arrivals: arrivals(n, &spec.arrivals, intervals, interval, horizon)?,
        patience: spec.patience.as_ref().map(crate::dist::Dist::sampler),
        patience_profile: spec.patience_profile.clone(),
        handle: spec.handle.sampler(),
        handle_profile: spec.handle_profile.clone(),
        concurrency_penalty: spec.concurrency_penalty,
        wrapup,
        places: spec.places,
        redial,
        transfers,
        classes,
    })
}

/// The mode of the wrap-up, and how long agents need where they end it themselves.
fn wrapup(n: usize, spec: &QueueSpec) -> Result<(WrapupMode, Option<Sampler>), SpecError> {
    let place = |field: &str| format!("queues[{n}].{field}");
    let (mode, needed) = match &spec.wrapup {
        None => (WrapupMode::None, None),
        Some(Wrapup::Needed { time }) => {
            time.check(&place("wrapup.time"))?;
            (WrapupMode::Discretionary, Some(time.sampler()))
        }
        Some(Wrapup::Timed { time, seconds }) => {
            time.check(&place("wrapup.time"))?;
            (WrapupMode::Timed { seconds: *seconds }, Some(time.sampler()))
        }
        Some(Wrapup::Fixed { seconds }) => (WrapupMode::Fixed { seconds: *seconds }, None),
    };
    match spec.rules.as_ref().and_then(|rules| rules.wrapup) {
        Some(WrapupMode::Discretionary) if needed.is_none() => {
            refuse(place("rules.wrapup"), "lets agents take as long as they like; say in `wrapup` of the queue how long that is")
        }
        Some(set) => Ok((set, needed)),
        None => Ok((mode, needed)),
    }
}

/// What is a matter of the queue that customers join.
fn check_joined(n: usize, spec: &QueueSpec) -> Result<(), SpecError> {
    let Some(host) = &spec.joins else { return Ok(()) };
    let usual = QueueSpec::new("", spec.medium, Arrivals::Nobody, spec.handle.clone());
    let own = [
        ("rules", spec.rules.is_some()),
        ("overflow", spec.overflow.is_some()),
        ("strategy", spec.strategy != usual.strategy),
        ("order", spec.order != usual.order),
        ("ageing_seconds", spec.ageing_seconds != usual.ageing_seconds),
        ("skills", !spec.skills.is_empty()),
        ("offer_seconds", spec.offer_seconds != usual.offer_seconds),
    ];
    match own.iter().find(|(_, own)| *own) {
        Some((field, _)) => {
            refuse(format!("queues[{n}].{field}"), format!("is a matter of `{host}`, which these customers join; say it there"))
        }
        None => Ok(()),
    }
}

fn arrivals(n: usize, spec: &Arrivals, intervals: usize, interval: u64, horizon: u64) -> Result<ArrivalModel, SpecError> {
    let place = |field: &str| format!("queues[{n}].arrivals.{field}");
    match spec {
        Arrivals::Poisson { per_interval } => {
            if per_interval.is_empty() {
                return refuse(place("per_interval"), "is empty");
            }
            if let Some(at) = per_interval.iter().position(|v| !v.is_finite() || *v < 0.0) {
                return refuse(place(&format!("per_interval[{at}]")), "must be 0 or more");
            }
            Ok(ArrivalModel::Poisson((0..intervals).map(|i| per_interval[i % per_interval.len()]).collect()))
        }
        Arrivals::Rate { per_hour } => {
            if !per_hour.is_finite() || *per_hour < 0.0 {
                return refuse(place("per_hour"), "must be 0 or more");
            }
            Ok(ArrivalModel::Poisson(vec![per_hour * interval as f64 / 3_600_000.0; intervals]))
        }
        Arrivals::Counts { per_interval } => {
            if per_interval.is_empty() {
                return refuse(place("per_interval"), "is empty");
            }
            Ok(ArrivalModel::Counts((0..intervals).map(|i| per_interval.get(i).copied().unwrap_or(0)).collect()))
        }
        Arrivals::Times { seconds } => {
            if let Some(at) = seconds.iter().position(|v| !v.is_finite() || *v < 0.0) {
                return refuse(place(&format!("seconds[{at}]")), "must be 0 or more");
            }
            let mut times: Vec<u64> = seconds.iter().map(|&s| ms(s)).filter(|&at| at <= horizon).collect();
            times.sort_unstable();
            Ok(ArrivalModel::Times(times))
        }
        Arrivals::File { .. } => refuse(place("path"), "files are read by the command line `okno sim` only; give `times` here"),
        Arrivals::Nobody => Ok(ArrivalModel::Nobody),
    }
}
