//! Scenarios in short form: `+2 agents`, `skill de`, `strategy least_occupied`, `+10% volume`, `aht 240`.

mod apply;

#[cfg(test)]
mod tests;

pub use apply::apply;

use okno_model::{
    Medium,
    doc::{Ordering, Strategy},
};
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
    /// Business hours of a queue: a calendar of the model, hours such as `08:00-20:00` of every day, or `always`.
    Hours { hours: String, of: Option<String> },
    /// One more ring of a queue, which then has the strategy `bullseye`.
    Ring { after_seconds: u32, relaxes: Relaxes, of: Option<String> },
    /// The tier of a group in a queue.
    Tier { tier: u8, group: String, of: Option<String> },
    /// How many of a medium the agents of a group take at once.
    Capacity { medium: Medium, most: u8, of: Option<String> },
    /// Agents of a queue who are kept from written work.
    Reserve { agents: u8, of: Option<String> },
}

/// What a ring relaxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relaxes {
    /// Required levels, by so much.
    Levels(u8),
    /// This skill is not required any more.
    Skill(String),
    /// Agents of this queue join.
    Queue(String),
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
            Self::Hours { hours, of } => write!(f, "hours {hours}").map(|()| of),
            Self::Ring { after_seconds, relaxes, of } => match relaxes {
                Relaxes::Levels(by) => write!(f, "ring {after_seconds} lower {by}"),
                Relaxes::Skill(skill) => write!(f, "ring {after_seconds} drop {skill}"),
                Relaxes::Queue(queue) => write!(f, "ring {after_seconds} add {queue}"),
            }
            .map(|()| of),
            Self::Tier { tier, group, of } => write!(f, "tier {tier} {group}").map(|()| of),
            Self::Capacity { medium, most, of } => write!(f, "capacity {medium} {most}").map(|()| of),
            Self::Reserve { agents, of } => write!(f, "reserve {agents}").map(|()| of),
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
        ["hours", hours @ ..] if !hours.is_empty() => Ok(Change::Hours { hours: hours.join(" "), of }),
        ["ring", seconds, "lower", by] => match whole(by)? {
            by @ 1..=9 => Ok(Change::Ring { after_seconds: whole(seconds)?, relaxes: Relaxes::Levels(by as u8), of }),
            0 | 10.. => Err(bad("a ring lowers levels by 1 to 9".into())),
        },
        ["ring", seconds, "drop", skill] => {
            Ok(Change::Ring { after_seconds: whole(seconds)?, relaxes: Relaxes::Skill((*skill).to_owned()), of })
        }
        ["ring", seconds, "add", queue @ ..] if !queue.is_empty() => {
            Ok(Change::Ring { after_seconds: whole(seconds)?, relaxes: Relaxes::Queue(queue.join(" ")), of })
        }
        ["tier", tier, group @ ..] if !group.is_empty() => match whole(tier)? {
            tier @ 0..=9 => Ok(Change::Tier { tier: tier as u8, group: group.join(" "), of }),
            10.. => Err(bad("a tier is 0 to 9".into())),
        },
        ["capacity", medium, most] => match (Medium::parse(medium), most.parse()) {
            (Some(medium), Ok(most)) => Ok(Change::Capacity { medium, most, of }),
            (None, _) => Err(bad(format!("`{medium}` is no medium; write voice, email, chat, message or task"))),
            (Some(_), Err(_)) => Err(bad(format!("`{most}` is no number from 0 to 255"))),
        },
        ["reserve", agents] => match agents.parse() {
            Ok(agents) => Ok(Change::Reserve { agents, of }),
            Err(_) => Err(bad(format!("`{agents}` is no number from 0 to 255"))),
        },
        _ => Err(bad(
            "is no change; write one of: +2 agents, 12 agents, +10% volume, aht 240, aht +10%, patience 120, wrapup 30, strategy longest_idle, \
             order fifo, skill de 5, serve QUEUE, priority 7, places 20, redial 30%, absent 5%, overflow 60 to QUEUE, \
             hours 08:00-20:00, ring 30 lower 2, ring 60 drop de, ring 90 add QUEUE, tier 1 GROUP, capacity chat 3, reserve 2; each may end with: of NAME"
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
