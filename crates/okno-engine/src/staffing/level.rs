//! Service level in its six forms (science.md 1.2).

use super::error::{StaffingError, within};

/// What counts as good service; `ans` answered, `ab` gave up, `_T` within the threshold, `_short` within the short one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LevelForm {
    /// `(ans_T + ab_T) / (ans + ab)`: who gave up in time counts as served.
    F1,
    /// `ans_T / ans`: who gave up does not count at all.
    F2,
    /// `ans_T / (ans + ab)`: everybody who gave up is a failure.
    F3,
    /// `ans_T / (ans + ab - ab_T)`: who gave up in time is ignored.
    F4,
    /// `(ans_T + ab_short) / (ans + ab)`: short abandons count as served.
    F5,
    /// `ans_T / (ans + ab - ab_short)`: short abandons are ignored. okno's default.
    F6,
}

impl LevelForm {
    /// Every form.
    pub const ALL: [Self; 6] = [Self::F1, Self::F2, Self::F3, Self::F4, Self::F5, Self::F6];

    /// The published id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::F1 => "F1",
            Self::F2 => "F2",
            Self::F3 => "F3",
            Self::F4 => "F4",
            Self::F5 => "F5",
            Self::F6 => "F6",
        }
    }

    /// The form of a published id.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.id() == id)
    }
}

/// A service level to compute or to reach: "80 % within 20 seconds" is a share of 0.8 and this.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServiceLevel {
    /// What counts.
    pub(super) form: LevelForm,
    /// The threshold, seconds.
    pub(super) within: f64,
    /// The short threshold, seconds; for the forms F5 and F6.
    pub(super) short: f64,
}

impl ServiceLevel {
    /// okno's default form F6 with short abandons of up to 5 seconds.
    pub fn new(within_seconds: f64) -> Result<Self, StaffingError> {
        Self::of(LevelForm::F6, within_seconds, 5.0_f64.min(within_seconds))
    }

    /// Any form; `short_seconds` counts for F5 and F6 only.
    pub fn of(form: LevelForm, within_seconds: f64, short_seconds: f64) -> Result<Self, StaffingError> {
        within("the threshold of the service level", within_seconds, 0.0, 1e7, "0 or more, in seconds")?;
        within("the short threshold", short_seconds, 0.0, within_seconds, "from 0 to the threshold")?;
        Ok(Self { form, within: within_seconds, short: short_seconds })
    }

    /// The form looks at short abandons.
    pub(super) fn counts_short(&self) -> bool {
        matches!(self.form, LevelForm::F5 | LevelForm::F6)
    }

    /// The share of good service from the shares of all offered: answered, gave up (in all, within the threshold,
    /// within the short one), answered within the threshold. `None` for 0/0: no level is not a full one.
    pub(super) fn of_shares(&self, answered: f64, in_time: f64, gave_up: f64, gave_up_in_time: f64, gave_up_short: f64) -> Option<f64> {
        let all = answered + gave_up;
        let (good, base) = match self.form {
            LevelForm::F1 => (in_time + gave_up_in_time, all),
            LevelForm::F2 => (in_time, answered),
            LevelForm::F3 => (in_time, all),
            LevelForm::F4 => (in_time, all - gave_up_in_time),
            LevelForm::F5 => (in_time + gave_up_short, all),
            LevelForm::F6 => (in_time, all - gave_up_short),
        };
        (base > 0.0).then(|| (good / base).clamp(0.0, 1.0))
    }
}
