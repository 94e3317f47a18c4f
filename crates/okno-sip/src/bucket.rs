//! A token bucket: so many per second, with a burst. Pure: time is an argument.

use std::time::Instant;

/// A bucket that is full at first.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    per_second: f64,
    burst: f64,
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// A bucket that gets `per_second` tokens and holds `burst` of them, at least one.
    pub(crate) fn new(now: Instant, per_second: f64, burst: f64) -> Self {
        let burst = burst.max(1.0);
        Self { per_second, burst, tokens: burst, at: now }
    }

    /// Takes a token, if there is one.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        self.fill(now);
        let some = self.tokens >= 1.0;
        if some {
            self.tokens -= 1.0;
        }
        some
    }

    /// Whether there would be a token.
    pub(crate) fn has(&self, now: Instant) -> bool {
        self.tokens + self.gain(now) >= 1.0
    }

    /// Its rate, rounded.
    pub(crate) fn per_second(&self) -> u32 {
        self.per_second.round() as u32
    }

    fn gain(&self, now: Instant) -> f64 {
        now.saturating_duration_since(self.at).as_secs_f64() * self.per_second
    }

    fn fill(&mut self, now: Instant) {
        self.tokens = (self.tokens + self.gain(now)).min(self.burst);
        self.at = self.at.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    proptest! {
        #[test]
        fn never_more_than_rate_and_burst(rate in 1..50u32, burst in 1..20u32, steps in prop::collection::vec(0..400u64, 1..200)) {
            let start = Instant::now();
            let mut now = start;
            let mut bucket = Bucket::new(now, f64::from(rate), f64::from(burst));
            let mut taken = 0u32;
            for step in steps {
                now += Duration::from_millis(step);
                let had = bucket.has(now);
                let got = bucket.take(now);
                prop_assert_eq!(had, got);
                taken += u32::from(got);
                prop_assert!(f64::from(taken) <= f64::from(burst) + (now - start).as_secs_f64() * f64::from(rate) + 1e-6);
            }
        }
    }

    #[test]
    fn it_fills_again() {
        let now = Instant::now();
        let mut bucket = Bucket::new(now, 2.0, 1.0);
        assert!(bucket.take(now) && !bucket.take(now + Duration::from_millis(499)));
        assert!(bucket.take(now + Duration::from_millis(500)));
    }
}
