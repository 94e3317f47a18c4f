//! Messages of an interaction.

use crate::{
    Answer, Problem,
    extract::{Body, Create, Page, Path, Query, Signed},
};
use axum::{Json, http::StatusCode};
use okno_app::messages::{self, NewMessage, NewMessageKind};
use okno_model::{
    AttachmentId, InteractionId,
    doc::{Address, InteractionDoc, MessageDoc},
    limits,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which messages.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only with smaller numbers; the newest if not given.
    before: Option<i64>,
    /// How many, 1 to 200; 50 if not given.
    limit: Option<usize>,
}

/// List the messages before a number, ascending
#[utoipa::path(get, path = "/interactions/{id}/messages", tag = "interactions", operation_id = "list_messages",
    params(("id" = InteractionId, Path), Wanted),
    responses((status = 200, body = Page<MessageDoc>), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(signed: Signed, Path(id): Path<InteractionId>, Query(wanted): Query<Wanted>) -> Answer<Json<Page<MessageDoc>>> {
    let limit = wanted.limit.unwrap_or(limits::PAGE_DEFAULT);
    if !(1..=limits::PAGE_MAX).contains(&limit) {
        return Err(Problem::invalid("limit", "out_of_range", format!("limit must be 1 to {}", limits::PAGE_MAX)));
    }
    Ok(Json(Page::whole(messages::list(&signed.ctx, &signed.actor, id, wanted.before, limit).await?)))
}

/// To whom a new message goes.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// To the customer.
    Outbound,
    /// To colleagues only.
    Note,
}

/// A mail address with a name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recipient {
    /// Shown name; may be missing.
    #[serde(default)]
    name: String,
    /// Address.
    address: String,
}

/// A new message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageInput {
    kind: Kind,
    /// May be empty when there are attachments.
    #[serde(default)]
    text: String,
    /// Made by the client; a repeat is the same message.
    client_id: String,
    /// Uploaded before.
    #[serde(default)]
    attachments: Vec<AttachmentId>,
    /// Mail: recipients instead of those of a reply.
    to: Option<Vec<Recipient>>,
    /// Mail: copies instead of those of a reply.
    cc: Option<Vec<Recipient>>,
    /// Mail: subject instead of that of a reply.
    subject: Option<String>,
}

fn addresses(list: Vec<Recipient>) -> Vec<Address> {
    list.into_iter().map(|r| Address { name: r.name, address: r.address }).collect()
}

/// Write to the customer, or a note
///
/// 201 means that the message is stored; its delivery follows as `message.changed`.
#[utoipa::path(post, path = "/interactions/{id}/messages", tag = "interactions", operation_id = "send_message",
    params(("id" = InteractionId, Path), ("Idempotency-Key" = Option<String>, Header)), request_body = MessageInput,
    responses((status = 201, body = MessageDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn send(
    signed: Signed,
    Path(id): Path<InteractionId>,
    request: Create<MessageInput>,
) -> Answer<(StatusCode, Json<MessageDoc>)> {
    let input = request.body;
    let new = NewMessage {
        kind: match input.kind {
            Kind::Outbound => NewMessageKind::Outbound,
            Kind::Note => NewMessageKind::Note,
        },
        text: input.text,
        client_id: input.client_id,
        attachments: input.attachments,
        to: input.to.map(addresses),
        cc: input.cc.map(addresses),
        subject: input.subject,
    };
    let sent = messages::send(&signed.ctx, &signed.actor, id, new, request.once).await?;
    Ok((StatusCode::CREATED, Json(sent)))
}

/// How far the agent has read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadInput {
    /// Number of the last message seen.
    number: i64,
}

/// Mark messages as seen by the agent who has the interaction
#[utoipa::path(post, path = "/interactions/{id}/read", tag = "interactions", operation_id = "mark_read",
    params(("id" = InteractionId, Path)), request_body = ReadInput,
    responses((status = 200, body = InteractionDoc), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn read(signed: Signed, Path(id): Path<InteractionId>, Body(input): Body<ReadInput>) -> Answer<Json<InteractionDoc>> {
    Ok(Json(messages::mark_read(&signed.ctx, &signed.actor, id, input.number).await?))
}
