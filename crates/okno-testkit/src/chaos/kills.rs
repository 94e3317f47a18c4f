//! The killer: aims at moments in turn, kills, starts the server again, and measures how long it was away.

use super::world::{MOMENTS, Moment, World};
use crate::Server;
use anyhow::{Context, Result};
use std::sync::Arc;
use std::time::Duration;

/// The server may run so long at least and so long at most before the next kill is aimed.
const RUN_MS: (u64, u64) = (60, 500);
/// After the aimed-at moment, up to so many microseconds pass: the commit is before, in or behind them.
const AFTER_US: u64 = 6_000;
/// A mail that the relay has taken needs longer: delivery, notification, fetch, commit.
const AFTER_MAIL_US: u64 = 150_000;
/// How long a moment is waited for; then the kill comes anyway.
const MOMENT_LIMIT: Duration = Duration::from_secs(3);
/// Promise: ready again within 3 s, in 95 of 100 starts.
const READY_P95: Duration = Duration::from_secs(3);

/// A small generator of repeatable numbers (SplitMix64): a seed must mean the same for ever.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// Kills `kills` times; returns how long each start took.
pub(super) async fn spree(world: &Arc<World>, server: &mut Server, kills: u32, seed: u64) -> Result<Vec<Duration>> {
    let mut numbers = Numbers(seed);
    let mut recoveries = Vec::new();
    for kill in 0..kills {
        let run = RUN_MS.0 + numbers.below(RUN_MS.1 - RUN_MS.0);
        tokio::time::sleep(Duration::from_millis(run)).await;
        let aim = MOMENTS[kill as usize % MOMENTS.len()];
        world.next(aim, MOMENT_LIMIT).await;
        let after = if aim == Moment::MailBox { AFTER_MAIL_US } else { AFTER_US };
        tokio::time::sleep(Duration::from_micros(numbers.below(after))).await;
        let took = tokio::task::block_in_place(|| -> Result<Duration> {
            server.kill9()?;
            server.start()
        });
        recoveries.push(took.with_context(|| format!("start after kill {} (aimed at {aim:?}, seed {seed})", kill + 1))?);
    }
    Ok(recoveries)
}

/// How fast the server was ready again, in words.
pub(super) fn recovery_fact(recoveries: &[Duration]) -> String {
    let (p50, p95, max) = (at(recoveries, 50), at(recoveries, 95), at(recoveries, 100));
    format!(
        "{} kills; ready again after p50 {} ms, p95 {} ms, at most {} ms",
        recoveries.len(),
        p50.as_millis(),
        p95.as_millis(),
        max.as_millis()
    )
}

/// Holds the promise against what was measured.
pub(super) fn recovery_check(recoveries: &[Duration]) -> (String, Vec<String>) {
    let p95 = at(recoveries, 95);
    let fault = (p95 > READY_P95).then(|| format!("p95 is {} ms", p95.as_millis()));
    (format!("ready again within {} s after a kill (p95)", READY_P95.as_secs()), fault.into_iter().collect())
}

fn at(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let times: Vec<Duration> = [5, 1, 3, 2, 4].map(Duration::from_millis).to_vec();
        assert_eq!(at(&times, 50), Duration::from_millis(3));
        assert_eq!(at(&times, 95), Duration::from_millis(5));
        assert_eq!(at(&[], 95), Duration::ZERO);
    }

    #[test]
    fn a_seed_means_the_same_for_ever() {
        let mut numbers = Numbers(1);
        let first: Vec<u64> = (0..4).map(|_| numbers.below(1000)).collect();
        assert_eq!(first, [465, 519, 590, 235]);
    }
}
