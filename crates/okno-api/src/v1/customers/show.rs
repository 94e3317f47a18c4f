//! One customer.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::Json;
use okno_app::customers::{self, CustomerChange};
use okno_model::{
    CustomerId, OrganizationId,
    doc::{AttributeValue, CustomerDoc},
};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Show a customer
#[utoipa::path(get, path = "/customers/{id}", tag = "customers", operation_id = "show_customer", params(("id" = CustomerId, Path)),
    responses((status = 200, body = CustomerDoc), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<CustomerId>) -> Answer<Json<CustomerDoc>> {
    Ok(Json(customers::get(&signed.ctx, &signed.actor, id).await?))
}

/// A field that is there, even as `null`.
#[expect(clippy::option_option, reason = "missing, null and given are three answers")]
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<OrganizationId>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// What may be changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CustomerInput {
    /// Name.
    name: Option<String>,
    /// Notes of the agents.
    notes: Option<String>,
    /// Language tag; empty for unknown.
    language: Option<String>,
    /// His company; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[expect(clippy::option_option, reason = "missing, null and given are three answers")]
    organization: Option<Option<OrganizationId>>,
    /// Attributes to set; `null` takes one away.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, AttributeValue>)]
    attributes: BTreeMap<String, Option<AttributeValue>>,
}

/// Change a customer
#[utoipa::path(patch, path = "/customers/{id}", tag = "customers", operation_id = "update_customer", params(("id" = CustomerId, Path)),
    request_body = CustomerInput,
    responses((status = 200, body = CustomerDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<CustomerId>, Body(input): Body<CustomerInput>) -> Answer<Json<CustomerDoc>> {
    let change = CustomerChange {
        name: input.name,
        notes: input.notes,
        language: input.language,
        organization: input.organization,
        attributes: input.attributes,
    };
    Ok(Json(customers::update(&signed.ctx, &signed.actor, id, change).await?))
}
