//! The raw bytes of a unit, only ever for saving.

use crate::{
    Answer, Problem,
    extract::{Path, Signed},
};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use okno_app::ledger;
use okno_model::UnitId;

/// Download a unit as it came in
#[utoipa::path(get, path = "/ledger/{id}/raw", tag = "ledger", operation_id = "download_unit", params(("id" = UnitId, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 404, body = Problem)))]
pub(crate) async fn raw(signed: Signed, Path(id): Path<UnitId>) -> Answer<Response> {
    let file = ledger::raw(&signed.ctx, &signed.actor, id).await?;
    let mut response = Response::new(Body::from(file.bytes));
    let headers = response.headers_mut();
    // A stranger wrote it: the browser must not look inside.
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment")));
    Ok(response)
}
