//! What an agent did lately, for the strategies of fairness: contacts, talk and work per time on duty.
//!
//! A rate is taken at an event of the agent himself (he took or ended something, changed his presence, came or went), and every
//! five minutes while he waits, since his true rate falls all the time: without that a busy first minute would be held against
//! him for as long as nobody calls. To follow it exactly would mean sorting the ready sets all the time. Rates are per hour
//! *on duty*, so somebody who has just come is compared by his pace and not flooded until he has caught up with the others' numbers.

#![expect(clippy::wildcard_enum_match_arm, reason = "few strategies and stages differ here from all the others")]

use super::strategy::mix;
use okno_model::{
    AgentId, Timestamp,
    doc::{Strategy, Window},
};

/// Time on duty counts as at least this much: the rate of the first minute says nothing.
const LEAST_DUTY_MS: u64 = 60_000;
/// The hour, in steps of five minutes.
const HOUR_STEP: i64 = 5 * 60 * 1000;
/// The day, in steps of an hour.
const DAY_STEP: i64 = 60 * 60 * 1000;
/// How far back a shift can be known from rows.
const SHIFT_MS: i64 = 12 * 60 * 60 * 1000;

/// How old a rate may be.
const RATE_MS: i64 = 5 * 60 * 1000;

/// When the rates of an agent are taken next. Each has a beat of his own, made of his id, so that not all are sorted at one
/// instant and a rebuilt engine has the same beat.
pub(super) const fn rates_due(agent: AgentId, now: Timestamp) -> Timestamp {
    let id = agent.0.as_u128();
    let beat = (mix((id >> 64) as u64 ^ id as u64) % RATE_MS as u64) as i64;
    let passed = (now.millis() - beat).rem_euclid(RATE_MS);
    Timestamp::from_millis(now.millis() - passed + RATE_MS)
}

/// Sums over some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    taken: u32,
    duty_ms: u64,
    talk_ms: u64,
    work_ms: u64,
}

impl Tally {
    const fn rates(&self) -> [u32; 3] {
        let duty = if self.duty_ms < LEAST_DUTY_MS { LEAST_DUTY_MS } else { self.duty_ms };
        // Per 1,000 hours on duty, and in millionths of the time on duty.
        [capped(self.taken as u64 * 3_600_000_000 / duty), capped(self.talk_ms * 1_000_000 / duty), capped(self.work_ms * 1_000_000 / duty)]
    }

    const fn add(&mut self, ms: u64, doing: Doing) {
        if doing.duty {
            self.duty_ms += ms;
        }
        if doing.talk {
            self.talk_ms += ms;
        }
        if doing.work {
            self.work_ms += ms;
        }
    }
}

const fn capped(rate: u64) -> u32 {
    if rate > u32::MAX as u64 { u32::MAX } else { rate as u32 }
}

/// What he did over some time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Doing {
    /// Available and connected, or at work.
    pub(super) duty: bool,
    /// In a talk.
    pub(super) talk: bool,
    /// In a talk or in wrap-up.
    pub(super) work: bool,
}

/// Sums over the last `N` steps of time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wheel<const N: usize> {
    step: i64,
    /// Number of the newest step.
    at: i64,
    /// When the newest step began: most of what is counted lies in it, and needs no division.
    began: i64,
    /// Where the newest step is.
    newest: usize,
    steps: [Tally; N],
}

impl<const N: usize> Wheel<N> {
    const fn new(step: i64) -> Self {
        let nothing = Tally { taken: 0, duty_ms: 0, talk_ms: 0, work_ms: 0 };
        Self { step, at: 0, began: 0, newest: 0, steps: [nothing; N] }
    }

    fn turn(&mut self, now: i64) {
        if now < self.began + self.step {
            return;
        }
        let at = now.div_euclid(self.step);
        for gone in (self.at + 1..=at).rev().take(N) {
            self.steps[gone.rem_euclid(N as i64) as usize] = Tally::default();
        }
        (self.at, self.began, self.newest) = (at, at * self.step, at.rem_euclid(N as i64) as usize);
    }

    /// The step of an instant, if it is not too old.
    fn step(&mut self, at: i64) -> Option<&mut Tally> {
        if at >= self.began && at < self.began + self.step {
            return Some(&mut self.steps[self.newest]);
        }
        let number = at.div_euclid(self.step);
        (number <= self.at && number > self.at - N as i64).then(|| &mut self.steps[number.rem_euclid(N as i64) as usize])
    }

    fn add(&mut self, from: i64, to: i64, doing: Doing) {
        if from >= self.began && to <= self.began + self.step {
            if to > from {
                self.steps[self.newest].add((to - from) as u64, doing);
            }
            return;
        }
        let mut from = from.max((self.at - N as i64 + 1) * self.step);
        while from < to {
            let end = (from.div_euclid(self.step) + 1) * self.step;
            let ms = (to.min(end) - from) as u64;
            if let Some(tally) = self.step(from) {
                tally.add(ms, doing);
            }
            from = end;
        }
    }

    fn sum(&self) -> Tally {
        self.steps.iter().fold(Tally::default(), |sum, t| Tally {
            taken: sum.taken + t.taken,
            duty_ms: sum.duty_ms + t.duty_ms,
            talk_ms: sum.talk_ms + t.talk_ms,
            work_ms: sum.work_ms + t.work_ms,
        })
    }
}

/// What an agent did lately, and the rates as they were at his last own event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentStats {
    shift: Tally,
    hour: Wheel<12>,
    day: Wheel<24>,
    /// Counted up to here.
    until: i64,
    doing: Doing,
    /// Rates by window: contacts, talk, work.
    rates: [[u32; 3]; 3],
}

impl AgentStats {
    /// Nothing done yet.
    pub fn new(now: Timestamp) -> Box<Self> {
        let mut new = Self {
            shift: Tally::default(),
            hour: Wheel::new(HOUR_STEP),
            day: Wheel::new(DAY_STEP),
            until: now.millis(),
            doing: Doing::default(),
            rates: [[0; 3]; 3],
        };
        new.hour.turn(now.millis());
        new.day.turn(now.millis());
        Box::new(new)
    }

    /// From rows: he took an interaction at `took`, talked until `talked` and worked on it until `ended`. What is older than
    /// the windows is left out; a shift is the last twelve hours. Call [`Self::on_duty`] and [`Self::loaded`] at the end.
    pub fn handled(&mut self, took: Timestamp, talked: Timestamp, ended: Timestamp) {
        let (took, talked, ended) = (took.millis(), talked.millis().min(self.until), ended.millis().min(self.until));
        if took > self.until - SHIFT_MS {
            self.shift.taken += 1;
        }
        for tally in [self.hour.step(took), self.day.step(took)].into_iter().flatten() {
            tally.taken += 1;
        }
        self.past(took, talked, Doing { duty: false, talk: true, work: true });
        self.past(talked.max(took), ended, Doing { duty: false, talk: false, work: true });
    }

    /// From rows: he was on duty from one instant to another.
    pub fn on_duty(&mut self, from: Timestamp, to: Timestamp) {
        self.past(from.millis(), to.millis().min(self.until), Doing { duty: true, talk: false, work: false });
    }

    /// From rows: everything is in; takes the rates.
    pub fn loaded(&mut self) {
        self.rates = [self.shift.rates(), self.hour.sum().rates(), self.day.sum().rates()];
    }

    fn past(&mut self, from: i64, to: i64, doing: Doing) {
        let first = from.max(self.until - SHIFT_MS);
        if to > first {
            self.shift.add((to - first) as u64, doing);
        }
        self.hour.add(from, to, doing);
        self.day.add(from, to, doing);
    }

    /// He took an interaction.
    pub(super) fn took(&mut self, now: Timestamp) {
        self.hour.turn(now.millis());
        self.day.turn(now.millis());
        self.shift.taken += 1;
        for tally in [self.hour.step(now.millis()), self.day.step(now.millis())].into_iter().flatten() {
            tally.taken += 1;
        }
    }

    /// An event of his: what he did until now counts, and his rates are taken.
    pub(super) fn note(&mut self, now: Timestamp, doing: Doing) {
        let (from, to) = (self.until, now.millis().max(self.until));
        self.hour.turn(to);
        self.day.turn(to);
        if to > from && self.doing != Doing::default() {
            self.shift.add((to - from) as u64, self.doing);
            self.hour.add(from, to, self.doing);
            self.day.add(from, to, self.doing);
        }
        self.until = to;
        self.doing = doing;
    }

    /// He was offline and comes back: a new shift.
    pub(super) fn new_shift(&mut self) {
        self.shift = Tally::default();
    }

    /// What he does now, as far as it is known here.
    pub(super) const fn doing(&self) -> Doing {
        self.doing
    }

    pub(super) const fn set_doing(&mut self, doing: Doing) {
        self.doing = doing;
    }

    /// The rate that a strategy compares; 0 for one that compares none.
    pub(super) const fn rate(&self, strategy: Strategy, window: Window) -> u32 {
        let rates = match window {
            Window::Shift => &self.rates[0],
            Window::Hour => &self.rates[1],
            Window::Day => &self.rates[2],
        };
        match strategy {
            Strategy::FewestTaken => rates[0],
            Strategy::LeastTalkTime => rates[1],
            Strategy::LeastOccupied => rates[2],
            _ => 0,
        }
    }
}
