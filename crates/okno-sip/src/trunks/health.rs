//! When a trunk is registered and asked, and what its answers make of it. Pure: time and chance are arguments.

use super::TrunkState;
use std::time::{Duration, Instant};

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// After a refusal: providers lock out who tries again and again with a wrong password.
const REFUSED_WAIT: Duration = Duration::from_secs(60);
const LONGEST_REFUSED_WAIT: Duration = Duration::from_secs(900);
/// Nobody refreshes more often, whatever the provider grants.
const SHORTEST_REFRESH: Duration = Duration::from_secs(10);
/// The longest registration and the longest `Retry-After` that are believed.
const A_DAY: Duration = Duration::from_secs(86_400);
/// Unanswered OPTIONS in a row that make a trunk silent; one may be lost.
const SILENT_AFTER: u32 = 2;
/// The wait between them.
const ASK_AGAIN: Duration = Duration::from_secs(3);

/// What is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// A registration for so long.
    Register(Duration),
    /// A question whether somebody is there.
    Ask,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Registered for so long.
    Registered(Duration),
    /// 423: at least so long.
    TooBrief(Duration),
    /// Refused in these words; trying again at once would make it worse.
    Refused(String),
    /// It did not work, in these words, perhaps with a wish when to come back.
    Failed(String, Option<Duration>),
    /// It answered OPTIONS.
    There,
}

/// The health of one trunk.
#[derive(Debug, Clone)]
pub(super) struct Health {
    register: Option<Duration>,
    keep_alive: Option<Duration>,
    state: TrunkState,
    detail: String,
    /// Failed registrations in a row.
    failures: u32,
    /// Unanswered questions in a row.
    silent: u32,
    next_register: Option<Instant>,
    next_ask: Option<Instant>,
}

impl Health {
    /// A trunk of which nothing is known. It registers and asks at once.
    pub(super) fn new(now: Instant, register: Option<Duration>, keep_alive: Option<Duration>) -> Self {
        let detail = if register.is_none() && keep_alive.is_none() {
            "nothing is asked of this trunk, so nothing is known"
        } else {
            "not asked yet"
        };
        Self {
            register,
            keep_alive,
            state: TrunkState::Unknown,
            detail: detail.to_owned(),
            failures: 0,
            silent: 0,
            next_register: register.map(|_| now),
            // Whoever answers a registration is there; the question follows later.
            next_ask: keep_alive.map(|every| if register.is_some() { now + every } else { now }),
        }
    }

    pub(super) fn state(&self) -> (TrunkState, &str) {
        (self.state, &self.detail)
    }

    /// What is to be done next, and when.
    pub(super) fn next(&self) -> Option<(Instant, Step)> {
        let register = self.next_register.zip(self.register).map(|(at, expires)| (at, Step::Register(expires)));
        let ask = self.next_ask.map(|at| (at, Step::Ask));
        match (register, ask) {
            (Some(register), Some(ask)) => Some(if register.0 <= ask.0 { register } else { ask }),
            (one, other) => one.or(other),
        }
    }

    /// Somebody saw it fail: look now.
    pub(super) fn suspect(&mut self, now: Instant) {
        if self.keep_alive.is_some() {
            self.next_ask = Some(now);
        }
    }

    /// What came of a step. `roll` is chance between 0 and 1.
    pub(super) fn done(&mut self, now: Instant, step: Step, outcome: Outcome, roll: f64) {
        match step {
            Step::Register(_) => self.register_done(now, outcome, roll),
            Step::Ask => self.ask_done(now, outcome, roll),
        }
    }

    fn register_done(&mut self, now: Instant, outcome: Outcome, roll: f64) {
        let wait = match outcome {
            Outcome::Registered(granted) => {
                self.failures = 0;
                self.silent = 0;
                self.set(TrunkState::Ok, "registered".to_owned());
                self.next_ask = self.keep_alive.map(|every| now + jitter(every, roll));
                refresh_after(granted, roll)
            }
            Outcome::TooBrief(shortest) => {
                let asked = self.register.unwrap_or_default();
                if shortest <= asked || shortest > A_DAY {
                    self.failures += 1;
                    let words = format!("the provider wants a registration of {} s, which makes no sense", shortest.as_secs());
                    self.set(TrunkState::Error, words);
                    back_off(REFUSED_WAIT, LONGEST_REFUSED_WAIT, self.failures, roll)
                } else {
                    self.register = Some(shortest);
                    Duration::ZERO
                }
            }
            Outcome::Refused(words) => {
                self.failures += 1;
                self.set(TrunkState::Error, words);
                back_off(REFUSED_WAIT, LONGEST_REFUSED_WAIT, self.failures, roll)
            }
            Outcome::Failed(words, wish) => {
                self.failures += 1;
                self.set(TrunkState::Error, words);
                let own = back_off(FIRST_WAIT, LONGEST_WAIT, self.failures, roll);
                wish.map_or(own, |wish| wish.min(A_DAY).max(own))
            }
            // No registration says this.
            Outcome::There => return,
        };
        self.next_register = Some(now + wait);
    }

    fn ask_done(&mut self, now: Instant, outcome: Outcome, roll: f64) {
        let Some(every) = self.keep_alive else { return };
        self.next_ask = Some(now + jitter(every, roll));
        match outcome {
            Outcome::There | Outcome::Registered(_) => {
                self.silent = 0;
                if self.register.is_none() {
                    self.set(TrunkState::Ok, "answers".to_owned());
                } else if self.failures == 0 && self.state == TrunkState::Error {
                    // It was silent and is back; whether it still knows us, a registration tells.
                    self.next_register = Some(now);
                }
            }
            Outcome::Failed(words, _) | Outcome::Refused(words) => {
                self.silent += 1;
                if self.silent >= SILENT_AFTER {
                    // A failed registration has better words.
                    if self.register.is_none() || self.failures == 0 {
                        self.set(TrunkState::Error, words);
                    }
                } else {
                    self.next_ask = Some(now + ASK_AGAIN.min(every));
                }
            }
            Outcome::TooBrief(_) => {}
        }
    }

    fn set(&mut self, state: TrunkState, detail: String) {
        self.state = state;
        self.detail = detail;
    }
}

/// Refresh well before the end, not all at the same moment.
fn refresh_after(granted: Duration, roll: f64) -> Duration {
    let granted = granted.min(A_DAY);
    let before = if granted > Duration::from_secs(1200) { granted.saturating_sub(Duration::from_secs(600)) } else { granted.mul_f64(0.75) };
    jitter(before, roll).max(SHORTEST_REFRESH)
}

fn back_off(first: Duration, longest: Duration, failures: u32, roll: f64) -> Duration {
    let wait = first.saturating_mul(2u32.saturating_pow(failures.saturating_sub(1))).min(longest);
    wait.mul_f64(0.5 + 0.5 * roll.clamp(0.0, 1.0))
}

/// Up to a tenth less.
fn jitter(time: Duration, roll: f64) -> Duration {
    time.mul_f64(1.0 - 0.1 * roll.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const MINUTE: Duration = Duration::from_secs(60);

    fn failed(words: &str) -> Outcome {
        Outcome::Failed(words.into(), None)
    }

    #[test]
    fn a_registration_is_refreshed_before_it_ends() {
        let mut now = Instant::now();
        let mut health = Health::new(now, Some(HOUR), None);
        assert_eq!(health.state().0, TrunkState::Unknown);
        assert_eq!(health.next(), Some((now, Step::Register(HOUR))));
        for granted in [3600, 1800, 600, 60] {
            let granted = Duration::from_secs(granted);
            health.done(now, Step::Register(HOUR), Outcome::Registered(granted), 0.3);
            assert_eq!(health.state(), (TrunkState::Ok, "registered"));
            let (at, _) = health.next().unwrap();
            assert!(at > now + granted / 3 && at < now + granted, "{granted:?}: {:?}", at - now);
            now = at;
        }
    }

    #[test]
    fn failures_wait_longer_and_longer_and_refusals_longer_still() {
        let mut now = Instant::now();
        let mut health = Health::new(now, Some(HOUR), None);
        let mut waits = Vec::new();
        for _ in 0..9 {
            health.done(now, Step::Register(HOUR), failed("no answer"), 1.0);
            let (at, _) = health.next().unwrap();
            waits.push((at - now).as_secs());
            now = at;
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        assert_eq!(health.state(), (TrunkState::Error, "no answer"));
        health.done(now, Step::Register(HOUR), Outcome::Registered(HOUR), 0.0);
        health.done(now, Step::Register(HOUR), Outcome::Refused("wrong password".into()), 0.0);
        assert_eq!(health.next().unwrap().0 - now, Duration::from_secs(30));
        health.done(now, Step::Register(HOUR), Outcome::Failed("busy".into(), Some(Duration::from_secs(120))), 0.0);
        assert_eq!(health.next().unwrap().0 - now, Duration::from_secs(120), "as it was asked for");
    }

    #[test]
    fn a_longer_registration_is_asked_for_once() {
        let now = Instant::now();
        let mut health = Health::new(now, Some(MINUTE), None);
        health.done(now, Step::Register(MINUTE), Outcome::TooBrief(HOUR), 0.0);
        assert_eq!(health.next(), Some((now, Step::Register(HOUR))));
        health.done(now, Step::Register(HOUR), Outcome::TooBrief(HOUR), 0.0);
        assert_eq!(health.state().0, TrunkState::Error, "no endless loop");
        assert!(health.next().unwrap().0 > now);
    }

    #[test]
    fn who_is_silent_twice_is_in_error_and_who_answers_is_back() {
        let mut now = Instant::now();
        let mut health = Health::new(now, None, Some(MINUTE));
        health.done(now, Step::Ask, Outcome::There, 0.0);
        assert_eq!(health.state(), (TrunkState::Ok, "answers"));
        health.done(now, Step::Ask, failed("no answer"), 0.0);
        assert_eq!(health.state().0, TrunkState::Ok, "one may be lost");
        assert_eq!(health.next().unwrap().0 - now, ASK_AGAIN);
        health.done(now, Step::Ask, failed("no answer"), 0.0);
        assert_eq!(health.state(), (TrunkState::Error, "no answer"));
        now += MINUTE;
        health.done(now, Step::Ask, Outcome::There, 0.0);
        assert_eq!(health.state().0, TrunkState::Ok);
        health.suspect(now);
        assert_eq!(health.next(), Some((now, Step::Ask)));
    }

    #[test]
    fn a_registered_trunk_that_was_silent_registers_again() {
        let now = Instant::now();
        let mut health = Health::new(now, Some(HOUR), Some(MINUTE));
        health.done(now, Step::Register(HOUR), Outcome::Registered(HOUR), 0.0);
        health.done(now, Step::Ask, failed("no answer"), 0.0);
        health.done(now, Step::Ask, failed("no answer"), 0.0);
        assert_eq!(health.state().0, TrunkState::Error);
        health.done(now, Step::Ask, Outcome::There, 0.0);
        assert_eq!(health.next(), Some((now, Step::Register(HOUR))));
        health.done(now, Step::Register(HOUR), Outcome::Registered(HOUR), 0.0);
        assert_eq!(health.state().0, TrunkState::Ok);
    }

    #[test]
    fn nothing_asked_nothing_known() {
        let health = Health::new(Instant::now(), None, None);
        assert_eq!((health.next(), health.state().0), (None, TrunkState::Unknown));
    }

    proptest! {
        #[test]
        fn whatever_comes_it_never_hurries_and_never_stops(
            outcomes in prop::collection::vec((0..5u8, 0..200_000u64, 0.0..1.0f64), 1..100),
            register in any::<bool>(),
        ) {
            let mut now = Instant::now();
            let start = now;
            let mut health = Health::new(now, register.then_some(HOUR), Some(MINUTE));
            let mut sent = 0u32;
            for (kind, seconds, roll) in outcomes {
                let Some((at, step)) = health.next() else { panic!("it stopped") };
                now = now.max(at);
                sent += 1;
                let span = Duration::from_secs(seconds);
                let outcome = match kind {
                    0 => Outcome::Registered(span),
                    1 => Outcome::TooBrief(span),
                    2 => Outcome::Refused("r".into()),
                    3 => Outcome::Failed("f".into(), Some(span)),
                    _ => Outcome::There,
                };
                // A question is never answered by an interval, and a registration never by a mere sign of life.
                let outcome = match (step, outcome) {
                    (Step::Ask, Outcome::TooBrief(_)) => Outcome::There,
                    (Step::Register(_), Outcome::There) => Outcome::Failed("f".into(), None),
                    (_, outcome) => outcome,
                };
                health.done(now, step, outcome, roll);
            }
            // One request in two seconds and a burst is far more than any of it may send.
            prop_assert!(f64::from(sent) <= 12.0 + (now - start).as_secs_f64() / 2.0, "{sent} in {:?}", now - start);
        }
    }
}
