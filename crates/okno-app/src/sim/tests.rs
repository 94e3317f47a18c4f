//! Models from real rows, and the life of a run.

use super::*;
use crate::{
    AppError, interactions, routing_config,
    stage::{ANNA, CHIEF, QUEUE, SECOND, START, stages},
};
use okno_engine::routing::QueueProfile;
use okno_model::{
    doc::{FullRule, OpenInterval, Presence, Strategy, Tier, Treatment},
    input::{HoursInput, QueueInput},
};
use okno_sim::{Arrivals, Spec};
use std::time::Duration;

fn small() -> Spec {
    okno_sim::parse(
        r#"{"hours": 1, "replications": 3, "queues": [{"name": "q", "arrivals": {"kind": "rate", "per_hour": 30},
            "handle": {"kind": "exponential", "mean": 60}}], "groups": [{"name": "g", "agents": 2, "queues": ["q"]}],
            "scenarios": [{"changes": ["+1 agents"]}]}"#,
    )
    .unwrap()
}

#[tokio::test]
async fn a_model_is_what_was_configured_and_recorded() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let ack = stage.say(visitor, "m1", "hello").await;
        stage.advance(5).await;
        stage.accept(ANNA, ack.interaction).await;
        stage.advance(120).await;
        interactions::finish(&stage.ctx, &stage.actor(ANNA), ack.interaction, None).await.unwrap();
        stage.advance(60).await;
        let midnight = okno_model::Timestamp::from_millis(START.millis() - START.millis() % 86_400_000);
        let history = History { from: midnight, days: 1, interval_seconds: 1800, replay: true };
        let refused = model(&stage.ctx, &stage.actor(ANNA), history).await;
        assert!(matches!(refused, Err(AppError::Forbidden { .. })));
        let spec = model(&stage.ctx, &stage.actor(CHIEF), history).await.unwrap();
        let name = stage.ctx.read(|tx| Ok(tx.get::<okno_model::doc::QueueDoc>(QUEUE)?.unwrap().name)).await.unwrap();
        let queue = spec.queues.iter().find(|queue| queue.name == name).unwrap();
        assert_eq!(queue.medium, okno_model::Medium::Chat);
        assert!(matches!(&queue.arrivals, Arrivals::Times { seconds } if seconds.len() == 1), "{:?}", queue.arrivals);
        assert!((queue.handle.mean() - 120.0).abs() < 1.0, "{:?}", queue.handle);
        assert!(spec.groups.iter().any(|group| group.queues.contains(&name)), "{:?}", spec.groups);
        // What was recorded can be simulated as it is.
        okno_sim::Model::new(&spec).unwrap();
        let typical = model(&stage.ctx, &stage.actor(CHIEF), History { replay: false, ..history }).await.unwrap();
        assert!((typical.expected_customers() - 1.0).abs() < 1e-9);
    }
}

#[tokio::test]
async fn a_model_has_the_rules_the_hours_and_the_shifts_of_the_company() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let open = || vec![OpenInterval { from_minute: 480, to_minute: 1200 }];
        let week = [open(), open(), open(), open(), open(), Vec::new(), Vec::new()];
        let office = HoursInput { name: Some("Office".into()), week: Some(week), ..HoursInput::default() };
        let office = routing_config::create_hours(&stage.ctx, &chief, office, None).await.unwrap();
        let rules = QueueInput {
            strategy: Some(Strategy::LeastOccupied),
            hours: Some(Some(office.id)),
            tiers: Some(vec![Tier { agent: ANNA.into(), tier: 1 }]),
            full: Some(Some(FullRule { max_waiting: 7, then: Treatment::Overflow { to: SECOND } })),
            ..QueueInput::default()
        };
        let doc = routing_config::update_queue(&stage.ctx, &chief, QUEUE, rules).await.unwrap();
        // Anna is there for two hours; the others never come.
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "hello").await.interaction;
        stage.accept(ANNA, id).await;
        stage.advance(60).await;
        interactions::finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        stage.advance(7_140).await;
        crate::routing::set_presence(&stage.ctx, &stage.actor(ANNA), ANNA.into(), Presence::Offline).await.unwrap();
        stage.advance(3_600).await;
        let midnight = okno_model::Timestamp::from_millis(START.millis() - START.millis() % 86_400_000);
        let history = History { from: midnight, days: 1, interval_seconds: 3600, replay: true };
        let spec = model(&stage.ctx, &chief, history).await.unwrap();
        let sim = okno_sim::Model::new(&spec).unwrap();
        // The same document: every rule that has no id in it is the same, and names lead to the same places.
        let (ours, theirs) = (sim.profile(&doc.name).unwrap(), QueueProfile::from(&doc));
        let same = QueueProfile { id: ours.id, hours: ours.hours, tiers: ours.tiers.clone(), full: ours.full, ..theirs };
        assert_eq!(*ours, same);
        assert_eq!((sim.hours()[0].name.as_str(), &sim.hours()[0].week), ("Office", &office.week));
        assert_eq!(ours.tiers.iter().map(|tier| tier.tier).collect::<Vec<_>>(), [1]);
        assert!(ours.full.is_some_and(|full| full.max_waiting == 7 && full.then.to() != Some(ours.id)));
        let anna = spec.groups.iter().find(|group| !group.per_interval.is_empty()).expect("her shift is known");
        let begin = ((START.millis() - midnight.millis()) / 3_600_000) as usize;
        assert_eq!(anna.per_interval[begin - 1..begin + 4], [0, 1, 1, 0, 0]);
    }
}

async fn ended(stage: &crate::stage::Stage, id: okno_model::SimulationId) -> Run {
    for _ in 0..3_000 {
        let now = run(&stage.ctx, &stage.actor(CHIEF), id).unwrap();
        if now.state != RunState::Running {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the run did not end");
}

#[tokio::test]
async fn a_run_is_started_watched_and_stopped_by_its_user_only() {
    let stage = stages().await.remove(0);
    let chief = stage.actor(CHIEF);
    assert!(matches!(start(&stage.ctx, &stage.actor(ANNA), small(), None, Vec::new()), Err(AppError::Forbidden { .. })));
    let begun = start(&stage.ctx, &chief, small(), None, Vec::new()).unwrap();
    let done = ended(&stage, begun.id).await;
    assert_eq!((done.done, done.total), (6, 6));
    assert!(matches!(&done.state, RunState::Simulated(report) if report.scenarios.len() == 2));
    let mut other = stage.actor(CHIEF);
    other.user = ANNA;
    assert!(matches!(run(&stage.ctx, &other, begun.id), Err(AppError::NotFound { .. })), "another's run does not exist");
    let staffed = start(&stage.ctx, &chief, small(), Some(okno_sim::Goal::default()), Vec::new()).unwrap();
    assert!(matches!(ended(&stage, staffed.id).await.state, RunState::Staffed(_)));
    let mut long = small();
    (long.replications, long.hours) = (2_000, Some(20.0));
    let long = start(&stage.ctx, &chief, long, None, Vec::new()).unwrap();
    cancel(&stage.ctx, &chief, long.id).unwrap();
    assert_eq!(ended(&stage, long.id).await.state, RunState::Stopped);
}

#[tokio::test]
async fn what_is_wrong_or_too_much_is_refused() {
    let stage = stages().await.remove(0);
    let refused = |spec: Spec| match start(&stage.ctx, &stage.actor(CHIEF), spec, None, Vec::new()) {
        Err(AppError::Invalid { field, code, .. }) => (field, code),
        other => panic!("{other:?}"),
    };
    let mut spec = small();
    spec.replications = 100_000;
    assert_eq!(refused(spec), ("spec.replications", "too_many"));
    let mut spec = small();
    spec.queues[0].arrivals = Arrivals::Rate { per_hour: 1e9 };
    assert_eq!(refused(spec), ("spec", "too_large"));
    let mut spec = small();
    spec.groups[0].queues = vec!["nowhere".into()];
    assert_eq!(refused(spec), ("spec", "invalid_model"));
}
