//! The simulator: the routing engine of production under a virtual clock.
//!
//! A [`Spec`] says who comes, how long they wait, who serves them and when. [`simulate`] runs it many times over with the
//! real [`okno_engine`], beside scenarios that change it, and gives a [`Report`] with confidence intervals. [`staff`] looks
//! for the fewest agents of each interval that reach a goal. [`History`] makes a spec from what a running okno recorded.
//!
//! # Invariants
//! - S-1 Pure: no IO, no clock, no randomness but the seed. The same spec and seed give the same bytes, whatever the number
//!   of threads.
//! - S-2 Common random numbers: what a customer is (when he comes, how long he has patience, how much work he is) is drawn from
//!   a stream of his own, named by seed, replication, purpose and number; so scenarios meet the same customers.
//! - S-3 Conservation: offered = answered + abandoned + blocked + promised + still waiting, in every replication, or the run is an
//!   error.
//! - S-4 No decision of routing is made here: who gets what is the engine's word.
//!
//! Why it is a crate: it must be pure like the engine, but the engine must not know distributions and reports
//! (decision 0012).

mod arrive;
mod change;
mod describe;
mod dist;
mod example;
mod history;
mod model;
mod report;
mod rng;
mod run;
mod spec;
mod staff;
mod stats;
mod tally;
mod text;
mod times;
mod world;

pub use change::{BadChange, Change, apply, parse_changes};
pub use describe::Directory;
pub use dist::Dist;
pub use example::EXAMPLE;
pub use history::{Handled, History, kaplan_meier};
pub use model::Model;
pub use report::{Difference, Estimate, GroupReport, IntervalReport, Measures, QueueReport, Report, ScenarioReport, csv};
pub use run::{Control, SimError, simulate};
pub use spec::{
    Arrivals, BlendingSpec, CalendarSpec, CapacitySpec, ClassSpec, ExceptionSpec, FullSpec, GroupSpec, HolidaySpec, OffersSpec,
    OverflowRuleSpec, OverflowSpec, QueueSpec, Redial, RingSpec, RulesSpec, ScenarioSpec, ServiceTarget, ShiftSpec, Span, Spec, SpecError,
    SweepSpec, TierSpec, Transfer, TreatSpec, Variant, WeekSpec, Wrapup, parse,
};
pub use staff::{Goal, Staffing, StaffingRow, staff};
pub use text::{report_text, staffing_csv, staffing_text};
pub use times::{BadTime, parse_times};
