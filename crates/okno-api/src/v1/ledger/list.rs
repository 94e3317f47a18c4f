//! Pages of the ledger.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Query, Signed},
};
use axum::Json;
use okno_app::ledger::{self, Position, Shown};
use okno_model::doc::LedgerDoc;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which entries.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Everything.
    #[default]
    All,
    /// Received, quarantined or open.
    Open,
    /// Open past the deadline.
    Overdue,
    /// Lost.
    BlackHole,
    /// Not understood.
    Quarantined,
    /// Any end.
    Ended,
}

/// What to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Which; `all` if not given.
    state: Option<State>,
}

/// List ledger entries, newest first
#[utoipa::path(get, path = "/ledger", tag = "ledger", operation_id = "list_ledger", params(Wanted, Paging),
    responses((status = 200, body = Page<LedgerDoc>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(wanted): Query<Wanted>, Query(paging): Query<Paging>) -> Answer<Json<Page<LedgerDoc>>> {
    let limit = paging.limit()?;
    let shown = match wanted.state.unwrap_or_default() {
        State::All => Shown::All,
        State::Open => Shown::Open,
        State::Overdue => Shown::Overdue,
        State::BlackHole => Shown::BlackHole,
        State::Quarantined => Shown::Quarantined,
        State::Ended => Shown::Ended,
    };
    let found = ledger::list(&signed.ctx, &signed.actor, shown, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |unit| Position::from(unit))))
}
