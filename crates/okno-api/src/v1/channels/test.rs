//! The test of a channel.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::Json;
use okno_app::channels;
use okno_model::ChannelId;
use serde::Serialize;
use utoipa::ToSchema;

/// What a test saw.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TestReport {
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Check {
    /// What: `imap`, `smtp`, `queue`, `sites`.
    name: String,
    /// It works.
    ok: bool,
    /// What was seen, and what to do.
    detail: String,
}

/// Connect to a channel's servers and tell what works
#[utoipa::path(post, path = "/channels/{id}/test", tag = "channels", params(("id" = ChannelId, Path)),
    responses((status = 200, body = TestReport), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn create(signed: Signed, Path(id): Path<ChannelId>) -> Answer<Json<TestReport>> {
    let checks = channels::test(&signed.ctx, &signed.actor, id).await?;
    let checks = checks.into_iter().map(|check| Check { name: check.name, ok: check.ok, detail: check.detail }).collect();
    Ok(Json(TestReport { checks }))
}
