//! Lists of calls, and one of them.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Path, Query, Signed},
};
use axum::Json;
use okno_app::calls::{self, Filter, Position, Shown};
use okno_model::{
    AgentId, CallId, CustomerId, InteractionId, Timestamp,
    doc::{CallDirection, CallDoc},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which calls.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CallsShown {
    /// All.
    #[default]
    All,
    /// Those that go on.
    Live,
    /// Those that are over.
    Ended,
}

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Which; `all` if not given.
    state: Option<CallsShown>,
    /// Of this customer.
    customer: Option<CustomerId>,
    /// Of this interaction.
    interaction: Option<InteractionId>,
    /// In interactions that this agent has or had last.
    agent: Option<AgentId>,
    /// Only calls of customers (`inbound`), or calls to them (`outbound`).
    direction: Option<CallDirection>,
    /// Only calls in which agent and customer talked (`true`), or did not (`false`).
    talked: Option<bool>,
    /// Begun at this time or later, milliseconds since 1970.
    from: Option<i64>,
    /// Begun before this time, milliseconds since 1970.
    until: Option<i64>,
    /// A part of a number, or of the customer's name.
    q: Option<String>,
}

/// List calls, newest first
#[utoipa::path(get, path = "/calls", tag = "calls", operation_id = "list_calls", params(Wanted, Paging),
    responses((status = 200, body = Page<CallDoc>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(wanted): Query<Wanted>, Query(paging): Query<Paging>) -> Answer<Json<Page<CallDoc>>> {
    let limit = paging.limit()?;
    let filter = Filter {
        shown: match wanted.state.unwrap_or_default() {
            CallsShown::All => Shown::All,
            CallsShown::Live => Shown::Live,
            CallsShown::Ended => Shown::Ended,
        },
        customer: wanted.customer,
        interaction: wanted.interaction,
        agent: wanted.agent,
        direction: wanted.direction,
        talked: wanted.talked,
        from: wanted.from.map(Timestamp),
        until: wanted.until.map(Timestamp),
        text: wanted.q,
    };
    let found = calls::list(&signed.ctx, &signed.actor, filter, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |call| Position::from(call))))
}

/// Show a call
#[utoipa::path(get, path = "/calls/{id}", tag = "calls", operation_id = "show_call", params(("id" = CallId, Path)),
    responses((status = 200, body = CallDoc), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<CallId>) -> Answer<Json<CallDoc>> {
    Ok(Json(calls::show(&signed.ctx, &signed.actor, id).await?))
}
