//! The HTTP and WebSocket doors: REST, event socket, visitor socket, pages.
//!
//! One file per endpoint under `v1/<feature>/`. A handler turns HTTP into one act of `okno-app` and its answer into JSON;
//! it decides nothing. How to add an endpoint: write the file, list it in the feature's `routes()`, and name who may call
//! it in the feature's `RULES` — a test compares `RULES` with every route of `openapi.json`.

pub mod extract;
mod files;
mod health;
mod openapi;
mod pages;
pub mod permissions;
pub mod problem;
mod rate;
pub mod security;
mod serve;
mod socket;
mod state;
mod telemetry;
pub mod v1;
mod visitor;

#[cfg(test)]
mod tests;

pub use openapi::openapi;
pub use permissions::permissions_page;
pub use problem::{Answer, Problem};
pub use serve::serve;
pub use state::{ApiConfig, ApiState, SocketGuard};
pub use telemetry::ClientAddress;
pub use v1::voice::SpeechProvider;

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};
use okno_model::limits;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

/// Everything on the main listener.
pub fn router(state: &ApiState) -> Router {
    let (api, openapi) = documented().split_for_parts();
    let guarded = api
        .merge(socket::routes())
        .merge(visitor::routes())
        .layer(middleware::from_fn(security::no_store))
        .layer(middleware::from_fn_with_state(state.clone(), security::refuse_forged))
        .layer(middleware::from_fn_with_state(state.clone(), rate::limit_addresses))
        .layer(DefaultBodyLimit::max(limits::JSON_BYTES));
    let public = visitor::pages().merge(pages::routes()).layer(middleware::from_fn_with_state(state.clone(), rate::limit_addresses));
    let app =
        Router::new().merge(guarded).merge(public).merge(health::routes(openapi)).fallback_service(okno_ui::router(&state.app.urls.files));
    finish(app, state)
}

/// Everything on the files listener: another origin, so that customers' files and HTML cannot touch the desk.
pub fn files_router(state: &ApiState) -> Router {
    let files = files::routes().layer(middleware::from_fn_with_state(state.clone(), rate::limit_addresses));
    let app = Router::new().merge(files).route("/health/live", get(health::live));
    finish(app, state)
}

/// The routes that `openapi.json` describes.
fn documented() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(openapi::head()).nest("/api/v1", v1::routes())
}

/// What every answer gets: a request id, a log line, figures, safe headers, a problem instead of a broken connection.
fn finish(app: Router<ApiState>, state: &ApiState) -> Router {
    app.layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(security::safe_headers))
        .layer(middleware::from_fn_with_state(state.clone(), telemetry::watch))
        .with_state(state.clone())
}
