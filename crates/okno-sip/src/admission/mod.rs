//! Who may be heard, and how much. Pure but for its lock: time and chance are arguments.
//!
//! Named invariants:
//! - **A-1** What strangers send costs bounded memory and bounded work, whatever their addresses.
//! - **A-2** Strangers cannot use up what trunks and registered phones may send.
//! - **A-3** A call that was let in is never thrown out by load; only new ones are refused, with a time to come back.

mod sources;

use crate::wire::Reply;
use sources::Sources;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub(crate) use sources::{Class, Rates};

/// Seconds after which a refused caller may come back, at least; up to as much again is added at random.
const RETRY_AFTER: u64 = 5;

/// The admission of one process.
#[derive(Debug)]
pub(crate) struct Admission {
    sources: Mutex<Sources>,
    calls: Arc<AtomicUsize>,
    max_calls: usize,
    draining: AtomicBool,
    late: AtomicBool,
}

/// A place among the calls; free again when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    calls: Arc<AtomicUsize>,
}

/// Why a new call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    /// As many calls as there may be.
    Full,
    /// The process is stopping.
    Draining,
}

impl Admission {
    pub(crate) fn new(now: Instant, rates: Rates, max_calls: usize) -> Self {
        Self {
            sources: Mutex::new(Sources::new(now, rates)),
            calls: Arc::default(),
            max_calls,
            draining: AtomicBool::new(false),
            late: AtomicBool::new(false),
        }
    }

    /// Whether to read what comes from there. `class` is asked now and then, not for every message.
    pub(crate) fn admit(&self, now: Instant, source: IpAddr, class: impl FnOnce() -> Class) -> bool {
        let admitted = self.lock().admit(now, source, class);
        if !admitted {
            metrics::counter!("okno_sip_dropped_total").increment(1);
        }
        admitted
    }

    /// It did not show who it is. Too often, and the source is not heard for a while.
    pub(crate) fn unauthorized(&self, now: Instant, source: IpAddr) {
        if self.lock().strike(now, source) {
            metrics::counter!("okno_sip_silenced_total").increment(1);
            tracing::info!(%source, "a stranger that keeps knocking is not heard for a while");
        }
    }

    /// It showed who it is.
    pub(crate) fn authorized(&self, source: IpAddr) {
        self.lock().forgive(source);
    }

    /// Takes a place for a new call, in either direction.
    pub(crate) fn enter(&self) -> Result<Place, Busy> {
        if self.draining.load(Ordering::Relaxed) {
            return Err(Busy::Draining);
        }
        let below = |calls: usize| (calls < self.max_calls).then(|| calls + 1);
        match self.calls.fetch_update(Ordering::Relaxed, Ordering::Relaxed, below) {
            Ok(_) => Ok(Place { calls: self.calls.clone() }),
            Err(_) => Err(Busy::Full),
        }
    }

    /// Calls that live.
    #[cfg(test)]
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// From now on there are no new calls.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Whoever takes the calls in is late, or is no more: while he is, new calls from outside are refused.
    pub(crate) fn late(&self, late: bool) {
        if self.late.swap(late, Ordering::Relaxed) != late {
            tracing::warn!(late, "calls are taken in too slowly: new ones are asked to come back");
        }
    }

    pub(crate) fn is_late(&self) -> bool {
        self.late.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Sources> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a call is told that there is no place for: `503`, with a time to come back that is not the same for all.
pub(crate) fn overloaded(roll: f64) -> Reply {
    let extra = (RETRY_AFTER as f64 * roll.clamp(0.0, 1.0)).round() as u64;
    Reply::new(503).header("Retry-After", (RETRY_AFTER + extra).to_string())
}

/// What strangers may ask for at all. They are asked who they are; everything else gets no word, so that scanners learn nothing.
pub(crate) fn may_knock(method: &str) -> bool {
    matches!(method, "REGISTER" | "INVITE")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(max_calls: usize) -> Admission {
        Admission::new(Instant::now(), Rates { stranger: 10, phone: 40, trunk: 100 }, max_calls)
    }

    #[test]
    fn calls_beyond_the_limit_are_refused_and_places_come_back() {
        let admission = admission(2);
        let one = admission.enter().unwrap();
        let _two = admission.enter().unwrap();
        assert_eq!(admission.enter().unwrap_err(), Busy::Full);
        drop(one);
        let again = admission.enter();
        assert!(again.is_ok());
        assert_eq!(admission.calls(), 2);
        drop(again);
        admission.drain();
        assert_eq!(admission.enter().unwrap_err(), Busy::Draining);
        assert_eq!(admission.calls(), 1, "who is in stays in");
    }

    #[test]
    fn who_is_late_says_so_until_he_is_not() {
        let admission = admission(2);
        assert!(!admission.is_late());
        admission.late(true);
        assert!(admission.is_late());
        assert!(admission.enter().is_ok(), "calls of our own, and those that go on, still find a place");
        admission.late(false);
        assert!(!admission.is_late());
    }

    #[test]
    fn the_time_to_come_back_is_spread() {
        let told = |roll| overloaded(roll).headers.into_iter().find(|(name, _)| name == "Retry-After").unwrap().1;
        assert_eq!((told(0.0).as_str(), told(0.5).as_str(), told(1.0).as_str()), ("5", "8", "10"));
        assert_eq!(overloaded(0.0).code, 503);
    }
}

#[cfg(test)]
mod live;
