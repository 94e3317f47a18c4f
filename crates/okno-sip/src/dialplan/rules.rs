//! What an administrator says about dialing.

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

/// One line of the dial plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialRule {
    /// The beginning of a number: `+44`, `+7800`, or of a short number: `15`.
    pub prefix: String,
    /// Whether numbers that begin so may be dialed.
    pub allow: bool,
}
