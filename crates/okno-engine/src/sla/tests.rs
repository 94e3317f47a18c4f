//! Laws of the clocks over random histories, and which policy is chosen. What a person would check by hand stands in `tests/sla/`.

use super::{Fact, Subject, What, choose, clocks};
use crate::hours::Calendar;
use okno_model::{
    HoursId, PolicyId, QueueId, Timestamp,
    doc::{ClockDoc, ClockKind, ClockState, HoursDoc, OpenInterval, Phase, PolicyDoc, ReopenRule, SlaKind, SlaSelector, SlaTarget},
};
use proptest::{prelude::*, test_runner::RngSeed};

const MINUTE: i64 = 60_000;
/// Monday 23 November 2026, 0:00 UTC.
const MONDAY: i64 = 1_795_392_000_000;

fn policy(minutes: u32, pauses: Vec<Phase>, reopen: ReopenRule) -> PolicyDoc {
    let target = |&kind| SlaTarget { kind, minutes, warn: vec![50, 80] };
    PolicyDoc {
        id: PolicyId::from_u128(1),
        name: "gold".into(),
        order: 0,
        selector: SlaSelector::default(),
        hours: None,
        targets: ClockKind::ALL.iter().map(target).collect(),
        pauses,
        reopen,
        actions: Vec::new(),
        archived: false,
    }
}

fn office(from_hour: u16, to_hour: u16) -> Calendar {
    let day = vec![OpenInterval { from_minute: from_hour * 60, to_minute: to_hour * 60 }];
    let week = std::array::from_fn(|n| if n < 5 { day.clone() } else { Vec::new() });
    let doc = HoursDoc {
        id: HoursId::from_u128(1),
        name: "office".into(),
        time_zone: "Europe/Warsaw".into(),
        week,
        holidays: Vec::new(),
        exceptions: Vec::new(),
        archived: false,
    };
    Calendar::of(&doc).unwrap()
}

fn at(minute: i64) -> Timestamp {
    Timestamp(MONDAY + minute * MINUTE)
}

fn fact() -> impl Strategy<Value = What> {
    prop_oneof![
        2 => Just(What::CustomerSpoke),
        3 => Just(What::WeSpoke),
        1 => (1_u32..3).prop_map(|forward| What::Forwarded { forward }),
        1 => (1_u32..3).prop_map(|forward| What::Accepted { forward }),
        1 => (1_u32..3).prop_map(|forward| What::Withdrawn { forward }),
        4 => prop::sample::select(Phase::ALL).prop_map(What::Entered),
    ]
}

/// A history that begins on Monday and lasts up to three weeks.
fn history() -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec((1_i64..2_000, fact()), 0..14).prop_map(|steps| {
        let mut now = 0;
        let mut facts = vec![Fact { at: at(0), what: What::Opened }];
        for (minutes, what) in steps {
            now += minutes;
            facts.push(Fact { at: at(now), what });
        }
        facts
    })
}

fn pauses() -> impl Strategy<Value = Vec<Phase>> {
    prop::sample::subsequence(vec![Phase::WaitingCustomer, Phase::WaitingDepartment, Phase::OnHold], 0..=3)
}

fn reopen() -> impl Strategy<Value = ReopenRule> {
    prop::sample::select(ReopenRule::ALL)
}

fn dues(clocks: &[ClockDoc]) -> Vec<(ClockKind, u32, Timestamp, Option<Timestamp>)> {
    clocks.iter().map(|clock| (clock.kind, clock.number, clock.started, clock.due)).collect()
}

fn last(facts: &[Fact]) -> Timestamp {
    facts.last().map_or(Timestamp(0), |fact| fact.at)
}

fn seeded() -> ProptestConfig {
    ProptestConfig { cases: 150, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(seeded())]

    #[test]
    fn a_later_look_moves_no_due_time(facts in history(), pauses in pauses(), reopen in reopen(), minutes in 1_u32..20_000, later in 0_i64..50_000) {
        let (policy, office) = (policy(minutes, pauses, reopen), office(9, 17));
        for calendar in [None, Some(&office)] {
            let now = last(&facts);
            let (first, then) = (clocks(&policy, calendar, &facts, now), clocks(&policy, calendar, &facts, Timestamp(now.0 + later * MINUTE)));
            prop_assert_eq!(dues(&first), dues(&then));
            // What is over stays over, and at the same instant.
            for (a, b) in first.iter().zip(&then) {
                match a.state {
                    ClockState::Running | ClockState::Paused { .. } => {}
                    ClockState::Met { .. } | ClockState::Breached { .. } | ClockState::Canceled { .. } => prop_assert_eq!(a.state, b.state),
                }
            }
        }
    }

    #[test]
    fn paused_time_never_counts(minutes in 2_u32..5_000, before in 1_i64..5_000, pause in 1_i64..5_000) {
        let policy = policy(minutes, vec![Phase::OnHold], ReopenRule::Continue);
        let opened = Fact { at: at(0), what: What::Opened };
        let on_hold = [
            opened,
            Fact { at: at(before), what: What::Entered(Phase::OnHold) },
            Fact { at: at(before + pause), what: What::Entered(Phase::Open) },
        ];
        let now = at(before + pause);
        let plain = clocks(&policy, None, &[opened], now)[0].due.unwrap();
        let paused = clocks(&policy, None, &on_hold, now)[0].due.unwrap();
        let moved = if before < i64::from(minutes) { pause * MINUTE } else { 0 };
        prop_assert_eq!(paused.0 - plain.0, moved);
    }

    #[test]
    fn a_rest_moves_a_due_time_by_the_open_time_that_it_took(minutes in 2_u32..3_000, before in 0_i64..3_000, pause in 1_i64..6_000) {
        let (policy, office) = (policy(minutes, vec![Phase::OnHold], ReopenRule::Continue), office(9, 17));
        let facts = [
            Fact { at: at(0), what: What::Opened },
            Fact { at: at(before), what: What::Entered(Phase::OnHold) },
            Fact { at: at(before + pause), what: What::Entered(Phase::Open) },
        ];
        let due = clocks(&policy, Some(&office), &facts, at(before + pause))[0].due.unwrap();
        let rest = if due > at(before) { office.open_time_between(at(before), at(before + pause).min(due)) } else { std::time::Duration::ZERO };
        prop_assert_eq!(office.open_time_between(at(0), due), rest + std::time::Duration::from_secs(u64::from(minutes) * 60));
    }

    #[test]
    fn the_order_in_which_facts_are_read_changes_nothing(facts in history(), pauses in pauses(), reopen in reopen(), seed in any::<u64>()) {
        let (policy, office, now) = (policy(600, pauses, reopen), office(9, 17), last(&facts));
        let mut shuffled = facts.clone();
        let mut state = seed;
        for n in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(n, (state >> 33) as usize % (n + 1));
        }
        shuffled.extend(facts.iter().copied());
        prop_assert_eq!(clocks(&policy, Some(&office), &facts, now), clocks(&policy, Some(&office), &shuffled, now));
    }

    #[test]
    fn what_is_to_come_changes_nothing_now(facts in history(), pauses in pauses(), reopen in reopen(), cut in 0_usize..14) {
        let (policy, office) = (policy(600, pauses, reopen), office(9, 17));
        let known = &facts[..=cut.min(facts.len() - 1)];
        let now = last(known);
        prop_assert_eq!(clocks(&policy, Some(&office), known, now), clocks(&policy, Some(&office), &facts, now));
    }

    #[test]
    fn more_time_is_never_due_sooner(facts in history(), pauses in pauses(), reopen in reopen(), minutes in 1_u32..5_000, more in 0_u32..5_000) {
        let now = last(&facts);
        let (short, long) = (policy(minutes, pauses.clone(), reopen), policy(minutes + more, pauses, reopen));
        let (narrow, wide) = (office(9, 17), office(8, 18));
        let pairs = [
            (clocks(&short, Some(&narrow), &facts, now), clocks(&long, Some(&narrow), &facts, now)),
            // Who is open longer is due sooner.
            (clocks(&short, Some(&wide), &facts, now), clocks(&short, Some(&narrow), &facts, now)),
        ];
        for (sooner, later) in pairs {
            prop_assert_eq!(sooner.len(), later.len());
            for (a, b) in sooner.iter().zip(&later) {
                prop_assert!(b.due.is_none() || a.due.is_some_and(|due| Some(due) <= b.due), "{:?} {:?}", a, b);
            }
        }
    }

    #[test]
    fn every_clock_is_sound(facts in history(), pauses in pauses(), reopen in reopen(), minutes in 1_u32..5_000) {
        let (policy, office, now) = (policy(minutes, pauses, reopen), office(9, 17), last(&facts));
        for clock in clocks(&policy, Some(&office), &facts, now) {
            prop_assert!(clock.started <= now);
            prop_assert!(clock.due.is_none_or(|due| due > clock.started));
            match clock.state {
                ClockState::Breached { at, met } => {
                    prop_assert_eq!(clock.due, Some(at));
                    prop_assert!(at < now && met.is_none_or(|met| at < met));
                }
                ClockState::Met { at } => prop_assert!(clock.due.is_none_or(|due| at <= due)),
                ClockState::Running => prop_assert!(clock.due.is_none_or(|due| now <= due)),
                ClockState::Paused { since, left_ms } => {
                    prop_assert!(clock.due.is_none() && since <= now && left_ms > 0);
                }
                ClockState::Canceled { at } => prop_assert!(clock.started < at && clock.due.is_none_or(|due| at <= due)),
            }
            let warned = clock.warns.windows(2).all(|two| two[0].at <= two[1].at);
            prop_assert!(warned && clock.warns.iter().all(|warn| clock.due.is_none_or(|due| warn.at <= due)));
        }
    }
}

fn subject() -> Subject {
    Subject {
        kind: SlaKind::Complaint,
        queue: Some(QueueId::from_u128(7)),
        priority: 8,
        tags: vec!["VIP".into()],
        language: Some("pl-PL".into()),
    }
}

#[test]
fn the_most_specific_policy_counts_and_then_the_order() {
    let make =
        |id, order, selector| PolicyDoc { id: PolicyId::from_u128(id), order, selector, ..policy(1, Vec::new(), ReopenRule::Continue) };
    let complaints = SlaSelector { kinds: vec![SlaKind::Complaint], ..SlaSelector::default() };
    let urgent = SlaSelector { priorities: vec![7, 8, 9], ..complaints.clone() };
    let all = vec![make(1, 0, SlaSelector::default()), make(2, 9, complaints.clone()), make(3, 5, complaints), make(4, 99, urgent)];
    let chosen = |subject: &Subject, policies: &[PolicyDoc]| choose(policies, subject).map(|policy| policy.id);
    assert_eq!(chosen(&subject(), &all), Some(PolicyId::from_u128(4)));
    assert_eq!(chosen(&Subject { priority: 1, ..subject() }, &all), Some(PolicyId::from_u128(3)));
    assert_eq!(chosen(&Subject { kind: SlaKind::Order, ..subject() }, &all), Some(PolicyId::from_u128(1)));
    assert_eq!(chosen(&Subject { kind: SlaKind::Order, ..subject() }, &all[1..]), None);
    let archived: Vec<_> = all.into_iter().map(|policy| PolicyDoc { archived: true, ..policy }).collect();
    assert_eq!(chosen(&subject(), &archived), None);
}

#[test]
fn a_selector_asks_by_each_field_that_has_values() {
    let selects = |selector: &SlaSelector| super::matches(selector, &subject());
    let any = SlaSelector::default();
    for (selector, right) in [
        (SlaSelector { queues: vec![QueueId::from_u128(7)], ..any.clone() }, true),
        (SlaSelector { queues: vec![QueueId::from_u128(8)], ..any.clone() }, false),
        (SlaSelector { tags: vec!["gold".into(), "vip".into()], ..any.clone() }, true),
        (SlaSelector { tags: vec!["gold".into()], ..any.clone() }, false),
        (SlaSelector { languages: vec!["PL".into()], ..any.clone() }, true),
        (SlaSelector { languages: vec!["p".into()], ..any.clone() }, false),
        (SlaSelector { languages: vec!["pl-PL-x".into()], ..any.clone() }, false),
        (SlaSelector { languages: vec!["ru".into()], tags: vec!["vip".into()], ..any.clone() }, false),
        (any, true),
    ] {
        assert_eq!(selects(&selector), right, "{selector:?}");
    }
}
