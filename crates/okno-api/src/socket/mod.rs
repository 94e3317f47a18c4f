//! The desk's event socket, and the feed behind all sockets.
//!
//! * S-1 One journal reader per workspace fans out ([`Feed`]); a socket reads only what it missed.
//! * S-2 Every event has its number on every desk socket: seen as `event`, hidden in a run of `skip`, lost from sight as `gone`.
//! * S-3 Whoever reads too slowly is dropped with everything that waited for him, and resumes; nobody waits for him.
//! * S-4 A socket outlives neither its session nor the rights that it was opened with.

mod desk;
mod feed;
mod frames;
mod hub;
mod phone;
mod presence;
mod wire;

#[cfg(test)]
mod phone_tests;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(crate) use feed::{Feed, Live, VisitorSeat, typing};
pub(crate) use hub::VisitorItem;
pub(crate) use phone::{Offers, pass as pass_to_phone, refuse as refuse_call};
pub(crate) use wire::{Ended, Got, Wire};

use crate::ApiState;
use axum::{Router, routing::get};

/// The desk's socket.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new().route("/api/v1/socket", get(desk::open))
}
