//! What may be dialed, and how much. Pure: no clock, no network.
//!
//! Named invariants:
//! - **P-1** Without a rule that says so, no call leaves the country and none goes to a premium number.
//! - **P-2** A rule for many numbers does not open the premium numbers among them; that needs a rule as narrow as they are.
//! - **P-3** Nobody has more calls at once, more calls a day or more minutes a day than his caps say; an emergency call is never refused.

mod caps;
mod number;
mod rules;
mod zones;

pub use caps::{CapRefusal, Caps, Moment, Payer, Usage, Used};
pub use number::{Number, NumberPlan};
pub use rules::{DialRefusal, DialRule, DialRules, RuleError};
