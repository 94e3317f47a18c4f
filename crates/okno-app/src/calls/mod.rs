//! Calls: the telephone side of interactions. The telephone door tells what happens and asks here what it means.
//!
//! * K-1 An incoming call is on disk, with its ledger entry, its customer and its interaction, before [`arrived`] returns: only then it is
//!   answered. The same call by the same key is one call.
//! * K-2 A call has one record, and it ends once, with who ended it and why. What comes after the end changes its figures only
//!   (`life.rs`, the one place where a call changes its state).
//! * K-3 A call that nobody answered is owed: its unit stays open with a queue and a deadline until somebody has reached the customer or
//!   he has reached somebody. A customer who hung up while it rang is nobody's miss.
//! * K-4 An interaction of the telephone waits or is at an agent only while its call goes on, or its customer waits to be called back. What
//!   a crash leaves otherwise is put right (`work.rs`).
//! * K-5 Nobody is called whom the dial plan does not allow, also not by a transfer or a callback (`plan.rs`).
//! * K-6 Every act of the door is durable when it returns, and its repeat changes nothing.

mod acts;
mod arrive;
mod callback;
mod dial;
mod hand;
mod life;
mod lines;
mod news;
mod opening;
pub(crate) mod plan;
pub(crate) mod rows;
mod views;
mod voicemail;
pub(crate) mod work;

#[cfg(test)]
pub(crate) mod tests;

pub use crate::recordings::{RecordingChunk, recording_chunk, recording_ended, recording_started};
pub use acts::{DialRequest, command, dial};
pub use arrive::{Arrival, Arrived, arrived};
pub use callback::{callback_missed, callback_offered, callback_reached, callback_wanted, only_voicemail};
pub use dial::{Dialing, dialed};
pub use hand::{To, accept_by_phone, agent_left, busy_by_phone, decline_by_phone, handed_over, transferred, unreached};
pub use life::{ended, save};
pub use news::{Follow, follow, interaction_now};
pub use opening::opening;
pub use plan::number_to_dial;
pub(crate) use views::seen;
pub use views::{Filter, OfInteraction, Position, Shown, list, live, of_interaction, show};
pub use voicemail::voicemail_left;
pub use work::{BEAT, orphans};
