//! How long a customer will wait, told honestly or not at all (behaviour.md B6).
//!
//! Who waits behind `n` others is served after `n` more customers have been. Customers of a queue are served at a rate that is counted here;
//! the time until the n-th is then Erlang distributed, and its 50th and 80th percentiles are told, not its mean. With too few customers nothing
//! is said.

use okno_model::Timestamp;
use std::{collections::VecDeque, time::Duration};

/// What is older says nothing about now.
const LOOK_BACK: Duration = Duration::from_secs(30 * 60);
/// Fewer customers are no sample.
const SAMPLE: usize = 5;
/// More are not needed.
const KEPT: usize = 200;
/// Longer waits are not announced: nobody would believe them.
const LONGEST_MINUTES: f64 = 60.0;

/// When customers of a queue were served.
#[derive(Debug, Default, Clone)]
pub(crate) struct Waits {
    served: VecDeque<Timestamp>,
}

impl Waits {
    /// An agent took a customer.
    pub(crate) fn served(&mut self, now: Timestamp) {
        self.served.push_back(now);
        if self.served.len() > KEPT {
            self.served.pop_front();
        }
    }

    /// Whole minutes, from and to, for who has this place (from 1); `None` when it cannot be told.
    pub(crate) fn minutes(&self, place: u32, now: Timestamp) -> Option<(u32, u32)> {
        let recent: Vec<Timestamp> = self.served.iter().copied().filter(|at| now.since(*at) <= LOOK_BACK).collect();
        let first = recent.first().filter(|_| recent.len() >= SAMPLE)?;
        // Intervals between services; the open one since the last counts as time without a service.
        let span = now.since(*first).as_secs_f64().max(1.0);
        let each = span / (recent.len() as f64 - 1.0).max(1.0);
        let (low, high) = (erlang(place, 0.5) * each / 60.0, erlang(place, 0.8) * each / 60.0);
        if high > LONGEST_MINUTES {
            return None;
        }
        let low = (low.floor() as u32).max(1);
        Some((low, (high.ceil() as u32).max(low + 1)))
    }
}

/// Quantile of the Erlang distribution with unit rate, by Wilson and Hilferty's cube: within 3 % where it is used.
fn erlang(shape: u32, quantile: f64) -> f64 {
    let z = if quantile > 0.6 { 0.841_621 } else { 0.0 };
    let k = f64::from(shape.max(1));
    let inner = 1.0 - 1.0 / (9.0 * k) + z / (3.0 * k.sqrt());
    k * inner.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(seconds: i64, count: i64) -> (Waits, Timestamp) {
        let mut waits = Waits::default();
        for n in 0..count {
            waits.served(Timestamp(n * seconds * 1000));
        }
        (waits, Timestamp((count - 1) * seconds * 1000))
    }

    #[test]
    fn too_few_customers_are_no_sample() {
        let (waits, now) = every(60, 4);
        assert_eq!(waits.minutes(1, now), None);
    }

    #[test]
    fn a_customer_a_minute_makes_the_fifth_wait_five_minutes() {
        let (waits, now) = every(60, 20);
        assert_eq!(waits.minutes(5, now), Some((4, 7)), "median 4.7, 80 % 6.7");
        assert_eq!(waits.minutes(1, now), Some((1, 2)));
    }

    #[test]
    fn the_wait_grows_while_nobody_is_served_and_what_is_old_counts_no_more() {
        let (waits, now) = every(60, 10);
        let later = now + Duration::from_secs(9 * 60);
        assert!(waits.minutes(3, later) > waits.minutes(3, now));
        assert_eq!(waits.minutes(3, now + LOOK_BACK), None);
    }
}
