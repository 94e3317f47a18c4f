//! The offline form: nobody is there, the words become a mail conversation of the same customer.

use super::{
    channel::{Key, widget},
    poll::visitor_token,
};
use crate::{
    Answer, ApiState, ClientAddress,
    extract::{Body, Query},
};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use okno_app::{
    ingest::{self, OfflineForm},
    visitors,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    #[serde(default)]
    name: String,
    email: String,
    text: String,
    client_id: String,
    #[serde(default)]
    token: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Taken {
    /// It was there already.
    repeat: bool,
}

/// `POST /api/v1/visitor/form?key=`.
pub(super) async fn send(
    State(state): State<ApiState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    Query(Key { key }): Query<Key>,
    headers: HeaderMap,
    Body(form): Body<Form>,
) -> Answer<(StatusCode, Json<Taken>)> {
    let widget = widget(&state, &key).await?;
    widget.check_origin(&state, &headers)?;
    state.live.visitors.form(address)?;
    let ctx = state.ctx();
    let visitor = match form.token.or_else(|| visitor_token(&headers)) {
        Some(token) => visitors::resume(&ctx, widget.channel, &token).await?.map(|visitor| visitor.id),
        None => None,
    };
    let Form { name, email, text, client_id, .. } = form;
    let ack = ingest::form(&ctx, OfflineForm { channel: widget.channel, visitor, client_id, name, email, text }).await?;
    let status = if ack.repeat { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(Taken { repeat: ack.repeat })))
}
