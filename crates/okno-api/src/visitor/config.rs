//! What a widget looks like. The only answer that foreign sites may read, and only those on the list.

use super::{
    channel::{Key, widget},
    sites::page_origin,
};
use crate::{Answer, ApiState, extract::Query};
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use okno_app::{visitors, voice_config};
use okno_model::{ChannelId, limits};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Config {
    title: String,
    greeting: String,
    color: String,
    ask: String,
    online: bool,
    language: String,
    max_file_bytes: usize,
    /// Click-to-call, while somebody serves the telephone.
    call: Option<Call>,
}

#[derive(Debug, Serialize)]
struct Call {
    channel: ChannelId,
}

/// `GET /api/v1/visitor/config?key=`.
pub(super) async fn show(State(state): State<ApiState>, Query(Key { key }): Query<Key>, headers: HeaderMap) -> Response {
    let mut response = answer(&state, &key, &headers).await.into_response();
    // Also on refusals: the loader hides its button when it can read one. The answer holds nothing secret and uses no cookie.
    let origin = page_origin(&headers).and_then(|origin| HeaderValue::from_str(&origin).ok());
    if let Some(origin) = origin {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("origin"));
    response
}

async fn answer(state: &ApiState, key: &str, headers: &HeaderMap) -> Answer<Json<Config>> {
    let widget = widget(state, key).await?;
    widget.check_origin(state, headers)?;
    let online = visitors::online(&state.ctx(), widget.channel).await?;
    let call = voice_config::click_to_call(&state.ctx()).await?.map(|call| Call { channel: call.channel });
    let settings = widget.settings;
    Ok(Json(Config {
        title: settings.title,
        greeting: settings.greeting,
        color: settings.color,
        ask: settings.ask,
        online,
        language: widget.workspace.language,
        max_file_bytes: limits::ATTACHMENT_BYTES,
        call,
    }))
}
