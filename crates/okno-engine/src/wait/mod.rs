//! Estimated wait: what may honestly be said to somebody who waits.
//!
//! A [`WaitModel`] learns from what happens (answered, gave up, handled) and estimates from what is ([`Facts`]):
//!
//! 1. **Queue** (`QL_A`, Whitt 1999): with `n` customers who will really be served before him, `s` effective agents, handle
//!    time `1/mu` and patience `1/theta`, his wait is a sum of independent exponential times of rates `s mu + i theta`,
//!    `i = 0..n`: mean `sum 1/(s mu + i theta)`. Its distribution is a shifted gamma of the same first three moments
//!    (`passage.rs` tests that against the exact one).
//! 2. **History** (HOL, Ibrahim & Whitt 2009): as long as the first in line has waited until now, scaled to his place.
//! 3. The two are **blended** with the weights that had the least squared error lately.
//! 4. Quantiles, not means: P50, P80, P90. Each is **corrected** by a factor that learns from outcomes until as many waits
//!    lie below it as it says (`calibration.rs`), so that the band is honest where the model is not.
//! 5. **Nothing** is said below a minimum of answered interactions ([`Unknown`]), and never less than half of what the
//!    history says.
//!
//! What is said, and when, is decided by an [`Announcer`]: the first time, when it has become better, and when it takes
//! longer than was said. It never says a shorter time because somebody has waited longer than the average.
//!
//! Everything is seconds in `f64`, time is an argument, and the state is plain data (serde): the app keeps and restores it.
//! Why it looks like this: decision 0013.

mod announce;
mod calibration;
mod mean;
mod model;
mod part;
mod passage;
mod patience;
mod share;

pub use announce::{Announcement, Announcer, MIN_GAP_SECONDS, Reason, SaidPosition, SaidWait};
pub use calibration::{Calibration, CalibrationReport};
pub use model::{Basis, Estimate, Facts, Settings, Unknown, WaitKey, WaitModel};
pub use part::Part;
pub use patience::Patience;
pub use share::Shares;
