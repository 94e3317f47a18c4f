//! Waiting: back-off with jitter, and the end of the process.

use std::time::Duration;
use tokio::sync::watch;

/// Growing waits with jitter, so that many mailboxes of one dead server don't come back together.
#[derive(Debug)]
pub(crate) struct BackOff {
    first: Duration,
    most: Duration,
    now: Duration,
}

impl BackOff {
    pub(crate) fn new(first: Duration, most: Duration) -> Self {
        Self { first, most, now: first }
    }

    /// The next wait: between half and the whole of a step that doubles.
    pub(crate) fn next(&mut self) -> Duration {
        let step = self.now;
        self.now = (self.now * 2).min(self.most);
        step / 2 + step.mul_f64(rand::random::<f64>() / 2.0)
    }

    /// It works again.
    pub(crate) fn reset(&mut self) {
        self.now = self.first;
    }
}

/// Returns when the process stops.
pub(crate) async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone: the process ends.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_bound() {
        let mut waits = BackOff::new(Duration::from_secs(1), Duration::from_secs(10));
        for step in [1, 2, 4, 8, 10, 10] {
            let wait = waits.next();
            assert!(wait >= Duration::from_secs(step) / 2 && wait <= Duration::from_secs(step), "{wait:?}");
        }
        waits.reset();
        assert!(waits.next() <= Duration::from_secs(1));
    }
}
