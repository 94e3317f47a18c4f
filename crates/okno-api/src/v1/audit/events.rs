//! The event stream by long poll: ordered, replayable, filtered by the caller's rights.

use crate::{
    Answer, ApiState, Problem,
    extract::{Query, Signed},
};
use axum::{Json, extract::State};
use okno_app::audit;
use okno_model::{event::Event, limits};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// Longest wait, below the time-outs of common proxies.
const WAIT_MAX: u64 = 50;

/// From where, how much, how long.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Number of the last event that you have; 0 from the beginning.
    #[serde(default)]
    after: i64,
    /// 1 to 200; 50 if not given.
    limit: Option<usize>,
    /// Seconds to wait for the first event, 0 to 50.
    #[serde(default)]
    wait: u64,
}

/// A piece of the stream.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Events {
    /// Events in order. Missing numbers are events that you may not see.
    items: Vec<Event>,
    /// Give it as `after` next time.
    next: i64,
    /// Number of the newest event.
    head: i64,
    /// Number of the oldest event that is kept: if `after` is less than `first - 1`, events are gone and a fresh read is needed.
    first: i64,
}

/// Read events, waiting for the first one
#[utoipa::path(get, path = "/events", tag = "audit", params(EventsQuery),
    responses((status = 200, body = Events), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(State(state): State<ApiState>, signed: Signed, Query(query): Query<EventsQuery>) -> Answer<Json<Events>> {
    let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT);
    if !(1..=limits::PAGE_MAX).contains(&limit) {
        return Err(Problem::invalid("limit", "out_of_range", format!("limit must be 1 to {}", limits::PAGE_MAX)));
    }
    if query.wait > WAIT_MAX || query.after < 0 {
        let (field, detail) = if query.after < 0 {
            ("after", "after must be 0 or more".to_owned())
        } else {
            ("wait", format!("wait must be 0 to {WAIT_MAX} seconds"))
        };
        return Err(Problem::invalid(field, "out_of_range", detail));
    }
    let (ctx, actor) = (&signed.ctx, &signed.actor);
    let found = tokio::select! {
        found = audit::events(ctx, actor, query.after, limit, Duration::from_secs(query.wait)) => found?,
        () = state.closing() => audit::events(ctx, actor, query.after, limit, Duration::ZERO).await?,
    };
    let audit::EventPage { items, next, head, first } = found;
    Ok(Json(Events { items, next, head, first }))
}
