//! Who may do what: sessions, rights with scopes, and the witnesses that acts take.
//!
//! A row is reached only through a check: [`interaction`], [`customer`], ... inside a transaction, or their async forms
//! (`access_interaction`, ...). Each answers with a [`Permitted`] that only this module can make.
//!
//! * A-1 What a user may not see does not exist for him: `NotFound`, never `Forbidden`.
//! * A-2 What he may see but not change is `Forbidden`, with the missing right.
//! * A-3 A thing's [`Place`] (its people, their teams, its queues) is read in the transaction that changes it.
//! * A-4 Session tokens and the set-up token are stored only as SHA-256; passwords only as argon2id.

mod actor;
mod once;
mod passwords;
mod place;
mod rows;
mod sessions;
mod setup;
mod sight;
mod sign_in;
mod throttle;
mod visible;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod world;

pub use actor::{Actor, Permitted};
pub use once::Once;
pub(crate) use passwords::hash as hash_password;
pub use passwords::{check_password, same_secret};
pub use place::{Place, agent_place, call_place, case_place, customer_place, interaction_place, ledger_place, promise_place};
pub use rows::{
    access_agent, access_call, access_case, access_customer, access_forward, access_interaction, access_ledger, access_match,
    access_message, access_recording, agent, call, case, customer, forward, interaction, ledger, match_of, message, promise, recording,
};
pub use sessions::{SessionView, authenticate, change_password, refresh, revoke_session, sessions, sign_out};
pub(crate) use sessions::{grants_of, own_words};
pub use setup::{Setup, setup, setup_needed, setup_token, setup_token_of};
pub(crate) use sight::Sight;
pub use sight::interaction_of;
pub use sign_in::{Origin, SignedIn, sign_in};
pub use visible::{EventFacts, event_facts, event_visible, shown_channel};
