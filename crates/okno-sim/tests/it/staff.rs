//! The search for agents against exact formulas.

use crate::{mmn, spec};
use okno_engine::staffing::{Crowd, LevelForm, Load, ServiceLevel, Target, required_agents};
use okno_sim::{Control, Goal, staff};
use serde_json::json;

/// One long interval is stationary: the search must find what Erlang A says, or one agent beside it where chance decides.
#[test]
fn a_stationary_interval_needs_what_erlang_a_says() {
    for (per_hour, seconds) in [(120.0, 180.0), (400.0, 90.0)] {
        let mut model = mmn(per_hour, seconds, 1, json!({"patience": {"kind": "exponential", "mean": 150}}));
        model["hours"] = json!(4);
        model["interval_seconds"] = json!(14_400);
        model["replications"] = json!(12);
        let found = staff(&spec(model), &[], Goal::default(), 2, &Control::default()).expect("a staffing");
        let load = Load::new(per_hour, 3600.0, seconds).expect("a load");
        let level = ServiceLevel::of(LevelForm::parse("F6").expect("a form"), 20.0, 5.0).expect("a level");
        let target = Target::default().level(level, 0.8).expect("a target");
        let exact = required_agents(&load, &Crowd::patient(150.0).expect("patience"), &target).expect("agents");
        let row = &found.rows[0];
        assert_eq!(row.formula, [exact]);
        assert!(row.agents[0].abs_diff(exact) <= 1 && found.met, "{} agents found, {exact} by the formula", row.agents[0]);
    }
}

#[test]
fn a_goal_that_agents_cannot_reach_is_said() {
    let mut model = mmn(60.0, 120.0, 1, json!({}));
    model["hours"] = json!(1);
    model["groups"][0]["answer"] = json!({"kind": "constant", "seconds": 30});
    model["queues"][0]["offer_seconds"] = json!(60);
    model["replications"] = json!(2);
    model["service_level"] = json!({"seconds": 10});
    // It rings longer than the goal allows, however many agents there are.
    let found = staff(&spec(model), &[], Goal::default(), 1, &Control::default()).expect("a staffing");
    assert!(!found.met);
    let unknown = staff(&spec(mmn(60.0, 120.0, 1, json!({}))), &["moon".into()], Goal::default(), 1, &Control::default());
    assert!(unknown.is_err(), "the spec has no hours, and there is no such group");
}
