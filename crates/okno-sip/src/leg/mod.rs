//! One party of a call: a machine without IO (`machine`, with the called side `uas`, the calling side `invite`, and what both ask: `uac`, `exchange`, `refer`) and the actor around it.
mod actor;
mod body;
mod dialog;
mod exchange;
mod info;
mod invite;
mod machine;
mod refer;
mod reliable;
mod session;
mod state;
#[cfg(test)]
mod tests;
mod uac;
mod uas;

pub(crate) use actor::{Message, Running, spawn};
pub(crate) use body::Body;
pub(crate) use dialog::{Dialog, Hop};
pub(crate) use invite::Begin;
pub(crate) use machine::{ALLOW, EXTENSIONS, Machine};
pub(crate) use session::too_brief;
pub(crate) use state::{Authenticator, Redirector, Settings};
