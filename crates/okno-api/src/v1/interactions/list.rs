//! Lists of interactions.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Query, Signed},
};
use axum::Json;
use okno_app::interactions::{self, Filter, Position, Shown};
use okno_model::{AgentId, CustomerId, QueueId, doc::InteractionDoc};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which interactions.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Not closed.
    #[default]
    Open,
    /// Closed.
    Closed,
    /// Waiting in a queue.
    Queued,
    /// At the asking agent.
    Mine,
}

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Which; `open` if not given.
    state: Option<State>,
    /// Of this queue.
    queue: Option<QueueId>,
    /// Of this agent.
    agent: Option<AgentId>,
    /// Of this customer.
    customer: Option<CustomerId>,
    /// Words in the subject or the customer's name.
    q: Option<String>,
}

/// List interactions, the one with the newest message first
#[utoipa::path(get, path = "/interactions", tag = "interactions", operation_id = "list_interactions", params(Wanted, Paging),
    responses((status = 200, body = Page<InteractionDoc>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(wanted): Query<Wanted>, Query(paging): Query<Paging>) -> Answer<Json<Page<InteractionDoc>>> {
    let limit = paging.limit()?;
    let filter = Filter {
        shown: match wanted.state.unwrap_or_default() {
            State::Open => Shown::Open,
            State::Closed => Shown::Closed,
            State::Queued => Shown::Queued,
            State::Mine => Shown::Mine,
        },
        queue: wanted.queue,
        agent: wanted.agent,
        customer: wanted.customer,
        text: wanted.q,
    };
    let found = interactions::list(&signed.ctx, &signed.actor, filter, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |doc| Position::from(doc))))
}
