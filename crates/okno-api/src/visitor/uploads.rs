//! Files of visitors: stored at once, sent with the next message.

use super::{
    channel::widget,
    poll::{no_token, visitor_token},
};
use crate::{Answer, ApiState, ClientAddress, Problem, extract::Query};
use axum::{
    Extension, Json,
    body::Body,
    extract::{FromRequest, Request, State},
    http::StatusCode,
};
use bytes::Bytes;
use okno_app::{
    AppError,
    uploads::{self, Uploader},
    visitors,
};
use okno_model::doc::AttachmentDoc;
use serde::Deserialize;
use std::time::Duration;

/// Time for one file: the largest one over a slow line. Who sends his bytes drop by drop must not keep others waiting.
const BODY: Duration = Duration::from_secs(60);

#[derive(Debug, Deserialize)]
pub(super) struct Named {
    key: String,
    name: String,
}

/// `POST /api/v1/visitor/uploads?key=&name=`.
pub(super) async fn accept(
    State(state): State<ApiState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    Query(Named { key, name }): Query<Named>,
    request: Request<Body>,
) -> Answer<(StatusCode, Json<AttachmentDoc>)> {
    let widget = widget(&state, &key).await?;
    widget.check_origin(&state, request.headers())?;
    let token = visitor_token(request.headers()).ok_or_else(no_token)?;
    let ctx = state.ctx();
    let visitor = visitors::resume(&ctx, widget.channel, &token).await?.ok_or(AppError::Unauthorized)?;
    state.live.visitors.upload(visitor.id)?;
    // The body is read only now, and only so many at a time, few of one source: strangers can neither fill the memory nor
    // take every turn.
    let _own = state.live.visitors.upload_turn(address)?;
    let _turn = state.live.visitors.uploading.acquire().await.map_err(|_| Problem::internal("the turns of uploads are closed"))?;
    let reading = tokio::time::timeout(BODY, Bytes::from_request(request, &state));
    let bytes =
        reading.await.map_err(|_| Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the file came too slowly; try again"))??;
    let doc = uploads::accept(&ctx, Uploader::Visitor(visitor.id), &name, bytes.into()).await?;
    Ok((StatusCode::CREATED, Json(doc)))
}
