//! The visitors' door: the widget's frame, its configuration, its socket and what stands in for it (contract 7).
//!
//! * V-1 A message is acknowledged after its commit, and a repeat of its client id gets the same acknowledgement.
//! * V-2 A site that is not on the channel's list gets neither the configuration nor the frame.
//! * V-3 A visitor reaches only what his token opens: his own interaction, his own files.
//! * V-4 Whatever strangers can do has a limit: frames, messages, sockets, uploads, new visitors.

mod channel;
mod config;
mod form;
mod frame;
mod frames;
mod limits;
mod poll;
mod served;
mod sites;
mod socket;
mod talk;
mod told;
mod uploads;

#[cfg(test)]
mod tests;

pub(crate) use channel::{Widget, widget};
pub(crate) use limits::VisitorLimits;
pub(crate) use sites::Sites;

use crate::ApiState;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use okno_model::limits as model_limits;

/// The JSON and socket routes of visitors.
pub(crate) fn routes() -> Router<ApiState> {
    let largest = DefaultBodyLimit::max(model_limits::ATTACHMENT_BYTES);
    Router::new()
        .route("/api/v1/visitor/config", get(config::show))
        .route("/api/v1/visitor/socket", get(socket::open))
        .route("/api/v1/visitor/frames", get(poll::wait).post(poll::send))
        .route("/api/v1/visitor/form", post(form::send))
        .route("/api/v1/visitor/uploads", post(uploads::accept).layer(largest))
}

/// The page inside the widget's frame.
pub(crate) fn pages() -> Router<ApiState> {
    Router::new().route("/widget/frame", get(frame::show))
}
