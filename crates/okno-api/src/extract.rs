//! What handlers take: the signed-in user, checked JSON, paths, queries, pages.

use crate::{
    ApiState,
    problem::{Answer, Problem},
    security,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use okno_app::{
    Ctx,
    access::{self, Actor, Once},
};
use okno_model::limits;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use utoipa::{IntoParams, ToSchema};

/// Longest `Idempotency-Key`: long enough for any UUID or hash.
const KEY_CHARS: usize = 128;

/// The signed-in user and his workspace.
#[derive(Debug, Clone)]
pub struct Signed {
    /// His workspace.
    pub ctx: Ctx,
    /// He.
    pub actor: Actor,
}

impl FromRequestParts<ApiState> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Answer<Self> {
        let token = security::session_cookie(state, &parts.headers).ok_or(okno_app::AppError::Unauthorized)?;
        let (ctx, actor) = access::authenticate(&state.app, &token).await?;
        state.limits.user(actor.user)?;
        Ok(Self { ctx, actor })
    }
}

/// Parameters of the path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

/// Parameters of the query.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);

/// A JSON body. Unknown and wrong fields are refused by name (the types say `deny_unknown_fields`).
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<ApiState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Answer<Self> {
        require_json(request.headers())?;
        let bytes = Bytes::from_request(request, state).await?;
        read_json(&bytes).map(Self)
    }
}

/// A JSON body of a request that creates something, with its `Idempotency-Key`: the same key with the same body is answered
/// with the first answer, with another body it is a conflict.
#[derive(Debug)]
pub struct Create<T> {
    /// The body.
    pub body: T,
    /// What makes a repeat the same request; `None` without a key.
    pub once: Option<Once>,
}

impl<T: DeserializeOwned> FromRequest<ApiState> for Create<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Answer<Self> {
        require_json(request.headers())?;
        let key = request.headers().get("idempotency-key").map(|key| {
            let bad = || Problem::invalid("Idempotency-Key", "bad_key", "Idempotency-Key must be 1 to 128 visible ASCII characters");
            let key = key.to_str().map_err(|_| bad())?;
            if key.is_empty() || key.len() > KEY_CHARS { Err(bad()) } else { Ok(key.to_owned()) }
        });
        let key = key.transpose()?;
        let scope = format!("{} {}", request.method(), request.uri().path());
        let bytes = Bytes::from_request(request, state).await?;
        let body = read_json(&bytes)?;
        Ok(Self { body, once: key.map(|key| Once::new(key, &scope, &bytes)) })
    }
}

fn require_json(headers: &HeaderMap) -> Answer<()> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "send the body as `content-type: application/json`"))
}

fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if cause.is_syntax() || cause.is_eof() {
            return Problem::new(StatusCode::BAD_REQUEST, "bad_json", format!("the body is not JSON: {cause}"));
        }
        let text = cause.to_string();
        // serde names the missing or unknown field only in its words.
        let named = text.split('`').nth(1).filter(|_| text.starts_with("missing field") || text.starts_with("unknown field"));
        let code = match text.split(' ').next() {
            Some("missing") => "required",
            Some("unknown") => "unknown",
            _ => "wrong_type",
        };
        let field = match (path.as_str(), named) {
            ("." | "", Some(name)) => name.to_owned(),
            (_, Some(name)) if path.ends_with(name) => path.clone(),
            (_, Some(name)) => format!("{path}.{name}"),
            (_, None) => path.clone(),
        };
        let words = text.split(" at line ").next().unwrap_or(&text).to_owned();
        Problem::invalid(field, code, words)
    })?;
    reader.end().map_err(|e| Problem::new(StatusCode::BAD_REQUEST, "bad_json", format!("the body goes on after its JSON: {e}")))?;
    Ok(value)
}

/// `?limit&after` of a listing.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// Rows of the page, 1 to 200; 50 if not given.
    pub limit: Option<usize>,
    /// `next` of the page before.
    pub after: Option<String>,
}

impl Paging {
    /// Rows to return.
    ///
    /// # Errors
    /// 422 outside 1 to 200.
    pub fn limit(&self) -> Answer<usize> {
        match self.limit {
            None => Ok(limits::PAGE_DEFAULT),
            Some(n) if (1..=limits::PAGE_MAX).contains(&n) => Ok(n),
            Some(_) => Err(Problem::invalid("limit", "out_of_range", format!("limit must be 1 to {}", limits::PAGE_MAX))),
        }
    }

    /// Where the page begins: the position that [`Page::new`] was given.
    ///
    /// # Errors
    /// 422 for a cursor that okno did not make.
    pub fn after<T: DeserializeOwned>(&self) -> Answer<Option<T>> {
        let Some(cursor) = &self.after else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let position = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        position.map(Some).ok_or_else(|| Problem::invalid("after", "bad_cursor", "`after` must be the `next` of the page before"))
    }
}

/// One page of a listing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// Rows.
    pub items: Vec<T>,
    /// Give it as `after` to get the next page; null on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page whose rows came with `limit`; `position` says where the page after the last row begins.
    pub fn new<P: Serialize>(items: Vec<T>, limit: usize, position: impl FnOnce(&T) -> P) -> Self {
        let last = items.last().filter(|_| items.len() >= limit);
        let next = last.map(position);
        Self::until(items, next)
    }

    /// A page of which it is known where the next one begins, if there is one.
    pub fn until<P: Serialize>(items: Vec<T>, next: Option<P>) -> Self {
        let next = next.and_then(|position| serde_json::to_vec(&position).ok()).map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        Self { items, next }
    }

    /// All there is.
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only read by serde")]
        level: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only read by serde")]
        skills: Vec<Inner>,
    }

    fn problem(text: &str) -> (u16, &'static str, Option<String>) {
        let problem = read_json::<Outer>(text.as_bytes()).unwrap_err();
        (problem.status, problem.code, problem.field)
    }

    #[test]
    fn wrong_bodies_name_the_field() {
        assert_eq!(problem("{"), (400, "bad_json", None));
        assert_eq!(problem("{}"), (422, "required", Some("skills".into())));
        assert_eq!(problem(r#"{"skills":[],"x":1}"#), (422, "unknown", Some("x".into())));
        assert_eq!(problem(r#"{"skills":[{"level":300}]}"#), (422, "wrong_type", Some("skills[0].level".into())));
        assert_eq!(problem(r#"{"skills":[{}]}"#), (422, "required", Some("skills[0].level".into())));
        assert_eq!(problem(r#"{"skills":[]} {}"#), (400, "bad_json", None));
    }

    #[test]
    fn a_page_goes_on_where_it_ended() {
        let page = Page::new(vec![3_i64, 5], 2, |n| *n);
        let paging = Paging { limit: None, after: page.next };
        assert_eq!(paging.after::<i64>().unwrap(), Some(5));
        assert!(Page::new(vec![3_i64], 2, |n| *n).next.is_none());
        assert!(Paging { limit: Some(0), after: None }.limit().is_err());
        assert!(Paging { limit: None, after: Some("%".into()) }.after::<i64>().is_err());
    }
}
