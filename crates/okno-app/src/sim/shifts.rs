//! Shifts from the recorded presence of agents: how many of a group were there in each interval.

use super::{History, recorded::DAY};
use okno_model::{AgentId, Timestamp};
use okno_store::{StoreError, Tx, presences};
use std::collections::BTreeSet;

/// How many of these agents were available in each interval: of every interval of the history when it is replayed, otherwise of a typical
/// day, the mean of the days on which anybody came. `None` when nothing is recorded of any of them, or nobody ever was there.
///
/// # Errors
/// Those of the store.
pub(super) fn per_interval(
    tx: &mut Tx<'_>,
    agents: &[AgentId],
    history: History,
    days: &BTreeSet<i64>,
) -> Result<Option<Vec<u32>>, StoreError> {
    let until = Timestamp::from_millis(history.from.millis() + i64::from(history.days) * DAY);
    let interval = i64::from(history.interval_seconds) * 1000;
    let mut there = vec![0_i64; (i64::from(history.days) * DAY / interval) as usize];
    for &agent in agents {
        let rows = presences::between(tx, agent, history.from, until)?;
        for (n, row) in rows.iter().enumerate().filter(|(_, row)| row.available) {
            let to = rows.get(n + 1).map_or(until, |next| next.at);
            add(&mut there, interval, row.at.max(history.from).millis() - history.from.millis(), to.millis() - history.from.millis());
        }
    }
    if there.iter().all(|ms| *ms == 0) {
        return Ok(None);
    }
    let count = |ms: i64, of: i64| ((ms as f64 / of as f64).round()) as u32;
    if history.replay {
        return Ok(Some(there.into_iter().map(|ms| count(ms, interval)).collect()));
    }
    let of_day = (DAY / interval) as usize;
    let sum = |at: usize| days.iter().filter_map(|&day| there.get(day as usize * of_day + at)).sum::<i64>();
    let typical: Vec<u32> = (0..of_day).map(|at| count(sum(at), interval * days.len().max(1) as i64)).collect();
    Ok(typical.iter().any(|agents| *agents > 0).then_some(typical))
}

/// Adds a stretch of time to the intervals that it touches.
fn add(there: &mut [i64], interval: i64, from: i64, to: i64) {
    let mut from = from;
    while from < to {
        let at = from / interval;
        let end = ((at + 1) * interval).min(to);
        if let Some(ms) = there.get_mut(at as usize) {
            *ms += end - from;
        }
        from = end;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_stretch_is_split_at_the_intervals() {
        let mut there = [0; 3];
        super::add(&mut there, 100, 50, 220);
        super::add(&mut there, 100, 250, 900);
        assert_eq!(there, [50, 100, 70]);
    }
}
