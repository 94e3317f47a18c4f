//! Orders, as another system tells them.

use crate::{
    Answer, Problem,
    extract::{Body, Page, Path, Signed},
};
use axum::Json;
use okno_app::customers::{self, OrderInput};
use okno_model::{
    CustomerId, Timestamp,
    doc::{OrderDoc, OrderItem},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// An order. `customer` or `email` says whose it is; an order that is known stays whose it is without them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderBody {
    /// The other system's number: one number is one order.
    number: String,
    /// Whose, by his id.
    #[serde(default)]
    customer: Option<CustomerId>,
    /// Whose, by his mail address; a customer is made if nobody has proven it.
    #[serde(default)]
    email: Option<String>,
    /// Name of a customer who is made.
    #[serde(default)]
    name: Option<String>,
    /// Placed when; now if it is left out.
    #[serde(default)]
    placed: Option<Timestamp>,
    /// The other system's word: `paid`, `sent`.
    #[serde(default)]
    state: String,
    /// Sum in minor units: cents.
    total: i64,
    /// ISO 4217.
    currency: String,
    /// Where it can be seen.
    #[serde(default)]
    url: String,
    /// Lines.
    #[serde(default)]
    items: Vec<OrderItem>,
}

/// Tell an order: a new one, or the new state of the one with this number. Telling it twice is telling it once
#[utoipa::path(post, path = "/orders", tag = "customers", operation_id = "put_order", request_body = OrderBody,
    responses((status = 200, body = OrderDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn put(signed: Signed, Body(input): Body<OrderBody>) -> Answer<Json<OrderDoc>> {
    let order = OrderInput {
        customer: input.customer,
        email: input.email,
        name: input.name,
        number: input.number,
        placed: input.placed,
        state: input.state,
        total: input.total,
        currency: input.currency,
        url: input.url,
        items: input.items,
    };
    Ok(Json(customers::put_order(&signed.ctx, &signed.actor, order).await?))
}

/// List a customer's orders, newest first
#[utoipa::path(get, path = "/customers/{id}/orders", tag = "customers", operation_id = "list_orders", params(("id" = CustomerId, Path)),
    responses((status = 200, body = Page<OrderDoc>), (status = 404, body = Problem)))]
pub(crate) async fn list(signed: Signed, Path(id): Path<CustomerId>) -> Answer<Json<Page<OrderDoc>>> {
    Ok(Json(Page::whole(customers::orders(&signed.ctx, &signed.actor, id).await?)))
}
