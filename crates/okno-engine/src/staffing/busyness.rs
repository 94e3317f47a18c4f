//! Service level as a distribution: the load of an interval is itself uncertain.

use super::{
    crowd::Crowd,
    error::{StaffingError, within},
    level::ServiceLevel,
    load::Load,
    steady::steady,
};
use crate::math::gamma_quantile;

/// Into how many equally likely loads the uncertainty is cut.
const CUTS: u32 = 20;

/// What service level to expect when the load is `load` times a gamma distributed busyness of mean 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelSpread {
    /// Mean over intervals. It is below the level of the mean load.
    pub mean: f64,
    /// Mean over customers: busy intervals have more of them.
    pub mean_of_customers: f64,
    /// One interval in ten is worse.
    pub p10: f64,
    /// The middle interval.
    pub p50: f64,
    /// One interval in ten is better.
    pub p90: f64,
    /// Share of the 20 cuts in which the agents are too few for any steady state (Erlang C only); they count as level 0.
    pub overloaded: f64,
}

/// The spread of a service level when the busyness of an interval is gamma distributed with this `shape` and mean 1: its
/// coefficient of variation is `1 / sqrt(shape)` (28.7, as in the published simulation model SimpleMSK, is 19 %). Means
/// are over 20 loads at the middle quantiles of equal parts; the level falls with the load, so that its P10 is the level
/// at the load's P90. `None` where the level has no denominator.
pub fn level_spread(
    load: &Load,
    crowd: &Crowd,
    agents: u32,
    level: &ServiceLevel,
    shape: f64,
) -> Result<Option<LevelSpread>, StaffingError> {
    within("the shape of the busyness", shape, 0.1, 1e6, "from 0.1 to 1,000,000")?;
    let factor = |p: f64| gamma_quantile(shape, p) / shape;
    let at = |factor: f64| match steady(&load.times(factor), crowd, agents) {
        Ok(steady) => Ok((steady.service_level(level), false)),
        Err(StaffingError::Unstable { .. }) => Ok((Some(0.0), true)),
        Err(error) => Err(error),
    };
    let (mut sum, mut weighted, mut weight, mut over) = (0.0, 0.0, 0.0, 0.0);
    for cut in 0..CUTS {
        let factor = factor((f64::from(cut) + 0.5) / f64::from(CUTS));
        let (Some(level), overloaded) = at(factor)? else { return Ok(None) };
        sum += level;
        weighted += level * factor;
        weight += factor;
        over += f64::from(u8::from(overloaded));
    }
    let (Some(p10), Some(p50), Some(p90)) = (at(factor(0.9))?.0, at(factor(0.5))?.0, at(factor(0.1))?.0) else { return Ok(None) };
    let cuts = f64::from(CUTS);
    Ok(Some(LevelSpread { mean: sum / cuts, mean_of_customers: weighted / weight, p10, p50, p90, overloaded: over / cuts }))
}
