//! The fewest agents that reach a target, and how many to schedule for them.

use super::{
    crowd::Crowd,
    endless,
    erlang_b::inverse_b,
    error::{StaffingError, within},
    level::ServiceLevel,
    load::{Load, MAX_AGENTS},
    steady::{Steady, steady},
};

/// What agents have to reach; all that is set must be met. Begin with [`Target::default`], which is not enough.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Target {
    level: Option<(ServiceLevel, f64)>,
    asa: Option<f64>,
    abandon: Option<f64>,
    occupancy: Option<f64>,
}

impl Target {
    /// A share of at least `share` (above 0, below 1) with this service level.
    pub fn level(mut self, level: ServiceLevel, share: f64) -> Result<Self, StaffingError> {
        self.level = Some((level, within("the share of the service level", share, 1e-6, 0.999_999_9, "above 0 and below 1")?));
        Ok(self)
    }

    /// A mean wait of who is answered (ASA) of at most so many seconds.
    pub fn asa(mut self, seconds: f64) -> Result<Self, StaffingError> {
        self.asa = Some(within("the average speed of answer", seconds, 1e-6, 1e7, "above 0, in seconds")?);
        Ok(self)
    }

    /// A share of at most `share` that is lost: gives up or finds no line.
    pub fn abandon(mut self, share: f64) -> Result<Self, StaffingError> {
        self.abandon = Some(within("the share of customers who may be lost", share, 1e-7, 1.0, "above 0 and at most 1")?);
        Ok(self)
    }

    /// An occupancy of at most `share`: people cannot talk all day.
    pub fn occupancy(mut self, share: f64) -> Result<Self, StaffingError> {
        self.occupancy = Some(within("the occupancy", share, 0.01, 1.0, "from 0.01 to 1")?);
        Ok(self)
    }

    /// The first part that is not met, in words; `None` when all are.
    pub fn missed(&self, at: &Steady) -> Option<&'static str> {
        if self.level.is_some_and(|(level, share)| at.service_level(&level).is_some_and(|reached| reached < share)) {
            return Some("the service level");
        }
        if self.asa.is_some_and(|asa| at.asa.is_none_or(|reached| reached > asa)) {
            return Some("the average speed of answer");
        }
        if self.abandon.is_some_and(|share| at.p_abandon + at.p_blocked > share) {
            return Some("the share of customers who may be lost");
        }
        // Occupancy is a ratio of round numbers: 28/0.7 erlangs must not cost an agent for the last bit.
        self.occupancy.is_some_and(|share| at.occupancy > share + 1e-12).then_some("the occupancy")
    }
}

/// The fewest agents that meet all of `target`. No work needs no agents. What the target looks at must improve with
/// each agent, as all of it does; then the answer is exact.
pub fn required_agents(load: &Load, crowd: &Crowd, target: &Target) -> Result<u32, StaffingError> {
    if crowd.patience.is_none() && crowd.lines.is_none() && load.rate > 0.0 && *target != Target::default() {
        return required_endless(load, target);
    }
    let limit = crowd.lines.unwrap_or(MAX_AGENTS).min(MAX_AGENTS);
    fewest(load, target, limit, |agents| steady(load, crowd, agents).map(|at| target.missed(&at)))
}

/// The fewest agents, at most `limit`, of whom `missed` misses nothing.
pub(super) fn fewest(
    load: &Load,
    target: &Target,
    limit: u32,
    missed: impl Fn(u32) -> Result<Option<&'static str>, StaffingError>,
) -> Result<u32, StaffingError> {
    if *target == Target::default() {
        return Err(StaffingError::NoTarget);
    }
    if load.rate == 0.0 {
        return Ok(0);
    }
    // Strides of about a standard deviation from the load on, doubled until the answer lies between, then bisection.
    let mut stride = (load.erlangs().sqrt() / 2.0).ceil().max(1.0) as u32;
    let first = (load.erlangs().ceil() as u32).clamp(1, limit);
    // `low` agents are too few (0 always are), `high` are enough.
    let (mut low, mut high);
    if missed(first)?.is_some() {
        low = first;
        high = loop {
            let next = low.saturating_add(stride).min(limit);
            match missed(next)? {
                None => break next,
                Some(part) if next == limit => return Err(StaffingError::OutOfReach { limit, target: part }),
                Some(_) => low = next,
            }
            stride = stride.saturating_mul(2);
        };
    } else {
        high = first;
        low = loop {
            let next = high.saturating_sub(stride);
            if next == 0 || missed(next)?.is_some() {
                break next;
            }
            high = next;
            stride = stride.saturating_mul(2);
        };
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if missed(middle)?.is_some() {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

/// Erlang C, one agent more at a time while the recursion of Erlang B goes on: O(sqrt(A)) in all.
fn required_endless(load: &Load, target: &Target) -> Result<u32, StaffingError> {
    let erlangs = load.erlangs();
    let mut agents = erlangs.floor() as u32 + 1;
    if let Some(share) = target.occupancy {
        agents = agents.max((erlangs / share - 1e-9).ceil() as u32);
    }
    let mut inverse = inverse_b(erlangs, agents);
    // P(W>0) and then one comparison for each part, without building the whole answer each time.
    let rest = Target { occupancy: None, ..*target };
    loop {
        let free = f64::from(agents) - erlangs;
        let p_wait = endless::p_wait(erlangs, agents, inverse);
        let level = rest.level.is_none_or(|(level, share)| 1.0 - p_wait * (-free * level.within / load.handle).exp() >= share);
        if level && rest.asa.is_none_or(|asa| p_wait * load.handle / free <= asa) {
            return Ok(agents);
        }
        agents += 1;
        if agents > MAX_AGENTS {
            let missed = if level { "the average speed of answer" } else { "the service level" };
            return Err(StaffingError::OutOfReach { limit: MAX_AGENTS, target: missed });
        }
        inverse = inverse * (f64::from(agents) / erlangs) + 1.0;
    }
}

/// Agents to schedule so that `required` work: `required / (1 - shrinkage)`, rounded up. (Not
/// `required x (1 + shrinkage)`, which is always too few.)
pub fn scheduled_agents(required: u32, shrinkage: f64) -> Result<u32, StaffingError> {
    within("the shrinkage", shrinkage, 0.0, 0.95, "from 0 to 0.95 of paid time")?;
    // A part in 1e12 is rounding, not a person.
    let exact = f64::from(required) / (1.0 - shrinkage);
    Ok((exact * (1.0 - 1e-12)).ceil() as u32)
}

/// The shrinkage of independent parts (breaks, training, illness): `1 - prod(1 - s_i)`.
pub fn combined_shrinkage(parts: &[f64]) -> Result<f64, StaffingError> {
    let mut there = 1.0;
    for part in parts {
        there *= 1.0 - within("a part of the shrinkage", *part, 0.0, 1.0, "from 0 to 1")?;
    }
    Ok(1.0 - there)
}
