//! Patience of any shape (M/M/N+G): a part hangs up at once, the others wait long.
//!
//! With `S` the survival of patience and `phi(x) = lambda int_0^x S - N mu x`, the offered wait has the density
//! `v(x) = lambda p_{N-1} exp(phi(x))` (Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005), and
//! `P(answered, W>t) = int_t v S`, `P(gives up, W>t) = int_t v(x) (S(t) - S(x))`, `E[W] = int v(x) int_0^x S`. `phi` is
//! concave, so `v` has one peak; it is integrated where it is above exp(-46) of that, panel by panel between the points
//! at which the hazard changes, with eight points of Gauss and Legendre each.

use super::{
    erlang_b::inverse_b,
    error::{StaffingError, within},
    load::{Load, MAX_AGENTS},
    required::{Target, fewest},
    steady::{Later, Steady, Waits},
};

/// Patience as a hazard that is constant in pieces: what a Kaplan-Meier estimate gives.
#[derive(Debug, Clone, PartialEq)]
pub struct PatienceCurve {
    pieces: Vec<Piece>,
}

/// From `begin` on; up to the next one's.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    begin: f64,
    hazard: f64,
    /// S(begin).
    survival: f64,
    /// The integral of S from 0 to begin.
    area: f64,
}

impl PatienceCurve {
    /// Pieces as (first second, rate per second at which customers of that age give up), the first from 0, in their order.
    /// The last one has no end; a rate of 0 there means that some never give up.
    pub fn of(hazards: &[(f64, f64)]) -> Result<Self, StaffingError> {
        within("the number of pieces of patience", hazards.len() as f64, 1.0, 1000.0, "from 1 to 1,000")?;
        within("the first piece of patience", hazards[0].0, 0.0, 0.0, "from second 0 on")?;
        let mut pieces: Vec<Piece> = Vec::with_capacity(hazards.len());
        for &(begin, hazard) in hazards {
            within("the rate at which customers give up", hazard, 0.0, 1000.0, "from 0 to 1,000 per second")?;
            let (survival, area) = match pieces.last() {
                None => (1.0, 0.0),
                Some(before) => {
                    within("a piece of patience", begin, before.begin, 1e9, "later than the one before it")?;
                    before.at(begin)
                }
            };
            pieces.push(Piece { begin, hazard, survival, area });
        }
        Ok(Self { pieces })
    }

    /// The share of customers who would wait longer than so many seconds.
    pub fn survival(&self, seconds: f64) -> f64 {
        self.at(seconds.max(0.0)).0
    }

    /// S and its integral.
    fn at(&self, x: f64) -> (f64, f64) {
        let after = self.pieces.partition_point(|piece| piece.begin <= x);
        self.pieces[after.max(1) - 1].at(x)
    }
}

impl Piece {
    fn at(&self, x: f64) -> (f64, f64) {
        let (age, hazard) = (x - self.begin, self.hazard);
        let lost = -(-hazard * age).exp_m1();
        let area = if hazard > 0.0 { lost / hazard } else { age };
        (self.survival * (1.0 - lost), self.area + self.survival * area)
    }
}

/// The steady state of `agents` agents whose customers have this patience.
pub fn steady_general(load: &Load, curve: &PatienceCurve, agents: u32) -> Result<Steady, StaffingError> {
    within("the number of agents", f64::from(agents), 1.0, f64::from(MAX_AGENTS), "from 1 to 1,000,000")?;
    let mut waits = General {
        curve: curve.clone(),
        lambda: load.rate,
        answers: f64::from(agents) / load.handle,
        peak: 0.0,
        ends: (0.0, 0.0),
        scale: 0.0,
    };
    let erlangs = load.erlangs();
    if !waits.find_ends() {
        return Err(StaffingError::Unstable { agents, erlangs, at_least: (erlangs * curve.survival(1e9)).floor() as u32 + 1 });
    }
    // p_{N-1} (1 / B(N-1) + lambda int exp(phi)) = 1, scaled by the peak.
    let all = waits.integral(0.0, |_, _, _| 1.0);
    let below = inverse_b(erlangs, agents - 1);
    let whole = if below.is_finite() { below * (-waits.peak).exp() + load.rate * all } else { f64::INFINITY };
    waits.scale = load.rate / whole;
    let scale = waits.scale;
    let p_abandon = scale * waits.integral(0.0, |_, survival, _| 1.0 - survival);
    let answered = 1.0 - p_abandon;
    let mean_wait = scale * waits.integral(0.0, |_, _, area| area);
    let waited = scale * waits.integral(0.0, |x, survival, _| x * survival);
    Ok(Steady {
        agents,
        load: *load,
        p_wait: scale * all,
        p_abandon,
        p_blocked: 0.0,
        mean_wait,
        asa: (answered > 0.0).then(|| waited / answered),
        mean_queue: load.rate * mean_wait,
        occupancy: erlangs * answered / f64::from(agents),
        waits: Waits::General(waits),
    })
}

/// The fewest agents that meet all of `target` when customers have this patience.
pub fn required_agents_general(load: &Load, curve: &PatienceCurve, target: &Target) -> Result<u32, StaffingError> {
    fewest(load, target, MAX_AGENTS, |agents| match steady_general(load, curve, agents) {
        Ok(at) => Ok(target.missed(&at)),
        Err(StaffingError::Unstable { .. }) => Ok(Some("a wait that has an end")),
        Err(error) => Err(error),
    })
}

/// What the waits need.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct General {
    curve: PatienceCurve,
    lambda: f64,
    /// N mu.
    answers: f64,
    /// The highest value of phi.
    peak: f64,
    /// Between these exp(phi - peak) counts.
    ends: (f64, f64),
    /// lambda p_{N-1} exp(peak).
    scale: f64,
}

/// Panels between the ends, besides those that end where the hazard changes.
const PANELS: u32 = 96;
/// What is below exp of this is nothing.
const NOTHING: f64 = -46.0;
/// Gauss and Legendre's points and weights on -1..1, the positive half.
const POINTS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

impl General {
    fn phi(&self, x: f64) -> f64 {
        self.lambda * self.curve.at(x).1 - self.answers * x
    }

    /// Finds the peak of phi and where it counts. False if it never falls.
    fn find_ends(&mut self) -> bool {
        let slope = |x: f64| self.lambda * self.curve.survival(x) - self.answers;
        let mut top = 1.0;
        while slope(top) >= 0.0 {
            top *= 2.0;
            if top > 1e9 {
                return false;
            }
        }
        let (mut low, mut high) = (0.0, top);
        if slope(0.0) > 0.0 {
            (low, high) = bisect(low, high, |x| slope(x) > 0.0);
        } else {
            high = 0.0;
        }
        let at = f64::midpoint(low, high);
        let peak = self.phi(at);
        let mut step = 1.0;
        while self.phi(at + step) - peak > NOTHING {
            step *= 2.0;
            if step > 1e12 {
                return false;
            }
        }
        let end = bisect(at, at + step, |x| self.phi(x) - peak > NOTHING).1;
        let begin = if self.phi(0.0) - peak > NOTHING { 0.0 } else { bisect(0.0, at, |x| self.phi(x) - peak < NOTHING).0 };
        (self.peak, self.ends) = (peak, (begin, end));
        true
    }

    /// The integral of `exp(phi(x) - peak) f(x, S(x), int_0^x S)` from `from` on.
    fn integral(&self, from: f64, f: impl Fn(f64, f64, f64) -> f64) -> f64 {
        let (begin, end) = (self.ends.0.max(from), self.ends.1);
        if begin >= end {
            return 0.0;
        }
        let width = (end - begin) / f64::from(PANELS);
        let mut sum = 0.0;
        for (n, piece) in self.curve.pieces.iter().enumerate() {
            let next = self.curve.pieces.get(n + 1).map_or(f64::INFINITY, |next| next.begin);
            let (low, high) = (piece.begin.max(begin), next.min(end));
            if low >= high {
                continue;
            }
            let panels = ((high - low) / width).ceil().max(1.0);
            let half = (high - low) / panels / 2.0;
            let mut middle = low + half;
            for _ in 0..panels as u32 {
                for (point, weight) in POINTS {
                    for x in [middle - half * point, middle + half * point] {
                        let (survival, area) = piece.at(x);
                        sum += half * weight * (self.lambda * area - self.answers * x - self.peak).exp() * f(x, survival, area);
                    }
                }
                middle += 2.0 * half;
            }
        }
        sum
    }

    pub(super) fn later(&self, seconds: f64) -> Later {
        let stays = self.curve.survival(seconds);
        Later {
            answered_later: self.scale * self.integral(seconds, |_, survival, _| survival),
            abandoned_later: self.scale * self.integral(seconds, |_, survival, _| stays - survival),
        }
    }
}

/// Closes in on where `holds` changes from true at `low` to false at `high`.
fn bisect(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> (f64, f64) {
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low, high)
}
