//! One's own sessions.

use crate::{
    Answer, Problem,
    extract::{Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::access;
use okno_model::{SessionId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A session of a user.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Session {
    id: SessionId,
    /// Signed in.
    created: Timestamp,
    /// Last used, to the minute.
    seen: Timestamp,
    /// Ends then, if not used.
    expires: Timestamp,
    /// Address of the browser.
    address: String,
    /// User-Agent of the browser.
    agent: String,
    /// It is the one that asks.
    current: bool,
}

/// List one's own sessions, newest first
#[utoipa::path(get, path = "/me/sessions", tag = "access", responses((status = 200, body = Page<Session>), (status = 401, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<Session>>> {
    let sessions = access::sessions(&signed.ctx, &signed.actor).await?;
    let view = |s: access::SessionView| {
        let access::SessionView { id, created, seen, expires, address, agent, current } = s;
        Session { id, created, seen, expires, address, agent, current }
    };
    Ok(Json(Page::whole(sessions.into_iter().map(view).collect())))
}

/// End one of one's own sessions
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "access", params(("id" = SessionId, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn revoke(signed: Signed, Path(id): Path<SessionId>) -> Answer<StatusCode> {
    access::revoke_session(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
