//! Public pages rendered on the server: small, without scripts of their own.

mod hello;
mod status;

use crate::ApiState;
use axum::{Router, routing::get};

/// Public pages of the main listener.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/hello/{key}", get(hello::show))
        .route("/hello/{key}/style.css", get(hello::style))
        .route("/status/style.css", get(status::style))
        .route("/status/{token}", get(status::show))
}
