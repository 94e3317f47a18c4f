//! A file that will be sent.

use crate::{
    Answer, Problem,
    extract::{Query, Signed},
};
use axum::{Json, body::Bytes, http::StatusCode};
use okno_app::{
    AppError,
    uploads::{self, Uploader},
};
use okno_model::{doc::AttachmentDoc, right::Right};
use serde::Deserialize;
use utoipa::IntoParams;

/// About the file.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// File name.
    name: Option<String>,
}

/// Upload a file, to be attached to a message
#[utoipa::path(post, path = "/uploads", tag = "uploads", operation_id = "upload_file", params(Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = AttachmentDoc), (status = 403, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn upload(signed: Signed, Query(named): Query<Named>, bytes: Bytes) -> Answer<(StatusCode, Json<AttachmentDoc>)> {
    if !signed.actor.has(Right::InteractionWrite) {
        return Err(AppError::Forbidden { right: Right::InteractionWrite }.into());
    }
    let name = named.name.unwrap_or_default();
    let file = uploads::accept(&signed.ctx, Uploader::User(signed.actor.user), &name, bytes.into()).await?;
    Ok((StatusCode::CREATED, Json(file)))
}
