//! Rules of queues: what an administrator configures is what is simulated, and does what it says.

use crate::world::{run, spec};
use okno_engine::routing::QueueProfile;
use okno_model::{
    AgentId, HoursId, Medium, QueueId, SkillId, Timestamp,
    doc::{
        ClosingRule, EmptyRule, FullRule, Holiday, HolidayDay, HoursDoc, HoursException, OpenInterval, Ordering, OverflowRule,
        OverflowWhen, QueueDoc, RequiredSkill, Ring, Score, SkillsMode, Strategy, Sweep, Tier, Treatment, Window, WrapupMode,
    },
};
use okno_sim::{Arrivals, CalendarSpec, Directory, Dist, Model, QueueSpec, Report, Spec, Wrapup, apply, parse, parse_changes};
use serde_json::{Value, json};

/// A queue of which every rule differs from that of a new one. Ids are those that the simulator gives: places in the model, from 1.
fn unusual() -> QueueDoc {
    let other = QueueId::from_u128(2);
    QueueDoc {
        strategy: Strategy::Bullseye,
        priority: 7,
        ageing_seconds: 17,
        skills: vec![RequiredSkill { skill: SkillId::from_u128(1), level: 6 }, RequiredSkill { skill: SkillId::from_u128(2), level: 3 }],
        chat_offer_seconds: 41,
        email_offer_seconds: 401,
        voice_offer_seconds: 19,
        no_answer_delay_seconds: 61,
        decline_delay_seconds: 62,
        wrapup: WrapupMode::OptionalTimed { seconds: 77 },
        wrapup_extensions: 2,
        wrapup_extension_seconds: 45,
        reserve: 1,
        busy_delay_seconds: 33,
        answer_within_seconds: 7_200,
        overflows: vec![
            OverflowRule { when: OverflowWhen::Ratio { waiting_per_agent_percent: 300 }, to: other },
            OverflowRule { when: OverflowWhen::EstimatedWait { seconds: 400 }, to: other },
        ],
        hours: Some(HoursId::from_u128(1)),
        closed: Treatment::Overflow { to: other },
        closing: ClosingRule { sweep: Sweep::Promise },
        full: Some(FullRule { max_waiting: 12, then: Treatment::Promise }),
        empty: Some(EmptyRule { then: Treatment::Overflow { to: other } }),
        order: Ordering::Score,
        score: Score { base: 10, per_minute_by_priority: (3..13).collect() },
        weight: 4,
        skills_mode: SkillsMode::Best,
        delay_seconds: 9,
        tiers: [(2, 1), (1, 0), (3, 2), (4, 2)].map(|(agent, tier)| Tier { agent: AgentId::from_u128(agent), tier }).to_vec(),
        rings: vec![
            Ring { after_seconds: 20, lower_levels: 2, drop_skills: vec![], add_queues: vec![] },
            Ring { after_seconds: 60, lower_levels: 0, drop_skills: vec![SkillId::from_u128(2)], add_queues: vec![other] },
        ],
        rings_survive_transfer: true,
        ring_seconds: 8,
        preferred_seconds: 21,
        window: Window::Hour,
        ..QueueDoc::new(QueueId::from_u128(1), "support")
    }
}

fn directory() -> Directory {
    Directory {
        queues: [(1, "support"), (2, "backup")].map(|(id, name)| (QueueId::from_u128(id), name.to_owned())).into(),
        skills: [(1, "de"), (2, "pl")].map(|(id, name)| (SkillId::from_u128(id), name.to_owned())).into(),
        hours: [(HoursId::from_u128(1), "office".to_owned())].into(),
        agents: [(1, "one", 1), (2, "one", 2), (3, "two", 1), (4, "two", 2)]
            .map(|(id, group, n)| (AgentId::from_u128(id), (group.to_owned(), n)))
            .into(),
    }
}

fn office() -> HoursDoc {
    let interval = |from_minute, to_minute| OpenInterval { from_minute, to_minute };
    let day = || vec![interval(480, 720), interval(780, 1080)];
    HoursDoc {
        id: HoursId::from_u128(1),
        name: "office".into(),
        time_zone: "Europe/Warsaw".into(),
        week: [day(), day(), day(), vec![interval(0, 1440)], vec![interval(1320, 1800)], Vec::new(), Vec::new()],
        holidays: vec![
            Holiday { day: HolidayDay::Date { year: 2026, month: 4, day: 6 }, name: "Easter Monday".into(), intervals: Vec::new() },
            Holiday { day: HolidayDay::Yearly { month: 12, day: 24 }, name: "Christmas Eve".into(), intervals: vec![interval(480, 720)] },
        ],
        exceptions: vec![HoursException { from: Timestamp(1_000), to: Timestamp(2_000), open: false, name: "water".into() }],
        archived: false,
    }
}

/// A model with one described queue, as text and back: what a file or the API would carry.
fn described(doc: &QueueDoc) -> Spec {
    let mut queue = QueueSpec::new("support", Medium::Voice, Arrivals::Rate { per_hour: 30.0 }, Dist::Exponential { mean: 60.0 });
    queue.wrapup = Some(Wrapup::Needed { time: Dist::Exponential { mean: 10.0 } });
    directory().describe(doc, &mut queue);
    let spec = json!({
        "date": "2026-11-02", "time_zone": "Europe/Warsaw", "opens": "08:00", "hours": 9, "replications": 2,
        "calendars": [CalendarSpec::from(&office())],
        "queues": [queue, {"name": "backup", "arrivals": {"kind": "nobody"}, "handle": {"kind": "constant", "seconds": 60}}],
        "groups": [
            {"name": "one", "agents": 2, "queues": ["support"], "skills": {"de": 7, "pl": 2}},
            {"name": "two", "agents": 2, "queues": ["support", "backup"], "skills": {"de": 5}},
        ],
    });
    parse(&spec.to_string()).expect("a described model is read")
}

#[test]
fn the_same_document_gives_the_same_profile_in_the_cell_and_in_the_simulator() {
    let doc = unusual();
    let model = Model::new(&described(&doc)).unwrap();
    assert_eq!(model.profile("support"), Some(&QueueProfile::from(&doc)));
    assert_eq!(model.hours(), [office()]);
    // Those of a new queue as well.
    let new = QueueDoc::new(QueueId::from_u128(1), "support");
    assert_eq!(Model::new(&described(&new)).unwrap().profile("support"), Some(&QueueProfile::from(&new)));
}

#[test]
fn a_queue_with_all_its_rules_can_be_simulated() {
    let report = run(&described(&unusual()));
    assert!(report.scenarios[0].all.whole.answered.value.unwrap() > 0.0);
}

fn value(report: &Report, scenario: usize, of: impl Fn(&okno_sim::Measures) -> okno_sim::Estimate) -> f64 {
    of(&report.scenarios[scenario].all.whole).value.unwrap_or(f64::NAN)
}

/// Three hours from 08:00 on a Monday, one customer a minute, four agents.
fn center(rules: Value, scenarios: &[&str]) -> Spec {
    let scenarios: Vec<Value> = scenarios.iter().map(|change| json!({"changes": [change]})).collect();
    spec(json!({
        "date": "2026-11-02", "opens": "08:00", "hours": 3, "replications": 8, "interval_seconds": 3600,
        "calendars": [{"name": "short", "week": {"mon": ["09:00-10:00"]}}],
        "queues": [{"name": "support", "arrivals": {"kind": "rate", "per_hour": 60}, "handle": {"kind": "exponential", "mean": 150},
            "patience": {"kind": "exponential", "mean": 120}, "skills": {"de": 5}, "rules": rules}],
        "groups": [
            {"name": "experts", "agents": 2, "queues": ["support"], "skills": {"de": 8}},
            {"name": "others", "agents": 2, "queues": ["support"], "skills": {"de": 3}},
        ],
        "scenarios": scenarios,
    }))
}

#[test]
fn who_comes_to_a_closed_queue_is_promised_an_answer_and_counted_so() {
    let report = run(&center(json!({"hours": "short", "closed": {"kind": "promise"}, "closing": {"kind": "promise"}}), &["hours always"]));
    let hours: Vec<(f64, f64)> = report.scenarios[0].all.intervals.iter().map(|row| (row.promised, row.offered)).collect();
    assert!((hours[0].0 - hours[0].1).abs() < 1e-9, "everybody who comes before it opens: {hours:?}");
    assert!((hours[2].0 - hours[2].1).abs() < 1e-9, "and after it has closed: {hours:?}");
    assert!(hours[1].0 < hours[1].1, "{hours:?}");
    // Those of the first hour are worked on in the second; those of the third would be on the next Monday.
    let kept = value(&report, 0, |m| m.kept);
    assert!(kept > 0.1 && kept < 0.6, "{kept}");
    assert!(value(&report, 1, |m| m.promised).abs() < 1e-9);
}

#[test]
fn a_ring_gives_customers_more_agents_after_a_while() {
    let scenarios = ["ring 10 lower 2", "ring 10 drop de", "strategy bullseye"];
    let report = run(&center(json!({}), &scenarios));
    let lost = |n| value(&report, n, |m| m.abandonment);
    assert!(lost(0) > 0.2, "two experts are not enough: {}", lost(0));
    assert!(lost(1) < 0.6 * lost(0) && (lost(1) - lost(2)).abs() < 1e-9, "{} {} {}", lost(0), lost(1), lost(2));
    assert!((lost(3) - lost(0)).abs() < 0.02, "without rings the strategy relaxes nothing: {}", lost(3));
}

#[test]
fn tiers_say_who_goes_first() {
    let report = run(&center(json!({"skills_mode": "disregard"}), &["tier 1 experts", "tier 1 others"]));
    let busy = |scenario: usize, group: usize| report.scenarios[scenario].groups[group].occupancy.value.unwrap();
    assert!(busy(1, 0) < busy(1, 1) - 0.1 && busy(2, 1) < busy(2, 0) - 0.1);
}

#[test]
fn customers_of_two_media_wait_in_one_queue_and_blending_says_what_goes_together() {
    let text = |blending: Value| {
        json!({"hours": 4, "replications": 8, "blending": blending,
            "queues": [
                {"name": "desk", "arrivals": {"kind": "rate", "per_hour": 30}, "handle": {"kind": "exponential", "mean": 180}, "priority": 7,
                    "places": 50},
                {"name": "desk (chat)", "medium": "chat", "joins": "desk", "arrivals": {"kind": "rate", "per_hour": 95},
                    "handle": {"kind": "exponential", "mean": 300}},
            ],
            "groups": [{"name": "all", "agents": 5, "queues": ["desk"], "capacity": {"voice": 1, "chat": 2}}],
            "scenarios": [{"changes": ["capacity chat 1"]}, {"changes": ["reserve 2 of desk"]}]})
    };
    let report = run(&spec(text(json!({}))));
    let base = &report.scenarios[0];
    assert!(base.queues.iter().all(|queue| queue.whole.answered.value.unwrap() > 50.0), "both media are served");
    let apart = json!({"may_receive": [{"while_on": "chat", "media": ["chat"]}, {"while_on": "voice", "media": []}]});
    let apart = run(&spec(text(apart)));
    let calls = |report: &Report, scenario: usize| report.scenarios[scenario].queues[0].whole.asa.value.unwrap();
    assert!(calls(&apart, 0) > calls(&report, 0) + 1.0, "a call waits where agents chat: {} {}", calls(&apart, 0), calls(&report, 0));
    let chats = |scenario: usize| report.scenarios[scenario].queues[1].whole.asa.value.unwrap();
    assert!(chats(1) > chats(0), "one chat at once is slower: {} {}", chats(1), chats(0));
    assert!(chats(2) > chats(0), "a reserve keeps chats waiting: {} {}", chats(2), chats(0));
}

#[test]
fn wrong_rules_are_refused_with_their_place() {
    let said = |change: &dyn Fn(&mut Value)| {
        let mut value = serde_json::to_value(center(json!({}), &[])).unwrap();
        change(&mut value);
        Model::new(&spec(value)).unwrap_err().to_string()
    };
    let rules = |text: &'static str, rules: Value| said(&move |value| value["queues"][0]["rules"][text] = rules.clone());
    assert_eq!(rules("hours", json!("never")), "queues[0].rules.hours: there is no calendar `never`");
    assert_eq!(rules("closed", json!({"kind": "overflow", "to": "x"})), "queues[0].rules.closed.to: there is no queue `x`");
    assert_eq!(
        rules("tiers", json!([{"group": "experts", "agent": 3, "tier": 0}])),
        "queues[0].rules.tiers[0].agent: is 3; the agents of `experts` are 1 to 2"
    );
    assert!(rules("rings", json!([{"after_seconds": 9}, {"after_seconds": 9}])).contains("in the order of `after_seconds`"));
    assert!(rules("wrapup", json!({"kind": "discretionary"})).contains("say in `wrapup` of the queue how long"));
    let dateless = said(&|value| {
        value["queues"][0]["rules"]["hours"] = "short".into();
        value["date"] = Value::Null;
    });
    assert!(dateless.starts_with("date: is missing"), "{dateless}");
    let day = said(&|value| value["calendars"][0]["week"]["mon"] = json!(["9 to 5"]));
    assert_eq!(day, "calendars[0].week.mon[0]: `9 to 5` is no span of a day; write it as 08:00-18:00");
    let joined = said(&|value| {
        let mut chat = value["queues"][0].clone();
        (chat["name"], chat["joins"]) = ("chat".into(), "support".into());
        value["queues"].as_array_mut().unwrap().push(chat);
    });
    assert_eq!(joined, "queues[1].rules: is a matter of `support`, which these customers join; say it there");
}

#[test]
fn changes_of_rules_are_refused_in_words() {
    let mut spec = center(json!({}), &[]);
    let mut said = |text: &str| apply(&mut spec, &parse_changes(text).unwrap()[0]).map_err(|error| error.to_string());
    assert!(said("hours tomorrow").unwrap_err().contains("there is no calendar `tomorrow`"));
    assert_eq!(said("tier 2 nobody").unwrap_err(), "`tier 2 nobody`: there is no group `nobody`");
    assert_eq!(said("hours short"), Ok(()));
    assert_eq!(said("hours 07:00-19:00 of support"), Ok(()));
    assert!(parse_changes("capacity fax 2").unwrap_err().to_string().contains("is no medium"));
    assert!(parse_changes("ring 10 lower 10").unwrap_err().to_string().contains("by 1 to 9"));
}
