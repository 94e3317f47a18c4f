//! The check of the audit log's chain.

use crate::{Answer, Problem, extract::Signed};
use axum::Json;
use okno_app::audit;
use serde::Serialize;
use utoipa::ToSchema;

/// What the check of the chain found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Verdict {
    /// The whole chain holds.
    intact: bool,
    /// Entries that hold, from the first.
    good: i64,
    /// The first entry that does not hold.
    broken: Option<i64>,
    /// Why it does not hold.
    reason: Option<String>,
}

/// Check that no audit entry was changed, removed or inserted
#[utoipa::path(get, path = "/audit/verify", tag = "audit", responses((status = 200, body = Verdict), (status = 403, body = Problem)))]
pub(crate) async fn show(signed: Signed) -> Answer<Json<Verdict>> {
    let audit::Verified { intact, good, broken, reason } = audit::verify(&signed.ctx, &signed.actor).await?;
    Ok(Json(Verdict { intact, good, broken, reason }))
}
