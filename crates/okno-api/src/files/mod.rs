//! The files' origin: attachments, mail HTML and remote pictures. Another origin than the desk's, so that whatever a stranger
//! sent runs nowhere near a session, and links that say who may use them for how long.
//!
//! * O-1 Nothing here is executed: no scripts, no plug-ins, no forms, in a sandbox even when opened directly.
//! * O-2 Only raster pictures are shown; everything else is saved.
//! * O-3 Remote pictures come through one client that cannot reach our own networks ([`fetch`]).

mod fetch;
mod mail;
mod picture;
mod remote;
mod saved;

use crate::ApiState;
use axum::{Router, routing::get};
use fetch::Fetcher;
use tokio::sync::Semaphore;

/// Remote pictures fetched at the same time.
const FETCHES: usize = 32;

/// What the files' origin keeps between requests.
pub(crate) struct Door {
    fetcher: Fetcher,
    fetching: Semaphore,
}

impl Door {
    pub(crate) fn new() -> Self {
        Self { fetcher: Fetcher::public(), fetching: Semaphore::new(FETCHES) }
    }
}

/// Everything on the files' listener.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new().route("/f/{signed}", get(saved::show)).route("/m/{signed}", get(mail::show)).route("/p/{signed}", get(remote::show))
}
