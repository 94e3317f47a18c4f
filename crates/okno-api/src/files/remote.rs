//! `GET /p/{signed}`: a remote picture of a mail, fetched for the agent so that the sender learns nothing about him.

use super::fetch::FetchError;
use crate::{Answer, ApiState, Problem, extract::Path};
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use okno_app::uploads::files;

pub(super) async fn show(State(state): State<ApiState>, Path(signed): Path<String>) -> Answer<Response> {
    let url = files::remote(&state.app, &signed).await?;
    let door = &state.live.files;
    let _turn = door.fetching.acquire().await.map_err(|_| Problem::internal("the turns of pictures are closed"))?;
    let (bytes, mime) = door.fetcher.picture(&url).await.map_err(problem)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=600, immutable")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((head, bytes).into_response())
}

fn problem(error: FetchError) -> Problem {
    tracing::debug!(%error, "a remote picture was not fetched");
    let status = match error {
        FetchError::Refused(_) => StatusCode::FORBIDDEN,
        FetchError::NoPicture | FetchError::TooLarge | FetchError::Status(_) | FetchError::Failed => StatusCode::BAD_GATEWAY,
        FetchError::TooSlow => StatusCode::GATEWAY_TIMEOUT,
    };
    Problem::new(status, "picture_not_fetched", error.to_string())
}
