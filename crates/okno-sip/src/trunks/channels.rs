//! Channels and calls per second of a trunk, both ways together.

use super::Trunk;
use crate::bucket::Bucket;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// What is in use.
#[derive(Debug)]
pub(super) struct Channels {
    max: Option<u32>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    used: u32,
    rate: Option<Bucket>,
}

/// A channel in use. It is free again when this is dropped, whatever became of the call.
#[derive(Debug)]
pub(crate) struct Channel {
    channels: Arc<Channels>,
}

/// Why there is no channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Full {
    #[error("all {0} channels of the trunk are in use")]
    Channels(u32),
    #[error("the trunk takes no more than {0} calls per second")]
    Rate(u32),
}

impl Channels {
    pub(super) fn new(now: Instant, trunk: &Trunk) -> Arc<Self> {
        let rate = trunk.calls_per_second.map(|rate| Bucket::new(now, f64::from(rate), f64::from(rate)));
        Arc::new(Self { max: trunk.max_calls, state: Mutex::new(State { used: 0, rate }) })
    }

    /// Takes a channel and a call of this second.
    pub(super) fn take(self: &Arc<Self>, now: Instant) -> Result<Channel, Full> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(max) = self.max.filter(|max| state.used >= *max) {
            return Err(Full::Channels(max));
        }
        if let Some(rate) = &mut state.rate
            && !rate.take(now)
        {
            return Err(Full::Rate(rate.per_second()));
        }
        state.used += 1;
        Ok(Channel { channels: self.clone() })
    }

    /// Whether [`Self::take`] would work.
    pub(super) fn is_free(&self, now: Instant) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.max.is_none_or(|max| state.used < max) && state.rate.as_ref().is_none_or(|rate| rate.has(now))
    }

    pub(super) fn used(&self) -> u32 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).used
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        let mut state = self.channels.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.used = state.used.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transport;
    use std::time::Duration;

    fn channels(now: Instant, max: Option<u32>, rate: Option<u32>) -> Arc<Channels> {
        Channels::new(now, &Trunk { max_calls: max, calls_per_second: rate, ..Trunk::new("t", "h", Transport::Udp) })
    }

    #[test]
    fn channels_come_back() {
        let now = Instant::now();
        let channels = channels(now, Some(2), None);
        let (one, _two) = (channels.take(now).unwrap(), channels.take(now).unwrap());
        assert_eq!(channels.take(now).unwrap_err(), Full::Channels(2));
        assert!(!channels.is_free(now));
        drop(one);
        assert_eq!(channels.used(), 1);
        assert!(channels.take(now).is_ok());
    }

    #[test]
    fn a_refused_call_costs_nothing() {
        let now = Instant::now();
        let channels = channels(now, Some(1), Some(3));
        let held = channels.take(now).unwrap();
        for _ in 0..10 {
            channels.take(now).unwrap_err();
        }
        drop(held);
        assert!(channels.take(now).is_ok() && channels.take(now).is_ok(), "the rate was not used up by refusals");
        assert_eq!(channels.take(now).unwrap_err(), Full::Rate(3));
        assert!(channels.take(now + Duration::from_millis(334)).is_ok());
    }
}
