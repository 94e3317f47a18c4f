//! Errors as RFC 9457 problems. What the caller may know is here; the cause of a fault goes only to the log.

use axum::{
    Json,
    extract::rejection::{BytesRejection, PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use okno_app::AppError;
use serde::Serialize;
use std::{any::Any, time::Duration};
use utoipa::ToSchema;

/// The answer of a handler.
pub type Answer<T> = Result<T, Problem>;

/// What went wrong, for the caller (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// `about:blank`: the code says it.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Short name of the status.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Stable code for programs: `not_found`, `stale_offer`, `too_long`.
    pub code: &'static str,
    /// What is wrong and what to do, in words.
    pub detail: String,
    /// The field of the body or query that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(skip)]
    #[schema(ignore)]
    retry_after: Option<Duration>,
}

impl Problem {
    /// A problem with a status of its own.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self { kind: "about:blank", title, status: status.as_u16(), code, detail: detail.into(), field: None, retry_after: None }
    }

    /// Bad input: 422.
    pub fn invalid(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail) }
    }

    /// 404.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("{what} was not found"))
    }

    /// 429.
    pub fn throttled(retry_after: Duration) -> Self {
        let detail = format!("too many requests; wait {} seconds", retry_after.as_secs().max(1));
        Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled", detail) }
    }

    /// 500. The cause is logged here and told to nobody.
    pub fn internal(cause: &str) -> Self {
        tracing::error!(cause, "a request failed by a fault of okno");
        metrics::counter!("okno_faults_total").increment(1);
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "okno made a mistake; nothing was changed. Tell your administrator the id in the header x-request-id",
        )
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let detail = error.to_string();
        match error {
            AppError::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "not_found", detail),
            AppError::Forbidden { .. } => Self::new(StatusCode::FORBIDDEN, "forbidden", detail),
            AppError::Unauthorized => Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail),
            AppError::Conflict { code, .. } => Self::new(StatusCode::CONFLICT, code, detail),
            AppError::Invalid { field, code, .. } => Self::invalid(field, code, detail),
            AppError::Throttled { retry_after } => {
                Self { retry_after: Some(retry_after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "throttled", detail) }
            }
            AppError::Unavailable { detail } => {
                tracing::warn!(cause = detail, "a request was refused because a part is away");
                let shown = "okno cannot store anything right now; nothing was changed, try again in a few seconds";
                Self { retry_after: Some(Duration::from_secs(2)), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", shown) }
            }
            AppError::Internal(cause) => Self::internal(&cause),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after.map(|d| HeaderValue::from(d.as_millis().div_ceil(1000).max(1) as u64));
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

/// A handler panicked: the others go on, the caller gets a problem.
#[expect(clippy::needless_pass_by_value, reason = "the layer's interface gives the box away")]
pub(crate) fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    Problem::internal(&format!("panic: {}", text.unwrap_or("without words"))).into_response()
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::invalid("path", "bad_path", rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::invalid("query", "bad_query", rejection.body_text())
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        let status = rejection.status();
        let code = if status == StatusCode::PAYLOAD_TOO_LARGE { "too_large" } else { "bad_body" };
        Self::new(status, code, rejection.body_text())
    }
}
