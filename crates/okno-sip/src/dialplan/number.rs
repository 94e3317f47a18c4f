//! Numbers as people write them.

use super::rules::DialRefusal;
use std::fmt;

/// The most digits of a number (ITU-T E.164 6.1).
const MAX_DIGITS: usize = 15;
/// Fewer digits behind a country code are no subscriber anywhere.
const MIN_DIGITS: usize = 6;
/// Up to so many digits without a prefix are a service, not a subscriber.
const MAX_SHORT: usize = 6;

/// How numbers are written in a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPlan {
    /// The country code without `+`: `7`, `49`, `1`.
    pub country: String,
    /// What is dialed before a number of another area: `8`, `0`, `1`; may be empty.
    pub national_prefix: String,
    /// What is dialed before a country code: `00`, `810`, `011`. `00` and `+` are always understood.
    pub international_prefix: String,
}

/// A number that is understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Number {
    /// With `+` and country code.
    E164(String),
    /// A service of the country or of the provider.
    Short(String),
    /// One of the emergency numbers.
    Emergency(String),
}

impl Number {
    /// As it is dialed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::E164(text) | Self::Short(text) | Self::Emergency(text) => text,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads a number. `emergency` are numbers that mean themselves, whatever the plan says.
pub(super) fn read(text: &str, plan: &NumberPlan, emergency: &[String]) -> Result<Number, DialRefusal> {
    let bad = || DialRefusal::NoNumber(text.chars().filter(|c| !c.is_control()).take(40).collect());
    let mut plain = String::new();
    for c in text.trim().chars() {
        match c {
            '0'..='9' => plain.push(c),
            '+' if plain.is_empty() => plain.push(c),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2011}' | '\u{202f}' => {}
            _ => return Err(bad()),
        }
        if plain.len() > 2 * MAX_DIGITS {
            return Err(bad());
        }
    }
    if emergency.contains(&plain) {
        return Ok(Number::Emergency(plain));
    }
    if let Some(digits) = plain.strip_prefix('+') {
        return e164(digits).ok_or_else(bad);
    }
    let mut international = [plan.international_prefix.as_str(), "00"].into_iter().filter(|prefix| !prefix.is_empty());
    if let Some(digits) = international.find_map(|prefix| plain.strip_prefix(prefix)) {
        return e164(digits).ok_or_else(bad);
    }
    if plain.is_empty() {
        return Err(bad());
    }
    if plain.len() <= MAX_SHORT {
        return Ok(Number::Short(plain));
    }
    // Ten digits in the countries where every number has ten, with or without what goes before them.
    let of_ten = matches!(plan.country.as_str(), "1" | "7");
    if of_ten && plain.len() == 10 {
        return e164(&format!("{}{plain}", plan.country)).ok_or_else(bad);
    }
    if of_ten && plain.len() == 11 && plain.starts_with(&plan.country) {
        return e164(&plain).ok_or_else(bad);
    }
    match plain.strip_prefix(plan.national_prefix.as_str()) {
        Some(digits) => e164(&format!("{}{digits}", plan.country)).ok_or_else(bad),
        None => Err(DialRefusal::NoArea(plain, plan.national_prefix.clone())),
    }
}

fn e164(digits: &str) -> Option<Number> {
    let long = (MIN_DIGITS..=MAX_DIGITS).contains(&digits.len());
    (long && !digits.starts_with('0')).then(|| Number::E164(format!("+{digits}")))
}
