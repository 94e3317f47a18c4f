//! Notes about customers.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::customers::{self, NoteChange};
use okno_model::{CustomerId, NoteId, doc::NoteDoc};
use serde::Deserialize;
use utoipa::ToSchema;

/// A note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoteInput {
    /// Text; required for a new one, and changed only by its author.
    text: Option<String>,
    /// Stands above the others.
    pinned: Option<bool>,
}

/// List the notes about a customer: pinned ones first, then the newest
#[utoipa::path(get, path = "/customers/{id}/notes", tag = "customers", operation_id = "list_notes", params(("id" = CustomerId, Path)),
    responses((status = 200, body = Page<NoteDoc>), (status = 404, body = Problem)))]
pub(crate) async fn list(signed: Signed, Path(id): Path<CustomerId>) -> Answer<Json<Page<NoteDoc>>> {
    Ok(Json(Page::whole(customers::notes(&signed.ctx, &signed.actor, id).await?)))
}

/// Write a note about a customer
#[utoipa::path(post, path = "/customers/{id}/notes", tag = "customers", operation_id = "add_note", request_body = NoteInput,
    params(("id" = CustomerId, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = NoteDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn add(signed: Signed, Path(id): Path<CustomerId>, request: Create<NoteInput>) -> Answer<(StatusCode, Json<NoteDoc>)> {
    let NoteInput { text, pinned } = request.body;
    let made =
        customers::add_note(&signed.ctx, &signed.actor, id, text.unwrap_or_default(), pinned.unwrap_or_default(), request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a note: its text by its author, its pin by whoever may change the customer
#[utoipa::path(patch, path = "/notes/{id}", tag = "customers", operation_id = "update_note", params(("id" = NoteId, Path)),
    request_body = NoteInput,
    responses((status = 200, body = NoteDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<NoteId>, Body(input): Body<NoteInput>) -> Answer<Json<NoteDoc>> {
    let change = NoteChange { text: input.text, pinned: input.pinned };
    Ok(Json(customers::update_note(&signed.ctx, &signed.actor, id, change).await?))
}
