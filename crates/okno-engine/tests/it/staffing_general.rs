//! Patience of any shape against Erlang A, the balance of flows, and a simulation.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

use super::{
    center::Dice,
    staffing::{level, patient},
};
use okno_engine::staffing::{
    Crowd, LevelForm, Load, PatienceCurve, ServiceLevel, StaffingError, Steady, Target, erlang_b, required_agents, required_agents_general,
    steady, steady_general,
};
use std::collections::BinaryHeap;

fn load(erlangs: f64) -> Load {
    Load::new(erlangs, 180.0, 180.0).unwrap()
}

fn near(what: &str, ours: f64, theirs: f64) {
    assert!((ours - theirs).abs() <= 1e-8 * theirs.abs().max(1e-4), "{what}: {ours} is not {theirs}");
}

fn same(a: &Steady, b: &Steady) {
    let all = |s: &Steady| [s.p_wait, s.p_abandon, s.mean_wait, s.asa.unwrap(), s.mean_queue, s.occupancy];
    for (n, (a, b)) in all(a).into_iter().zip(all(b)).enumerate() {
        near(&format!("measure {n}"), a, b);
    }
    for t in [0.0, 5.0, 20.0, 100.0] {
        near("longer", a.waits_longer(t), b.waits_longer(t));
        for form in LevelForm::ALL {
            near(form.id(), level(form, t, a), level(form, t, b));
        }
    }
}

#[test]
fn a_constant_hazard_is_erlang_a() {
    for (erlangs, agents, patience) in [(10.0, 8, 90.0), (10.0, 14, 90.0), (100.0, 101, 30.0), (100.0, 60, 600.0), (900.0, 700, 3000.0)] {
        let exact = steady(&load(erlangs), &patient(patience), agents).unwrap();
        same(&steady_general(&load(erlangs), &PatienceCurve::of(&[(0.0, 1.0 / patience)]).unwrap(), agents).unwrap(), &exact);
        // The same in pieces.
        let pieces = [0.0, 3.0, 20.0, 21.0, 400.0].map(|begin| (begin, 1.0 / patience));
        same(&steady_general(&load(erlangs), &PatienceCurve::of(&pieces).unwrap(), agents).unwrap(), &exact);
    }
    // Nobody gives up, and everybody at once.
    let endless = steady(&load(20.0), &Crowd::endless(), 24).unwrap();
    same(&steady_general(&load(20.0), &PatienceCurve::of(&[(0.0, 0.0)]).unwrap(), 24).unwrap(), &endless);
    let hasty = steady_general(&load(20.0), &PatienceCurve::of(&[(0.0, 1000.0)]).unwrap(), 24).unwrap();
    assert!((hasty.p_abandon / erlang_b(20.0, 24).unwrap() - 1.0).abs() < 5e-4);
}

/// A fifth hangs up within ten seconds, then hardly anybody, then all after five minutes.
fn odd() -> PatienceCurve {
    PatienceCurve::of(&[(0.0, 0.022), (10.0, 0.0005), (300.0, 0.05)]).unwrap()
}

#[test]
fn what_comes_in_goes_out() {
    for (erlangs, agents) in [(5.0, 3), (20.0, 20), (20.0, 26), (200.0, 170)] {
        let at = steady_general(&load(erlangs), &odd(), agents).unwrap();
        // Mean number of busy agents by the states: below N those of Erlang B's chain, above N all.
        let mut states = vec![1.0];
        for k in 1..agents {
            states.push(states[states.len() - 1] * erlangs / f64::from(k));
        }
        let below: f64 = states.iter().sum();
        let busy: f64 = (0..).zip(&states).map(|(k, p)| f64::from(k) * p).sum::<f64>() / below * (1.0 - at.p_wait);
        near("flow", busy + f64::from(agents) * at.p_wait, erlangs * at.answered());
        near("little", at.mean_queue, load(erlangs).per_second() * at.mean_wait);
        near("all", at.answered_within(30.0) + at.abandoned_within(30.0) + at.waits_longer(30.0), 1.0);
        near("who waits", at.waits_longer(0.0), at.p_wait);
    }
}

#[test]
fn a_simulation_agrees() {
    let (agents, erlangs, calls) = (20, 21.0, 200_000);
    let at = steady_general(&load(erlangs), &odd(), agents).unwrap();
    let mut dice = Dice(5);
    // First come, first served: who arrives takes the agent who is free first, if he waits so long.
    let mut free: BinaryHeap<std::cmp::Reverse<u64>> = (0..agents).map(|_| std::cmp::Reverse(0)).collect();
    let (mut now, mut gave_up, mut in_time, mut waited) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..calls {
        now += dice.exponential(180.0 / erlangs);
        let soonest = f64::from_bits(free.peek().unwrap().0);
        let wait = (soonest - now).max(0.0);
        // Patience by its inverse survival.
        let (u, curve) = (dice.uniform(), odd());
        let (mut low, mut high) = (0.0, 2000.0);
        for _ in 0..30 {
            let middle = f64::midpoint(low, high);
            if curve.survival(middle) > u { low = middle } else { high = middle }
        }
        waited += wait.min(low);
        if low < wait {
            gave_up += 1.0;
            continue;
        }
        in_time += f64::from(u8::from(wait <= 20.0));
        free.pop();
        free.push(std::cmp::Reverse((now + wait + dice.exponential(180.0)).to_bits()));
    }
    let n = f64::from(calls);
    assert!((gave_up / n - at.p_abandon).abs() < 0.004, "{} {}", gave_up / n, at.p_abandon);
    assert!((in_time / n - at.answered_within(20.0)).abs() < 0.012, "{} {}", in_time / n, at.answered_within(20.0));
    assert!((waited / n - at.mean_wait).abs() < 0.03 * at.mean_wait, "{} {}", waited / n, at.mean_wait);
}

#[test]
fn required_agents_and_refusals() {
    let target = Target::default().level(ServiceLevel::new(20.0).unwrap(), 0.8).unwrap();
    let constant = PatienceCurve::of(&[(0.0, 1.0 / 120.0)]).unwrap();
    for erlangs in [0.5, 10.0, 150.0] {
        let exact = required_agents(&load(erlangs), &patient(120.0), &target).unwrap();
        assert_eq!(required_agents_general(&load(erlangs), &constant, &target).unwrap(), exact);
    }
    assert_eq!(required_agents_general(&load(0.0), &constant, &target).unwrap(), 0);
    assert_eq!(required_agents_general(&load(5.0), &constant, &Target::default()), Err(StaffingError::NoTarget));
    // Nine tenths never give up: they alone must not be too many.
    let stubborn = PatienceCurve::of(&[(0.0, 0.010_536), (10.0, 0.0)]).unwrap();
    let error = steady_general(&load(20.0), &stubborn, 15).unwrap_err();
    assert_eq!(error, StaffingError::Unstable { agents: 15, erlangs: 20.0, at_least: 19 });
    assert!(steady_general(&load(20.0), &stubborn, 19).is_ok());
    assert!(required_agents_general(&load(20.0), &stubborn, &target).unwrap() >= 19);
    assert!(PatienceCurve::of(&[]).is_err() && PatienceCurve::of(&[(1.0, 0.1)]).is_err() && PatienceCurve::of(&[(0.0, -0.1)]).is_err());
    assert!(PatienceCurve::of(&[(0.0, 0.1), (20.0, 0.2), (10.0, 0.1)]).is_err());
}
