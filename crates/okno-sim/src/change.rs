//! Scenarios in short form: `+2 agents`, `skill de`, `strategy least_occupied`, `+10% volume`, `aht 240`.

use crate::{
    dist::Dist,
    spec::{Arrivals, GroupSpec, OverflowSpec, QueueSpec, Redial, Spec, Wrapup},
};
use okno_model::doc::{Ordering, Strategy};
use std::fmt;

/// A change that cannot be understood or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{change}`: {problem}")]
pub struct BadChange {
    /// The change as it was written.
    pub change: String,
    /// What is wrong, and what to write.
    pub problem: String,
}

/// A number to set, to add, or a percentage to add.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// Set to this.
    Set(f64),
    /// Add this, or take away if negative.
    Add(f64),
    /// Add so many percent.
    Percent(f64),
}

impl Amount {
    fn on(self, old: f64) -> f64 {
        match self {
            Self::Set(new) => new,
            Self::Add(more) => old + more,
            Self::Percent(percent) => old * (1.0 + percent / 100.0),
        }
    }

    /// The factor that leads from an old value to the new one.
    fn factor(self, old: f64) -> f64 {
        if old > 0.0 { self.on(old) / old } else { 1.0 }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(v) => write!(f, "{v}"),
            Self::Add(v) => write!(f, "{v:+}"),
            Self::Percent(v) => write!(f, "{v:+}%"),
        }
    }
}

/// One change. `of` names a queue or a group; without it all are meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Agents of a group, in every interval, or of the first shift. Without `of` the first group is meant.
    Agents { amount: Amount, of: Option<String> },
    /// Arrivals of a queue.
    Volume { amount: Amount, of: Option<String> },
    /// Mean handle time of a queue, seconds; the shape stays.
    Handle { amount: Amount, of: Option<String> },
    /// Mean patience of a queue, seconds; the shape stays.
    Patience { amount: Amount, of: Option<String> },
    /// Wrap-up of a queue, seconds; the shape stays.
    Wrapup { amount: Amount, of: Option<String> },
    /// Strategy of a queue.
    Strategy { strategy: Strategy, of: Option<String> },
    /// Order of a queue.
    Order { order: Ordering, of: Option<String> },
    /// A skill for the agents of a group.
    Skill { skill: String, level: u8, of: Option<String> },
    /// Agents of a group serve one more queue.
    Serve { queue: String, of: Option<String> },
    /// Priority of a queue.
    Priority { priority: u8, of: Option<String> },
    /// Places of a queue.
    Places { places: u32, of: Option<String> },
    /// Probability that who left tries again, percent.
    Redial { percent: f64, of: Option<String> },
    /// Share of agents of a group who do not come, percent.
    Absent { percent: f64, of: Option<String> },
    /// Overflow of a queue.
    Overflow { seconds: u32, to: String, of: Option<String> },
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = match self {
            Self::Agents { amount, of } => write!(f, "{amount} agents").map(|()| of),
            Self::Volume { amount, of } => write!(f, "{amount} volume").map(|()| of),
            Self::Handle { amount, of } => write!(f, "aht {amount}").map(|()| of),
            Self::Patience { amount, of } => write!(f, "patience {amount}").map(|()| of),
            Self::Wrapup { amount, of } => write!(f, "wrapup {amount}").map(|()| of),
            Self::Strategy { strategy, of } => write!(f, "strategy {}", word(*strategy)).map(|()| of),
            Self::Order { order, of } => write!(f, "order {}", word(*order)).map(|()| of),
            Self::Skill { skill, level, of } => write!(f, "skill {skill} {level}").map(|()| of),
            Self::Serve { queue, of } => write!(f, "serve {queue}").map(|()| of),
            Self::Priority { priority, of } => write!(f, "priority {priority}").map(|()| of),
            Self::Places { places, of } => write!(f, "places {places}").map(|()| of),
            Self::Redial { percent, of } => write!(f, "redial {percent}%").map(|()| of),
            Self::Absent { percent, of } => write!(f, "absent {percent}%").map(|()| of),
            Self::Overflow { seconds, to, of } => write!(f, "overflow {seconds} to {to}").map(|()| of),
        }?;
        of.as_ref().map_or(Ok(()), |of| write!(f, " of {of}"))
    }
}

/// The published word of a strategy or an order.
fn word(of: impl serde::Serialize + fmt::Debug + Copy) -> String {
    match serde_json::to_value(of) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => format!("{of:?}"),
    }
}

/// Reads changes that are separated by commas.
pub fn parse_changes(text: &str) -> Result<Vec<Change>, BadChange> {
    text.split(',').map(|part| parse_change(part.trim())).collect()
}

fn parse_change(text: &str) -> Result<Change, BadChange> {
    let bad = |problem: String| BadChange { change: text.to_owned(), problem };
    let (what, of) = match text.split_once(" of ") {
        Some((what, of)) if !of.trim().is_empty() => (what.trim(), Some(of.trim().to_owned())),
        Some(_) => return Err(bad("`of` needs a name after it".into())),
        None => (text, None),
    };
    let words: Vec<&str> = what.split_whitespace().collect();
    let amount = |text: &str| amount(text).ok_or_else(|| bad(format!("`{text}` is no number; write 240, +2, -10 or +10%")));
    let whole = |text: &str| text.parse::<u32>().map_err(|_| bad(format!("`{text}` is no whole number of 0 or more")));
    let percent = |text: &str| match text.strip_suffix('%').unwrap_or(text).parse::<f64>() {
        Ok(value) if (0.0..=100.0).contains(&value) => Ok(value),
        Ok(_) | Err(_) => Err(bad(format!("`{text}` is no percentage from 0% to 100%"))),
    };
    match words.as_slice() {
        [n, "agents" | "agent"] => Ok(Change::Agents { amount: amount(n)?, of }),
        [n, "volume"] | ["volume", n] => match amount(n)? {
            amount @ (Amount::Percent(_) | Amount::Set(_)) => Ok(Change::Volume { amount, of }),
            Amount::Add(_) => Err(bad("say by how many percent, such as +10% volume, or how many customers an hour, such as volume 60".into())),
        },
        ["aht" | "handle", n] => Ok(Change::Handle { amount: amount(n)?, of }),
        ["patience", n] => Ok(Change::Patience { amount: amount(n)?, of }),
        ["wrapup" | "wrap-up", n] => Ok(Change::Wrapup { amount: amount(n)?, of }),
        ["strategy", name] => match serde_json::from_value(serde_json::Value::String((*name).to_owned())) {
            Ok(strategy) => Ok(Change::Strategy { strategy, of }),
            Err(error) => Err(bad(format!("there is no such strategy: {error}"))),
        },
        ["order", name] => match serde_json::from_value(serde_json::Value::String((*name).to_owned())) {
            Ok(order) => Ok(Change::Order { order, of }),
            Err(error) => Err(bad(format!("there is no such order: {error}"))),
        },
        ["skill", skill] => Ok(Change::Skill { skill: (*skill).to_owned(), level: 5, of }),
        ["skill", skill, level] => match level.parse() {
            Ok(level @ 1..=10) => Ok(Change::Skill { skill: (*skill).to_owned(), level, of }),
            Ok(0_u8 | 11..) | Err(_) => Err(bad(format!("`{level}` is no level from 1 to 10"))),
        },
        ["serve", queue @ ..] if !queue.is_empty() => Ok(Change::Serve { queue: queue.join(" "), of }),
        ["priority", n] => match whole(n)? {
            priority @ 0..=9 => Ok(Change::Priority { priority: priority as u8, of }),
            10.. => Err(bad("a priority is 0 to 9".into())),
        },
        ["places", n] => Ok(Change::Places { places: whole(n)?, of }),
        ["redial", p] => Ok(Change::Redial { percent: percent(p)?, of }),
        ["absent" | "shrinkage", p] => Ok(Change::Absent { percent: percent(p)?, of }),
        ["overflow", seconds, "to", to @ ..] if !to.is_empty() => Ok(Change::Overflow { seconds: whole(seconds)?, to: to.join(" "), of }),
        _ => Err(bad(
            "is no change; write one of: +2 agents, 12 agents, +10% volume, aht 240, aht +10%, patience 120, wrapup 30, strategy longest_idle, \
             order fifo, skill de 5, serve QUEUE, priority 7, places 20, redial 30%, absent 5%, overflow 60 to QUEUE; each may end with: of NAME"
                .into(),
        )),
    }
}

fn amount(text: &str) -> Option<Amount> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|v| v.is_finite() && v.abs() <= 1e9);
    if let Some(percent) = text.strip_suffix('%') {
        return number(percent).filter(|v| *v >= -100.0).map(Amount::Percent);
    }
    if text.starts_with(['+', '-']) { number(text).map(Amount::Add) } else { number(text).map(Amount::Set) }
}

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
        Change::Strategy { strategy, of } => each_queue(spec, of.as_deref(), &bad, |queue| queue.strategy = *strategy),
        Change::Order { order, of } => each_queue(spec, of.as_deref(), &bad, |queue| queue.order = *order),
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
            each_queue(spec, of.as_deref(), &bad, |queue| {
                if queue.name != *to {
                    queue.overflow = Some(OverflowSpec { after_seconds: *seconds, to: to.clone() });
                }
            })
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spec() -> Spec {
        crate::parse(crate::EXAMPLE).unwrap()
    }

    #[test]
    fn the_short_forms_of_the_manual_are_understood() {
        for text in
            ["+2 agents", "-3 agents", "skill de", "strategy longest_idle", "+10% volume", "aht 240", "+2 agents, aht -5%", "patience 120"]
        {
            let changes = parse_changes(text).unwrap();
            let mut spec = spec();
            for change in &changes {
                apply(&mut spec, change).unwrap();
            }
        }
        let mut changed = spec();
        let before = changed.queues[0].handle.mean();
        apply(&mut changed, &parse_changes("aht +10%").unwrap()[0]).unwrap();
        assert!((changed.queues[0].handle.mean() / before - 1.1).abs() < 1e-9);
    }

    #[test]
    fn what_is_wrong_is_said_with_the_change() {
        let error = |text: &str| parse_changes(text).unwrap_err().to_string();
        assert!(error("strategy nearest").starts_with("`strategy nearest`: there is no such strategy: unknown variant"));
        assert!(error("+2 volume").contains("by how many percent"));
        assert!(error("more agents").contains("`more` is no number"));
        assert!(error("").contains("is no change"));
        let missing = apply(&mut spec(), &parse_changes("+1 agents of moon").unwrap()[0]).unwrap_err();
        assert_eq!(missing.to_string(), "`+1 agents of moon`: there is no group `moon`");
    }

    fn amounts() -> impl Strategy<Value = Amount> {
        let n = (1..100_000_i64).prop_map(|n| n as f64 / 100.0);
        prop_oneof![
            n.clone().prop_map(Amount::Set),
            n.clone().prop_map(Amount::Add),
            n.clone().prop_map(|n| Amount::Add(-n)),
            n.prop_map(Amount::Percent),
        ]
    }

    use proptest::strategy::Strategy;

    fn changes() -> impl Strategy<Value = Change> {
        let of = proptest::option::of("[a-z]{1,8}");
        prop_oneof![
            (amounts(), of.clone()).prop_map(|(amount, of)| Change::Agents { amount, of }),
            (amounts(), of.clone()).prop_map(|(amount, of)| Change::Handle { amount, of }),
            (amounts(), of.clone()).prop_map(|(amount, of)| Change::Patience { amount, of }),
            ("[a-z]{1,5}", 1..=10_u8, of.clone()).prop_map(|(skill, level, of)| Change::Skill { skill, level, of }),
            (0..=9_u8, of.clone()).prop_map(|(priority, of)| Change::Priority { priority, of }),
            (any::<u32>(), of.clone()).prop_map(|(places, of)| Change::Places { places, of }),
            ("[a-z]{1,5}", any::<u32>(), of).prop_map(|(to, seconds, of)| Change::Overflow { seconds, to, of }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(change in changes()) {
            prop_assert_eq!(parse_changes(&change.to_string()).unwrap(), vec![change]);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            if let Ok(changes) = parse_changes(&text) {
                let mut spec = spec();
                for change in changes {
                    if apply(&mut spec, &change).is_ok() {
                        let _ = crate::Model::new(&spec);
                    }
                }
            }
        }
    }
}
