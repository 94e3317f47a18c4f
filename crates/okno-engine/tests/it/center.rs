//! A simulated center in which estimates are held against what really came, beside the formulas of others.
//!
//! The others' formulas are oracles here and nowhere else: they are not in the product.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use okno_engine::wait::{CalibrationReport, Estimate, Facts, WaitKey, WaitModel};
use okno_model::{Medium, QueueId, Timestamp};
use std::collections::{BinaryHeap, VecDeque};

pub(crate) const DAY: f64 = 86_400.0;

pub(crate) fn key() -> WaitKey {
    WaitKey { queue: QueueId::from_u128(1), medium: Medium::Voice }
}

pub(crate) fn at(seconds: f64) -> Timestamp {
    Timestamp::from_millis((seconds * 1000.0) as i64)
}

/// Seeded randomness.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((z >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * self.uniform().ln()
    }

    /// Of this mean, with a coefficient of variation of about 1.3, as handle times really have.
    fn lognormal(&mut self, mean: f64) -> f64 {
        let normal = (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos();
        mean * (normal - 0.5).exp()
    }
}

/// A center to simulate.
pub(crate) struct Center {
    pub(crate) name: &'static str,
    /// Days to simulate, the first three to learn.
    pub(crate) days: f64,
    /// Arrivals per second at a time.
    pub(crate) rate: fn(f64) -> f64,
    /// Above every rate.
    pub(crate) rate_max: f64,
    /// Agents at a time.
    pub(crate) agents: fn(f64) -> u32,
    pub(crate) handle: f64,
    pub(crate) lognormal: bool,
    pub(crate) patience: f64,
    /// Part that gives up in the first ten seconds or never, instead of exponential patience.
    pub(crate) odd_patience: bool,
}

/// Formulas of others.
#[derive(Default)]
struct Others {
    /// Asterisk: `holdtime <- (3 holdtime + wait) / 4` of the answered.
    holdtime: f64,
    /// Genesys Stat Server: AHT x waiting / agents, with a cumulative AHT.
    handled: (f64, f64),
    asterisk_error: f64,
    genesys_error: f64,
    our_error: f64,
    oracle_error: f64,
    compared: u32,
}

struct Waiter {
    arrived: f64,
    gives_up: f64,
    gone: bool,
    said: Option<Estimate>,
    asterisk: f64,
    genesys: f64,
    oracle: f64,
}

/// What a run gave.
pub(crate) struct Run {
    pub(crate) report: CalibrationReport,
    /// Share of true waits below P80, as only a simulation knows them: of those who gave up, too.
    pub(crate) true_p80: f64,
    pub(crate) true_p50: f64,
    pub(crate) ours: f64,
    pub(crate) asterisk: f64,
    pub(crate) genesys: f64,
    pub(crate) oracle: f64,
    pub(crate) compared: u32,
}

/// The median of the exact distribution with the true rates of now: what nobody outside a simulation knows.
fn oracle(answers: f64, theta: f64, ahead: u32) -> f64 {
    let above = |t: f64| {
        let span = -(-theta * t).exp_m1() / theta;
        let (mut term, mut sum) = ((-answers * t).exp(), 0.0);
        for k in 0..=ahead {
            sum += term;
            term *= span * (answers + f64::from(k) * theta) / f64::from(k + 1);
        }
        sum
    };
    let (mut low, mut high) = (0.0, f64::from(ahead + 1) / answers);
    for _ in 0..14 {
        let middle = f64::midpoint(low, high);
        if above(middle) > 0.5 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Days that the model may learn before it is judged.
const WARM_UP_DAYS: f64 = 3.0;

pub(crate) fn simulate(center: &Center, days: f64, seed: u64) -> Run {
    let mut dice = Dice(seed);
    let mut model = WaitModel::default();
    let mut others = Others::default();
    let mut queue: VecDeque<Waiter> = VecDeque::new();
    // Ends of talks, soonest first; bits of positive times are ordered as they are.
    let mut talks: BinaryHeap<std::cmp::Reverse<u64>> = BinaryHeap::new();
    let (mut below_p80, mut below_p50, mut judged) = (0.0, 0.0, 0.0);
    let mut now = 0.0;
    let mut next_arrival = dice.exponential(1.0 / center.rate_max);
    let mut restarted = false;
    while now < days * DAY {
        if !restarted && now > WARM_UP_DAYS * DAY {
            restarted = true;
            model.restart_reports();
            others = Others { holdtime: others.holdtime, handled: others.handled, ..Others::default() };
            (below_p80, below_p50, judged) = (0.0, 0.0, 0.0);
        }
        // Who gave up before the next event leaves in his turn; agents come and go with the plan, looked at each minute.
        let talk_ends = talks.peek().map_or(f64::INFINITY, |end| f64::from_bits(end.0));
        let minute = (now / 60.0).floor().mul_add(60.0, 60.0);
        let event = next_arrival.min(talk_ends).min(minute);
        for waiter in queue.iter_mut().filter(|waiter| !waiter.gone && waiter.gives_up <= event) {
            waiter.gone = true;
            model.gave_up(key(), waiter.gives_up - waiter.arrived, waiter.said.as_ref().map(|said| (said, 0.0)));
        }
        now = event;
        let hour = ((now / 3600.0) as u64 % 168) as u16;
        let agents = (center.agents)(now) as usize;
        if event.to_bits() == talk_ends.to_bits() {
            talks.pop();
        } else if event.to_bits() == next_arrival.to_bits() {
            next_arrival += dice.exponential(1.0 / center.rate_max);
            if dice.uniform() < (center.rate)(now) / center.rate_max {
                let waiting: Vec<&Waiter> = queue.iter().filter(|waiter| !waiter.gone).collect();
                let ahead = waiting.len() as u32;
                let waits = ahead > 0 || talks.len() >= agents;
                let first_waited = waiting.first().map(|first| now - first.arrived);
                let facts = Facts { ahead, waiting: ahead, first_waited, agents: agents as f64, hour };
                let patience = if !center.odd_patience {
                    dice.exponential(center.patience)
                } else if dice.uniform() < 0.15 {
                    10.0 * dice.uniform()
                } else {
                    dice.exponential(center.patience) + 30.0
                };
                let genesys = others.handled.0 / others.handled.1.max(1.0) * f64::from(ahead) / agents as f64;
                queue.push_back(Waiter {
                    arrived: now,
                    gives_up: now + patience,
                    gone: false,
                    said: if waits { model.estimate(key(), at(now), &facts).ok() } else { None },
                    asterisk: others.holdtime,
                    genesys,
                    oracle: if waits { oracle(agents as f64 / center.handle, 1.0 / center.patience, ahead) } else { 0.0 },
                });
            }
        }
        while talks.len() < agents && !queue.is_empty() {
            let waiter = queue.pop_front().unwrap();
            let waited = now - waiter.arrived;
            if let Some(said) = &waiter.said {
                judged += 1.0;
                below_p80 += f64::from(u8::from(waited <= said.p80));
                below_p50 += f64::from(u8::from(waited <= said.p50));
            }
            if waiter.gone {
                continue;
            }
            let talk = if center.lognormal { dice.lognormal(center.handle) } else { dice.exponential(center.handle) };
            talks.push(std::cmp::Reverse((now + talk).to_bits()));
            model.answered(key(), at(now), waited, waiter.said.as_ref().map(|said| (said, 0.0)));
            model.handled(key(), hour, talk);
            others.handled = (others.handled.0 + talk, others.handled.1 + 1.0);
            if let Some(said) = &waiter.said {
                others.our_error += (waited - said.p50).abs();
                others.asterisk_error += (waited - waiter.asterisk).abs();
                others.genesys_error += (waited - waiter.genesys).abs();
                others.oracle_error += (waited - waiter.oracle).abs();
                others.compared += 1;
            }
            others.holdtime = (3.0 * others.holdtime + waited) / 4.0;
        }
    }
    let n = f64::from(others.compared);
    Run {
        report: model.calibration(key()).unwrap().report().unwrap(),
        true_p80: below_p80 / judged,
        true_p50: below_p50 / judged,
        ours: others.our_error / n,
        asterisk: others.asterisk_error / n,
        genesys: others.genesys_error / n,
        oracle: others.oracle_error / n,
        compared: others.compared,
    }
}

/// Load over a day: quiet nights, a peak before noon and one in the afternoon.
fn day(t: f64) -> f64 {
    let hour = t % DAY / 3600.0;
    0.15 + (-(hour - 10.5).powi(2) / 4.0).exp() + 0.8 * (-(hour - 15.0).powi(2) / 6.0).exp()
}

pub(crate) const CENTERS: [Center; 6] = [
    Center {
        name: "overload: a third gives up",
        days: 6.0,
        rate: |_| 0.15,
        rate_max: 0.15,
        agents: |_| 20,
        handle: 200.0,
        lognormal: false,
        patience: 240.0,
        odd_patience: false,
    },
    Center {
        name: "steady load, exponential times (the model is right)",
        days: 6.0,
        rate: |_| 0.105,
        rate_max: 0.105,
        agents: |_| 20,
        handle: 200.0,
        lognormal: false,
        patience: 240.0,
        odd_patience: false,
    },
    Center {
        name: "load of a day, agents in steps",
        days: 6.0,
        rate: |t| 0.3 * day(t),
        rate_max: 0.4,
        agents: |t| if (8.0..18.0).contains(&(t % DAY / 3600.0)) { 58 } else { 18 },
        handle: 220.0,
        lognormal: false,
        patience: 300.0,
        odd_patience: false,
    },
    Center {
        name: "the same, lognormal talks, a part hangs up at once",
        days: 6.0,
        rate: |t| 0.3 * day(t),
        rate_max: 0.4,
        agents: |t| if (8.0..18.0).contains(&(t % DAY / 3600.0)) { 56 } else { 18 },
        handle: 220.0,
        lognormal: true,
        patience: 300.0,
        odd_patience: true,
    },
    Center {
        name: "four agents, a rush each noon",
        days: 30.0,
        rate: |t| if (12.0..13.0).contains(&(t % DAY / 3600.0)) { 0.03 } else { 0.013 },
        rate_max: 0.03,
        agents: |_| 4,
        handle: 240.0,
        lognormal: true,
        patience: 600.0,
        odd_patience: false,
    },
    Center {
        name: "a third of the agents fails for two hours each day",
        days: 6.0,
        rate: |_| 0.12,
        rate_max: 0.12,
        agents: |t| if (9.0..11.0).contains(&(t % DAY / 3600.0)) { 20 } else { 30 },
        handle: 220.0,
        lognormal: true,
        patience: 400.0,
        odd_patience: false,
    },
];
