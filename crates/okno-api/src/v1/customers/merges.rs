//! Two customers are one person: said by a person, taken back by a person.

use crate::{
    Answer, Problem,
    extract::{Body, Page, Path, Signed},
};
use axum::Json;
use okno_app::customers;
use okno_model::{CustomerId, MergeId, doc::MergeDoc};
use serde::Deserialize;
use utoipa::ToSchema;

/// Into whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeInput {
    /// The customer who stands for both from now on.
    into: CustomerId,
}

/// Merge a customer into another: one history from now on, and it can be undone
#[utoipa::path(post, path = "/customers/{id}/merge", tag = "customers", operation_id = "merge_customer", params(("id" = CustomerId, Path)),
    request_body = MergeInput,
    responses((status = 200, body = MergeDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn merge(signed: Signed, Path(id): Path<CustomerId>, Body(input): Body<MergeInput>) -> Answer<Json<MergeDoc>> {
    Ok(Json(customers::merge(&signed.ctx, &signed.actor, id, input.into).await?))
}

/// Undo a merge: everything goes back to whom it names, also what came since
#[utoipa::path(post, path = "/merges/{id}/undo", tag = "customers", operation_id = "undo_merge", params(("id" = MergeId, Path)),
    responses((status = 200, body = MergeDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn undo(signed: Signed, Path(id): Path<MergeId>) -> Answer<Json<MergeDoc>> {
    Ok(Json(customers::undo_merge(&signed.ctx, &signed.actor, id).await?))
}

/// List a customer's merges that were undone, newest first
#[utoipa::path(get, path = "/customers/{id}/merges/undone", tag = "customers", operation_id = "undone_merges",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Page<MergeDoc>), (status = 404, body = Problem)))]
pub(crate) async fn undone(signed: Signed, Path(id): Path<CustomerId>) -> Answer<Json<Page<MergeDoc>>> {
    Ok(Json(Page::whole(customers::undone_merges(&signed.ctx, &signed.actor, id).await?)))
}
