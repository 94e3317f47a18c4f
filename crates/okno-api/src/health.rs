//! Whether the process lives, whether it takes work, its figures, and the description of its API.

use crate::{ApiState, ClientAddress, Problem, telemetry};
use axum::{
    Extension, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

pub(crate) fn routes(openapi: OpenApi) -> Router<ApiState> {
    let openapi = Arc::new(openapi);
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(figures))
        .route("/openapi.json", get(move || async move { Json((*openapi).clone()) }))
}

/// The process runs and answers.
pub(crate) async fn live() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// New work may come: the listeners are open, the store answers, routing decides here, the server is not stopping.
async fn ready(State(state): State<ApiState>) -> Response {
    if !state.is_ready() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "stopping"}))).into_response();
    }
    if okno_app::routing::stands_by(&state.ctx()) {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "standby"}))).into_response();
    }
    match okno_app::workspace::answers(&state.ctx()).await {
        Ok(()) => Json(json!({"status": "ok"})).into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready: the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "store"}))).into_response()
        }
    }
}

/// Figures for Prometheus: for loopback, or with the token.
async fn figures(State(state): State<ApiState>, Extension(address): Extension<ClientAddress>, headers: HeaderMap) -> Response {
    let forwarded = headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
    let local = address.0.is_loopback() && !forwarded;
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let token = matches!((&state.config.metrics_token, given), (Some(token), Some(given)) if okno_app::access::same_secret(token, given));
    if !local && !token {
        return Problem::new(StatusCode::FORBIDDEN, "forbidden", "figures are for loopback, or with the metrics token").into_response();
    }
    let handle = telemetry::figures();
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}
