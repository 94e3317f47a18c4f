//! One party of a call: a machine without IO (`machine`, with the sides `uas` and `uac`) and the actor around it.
mod actor;
mod body;
mod dialog;
mod info;
mod machine;
mod reliable;
mod session;
#[cfg(test)]
mod tests;
mod uac;
mod uas;

pub(crate) use actor::{Message, Running, spawn};
pub(crate) use body::Body;
pub(crate) use dialog::{Dialog, Hop};
pub(crate) use machine::{ALLOW, Authenticator, EXTENSIONS, Machine, Settings};
pub(crate) use session::too_brief;
