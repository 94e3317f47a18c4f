//! Lists, and new cases.

use crate::{
    Answer, Problem,
    extract::{Create, Page, Paging, Query, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::cases::{self, Filter, Position, Whose};
use okno_model::{
    CustomerId, QueueId, TeamId, TopicId, UserId,
    doc::{CaseDoc, CaseKind},
    input::NewCase,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which cases.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only those with something to do, or only those without.
    open: Option<bool>,
    /// In this state: `new`, `open`, `waiting_customer`, `waiting_department`, `on_hold`, `resolved`, `closed`, `merged`.
    state: Option<String>,
    /// Of this kind.
    kind: Option<CaseKind>,
    /// Of this customer.
    customer: Option<CustomerId>,
    /// By who sees to them: a user's id, `me`, `nobody`.
    assignee: Option<String>,
    /// Of this team.
    team: Option<TeamId>,
    /// Of this queue.
    queue: Option<QueueId>,
    /// About this topic.
    topic: Option<TopicId>,
    /// Words in the number, the title or the customer's name.
    q: Option<String>,
}

/// List cases, the one that changed last first
#[utoipa::path(get, path = "/cases", tag = "cases", operation_id = "list_cases", params(Wanted, Paging),
    responses((status = 200, body = Page<CaseDoc>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(wanted): Query<Wanted>, Query(paging): Query<Paging>) -> Answer<Json<Page<CaseDoc>>> {
    let limit = paging.limit()?;
    let whose = match wanted.assignee.as_deref() {
        None | Some("") => None,
        Some("me") => Some(Whose::User(signed.actor.user)),
        Some("nobody") => Some(Whose::Nobody),
        Some(id) => Some(Whose::User(
            id.parse::<UserId>().map_err(|_| Problem::invalid("assignee", "bad_id", "assignee is a user's id, `me` or `nobody`"))?,
        )),
    };
    let filter = Filter {
        open: wanted.open,
        state: wanted.state.filter(|state| !state.is_empty()),
        kind: wanted.kind,
        customer: wanted.customer,
        whose,
        team: wanted.team,
        queue: wanted.queue,
        topic: wanted.topic,
        text: wanted.q,
    };
    let found = cases::list(&signed.ctx, &signed.actor, filter, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |case| Position::from(case))))
}

/// Make a case
#[utoipa::path(post, path = "/cases", tag = "cases", operation_id = "create_case", request_body = NewCase,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = CaseDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<NewCase>) -> Answer<(StatusCode, Json<CaseDoc>)> {
    let made = cases::create(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}
