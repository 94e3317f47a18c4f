//! A link to the HTML form of a mail.

use crate::{
    Answer, Problem,
    extract::{Path, Query, Signed},
    v1::uploads::Link,
};
use axum::Json;
use okno_app::uploads::links;
use okno_model::MessageId;
use serde::Deserialize;
use utoipa::IntoParams;

/// How to show it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// 1 loads remote pictures through okno; the sender then cannot see who reads, but learns that it was read.
    remote: Option<u8>,
}

/// Get a link to the HTML form, for a sandboxed frame
#[utoipa::path(get, path = "/messages/{id}/html-link", tag = "messages", operation_id = "html_link", params(("id" = MessageId, Path), Wanted),
    responses((status = 200, body = Link), (status = 404, body = Problem)))]
pub(crate) async fn html_link(signed: Signed, Path(id): Path<MessageId>, Query(wanted): Query<Wanted>) -> Answer<Json<Link>> {
    let url = links::html_url(&signed.ctx, &signed.actor, id, wanted.remote == Some(1)).await?;
    Ok(Json(Link { url }))
}
