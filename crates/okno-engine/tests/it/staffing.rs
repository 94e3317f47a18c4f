//! Staffing formulas against published values and values with 50 digits.

#![expect(clippy::float_cmp, clippy::unwrap_used, reason = "zero and whole numbers of agents are exact; a panic fails the test")]

use okno_engine::staffing::{
    Crowd, LevelForm, Load, ServiceLevel, StaffingError, Steady, Target, combined_shrinkage, erlang_b, erlang_b_capacity, erlang_b_servers,
    garnett, halfin_whitt, halfin_whitt_beta, level_spread, required_agents, scheduled_agents, square_root_agents, steady,
};
use std::collections::BTreeMap;

/// A row of a fixture by column.
struct Row(BTreeMap<String, String>);

impl Row {
    fn get(&self, column: &str) -> f64 {
        self.some(column).unwrap_or_else(|| panic!("no {column} in {:?}", self.0))
    }

    /// A cell that may be empty.
    fn some(&self, column: &str) -> Option<f64> {
        self.0.get(column).and_then(|text| text.parse().ok())
    }

    fn load(&self) -> Load {
        Load::new(self.get("calls"), self.get("interval_s"), self.get("aht_s")).unwrap()
    }

    fn agents(&self) -> u32 {
        self.get("agents") as u32
    }
}

/// Fixtures have `#` lines for their sources, then a header.
fn rows(text: &str) -> Vec<Row> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines.map(|line| Row(header.iter().map(|h| (*h).to_owned()).zip(line.split(',').map(str::to_owned)).collect())).collect()
}

/// Equal to `digits` relative, or to the last digit of a value that the fixture gives with fewer.
fn near(what: &str, ours: f64, theirs: f64, relative: f64) {
    assert!((ours - theirs).abs() <= relative * theirs.abs(), "{what}: {ours} is not {theirs}");
}

pub(crate) fn patient(seconds: f64) -> Crowd {
    Crowd::patient(seconds).unwrap()
}

pub(crate) fn level(form: LevelForm, seconds: f64, at: &Steady) -> f64 {
    at.service_level(&ServiceLevel::of(form, seconds, seconds.min(5.0)).unwrap()).unwrap()
}

#[test]
fn erlang_b_to_ten_digits() {
    for row in rows(include_str!("../fixtures/erlang_b.csv")) {
        near("B", erlang_b(row.get("offered_load"), row.get("servers") as u32).unwrap(), row.get("blocking_exact"), 1e-10);
    }
}

#[test]
fn erlang_b_backwards() {
    for row in rows(include_str!("../fixtures/erlang_b_capacity.csv")) {
        let (trunks, blocking) = (row.get("trunks") as u32, row.get("blocking"));
        let load = erlang_b_capacity(trunks, blocking).unwrap();
        near("capacity", load, row.get("offered_load_exact"), 1e-10);
        near("published capacity", load, row.get("offered_load_published_3sf"), 5e-3);
        assert_eq!(erlang_b_servers(load * 0.999_999, blocking).unwrap(), trunks);
        assert_eq!(erlang_b_servers(load * 1.000_001, blocking).unwrap(), trunks + 1);
    }
}

#[test]
fn erlang_c_to_ten_digits() {
    for row in rows(include_str!("../fixtures/erlang_c.csv")) {
        let at = steady(&row.load(), &Crowd::endless(), row.agents()).unwrap();
        near("P(W>0)", at.p_wait, row.get("p_wait"), 1e-10);
        for form in LevelForm::ALL {
            near("SL", level(form, row.get("threshold_s"), &at), row.get("service_level"), 1e-10);
        }
        near("ASA", at.asa.unwrap(), row.get("asa_s"), 1e-10);
        near("occupancy", at.occupancy, row.get("occupancy"), 1e-10);
        near("queue", at.mean_queue, row.get("mean_queue"), 1e-10);
        for (column, ours) in [("published_sl", level(LevelForm::F3, row.get("threshold_s"), &at)), ("published_occ", at.occupancy)] {
            if let Some(published) = row.some(column) {
                assert!((ours - published).abs() < 0.0051, "{column}: {ours} against {published}");
            }
        }
    }
}

#[test]
fn erlang_a_to_eight_digits() {
    for row in rows(include_str!("../fixtures/erlang_a.csv")) {
        let at = steady(&row.load(), &patient(row.get("mean_patience_s")), row.agents()).unwrap();
        let t = row.get("threshold_s");
        // The fixture has ten figures.
        let all = [
            ("p_wait", at.p_wait),
            ("p_abandon", at.p_abandon),
            ("p_abandon_given_wait", at.p_abandon / at.p_wait),
            ("mean_wait_all_s", at.mean_wait),
            ("asa_served_s", at.asa.unwrap()),
            ("mean_queue", at.mean_queue),
            ("occupancy", at.occupancy),
            ("sl_offered", level(LevelForm::F3, t, &at)),
            ("sl_answered", level(LevelForm::F2, t, &at)),
            ("sl_excl_early_abandons", level(LevelForm::F4, t, &at)),
            ("sl_abandons_positive", level(LevelForm::F1, t, &at)),
        ];
        for (column, ours) in all {
            near(column, ours, row.get(column), 1e-8);
        }
    }
    for row in rows(include_str!("../fixtures/erlang_a_more.csv")) {
        let at = steady(&row.load(), &patient(row.get("patience_s")), row.agents()).unwrap();
        near("p_wait", at.p_wait, row.get("p_wait_exact"), 1e-8);
        near("p_abandon", at.p_abandon, row.get("p_abandon_exact"), 1e-8);
    }
}

#[test]
fn the_published_example_with_and_without_patience() {
    // Garnett, Mandelbaum & Reiman 2002: 48 calls a minute, 1 minute, 50 agents.
    let load = Load::new(2880.0, 3600.0, 60.0).unwrap();
    let patient = steady(&load, &patient(120.0), 50).unwrap();
    assert!((patient.wait_quantile(0.9).unwrap() - 12.44).abs() < 0.01, "p90 of the wait");
    let endless = steady(&load, &Crowd::endless(), 50).unwrap();
    assert!((endless.wait_quantile(0.9).unwrap() - 58.139).abs() < 0.001, "p90 of the wait");
    assert_eq!(endless.wait_quantile(0.2).unwrap(), 0.0, "three in ten do not wait");
}

#[test]
fn limits_of_the_square_root_rule() {
    for row in rows(include_str!("../fixtures/sqrt_staffing.csv")) {
        let (x, p_wait) = (row.get("beta_or_load"), row.get("p_wait"));
        let Some(agents) = row.some("agents_exact") else {
            near("halfin-whitt", halfin_whitt(x).unwrap(), p_wait, 1e-9);
            continue;
        };
        let load = Load::new(x, 1.0, 1.0).unwrap();
        near("exact", steady(&load, &Crowd::endless(), agents as u32).unwrap().p_wait, p_wait, 1e-7);
        assert!(steady(&load, &Crowd::endless(), agents as u32 - 1).unwrap().p_wait > 0.2);
        near("rule", square_root_agents(x, halfin_whitt_beta(0.2).unwrap()), row.get("sqrt_rule_agents"), 1e-7);
    }
    for row in rows(include_str!("../fixtures/garnett_qed.csv")) {
        let limits = garnett(row.get("beta"), row.get("theta_over_mu")).unwrap();
        near("P(W>0)", limits.p_wait, row.get("p_wait_limit"), 1e-9);
        near("sqrt(N) P(Ab)", limits.root_n_p_abandon, row.get("sqrtN_times_p_abandon_limit"), 1e-8);
    }
    // A thousand agents are near the limit (science.md 2.1).
    let exact = steady(&Load::new(1000.0, 1.0, 1.0).unwrap(), &patient(1.0), 1000).unwrap();
    assert!((exact.p_wait - 0.5042).abs() < 5e-5);
}

#[test]
fn required_agents_of_another_program() {
    for row in rows(include_str!("../fixtures/pyworkforce_erlangc.csv")) {
        let load = Load::new(row.get("transactions"), row.get("interval_min") * 60.0, row.get("aht_min") * 60.0).unwrap();
        let within = ServiceLevel::new(row.get("target_answer_min") * 60.0).unwrap();
        let target = Target::default().level(within, row.get("target_sl")).unwrap().occupancy(row.get("max_occupancy")).unwrap();
        let agents = required_agents(&load, &Crowd::endless(), &target).unwrap();
        assert_eq!(f64::from(agents), row.get("raw_positions"));
        assert_eq!(f64::from(scheduled_agents(agents, row.get("shrinkage")).unwrap()), row.get("positions"));
        let at = steady(&load, &Crowd::endless(), agents).unwrap();
        near("SL", at.service_level(&within).unwrap(), row.get("service_level"), 1e-10);
        near("P(W>0)", at.p_wait, row.get("waiting_probability"), 1e-10);
    }
}

#[test]
fn published_requirements() {
    let need = |calls: f64, interval: f64, aht: f64, share: f64, within: f64| {
        let target = Target::default().level(ServiceLevel::new(within).unwrap(), share).unwrap();
        required_agents(&Load::new(calls, interval, aht).unwrap(), &Crowd::endless(), &target).unwrap()
    };
    assert_eq!(need(25.0, 900.0, 752.0, 0.9, 20.0), 28);
    assert_eq!(need(250.0, 3600.0, 330.0, 0.8, 30.0), 28);
    assert_eq!(need(100.0, 1800.0, 180.0, 0.8, 20.0), 14);
    assert_eq!(need(250.0, 1800.0, 210.0, 0.8, 20.0), 34);
}

#[test]
fn the_search_finds_the_same_as_trying_one_after_the_other() {
    let load = Load::new(250.0, 1800.0, 210.0).unwrap();
    for crowd in [patient(30.0), patient(120.0), patient(3_000.0), patient(120.0).with_lines(60), Crowd::endless().with_lines(70)] {
        for target in [
            Target::default().level(ServiceLevel::of(LevelForm::F1, 20.0, 5.0).unwrap(), 0.9).unwrap(),
            Target::default().level(ServiceLevel::of(LevelForm::F3, 20.0, 5.0).unwrap(), 0.8).unwrap(),
            Target::default().abandon(0.02).unwrap(),
            Target::default().asa(3.0).unwrap().occupancy(0.8).unwrap(),
        ] {
            let slow = (1..60).find(|n| target.missed(&steady(&load, &crowd, *n).unwrap()).is_none()).unwrap();
            assert_eq!(required_agents(&load, &crowd, &target).unwrap(), slow, "{crowd:?} {target:?}");
        }
    }
}

#[test]
fn what_has_no_answer_is_refused_in_words() {
    let load = Load::new(10.0, 60.0, 60.0).unwrap();
    let error = steady(&load, &Crowd::endless(), 5).unwrap_err();
    assert_eq!(error, StaffingError::Unstable { agents: 5, erlangs: 10.0, at_least: 11 });
    assert_eq!(
        error.to_string(),
        "5 agents cannot carry 10.00 erlangs: work comes in faster than they can do it, and the wait grows without end; \
         plan at least 11 agents, or say how long customers wait before they give up"
    );
    assert!(steady(&load, &Crowd::endless(), 10).is_err(), "at 100 % the wait has no bound either");
    assert!(steady(&load, &patient(60.0), 5).is_ok(), "who gives up ends the queue");
    assert!(steady(&load, &Crowd::endless().with_lines(8), 5).is_ok(), "who finds no line does so too");
    assert!(steady(&load, &patient(60.0), 0).is_err());
    assert_eq!(
        steady(&load, &patient(60.0).with_lines(3), 5).unwrap_err().to_string(),
        "the number of lines is 3, but must be at least the number of agents: who talks needs a line too"
    );
    assert!(Load::new(f64::NAN, 60.0, 60.0).is_err());
    assert!(Load::new(1.0, 60.0, f64::INFINITY).is_err());
    assert_eq!(required_agents(&load, &Crowd::endless(), &Target::default()), Err(StaffingError::NoTarget));
    let out = Target::default().abandon(0.01).unwrap();
    assert_eq!(
        required_agents(&load, &patient(5.0).with_lines(10), &out).unwrap_err().to_string(),
        "not even 10 agents reach the share of customers who may be lost; loosen the target",
        "lines limit agents"
    );
    assert!(scheduled_agents(10, 1.0).is_err());
}

#[test]
fn no_work_needs_nobody_and_has_no_level() {
    let load = Load::new(0.0, 1800.0, 180.0).unwrap();
    let target = Target::default().level(ServiceLevel::new(20.0).unwrap(), 0.8).unwrap();
    for crowd in [Crowd::endless(), patient(60.0), patient(60.0).with_lines(5)] {
        assert_eq!(required_agents(&load, &crowd, &target).unwrap(), 0);
        let at = steady(&load, &crowd, 2).unwrap();
        assert_eq!((at.p_wait, at.p_abandon, at.occupancy, at.mean_wait), (0.0, 0.0, 0.0, 0.0), "{crowd:?}");
    }
}

#[test]
fn shrinkage() {
    assert_eq!(scheduled_agents(14, 0.3).unwrap(), 20, "14 / 0.7 is 20, not 21 by rounding, and not 19 by 14 x 1.3");
    assert_eq!(scheduled_agents(0, 0.3).unwrap(), 0);
    near("combined", combined_shrinkage(&[0.1, 0.2]).unwrap(), 0.28, 1e-15);
}

#[test]
fn lines_without_limit_and_patience_are_the_other_formulas() {
    let load = Load::new(250.0, 1800.0, 210.0).unwrap();
    for (wide, open, agents) in [
        (patient(120.0).with_lines(400), patient(120.0), 27),
        (patient(120.0).with_lines(400), patient(120.0), 33),
        (Crowd::endless().with_lines(3000), Crowd::endless(), 33),
    ] {
        let (wide, open) = (steady(&load, &wide, agents).unwrap(), steady(&load, &open, agents).unwrap());
        let all = |s: &Steady| [s.p_wait, s.p_abandon, s.mean_wait, s.asa.unwrap(), s.mean_queue, s.occupancy];
        for (a, b) in all(&wide).into_iter().zip(all(&open)) {
            assert!((a - b).abs() <= 1e-9 * b.max(1e-3), "{a} is not {b}");
        }
        for t in [0.0, 1.0, 20.0, 90.0, 600.0] {
            for (a, b) in [
                (wide.answered_within(t), open.answered_within(t)),
                (wide.abandoned_within(t), open.abandoned_within(t)),
                (wide.waits_longer(t), open.waits_longer(t)),
            ] {
                assert!((a - b).abs() <= 1e-9, "{a} is not {b} at {t}");
            }
        }
    }
    // No place to wait: Erlang B. Published: 5 places in the queue, 19.11 blocked of 2016 (MMCBlocked of ContactCenters).
    let none = steady(&load, &patient(120.0).with_lines(30), 30).unwrap();
    near("B", none.p_blocked, erlang_b(load.erlangs(), 30).unwrap(), 1e-12);
    let five = steady(&Load::new(252.0, 3600.0, 120.0).unwrap(), &Crowd::endless().with_lines(17), 12).unwrap();
    assert!((five.p_blocked * 2016.0 - 19.11).abs() < 0.005, "{}", five.p_blocked * 2016.0);
}

#[test]
fn who_tries_again_makes_it_worse() {
    let load = Load::new(250.0, 1800.0, 210.0).unwrap();
    let crowd = patient(90.0);
    let (once, again) = (steady(&load, &crowd, 28).unwrap(), steady(&load, &crowd.with_redial(0.6, 0.0).unwrap(), 28).unwrap());
    assert!(again.p_abandon > once.p_abandon);
    // The fixed point: what arrives is the first attempts and those who come again.
    near("lambda'", again.load.per_second() * (1.0 - 0.6 * again.p_abandon), load.per_second(), 1e-12);
    let with_lines = steady(&load, &crowd.with_lines(32).with_redial(0.3, 0.8).unwrap(), 28).unwrap();
    let back = 0.3 * with_lines.p_abandon + 0.8 * with_lines.p_blocked;
    near("lambda'", with_lines.load.per_second() * (1.0 - back), load.per_second(), 1e-12);
}

#[test]
fn the_level_of_an_uncertain_load_is_worse_than_that_of_its_mean() {
    let load = Load::new(250.0, 1800.0, 210.0).unwrap();
    let level = ServiceLevel::new(20.0).unwrap();
    let certain = steady(&load, &patient(180.0), 34).unwrap().service_level(&level).unwrap();
    let spread = level_spread(&load, &patient(180.0), 34, &level, 28.7).unwrap().unwrap();
    assert!(spread.mean < certain && spread.mean_of_customers < spread.mean, "{spread:?} {certain}");
    assert!(spread.p10 < spread.p50 && spread.p50 < spread.p90);
    assert_eq!(spread.overloaded, 0.0);
    let endless = level_spread(&load, &Crowd::endless(), 31, &level, 28.7).unwrap().unwrap();
    assert!(endless.overloaded > 0.3 && endless.p10 == 0.0, "{endless:?}");
    let sharp = level_spread(&load, &patient(180.0), 34, &level, 1e6).unwrap().unwrap();
    assert!((sharp.mean - certain).abs() < 1e-3, "nearly certain");
}

#[test]
fn extremes_stay_numbers() {
    for (calls, aht, patience, agents) in [
        (1e6, 300.0, 60.0, 1),
        (1e6, 300.0, 60.0, 83_000),
        (1e6, 300.0, 60.0, 90_000),
        (1.0, 1.0, 1e6, 100_000),
        (1e-6, 1.0, 0.001, 1),
        (3600.0, 600.0, 7200.0, 500),
    ] {
        let load = Load::new(calls, 3600.0, aht).unwrap();
        let at = steady(&load, &patient(patience), agents).unwrap();
        for t in [0.0, 0.5, 20.0, 3600.0, 1e6] {
            for share in [at.answered_within(t), at.abandoned_within(t), at.waits_longer(t), at.p_wait, at.p_abandon, at.occupancy] {
                assert!((0.0..=1.0 + 1e-9).contains(&share), "{share} at {t}: {at:?}");
            }
        }
        // Work that is done: rate (1 - P(Ab)) = N mu occupancy, and nobody does more than he can.
        near("flow", load.erlangs() * (1.0 - at.p_abandon), f64::from(agents) * at.occupancy, 1e-9);
    }
}
