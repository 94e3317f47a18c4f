//! A model from the present configuration and the recorded segments.

use crate::AppError;
use okno_model::{
    Medium, QueueId, SkillId, Timestamp,
    doc::{QueueDoc, SegmentDoc, SegmentOutcome, SkillDoc, Strategy, UserDoc},
};
use okno_sim::{Arrivals, CapacitySpec, Dist, GroupSpec, Handled, QueueSpec, ServiceTarget, Spec};
use okno_store::{StoreError, Tx, interactions};
use std::collections::BTreeMap;

/// Segments that are read at most: a month of 10,000 a day.
const SEGMENTS_MAX: usize = 300_000;

/// Which part of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    /// Midnight of its first day, in the company's time zone.
    pub from: Timestamp,
    /// Number of days.
    pub days: u32,
    /// Length of an interval, seconds.
    pub interval_seconds: u32,
    /// Every customer exactly when he came; otherwise a typical day: the mean over the days on which anybody came.
    pub replay: bool,
}

/// The beginning of a day, `YYYY-MM-DD`, in a time zone.
///
/// # Errors
/// [`AppError::Invalid`].
pub fn midnight(date: &str, time_zone: &str) -> Result<Timestamp, AppError> {
    let wrong = || AppError::invalid("from", "invalid", format!("`{date}` is no day; write it as 2026-01-31"));
    let day: jiff::civil::Date = date.parse().map_err(|_| wrong())?;
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let begin = day.to_zoned(zone).map_err(|_| wrong())?;
    Ok(Timestamp::from_millis(begin.timestamp().as_millisecond()))
}

/// The beginning of the day so many days before, in a time zone.
pub fn days_before(now: Timestamp, days: u32, time_zone: &str) -> Timestamp {
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = jiff::Timestamp::from_millisecond(now.millis()).ok().map(|at| at.to_zoned(zone.clone()).date());
    let begin = day.and_then(|day| day.checked_sub(jiff::Span::new().try_days(days).ok()?).ok()?.to_zoned(zone).ok());
    begin.map_or(now, |begin| Timestamp::from_millis(begin.timestamp().as_millisecond()))
}

/// A model of this workspace: its queues, its agents, and the customers of its history. A queue of several media becomes one queue for
/// each; agents who are alike become a group, all of them there all the time. What is not known yet has usual values.
///
/// # Errors
/// Those of the store.
pub fn recorded(tx: &mut Tx<'_>, history: History) -> Result<Spec, StoreError> {
    let until = Timestamp::from_millis(history.from.millis() + i64::from(history.days) * 86_400_000);
    let segments = interactions::segments_between(tx, history.from, until, SEGMENTS_MAX)?;
    let (queues, users, skills) = (tx.list::<QueueDoc>()?, tx.list::<UserDoc>()?, tx.list::<SkillDoc>()?);
    let skill_name = |id: SkillId| skills.iter().find(|skill| skill.id == id).map_or_else(|| id.to_string(), |skill| skill.name.clone());
    let days = days_with_customers(&segments, history);
    let mut specs = Vec::new();
    let mut names: BTreeMap<QueueId, Vec<String>> = BTreeMap::new();
    for queue in queues.iter().filter(|queue| !queue.archived) {
        let mut media: Vec<Medium> = Medium::ALL.to_vec();
        media.retain(|&medium| segments.iter().any(|(segment, of)| segment.queue == queue.id && *of == medium));
        if media.is_empty() {
            media.push(Medium::Voice);
        }
        for &medium in &media {
            let name = if media.len() == 1 { queue.name.clone() } else { format!("{} ({medium})", queue.name) };
            let those = segments.iter().filter(|(segment, of)| segment.queue == queue.id && *of == medium);
            let past = okno_sim::History {
                queue: name.clone(),
                medium,
                strategy: if queue.strategy == Strategy::Pull { Strategy::LongestIdle } else { queue.strategy },
                order: queue.order,
                priority: queue.priority,
                ageing_seconds: queue.ageing_seconds,
                offer_seconds: offer_seconds(queue, medium),
                interactions: those.map(|(segment, _)| handled(segment, history.from)).collect(),
            };
            let mut spec = past.queue().unwrap_or_else(|| unknown(&past));
            if !history.replay && !past.interactions.is_empty() {
                spec.arrivals = past.typical_day(history.interval_seconds, days);
            }
            spec.skills = queue.skills.iter().map(|skill| (skill_name(skill.skill), skill.level)).collect();
            names.entry(queue.id).or_default().push(name);
            specs.push(spec);
        }
    }
    let mut spec = Spec {
        name: String::new(),
        opens: "00:00".into(),
        hours: None,
        interval_seconds: history.interval_seconds,
        seed: 1,
        replications: 30,
        warmup_seconds: 0.0,
        drain: true,
        count_drain: false,
        service_level: ServiceTarget::default(),
        busyness_shape: None,
        lines: None,
        queues: specs,
        groups: groups(&users, &names, &skill_name),
        scenarios: Vec::new(),
    };
    if history.replay {
        spec.hours = Some(f64::from(history.days) * 24.0);
    } else {
        open_hours(&mut spec);
    }
    Ok(spec)
}

const fn offer_seconds(queue: &QueueDoc, medium: Medium) -> u32 {
    match medium {
        Medium::Voice => queue.voice_offer_seconds,
        Medium::Chat | Medium::Message => queue.chat_offer_seconds,
        Medium::Email | Medium::Task => queue.email_offer_seconds,
    }
}

fn handled(segment: &SegmentDoc, from: Timestamp) -> Handled {
    let seconds = |from: Timestamp, to: Timestamp| (to.millis() - from.millis()) as f64 / 1000.0;
    let left = segment.answered.or(segment.ended).unwrap_or(segment.enqueued);
    let talk_end = segment.wrapup.or(segment.ended);
    // What went on to another queue waited as long as it did, and would have waited on.
    let gave_up = segment.answered.is_none() && segment.outcome == Some(SegmentOutcome::Abandoned);
    Handled {
        at: seconds(from, segment.enqueued),
        wait: seconds(segment.enqueued, left),
        answered: !gave_up,
        talk: segment.answered.zip(talk_end).map(|(answered, end)| seconds(answered, end)),
        wrapup: segment.wrapup.zip(segment.ended).map(|(begun, end)| seconds(begun, end)),
    }
}

fn days_with_customers(segments: &[(SegmentDoc, Medium)], history: History) -> u32 {
    let day = |segment: &SegmentDoc| (segment.enqueued.millis() - history.from.millis()) / 86_400_000;
    let days: std::collections::BTreeSet<i64> = segments.iter().map(|(segment, _)| day(segment)).collect();
    (days.len() as u32).max(1)
}

/// A queue without history: nobody comes until somebody says how many.
fn unknown(past: &okno_sim::History) -> QueueSpec {
    QueueSpec {
        name: past.queue.clone(),
        medium: past.medium,
        strategy: past.strategy,
        order: past.order,
        priority: past.priority,
        ageing_seconds: past.ageing_seconds,
        skills: BTreeMap::new(),
        arrivals: Arrivals::Rate { per_hour: 0.0 },
        patience: Some(Dist::Exponential { mean: 180.0 }),
        patience_profile: Vec::new(),
        handle: Dist::Exponential { mean: 240.0 },
        handle_profile: Vec::new(),
        concurrency_penalty: 0.0,
        wrapup: None,
        places: None,
        redial: None,
        offer_seconds: past.offer_seconds.max(1),
        overflow: None,
        transfers: Vec::new(),
        classes: Vec::new(),
    }
}

/// What makes two agents alike.
type Alike = (Vec<QueueId>, Vec<(SkillId, u8)>, [u8; 5]);

fn groups(users: &[UserDoc], names: &BTreeMap<QueueId, Vec<String>>, skill_name: &dyn Fn(SkillId) -> String) -> Vec<GroupSpec> {
    let mut alike: BTreeMap<Alike, u32> = BTreeMap::new();
    for user in users.iter().filter(|user| !user.disabled) {
        let mut queues: Vec<QueueId> = user.queues.iter().copied().filter(|queue| names.contains_key(queue)).collect();
        queues.sort_unstable();
        queues.dedup();
        if queues.is_empty() {
            continue;
        }
        let mut skills: Vec<(SkillId, u8)> = user.skills.iter().map(|skill| (skill.skill, skill.level)).collect();
        skills.sort_unstable();
        let c = user.capacity;
        *alike.entry((queues, skills, [c.voice, c.email, c.chat, c.message, c.task])).or_default() += 1;
    }
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    let groups = alike.into_iter().map(|((queues, skills, [voice, email, chat, message, task]), agents)| {
        let serves: Vec<String> = queues.iter().flat_map(|queue| names[queue].iter().cloned()).collect();
        let base = names[&queues[0]][0].clone();
        let base = if queues.len() > 1 { format!("{base} and {} more", queues.len() - 1) } else { base };
        let n = used.entry(base.clone()).or_default();
        *n += 1;
        GroupSpec {
            name: if *n == 1 { base } else { format!("{base} {n}") },
            agents: Some(agents),
            per_interval: Vec::new(),
            shifts: Vec::new(),
            queues: serves,
            skills: skills.iter().map(|&(skill, level)| (skill_name(skill), level)).collect(),
            capacity: CapacitySpec { voice, email, chat, message, task },
            pace: 1.0,
            pace_by_queue: BTreeMap::new(),
            pace_varies: 0.0,
            answer: None,
            misses: 0.0,
            back_after_seconds: 60.0,
            absent: 0.0,
        }
    });
    groups.collect()
}

/// A typical day is simulated from its first customer's interval to its last one's.
fn open_hours(spec: &mut Spec) {
    let profiles = || {
        spec.queues.iter().filter_map(|queue| match &queue.arrivals {
            Arrivals::Poisson { per_interval } => Some(per_interval),
            Arrivals::Rate { .. } | Arrivals::Counts { .. } | Arrivals::Times { .. } | Arrivals::File { .. } | Arrivals::Nobody => None,
        })
    };
    let comes = |i: usize| profiles().any(|profile| profile.get(i).is_some_and(|n| *n > 0.0));
    let length = profiles().map(Vec::len).max().unwrap_or(0);
    let first = (0..length).find(|&i| comes(i));
    let last = (0..length).rev().find(|&i| comes(i));
    let (Some(first), Some(last)) = (first, last) else {
        spec.opens = "08:00".into();
        spec.hours = Some(10.0);
        return;
    };
    for queue in &mut spec.queues {
        if let Arrivals::Poisson { per_interval } = &mut queue.arrivals {
            *per_interval = per_interval[first..=last].to_vec();
        }
    }
    let minutes = first as u64 * u64::from(spec.interval_seconds) / 60;
    spec.opens = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    spec.hours = Some((last - first + 1) as f64 * f64::from(spec.interval_seconds) / 3600.0);
}
