//! What agents do with interactions. Every answer is the interaction as it is afterwards.

use crate::{
    Answer, Problem,
    extract::{Body, Path, Signed},
};
use axum::Json;
use okno_app::interactions::{self, Transfer, WrapUp};
use okno_model::{AgentId, DispositionId, InteractionId, OfferId, QueueId, doc::InteractionDoc};
use serde::Deserialize;
use utoipa::ToSchema;

/// Which offer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferInput {
    /// The offer that is answered; another one is stale.
    offer: OfferId,
}

/// Accept an offer
#[utoipa::path(post, path = "/interactions/{id}/accept", tag = "interactions", operation_id = "accept_offer",
    params(("id" = InteractionId, Path)), request_body = OfferInput,
    responses((status = 200, body = InteractionDoc), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn accept(signed: Signed, Path(id): Path<InteractionId>, Body(input): Body<OfferInput>) -> Answer<Json<InteractionDoc>> {
    Ok(Json(interactions::accept(&signed.ctx, &signed.actor, id, input.offer).await?))
}

/// Decline an offer
#[utoipa::path(post, path = "/interactions/{id}/decline", tag = "interactions", operation_id = "decline_offer",
    params(("id" = InteractionId, Path)), request_body = OfferInput,
    responses((status = 200, body = InteractionDoc), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn decline(signed: Signed, Path(id): Path<InteractionId>, Body(input): Body<OfferInput>) -> Answer<Json<InteractionDoc>> {
    Ok(Json(interactions::decline(&signed.ctx, &signed.actor, id, input.offer).await?))
}

/// Take an interaction from its queue
#[utoipa::path(post, path = "/interactions/{id}/pull", tag = "interactions", operation_id = "pull_interaction",
    params(("id" = InteractionId, Path)),
    responses((status = 200, body = InteractionDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn pull(signed: Signed, Path(id): Path<InteractionId>) -> Answer<Json<InteractionDoc>> {
    Ok(Json(interactions::pull(&signed.ctx, &signed.actor, id).await?))
}

/// Where to move it: exactly one of `queue` and `agent`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransferInput {
    /// To a queue.
    queue: Option<QueueId>,
    /// To an agent: it is offered to him.
    agent: Option<AgentId>,
    /// A note for whoever gets it.
    note: Option<String>,
}

/// Move an interaction to a queue or an agent
#[utoipa::path(post, path = "/interactions/{id}/transfer", tag = "interactions", operation_id = "transfer_interaction",
    params(("id" = InteractionId, Path)), request_body = TransferInput,
    responses((status = 200, body = InteractionDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn transfer(
    signed: Signed,
    Path(id): Path<InteractionId>,
    Body(input): Body<TransferInput>,
) -> Answer<Json<InteractionDoc>> {
    let to = match (input.queue, input.agent) {
        (Some(queue), None) => Transfer::Queue(queue),
        (None, Some(agent)) => Transfer::Agent(agent),
        (Some(_), Some(_)) | (None, None) => {
            return Err(Problem::invalid("queue", "required", "give either `queue` or `agent`"));
        }
    };
    Ok(Json(interactions::transfer(&signed.ctx, &signed.actor, id, to, input.note).await?))
}

/// How it ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishInput {
    /// Outcome; may also be given with the wrap-up.
    disposition: Option<DispositionId>,
}

/// End the talk: wrap-up begins, or it is closed
#[utoipa::path(post, path = "/interactions/{id}/finish", tag = "interactions", operation_id = "finish_interaction",
    params(("id" = InteractionId, Path)), request_body = FinishInput,
    responses((status = 200, body = InteractionDoc), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn finish(signed: Signed, Path(id): Path<InteractionId>, Body(input): Body<FinishInput>) -> Answer<Json<InteractionDoc>> {
    Ok(Json(interactions::finish(&signed.ctx, &signed.actor, id, input.disposition).await?))
}

/// The end of a wrap-up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WrapUpInput {
    /// Outcome.
    disposition: Option<DispositionId>,
    /// A last note.
    note: Option<String>,
}

/// End one's own wrap-up
#[utoipa::path(post, path = "/interactions/{id}/wrap-up", tag = "interactions", operation_id = "end_wrap_up",
    params(("id" = InteractionId, Path)), request_body = WrapUpInput,
    responses((status = 200, body = InteractionDoc), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn wrap_up(signed: Signed, Path(id): Path<InteractionId>, Body(input): Body<WrapUpInput>) -> Answer<Json<InteractionDoc>> {
    let wrap = WrapUp { disposition: input.disposition, note: input.note };
    Ok(Json(interactions::wrap_up(&signed.ctx, &signed.actor, id, wrap).await?))
}

/// How much longer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtendInput {
    /// Seconds; without, what the queue gives, which is also the most.
    seconds: Option<u32>,
}

/// Whether a wrap-up shall follow the talk.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestWrapUpInput {
    /// It shall.
    wanted: bool,
}

/// Ask for a wrap-up after the talk, or take that back
#[utoipa::path(post, path = "/interactions/{id}/wrap-up/request", tag = "interactions", operation_id = "request_wrap_up",
    params(("id" = InteractionId, Path)), request_body = RequestWrapUpInput,
    responses((status = 200, body = InteractionDoc), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn request(
    signed: Signed,
    Path(id): Path<InteractionId>,
    Body(input): Body<RequestWrapUpInput>,
) -> Answer<Json<InteractionDoc>> {
    Ok(Json(interactions::request_wrap_up(&signed.ctx, &signed.actor, id, input.wanted).await?))
}

/// Lengthen one's own wrap-up
#[utoipa::path(post, path = "/interactions/{id}/wrap-up/extend", tag = "interactions", operation_id = "extend_wrap_up",
    params(("id" = InteractionId, Path)), request_body = ExtendInput,
    responses((status = 200, body = InteractionDoc), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn extend(signed: Signed, Path(id): Path<InteractionId>, Body(input): Body<ExtendInput>) -> Answer<Json<InteractionDoc>> {
    Ok(Json(interactions::extend_wrap_up(&signed.ctx, &signed.actor, id, input.seconds).await?))
}
