//! Search.

use crate::{
    Answer, Problem,
    extract::{Page, Paging, Query, Signed},
};
use axum::Json;
use okno_app::customers::{self, NamePosition};
use okno_model::doc::CustomerDoc;
use serde::Deserialize;
use utoipa::IntoParams;

/// Whom to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// A part of the name or of an address.
    q: Option<String>,
}

/// List customers by name
#[utoipa::path(get, path = "/customers", tag = "customers", operation_id = "list_customers", params(Wanted, Paging),
    responses((status = 200, body = Page<CustomerDoc>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(wanted): Query<Wanted>, Query(paging): Query<Paging>) -> Answer<Json<Page<CustomerDoc>>> {
    let limit = paging.limit()?;
    let text = wanted.q.unwrap_or_default();
    let found = customers::search(&signed.ctx, &signed.actor, &text, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |customer| NamePosition::from(customer))))
}
