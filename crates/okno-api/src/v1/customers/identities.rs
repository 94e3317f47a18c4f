//! Addresses that people write down or take away.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::Json;
use okno_app::customers;
use okno_model::{CustomerId, IdentityId, IdentityKind, doc::CustomerDoc};
use serde::Deserialize;
use utoipa::ToSchema;

/// An address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityInput {
    /// `email` or `phone`.
    kind: IdentityKind,
    /// The address as people write it.
    value: String,
}

/// Write an address of a customer down
#[utoipa::path(post, path = "/customers/{id}/identities", tag = "customers", operation_id = "add_identity", params(("id" = CustomerId, Path)),
    request_body = IdentityInput,
    responses((status = 200, body = CustomerDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn add(signed: Signed, Path(id): Path<CustomerId>, Body(input): Body<IdentityInput>) -> Answer<Json<CustomerDoc>> {
    Ok(Json(customers::add_identity(&signed.ctx, &signed.actor, id, input.kind, input.value).await?))
}

/// Take an address of a customer away
#[utoipa::path(delete, path = "/customers/{id}/identities/{identity}", tag = "customers", operation_id = "remove_identity",
    params(("id" = CustomerId, Path), ("identity" = IdentityId, Path)),
    responses((status = 200, body = CustomerDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn remove(signed: Signed, Path((id, identity)): Path<(CustomerId, IdentityId)>) -> Answer<Json<CustomerDoc>> {
    Ok(Json(customers::remove_identity(&signed.ctx, &signed.actor, id, identity).await?))
}
