//! Short forms.

use super::*;
use crate::spec::Spec;
use proptest::prelude::*;

fn spec() -> Spec {
    crate::parse(crate::EXAMPLE).unwrap()
}

#[test]
fn the_short_forms_of_the_manual_are_understood() {
    for text in [
        "+2 agents",
        "-3 agents",
        "skill de",
        "strategy longest_idle",
        "+10% volume",
        "aht 240",
        "+2 agents, aht -5%",
        "patience 120",
        "hours 08:00-20:00",
        "hours always of chat",
        "ring 30 lower 2, ring 60 drop de",
        "ring 90 add chat of support",
        "tier 1 phones",
        "capacity chat 3 of mixed",
        "reserve 1",
    ] {
        let changes = parse_changes(text).unwrap();
        let mut spec = spec();
        for change in &changes {
            apply(&mut spec, change).unwrap();
        }
    }
    let mut changed = spec();
    let before = changed.queues[0].handle.mean();
    apply(&mut changed, &parse_changes("aht +10%").unwrap()[0]).unwrap();
    assert!((changed.queues[0].handle.mean() / before - 1.1).abs() < 1e-9);
}

#[test]
fn what_is_wrong_is_said_with_the_change() {
    let error = |text: &str| parse_changes(text).unwrap_err().to_string();
    assert!(error("strategy nearest").starts_with("`strategy nearest`: there is no such strategy: unknown variant"));
    assert!(error("+2 volume").contains("by how many percent"));
    assert!(error("more agents").contains("`more` is no number"));
    assert!(error("").contains("is no change"));
    let missing = apply(&mut spec(), &parse_changes("+1 agents of moon").unwrap()[0]).unwrap_err();
    assert_eq!(missing.to_string(), "`+1 agents of moon`: there is no group `moon`");
}

fn amounts() -> impl Strategy<Value = Amount> {
    let n = (1..100_000_i64).prop_map(|n| n as f64 / 100.0);
    prop_oneof![
        n.clone().prop_map(Amount::Set),
        n.clone().prop_map(Amount::Add),
        n.clone().prop_map(|n| Amount::Add(-n)),
        n.prop_map(Amount::Percent),
    ]
}

use proptest::strategy::Strategy;

fn relaxes() -> impl Strategy<Value = Relaxes> {
    prop_oneof![
        (1..=9_u8).prop_map(Relaxes::Levels),
        "[a-np-z][a-z]{0,4}".prop_map(Relaxes::Skill),
        "[a-np-z][a-z]{0,4}".prop_map(Relaxes::Queue)
    ]
}

fn changes() -> impl Strategy<Value = Change> {
    let of = proptest::option::of("[a-np-z][a-z]{0,7}");
    prop_oneof![
        (amounts(), of.clone()).prop_map(|(amount, of)| Change::Agents { amount, of }),
        (amounts(), of.clone()).prop_map(|(amount, of)| Change::Handle { amount, of }),
        (amounts(), of.clone()).prop_map(|(amount, of)| Change::Patience { amount, of }),
        ("[a-np-z][a-z]{0,4}", 1..=10_u8, of.clone()).prop_map(|(skill, level, of)| Change::Skill { skill, level, of }),
        (0..=9_u8, of.clone()).prop_map(|(priority, of)| Change::Priority { priority, of }),
        (any::<u32>(), of.clone()).prop_map(|(places, of)| Change::Places { places, of }),
        ("[a-np-z][a-z]{0,4}", any::<u32>(), of.clone()).prop_map(|(to, seconds, of)| Change::Overflow { seconds, to, of }),
        (relaxes(), any::<u32>(), of.clone()).prop_map(|(relaxes, after_seconds, of)| Change::Ring { after_seconds, relaxes, of }),
        ("[a-np-z][a-z]{0,4}", 0..=9_u8, of.clone()).prop_map(|(group, tier, of)| Change::Tier { tier, group, of }),
        (any::<u8>(), of.clone()).prop_map(|(most, of)| Change::Capacity { medium: Medium::Chat, most, of }),
        (any::<u8>(), of.clone()).prop_map(|(agents, of)| Change::Reserve { agents, of }),
        ("[a-np-z][a-z]{0,4}", of).prop_map(|(hours, of)| Change::Hours { hours, of }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(change in changes()) {
        prop_assert_eq!(parse_changes(&change.to_string()).unwrap(), vec![change]);
    }

    #[test]
    fn no_text_panics(text in ".{0,40}") {
        if let Ok(changes) = parse_changes(&text) {
            let mut spec = spec();
            for change in changes {
                if apply(&mut spec, &change).is_ok() {
                    let _ = crate::Model::new(&spec);
                }
            }
        }
    }
}
