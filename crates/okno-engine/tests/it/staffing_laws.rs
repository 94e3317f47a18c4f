//! Laws that staffing formulas must hold for every load.

use super::staffing::{level, patient};
use okno_engine::staffing::{Crowd, LevelForm, Load, ServiceLevel, Target, erlang_b, required_agents, steady};
use proptest::{prelude::*, test_runner::RngSeed};

fn cases() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    /// With theta = mu the number in the system is Poisson(A).
    #[test]
    fn patience_as_long_as_the_talk_is_poisson(erlangs in 0.1_f64..200.0, around in -3.0_f64..3.0) {
        let agents = (erlangs + around * erlangs.sqrt()).round().max(1.0);
        let at = steady(&Load::new(erlangs, 60.0, 60.0).unwrap(), &patient(60.0), agents as u32).unwrap();
        let (mut term, mut below) = ((-erlangs).exp(), 0.0);
        let mut k = 0.0;
        while k < agents {
            below += term;
            k += 1.0;
            term *= erlangs / k;
        }
        prop_assert!((at.p_wait - (1.0 - below)).abs() < 1e-10);
    }

    /// theta -> 0 is Erlang C, theta -> infinity Erlang B.
    #[test]
    fn patience_has_erlang_c_and_b_at_its_ends(erlangs in 0.1_f64..150.0, above in 0.3_f64..4.0) {
        let agents = (erlangs + above * erlangs.sqrt()).ceil() as u32 + 1;
        let load = Load::new(erlangs, 60.0, 60.0).unwrap();
        let endless = steady(&load, &Crowd::endless(), agents).unwrap();
        let stubborn = steady(&load, &patient(3e5), agents).unwrap();
        prop_assert!((stubborn.p_wait - endless.p_wait).abs() < 5e-3 * endless.p_wait.max(1e-6), "{} {}", stubborn.p_wait, endless.p_wait);
        prop_assert!((stubborn.answered_within(20.0) - endless.answered_within(20.0)).abs() < 1e-3);
        let hasty = steady(&load, &patient(1e-3), agents).unwrap();
        let blocking = erlang_b(erlangs, agents).unwrap();
        prop_assert!((hasty.p_abandon - blocking).abs() <= 2e-3 * blocking + 1e-12, "{} {blocking}", hasty.p_abandon);
    }

    /// 1 - N/A <= P(Ab) <= B(N, A) (Garnett et al., Theorem 1); more agents never make anything worse; levels keep their
    /// order F3 <= F6 <= F4 <= F1, F3 <= F5 <= F1, F2 >= F4.
    #[test]
    fn laws_of_patience(erlangs in 0.05_f64..300.0, around in -6.0_f64..6.0, talk in 5.0_f64..1000.0, patience in 1.0_f64..5000.0, t in 5.0_f64..200.0) {
        let agents = (erlangs + around * erlangs.sqrt()).round().max(1.0) as u32;
        let load = Load::new(erlangs, talk, talk).unwrap();
        let (at, more) = (steady(&load, &patient(patience), agents).unwrap(), steady(&load, &patient(patience), agents + 1).unwrap());
        prop_assert!(at.p_abandon <= erlang_b(erlangs, agents).unwrap() + 1e-12);
        prop_assert!(at.p_abandon >= 1.0 - f64::from(agents) / erlangs - 1e-12);
        prop_assert!(more.p_wait <= at.p_wait + 1e-12 && more.p_abandon <= at.p_abandon + 1e-12 && more.occupancy <= at.occupancy + 1e-12);
        // Little's law, and the two ways of waiting.
        prop_assert!((at.mean_queue - load.per_second() * at.mean_wait).abs() <= 1e-9 * at.mean_queue.max(1e-9));
        prop_assert!(((at.answered_within(t) + at.abandoned_within(t)) - (1.0 - at.waits_longer(t))).abs() < 1e-9);
        prop_assert!((at.waits_longer(0.0) - at.p_wait).abs() < 1e-10, "{} {}", at.waits_longer(0.0), at.p_wait);
        let of = |form| level(form, t, &at);
        let ordered = [[LevelForm::F3, LevelForm::F6], [LevelForm::F6, LevelForm::F4], [LevelForm::F4, LevelForm::F1], [LevelForm::F3, LevelForm::F5], [LevelForm::F5, LevelForm::F1], [LevelForm::F4, LevelForm::F2]];
        for [less, greater] in ordered {
            prop_assert!(of(less) <= of(greater) + 1e-9, "{less:?} {} {greater:?} {}", of(less), of(greater));
        }
        for form in LevelForm::ALL {
            prop_assert!(level(form, t, &more) >= of(form) - 1e-9);
            prop_assert!(level(form, t + 1.0, &at) >= 0.0);
        }
    }

    /// The recursion that begins in the middle is the one that begins at the beginning.
    #[test]
    fn erlang_b_from_the_middle(erlangs in 0.01_f64..3000.0, part in 0.2_f64..1.6) {
        let servers = (erlangs * part).ceil() as u32;
        let mut blocking = 1.0;
        for k in 1..=servers {
            blocking = erlangs * blocking / (f64::from(k) + erlangs * blocking);
        }
        prop_assert!((erlang_b(erlangs, servers).unwrap() - blocking).abs() <= 1e-11 * blocking, "{blocking}");
    }

    /// One agent fewer misses the target.
    #[test]
    fn the_fewest_agents_are_the_fewest(erlangs in 0.05_f64..400.0, share in 0.5_f64..0.99, within in 0.0_f64..60.0, patience in prop::option::of(10.0_f64..2000.0)) {
        let load = Load::new(erlangs, 180.0, 180.0).unwrap();
        let crowd = patience.map_or(Crowd::endless(), patient);
        let target = Target::default().level(ServiceLevel::new(within).unwrap(), share).unwrap();
        let agents = required_agents(&load, &crowd, &target).unwrap();
        prop_assert_eq!(target.missed(&steady(&load, &crowd, agents).unwrap()), None);
        if agents > 1 {
            prop_assert!(steady(&load, &crowd, agents - 1).map_or(true, |fewer| target.missed(&fewer).is_some()));
        }
    }

    /// A limit of lines with patience agrees with a sum over the chain, and what is answered, given up, blocked is all.
    #[test]
    fn laws_of_lines(erlangs in 0.05_f64..80.0, agents in 6_u32..60, places in 0_u32..60, patience in prop::option::of(5.0_f64..2000.0), t in 0.0_f64..300.0) {
        let load = Load::new(erlangs, 120.0, 120.0).unwrap();
        let crowd = patience.map_or(Crowd::endless(), patient).with_lines(agents + places);
        let at = steady(&load, &crowd, agents).unwrap();
        prop_assert!((at.waits_longer(0.0) - at.p_wait).abs() < 1e-10);
        let ended = at.answered_within(t) + at.abandoned_within(t) + at.waits_longer(t) + at.p_blocked;
        prop_assert!((ended - 1.0).abs() < 1e-9, "{ended}");
        prop_assert!((load.erlangs() * at.answered() - f64::from(agents) * at.occupancy).abs() < 1e-9 * erlangs.max(1.0));
        // ASA is the integral of what is answered later.
        let asa = at.asa.unwrap() * at.answered();
        let (mut x, mut area): (f64, f64) = (0.0, 0.0);
        loop {
            let step = 0.05 + 0.01 * x;
            let mid = at.answered() - at.answered_within(x + step / 2.0);
            area += mid * step;
            x += step;
            if mid < 1e-9 || x > 9000.0 { break; }
        }
        prop_assert!((asa - area).abs() <= 2e-3 * asa.max(0.05), "{asa} {area}");
    }
}
