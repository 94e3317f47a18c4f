//! What answered a callback was only the customer's voicemail.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::calls;
use okno_model::{InteractionId, doc::InteractionDoc};

/// Say that a callback reached only the customer's voicemail
///
/// During the call or in its wrap-up, by the agent who has it. The customer has not been reached: the callback stays open with its next try.
#[utoipa::path(post, path = "/interactions/{id}/only-voicemail", tag = "calls", operation_id = "only_voicemail",
    params(("id" = InteractionId, Path)),
    responses((status = 200, body = InteractionDoc), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn only_voicemail(signed: Signed, Path(id): Path<InteractionId>) -> Answer<Json<InteractionDoc>> {
    Ok(Json(calls::only_voicemail(&signed.ctx, &signed.actor, id).await?))
}
