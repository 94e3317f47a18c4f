//! How long it takes to take a call in: from its INVITE to the moment when it is on disk. When that takes too long, more calls than we can do are
//! coming, whatever the reason (processor, disk, a slow neighbor), and new ones are asked to come back.

use crate::hub::Hub;
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

/// A caller who hears nothing for so long sends his INVITE again.
const TOO_LONG: Duration = Duration::from_millis(400);

/// Calls that are being taken in.
#[derive(Debug, Default)]
pub(crate) struct Lag {
    waiting: BTreeSet<(Instant, u64)>,
    next: u64,
}

impl Lag {
    fn begin(&mut self, now: Instant) -> (Instant, u64) {
        self.next += 1;
        self.waiting.insert((now, self.next));
        (now, self.next)
    }

    fn end(&mut self, which: (Instant, u64)) {
        self.waiting.remove(&which);
    }

    /// Whether the oldest has waited for too long.
    fn is_late(&self, now: Instant) -> bool {
        self.waiting.first().is_some_and(|(since, _)| now.saturating_duration_since(*since) > TOO_LONG)
    }
}

/// A call that is being taken in, until it is dropped.
pub(crate) struct Arriving {
    hub: Arc<Hub>,
    which: (Instant, u64),
}

impl Arriving {
    pub(crate) fn begin(hub: &Arc<Hub>) -> Self {
        let now = Instant::now();
        let (which, late) = hub.with(|map| (map.lag.begin(now), map.lag.is_late(now)));
        hub.sip.late(late);
        Self { hub: Arc::clone(hub), which }
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let late = self.hub.with(|map| {
            map.lag.end(self.which);
            map.lag.is_late(Instant::now())
        });
        self.hub.sip.late(late);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_decides() {
        let (mut lag, start) = (Lag::default(), Instant::now());
        let one = lag.begin(start);
        let two = lag.begin(start + TOO_LONG);
        assert!(!lag.is_late(start + TOO_LONG));
        assert!(lag.is_late(start + TOO_LONG + Duration::from_millis(1)));
        lag.end(one);
        assert!(!lag.is_late(start + TOO_LONG * 2));
        lag.end(two);
        assert!(!lag.is_late(start + TOO_LONG * 9), "nobody waits");
    }
}
