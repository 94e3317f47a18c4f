//! A model from the present configuration and the recorded segments.

use super::shifts;
use crate::AppError;
use okno_model::{
    AgentId, Medium, QueueId, SkillId, Timestamp,
    doc::{BlendingDoc, HoursDoc, QueueDoc, SegmentDoc, SegmentOutcome, SkillDoc, UserDoc},
};
use okno_sim::{
    Arrivals, BlendingSpec, CalendarSpec, CapacitySpec, Directory, Dist, GroupSpec, Handled, QueueSpec, ServiceTarget, Spec, Wrapup,
};
use okno_store::{StoreError, Tx, interactions};
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

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

/// A model of this workspace: its queues with all their rules and hours, its agents as they were there, and the customers of its history. A
/// queue of several media has its customers in as many entries, which join the first; agents who are alike become a group. What is not
/// known yet has usual values.
///
/// # Errors
/// Those of the store.
pub fn recorded(tx: &mut Tx<'_>, history: History, time_zone: &str) -> Result<Spec, StoreError> {
    let until = Timestamp::from_millis(history.from.millis() + i64::from(history.days) * DAY);
    let segments = interactions::segments_between(tx, history.from, until, SEGMENTS_MAX)?;
    let (queues, users, hours) = (tx.list::<QueueDoc>()?, tx.list::<UserDoc>()?, tx.list::<HoursDoc>()?);
    let blending: Option<BlendingDoc> = tx.get(tx.ws())?;
    let days = days_with_customers(&segments, history);
    let mut directory = Directory {
        queues: queues.iter().filter(|queue| !queue.archived).map(|queue| (queue.id, queue.name.clone())).collect(),
        skills: tx.list::<SkillDoc>()?.into_iter().map(|skill| (skill.id, skill.name)).collect(),
        hours: hours.iter().map(|hours| (hours.id, hours.name.clone())).collect(),
        agents: BTreeMap::new(),
    };
    let groups = groups(tx, &users, &queues, history, &days, &mut directory)?;
    let mut specs = Vec::new();
    for queue in queues.iter().filter(|queue| !queue.archived) {
        specs.extend(entries(queue, &segments, history, days.len() as u32, &directory));
    }
    // Fewer than all of a group may ever have been there at once.
    let most = |name: &str| groups.iter().find(|group| group.name == name).and_then(|group| group.per_interval.iter().max().copied());
    for rules in specs.iter_mut().filter_map(|queue| queue.rules.as_mut()) {
        rules.tiers.retain(|tier| tier.agent.is_none_or(|n| most(&tier.group).is_none_or(|most| n <= most)));
    }
    let used = |hours: &&HoursDoc| queues.iter().any(|queue| !queue.archived && queue.hours == Some(hours.id));
    let mut spec = Spec {
        name: String::new(),
        opens: "00:00".into(),
        date: Some(date(history.from, time_zone)),
        time_zone: time_zone.to_owned(),
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
        calendars: hours.iter().filter(used).map(CalendarSpec::from).collect(),
        blending: blending.as_ref().map(BlendingSpec::from),
        queues: specs,
        groups,
        scenarios: Vec::new(),
    };
    if history.replay {
        spec.hours = Some(f64::from(history.days) * 24.0);
    } else {
        // A typical day is like the last day on which anybody came: a Sunday's hours would keep everybody out.
        let last = days.last().copied().unwrap_or(0);
        spec.date = Some(date(Timestamp::from_millis(history.from.millis() + last * DAY + DAY / 2), time_zone));
        open_hours(&mut spec);
    }
    Ok(spec)
}

/// The local day of an instant.
fn date(at: Timestamp, time_zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
    at.to_zoned(zone).date().to_string()
}

/// One queue: an entry for each medium of its history, the first with the rules.
fn entries(queue: &QueueDoc, segments: &[(SegmentDoc, Medium)], history: History, days: u32, directory: &Directory) -> Vec<QueueSpec> {
    let mut media: Vec<Medium> = Medium::ALL.to_vec();
    media.retain(|&medium| segments.iter().any(|(segment, of)| segment.queue == queue.id && *of == medium));
    if media.is_empty() {
        media.push(Medium::Voice);
    }
    let entry = |(n, &medium): (usize, &Medium)| {
        let name = if n == 0 { queue.name.clone() } else { format!("{} ({medium})", queue.name) };
        let those = segments.iter().filter(|(segment, of)| segment.queue == queue.id && *of == medium);
        let interactions = those.map(|(segment, _)| handled(segment, history.from)).collect();
        let past = okno_sim::History { queue: name, medium, interactions };
        let mut spec = past.queue().unwrap_or_else(|| unknown(&past));
        if !history.replay && !past.interactions.is_empty() {
            spec.arrivals = past.typical_day(history.interval_seconds, days);
        }
        // Who was never seen with notes needs no time for them, whatever the rules would let him have.
        spec.wrapup = spec.wrapup.or(Some(Wrapup::Needed { time: Dist::Constant { seconds: 0.0 } }));
        if n == 0 {
            directory.describe(queue, &mut spec);
        } else {
            (spec.joins, spec.priority) = (Some(queue.name.clone()), queue.priority);
        }
        spec
    };
    media.iter().enumerate().map(entry).collect()
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

/// The days of the history on which anybody came, counted from its first.
fn days_with_customers(segments: &[(SegmentDoc, Medium)], history: History) -> BTreeSet<i64> {
    segments.iter().map(|(segment, _)| (segment.enqueued.millis() - history.from.millis()) / DAY).collect()
}

/// A queue without history: nobody comes until somebody says how many.
fn unknown(past: &okno_sim::History) -> QueueSpec {
    let nobody = Arrivals::Rate { per_hour: 0.0 };
    let mut queue = QueueSpec::new(past.queue.clone(), past.medium, nobody, Dist::Exponential { mean: 240.0 });
    queue.patience = Some(Dist::Exponential { mean: 180.0 });
    queue
}

/// What makes two agents alike: queues, skills, capacity, tiers.
type Alike = (Vec<QueueId>, Vec<(SkillId, u8)>, [u8; 5], Vec<(QueueId, u8)>);

fn groups(
    tx: &mut Tx<'_>,
    users: &[UserDoc],
    queues: &[QueueDoc],
    history: History,
    days: &BTreeSet<i64>,
    directory: &mut Directory,
) -> Result<Vec<GroupSpec>, StoreError> {
    let mut alike: BTreeMap<Alike, Vec<AgentId>> = BTreeMap::new();
    for user in users.iter().filter(|user| !user.disabled) {
        let agent = AgentId::from(user.id);
        let mut serves: Vec<QueueId> = user.queues.iter().copied().filter(|queue| directory.queues.contains_key(queue)).collect();
        serves.sort_unstable();
        serves.dedup();
        if serves.is_empty() {
            continue;
        }
        let mut skills: Vec<(SkillId, u8)> = user.skills.iter().map(|skill| (skill.skill, skill.level)).collect();
        skills.sort_unstable();
        let tier = |queue: &QueueDoc| queue.tiers.iter().find(|tier| tier.agent == agent).map(|tier| (queue.id, tier.tier));
        let c = user.capacity;
        let key = (serves, skills, [c.voice, c.email, c.chat, c.message, c.task], queues.iter().filter_map(tier).collect());
        alike.entry(key).or_default().push(agent);
    }
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    let mut groups = Vec::with_capacity(alike.len());
    for ((queues, skills, [voice, email, chat, message, task], _), agents) in alike {
        let serves: Vec<String> = queues.iter().map(|queue| directory.queues[queue].clone()).collect();
        let base = if serves.len() > 1 { format!("{} +{}", serves[0], serves.len() - 1) } else { serves[0].clone() };
        let n = used.entry(base.clone()).or_default();
        *n += 1;
        let name = if *n == 1 { base } else { format!("{base} {n}") };
        directory.agents.extend((1..).zip(&agents).map(|(n, &agent)| (agent, (name.clone(), n))));
        let there = shifts::per_interval(tx, &agents, history, days)?;
        groups.push(GroupSpec {
            name,
            agents: there.is_none().then_some(agents.len() as u32),
            per_interval: there.unwrap_or_default(),
            shifts: Vec::new(),
            queues: serves,
            skills: skills.iter().filter_map(|(skill, level)| Some((directory.skills.get(skill)?.clone(), *level))).collect(),
            capacity: CapacitySpec { voice, email, chat, message, task },
            pace: 1.0,
            pace_by_queue: BTreeMap::new(),
            pace_varies: 0.0,
            answer: None,
            misses: 0.0,
            back_after_seconds: 60.0,
            absent: 0.0,
        });
    }
    Ok(groups)
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
    for group in spec.groups.iter_mut().filter(|group| !group.per_interval.is_empty()) {
        group.per_interval = group.per_interval[first..=last].to_vec();
    }
    let minutes = first as u64 * u64::from(spec.interval_seconds) / 60;
    spec.opens = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    spec.hours = Some((last - first + 1) as f64 * f64::from(spec.interval_seconds) / 3600.0);
}
