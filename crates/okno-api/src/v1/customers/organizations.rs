//! The companies of customers.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Paging, Path, Query, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::customers::{self, NamePosition};
use okno_model::{
    CustomerId, OrganizationId,
    doc::{CustomerDoc, OrganizationDoc},
    input::OrganizationInput,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// A part of the name or of a domain.
    q: Option<String>,
}

/// List organizations by name
#[utoipa::path(get, path = "/organizations", tag = "customers", operation_id = "list_organizations", params(Wanted),
    responses((status = 200, body = Page<OrganizationDoc>), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed, Query(wanted): Query<Wanted>) -> Answer<Json<Page<OrganizationDoc>>> {
    Ok(Json(Page::whole(customers::organizations::list(&signed.ctx, &signed.actor, &wanted.q.unwrap_or_default()).await?)))
}

/// Show an organization
#[utoipa::path(get, path = "/organizations/{id}", tag = "customers", operation_id = "show_organization", params(("id" = OrganizationId, Path)),
    responses((status = 200, body = OrganizationDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<OrganizationId>) -> Answer<Json<OrganizationDoc>> {
    Ok(Json(customers::organizations::get(&signed.ctx, &signed.actor, id).await?))
}

/// Make an organization
#[utoipa::path(post, path = "/organizations", tag = "customers", operation_id = "create_organization", request_body = OrganizationInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = OrganizationDoc), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<OrganizationInput>) -> Answer<(StatusCode, Json<OrganizationDoc>)> {
    let made = customers::organizations::create(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change an organization
#[utoipa::path(patch, path = "/organizations/{id}", tag = "customers", operation_id = "update_organization",
    params(("id" = OrganizationId, Path)), request_body = OrganizationInput,
    responses((status = 200, body = OrganizationDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn update(
    signed: Signed,
    Path(id): Path<OrganizationId>,
    Body(input): Body<OrganizationInput>,
) -> Answer<Json<OrganizationDoc>> {
    Ok(Json(customers::organizations::update(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove an organization that no customer has
#[utoipa::path(delete, path = "/organizations/{id}", tag = "customers", operation_id = "delete_organization",
    params(("id" = OrganizationId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<OrganizationId>) -> Answer<StatusCode> {
    customers::organizations::delete(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List the customers of an organization by name
#[utoipa::path(get, path = "/organizations/{id}/customers", tag = "customers", operation_id = "organization_customers",
    params(("id" = OrganizationId, Path), Paging),
    responses((status = 200, body = Page<CustomerDoc>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn members(
    signed: Signed,
    Path(id): Path<OrganizationId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Page<CustomerDoc>>> {
    let limit = paging.limit()?;
    let found = customers::organizations::customers(&signed.ctx, &signed.actor, id, paging.after()?, limit).await?;
    Ok(Json(Page::new(found, limit, |customer| NamePosition::from(customer))))
}

/// List the organizations to which a customer's mail domains belong
#[utoipa::path(get, path = "/customers/{id}/organizations", tag = "customers", operation_id = "suggested_organizations",
    params(("id" = CustomerId, Path)), responses((status = 200, body = Page<OrganizationDoc>), (status = 404, body = Problem)))]
pub(crate) async fn suggested(signed: Signed, Path(id): Path<CustomerId>) -> Answer<Json<Page<OrganizationDoc>>> {
    Ok(Json(Page::whole(customers::organizations::suggested(&signed.ctx, &signed.actor, id).await?)))
}
