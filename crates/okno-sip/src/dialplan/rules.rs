//! The dial plan.

use super::number::{self, Number, NumberPlan};
use super::zones::{Zone, zone};

/// Which numbers may be dialed. Without rules: numbers of the own country, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialRules {
    /// How numbers are written where the company is.
    pub plan: NumberPlan,
    /// The longest prefix that fits decides; of two alike, the refusal.
    pub rules: Vec<DialRule>,
    /// Numbers that are always allowed and never counted, as they are dialed: `112`.
    pub emergency: Vec<String>,
}

/// One line of the dial plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialRule {
    /// The beginning of a number: `+44`, `+7800`; `+` alone is everything abroad; of a short number without `+`: `15`.
    pub prefix: String,
    /// Whether numbers that begin so may be dialed.
    pub allow: bool,
}

/// Why a number is not dialed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialRefusal {
    /// It cannot be read.
    #[error("`{0}` is no telephone number; write digits, with + before a country code")]
    NoNumber(String),
    /// It lacks the area.
    #[error("`{0}` has no area code; write it with {1} and the area code, or with + and the country code")]
    NoArea(String, String),
    /// A rule says no.
    #[error("numbers that begin with {0} may not be called from here; an administrator can change the dial plan")]
    Forbidden(String),
    /// It is abroad, and nobody allowed that.
    #[error("calls abroad are not allowed to {0}; an administrator can allow its country code in the dial plan")]
    International(String),
    /// It costs extra, and nobody allowed that.
    #[error("{0} is a premium number; an administrator can allow +{1} in the dial plan")]
    Premium(String, &'static str),
    /// A short number that nobody allowed.
    #[error("{0} is a short number that the dial plan does not allow; an administrator can add it")]
    Short(String),
}

impl DialRefusal {
    /// The word for storage and API.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoNumber(_) => "no_number",
            Self::NoArea(..) => "no_area",
            Self::Forbidden(_) => "forbidden",
            Self::International(_) => "international",
            Self::Premium(..) => "premium",
            Self::Short(_) => "short",
        }
    }
}

/// What is wrong with a dial plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Not digits.
    #[error("`{0}` is no beginning of a number; write digits, with + before a country code")]
    Prefix(String),
    /// No such country code.
    #[error("`{0}` is no country code; write one to three digits without +")]
    Country(String),
    /// Not digits.
    #[error("`{0}` is nothing that can be dialed before a number; write digits")]
    Dialed(String),
}

impl DialRules {
    /// The plan of a country, with nothing else allowed.
    pub fn new(plan: NumberPlan) -> Self {
        Self { plan, rules: Vec::new(), emergency: vec!["112".to_owned()] }
    }

    /// Whether the rules can be used; for what administrators write.
    pub fn check(&self) -> Result<(), RuleError> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let country = &self.plan.country;
        if country.is_empty() || country.len() > 3 || !digits(country) || country.starts_with('0') {
            return Err(RuleError::Country(country.clone()));
        }
        for prefix in [&self.plan.national_prefix, &self.plan.international_prefix].into_iter().chain(&self.emergency) {
            if !digits(prefix) || prefix.len() > 6 {
                return Err(RuleError::Dialed(prefix.clone()));
            }
        }
        for DialRule { prefix, .. } in &self.rules {
            let rest = prefix.strip_prefix('+').unwrap_or(prefix);
            if prefix.is_empty() || !digits(rest) || rest.len() > 15 {
                return Err(RuleError::Prefix(prefix.clone()));
            }
        }
        Ok(())
    }

    /// Reads a number without asking whether it may be dialed.
    pub fn read(&self, text: &str) -> Result<Number, DialRefusal> {
        number::read(text, &self.plan, &self.emergency)
    }

    /// The number to dial, or why not.
    pub fn judge(&self, text: &str) -> Result<Number, DialRefusal> {
        let number = self.read(text)?;
        match &number {
            Number::Emergency(_) => {}
            Number::Short(short) => match self.rule(short) {
                Some(DialRule { allow: true, .. }) => {}
                Some(DialRule { allow: false, prefix }) => return Err(DialRefusal::Forbidden(prefix.clone())),
                None => return Err(DialRefusal::Short(short.clone())),
            },
            Number::E164(full) => self.judge_e164(full)?,
        }
        Ok(number)
    }

    fn judge_e164(&self, full: &str) -> Result<(), DialRefusal> {
        let rule = self.rule(full);
        if let Some(DialRule { allow: false, prefix }) = rule {
            return Err(DialRefusal::Forbidden(prefix.clone()));
        }
        match zone(&self.plan.country, full.strip_prefix('+').unwrap_or(full)) {
            // As narrow as what makes it one (P-2); the rule has a `+` more.
            Zone::Premium(premium) if rule.is_none_or(|rule| rule.prefix.len() <= premium.len()) => {
                Err(DialRefusal::Premium(full.to_owned(), premium))
            }
            Zone::International if rule.is_none() => Err(DialRefusal::International(full.to_owned())),
            Zone::Premium(_) | Zone::International | Zone::National => Ok(()),
        }
    }

    /// The longest rule that fits; of two alike, the refusal.
    fn rule(&self, number: &str) -> Option<&DialRule> {
        let fits = |rule: &&DialRule| !rule.prefix.is_empty() && number.starts_with(&rule.prefix);
        self.rules.iter().filter(fits).max_by_key(|rule| (rule.prefix.len(), !rule.allow))
    }
}

#[cfg(test)]
mod tests;
