//! Channels.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::channels;
use okno_model::{ChannelId, doc::ChannelDoc, input::ChannelInput};

/// List the channels
#[utoipa::path(get, path = "/channels", tag = "channels", operation_id = "list_channels",
    responses((status = 200, body = Page<ChannelDoc>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(signed: Signed) -> Answer<Json<Page<ChannelDoc>>> {
    Ok(Json(Page::whole(channels::list(&signed.ctx, &signed.actor).await?)))
}

/// Show a channel
#[utoipa::path(get, path = "/channels/{id}", tag = "channels", operation_id = "show_channels", params(("id" = ChannelId, Path)),
    responses((status = 200, body = ChannelDoc), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn show(signed: Signed, Path(id): Path<ChannelId>) -> Answer<Json<ChannelDoc>> {
    Ok(Json(channels::get(&signed.ctx, &signed.actor, id).await?))
}

/// Make a channel
#[utoipa::path(post, path = "/channels", tag = "channels", operation_id = "create_channels", request_body = ChannelInput,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = ChannelDoc), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(signed: Signed, request: Create<ChannelInput>) -> Answer<(StatusCode, Json<ChannelDoc>)> {
    let made = channels::create(&signed.ctx, &signed.actor, request.body, request.once).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change a channel
#[utoipa::path(patch, path = "/channels/{id}", tag = "channels", operation_id = "update_channels", params(("id" = ChannelId, Path)), request_body = ChannelInput,
    responses((status = 200, body = ChannelDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn update(signed: Signed, Path(id): Path<ChannelId>, Body(input): Body<ChannelInput>) -> Answer<Json<ChannelDoc>> {
    Ok(Json(channels::update(&signed.ctx, &signed.actor, id, input).await?))
}

/// Remove a channel without history; one with history is switched off
#[utoipa::path(delete, path = "/channels/{id}", tag = "channels", operation_id = "delete_channels", params(("id" = ChannelId, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn delete(signed: Signed, Path(id): Path<ChannelId>) -> Answer<StatusCode> {
    channels::delete(&signed.ctx, &signed.actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
