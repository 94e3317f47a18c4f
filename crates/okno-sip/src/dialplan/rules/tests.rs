use super::*;
use proptest::prelude::*;

fn plan(country: &str, national: &str, international: &str) -> NumberPlan {
    NumberPlan { country: country.into(), national_prefix: national.into(), international_prefix: international.into() }
}

fn russia(rules: &[(&str, bool)]) -> DialRules {
    with(plan("7", "8", "810"), rules)
}

fn germany(rules: &[(&str, bool)]) -> DialRules {
    with(plan("49", "0", "00"), rules)
}

fn with(plan: NumberPlan, rules: &[(&str, bool)]) -> DialRules {
    let rules = rules.iter().map(|(prefix, allow)| DialRule { prefix: (*prefix).into(), allow: *allow }).collect();
    DialRules { rules, ..DialRules::new(plan) }
}

fn told(rules: &DialRules, text: &str) -> String {
    match rules.judge(text) {
        Ok(number) => number.to_string(),
        Err(refusal) => refusal.key().to_owned(),
    }
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let open = &[("+", true)][..];
    for (rules, text, read) in [
        (russia(open), "8 (495) 123-45-67", "+74951234567"),
        (russia(open), "+7 495 123 45 67", "+74951234567"),
        (russia(open), "74951234567", "+74951234567"),
        (russia(open), "4951234567", "+74951234567"),
        (russia(open), "810 49 30 1234567", "+49301234567"),
        (russia(open), "0049 30 1234567", "+49301234567"),
        (germany(open), "030/123 45 67", "+49301234567"),
        (germany(open), "+49 (30) 1234567", "+49301234567"),
        (germany(open), "1234567", "no_area"),
        (with(plan("1", "1", "011"), open), "1-555-010-0199", "+15550100199"),
        (with(plan("1", "1", "011"), open), "(555) 010.0199", "+15550100199"),
        (with(plan("1", "1", "011"), open), "011 49 30 1234567", "+49301234567"),
        (with(plan("45", "", "00"), open), "32 12 34 56", "+4532123456"),
        (germany(open), "112", "112"),
        (germany(open), "", "no_number"),
        (germany(open), "sip:evil@example.net", "no_number"),
        (germany(open), "0301234567;phone-context=x", "no_number"),
        (germany(open), "+49\r\n301234567", "no_number"),
        (germany(open), "*21*00881#", "no_number"),
        (germany(open), "+0123456789", "no_number"),
        (germany(open), "+1234567890123456", "no_number"),
        (germany(open), "+4912", "no_number"),
        (germany(open), "++49301234567", "no_number"),
    ] {
        assert_eq!(told(&rules, text), read, "{text}");
    }
}

#[test]
fn without_rules_calls_stay_in_the_country() {
    let rules = russia(&[]);
    assert_eq!(told(&rules, "84951234567"), "+74951234567");
    assert_eq!(told(&rules, "+49301234567"), "international");
    assert_eq!(told(&rules, "+77271234567"), "international", "Kazakhstan has the same code and another price");
    assert_eq!(told(&rules, "88091234567"), "premium");
    assert_eq!(told(&rules, "+881612345678"), "premium");
    assert_eq!(told(&rules, "+97912345678"), "premium");
    assert_eq!(told(&rules, "100"), "short");
    assert_eq!(told(&rules, "112"), "112");
    assert_eq!(told(&with(plan("1", "1", "011"), &[]), "+14735550100"), "international", "Grenada, though it begins with 1");
}

#[test]
fn rules_open_and_close() {
    let rules = germany(&[("+43", true), ("+4366", false), ("+49151", false), ("+493020", true), ("15", true), ("1599", false)]);
    assert_eq!(told(&rules, "+4312345678"), "+4312345678");
    assert_eq!(told(&rules, "+436612345678"), "forbidden");
    assert_eq!(told(&rules, "015112345678"), "forbidden");
    assert_eq!(told(&rules, "+3312345678"), "international");
    assert_eq!(told(&rules, "+43900123456"), "premium", "a country does not open its premium numbers");
    assert_eq!(told(&rules, "1511"), "1511");
    assert_eq!(told(&rules, "159901"), "forbidden");
    assert_eq!(told(&germany(&[("+43900", true)]), "+43900123456"), "+43900123456", "a rule as narrow as it does");
    assert_eq!(told(&germany(&[("+", true)]), "+43900123456"), "premium");
    assert_eq!(told(&germany(&[("+43", true), ("+43", false)]), "+4312345678"), "forbidden", "of two alike, the refusal");
}

#[test]
fn refusals_say_what_to_do() {
    let words = |text| russia(&[]).judge(text).unwrap_err().to_string();
    assert!(words("+49301234567").contains("administrator can allow its country code"));
    assert!(words("88091234567").contains("premium number"));
    assert!(words("hello").contains("write digits"));
}

#[test]
fn rules_are_checked() {
    assert_eq!(russia(&[("+44", true), ("+", true), ("15", false)]).check(), Ok(()));
    for prefix in ["", "++1", "+a", "0x1", "+1234567890123456"] {
        assert!(russia(&[(prefix, true)]).check().is_err(), "{prefix}");
    }
    for country in ["", "0", "+7", "1234", "x"] {
        assert!(with(plan(country, "8", "810"), &[]).check().is_err(), "{country}");
    }
}

/// What the plan means, said in another way: every prefix of the number is looked at.
fn model(rules: &DialRules, number: &str) -> bool {
    let best = (1..=number.len()).rev().find_map(|end| {
        let fitting: Vec<_> = rules.rules.iter().filter(|rule| rule.prefix == number[..end]).collect();
        (!fitting.is_empty()).then(|| (end, fitting.iter().all(|rule| rule.allow)))
    });
    let zone = zone(&rules.plan.country, &number[1..]);
    match (best, zone) {
        (Some((length, true)), Zone::Premium(premium)) => length > premium.len(),
        (Some((_, true)), Zone::National | Zone::International) | (None, Zone::National) => true,
        (Some((_, false)), _) | (None, Zone::International | Zone::Premium(_)) => false,
    }
}

proptest! {
    #[test]
    fn judge_agrees_with_the_model(
        digits in "[1-9][0-9]{6,14}",
        list in prop::collection::vec(("\\+[0-9]{0,5}", any::<bool>()), 0..6),
        own in any::<bool>(),
    ) {
        let list: Vec<(&str, bool)> = list.iter().map(|(prefix, allow)| (prefix.as_str(), *allow)).collect();
        let rules = if own { germany(&list) } else { russia(&list) };
        let number = format!("+{digits}");
        prop_assert_eq!(rules.judge(&number).is_ok(), model(&rules, &number));
    }

    #[test]
    fn nothing_leaves_the_country_without_a_rule(text in "\\PC{0,30}") {
        for rules in [germany(&[]), russia(&[])] {
            if let Ok(Number::E164(number)) = rules.judge(&text) {
                let own = format!("+{}", rules.plan.country);
                prop_assert!(number.starts_with(&own));
                prop_assert!(number.len() <= 16 && number[1..].bytes().all(|b| b.is_ascii_digit()), "it can stand in a URI");
            }
        }
    }

    #[test]
    fn every_way_to_write_a_number_is_the_same_number(area in "[3-79][0-9]{2}", rest in "[0-9]{7}", separator in "[ .()/-]{0,2}") {
        let rules = russia(&[]);
        let full = format!("+7{area}{rest}");
        let ways = [format!("+7{separator}{area}{separator}{rest}"), format!("8{separator}{area}{rest}"), format!("{area}{separator}{rest}"), format!("0074{area}{rest}").replacen("0074", "007", 1)];
        for way in ways {
            prop_assert_eq!(rules.read(&way).map(|number| number.to_string()), Ok(full.clone()), "{}", way);
        }
    }
}
