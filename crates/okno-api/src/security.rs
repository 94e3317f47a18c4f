//! Headers that every answer gets, the session cookie, and the refusal of forged requests.

use crate::{
    ApiState,
    problem::{Answer, Problem},
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

/// Path of the visitors' door: its requests carry a token of their own and no cookie.
const VISITOR_PATH: &str = "/api/v1/visitor/";

/// Name of the session cookie. The prefix makes browsers refuse one that came from elsewhere or without TLS.
pub fn cookie_name(state: &ApiState) -> &'static str {
    if state.secure() { "__Host-okno_session" } else { "okno_session" }
}

/// The session token of the request's cookie.
pub fn session_cookie(state: &ApiState, headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(cookie_name(state)).map(|cookie| cookie.value().to_owned())
}

/// `Set-Cookie` of a new session: gone with the browser, unreadable for scripts, never sent from other sites.
pub(crate) fn set_session(state: &ApiState, token: String) -> CookieJar {
    CookieJar::new().add(session(state, token))
}

/// `Set-Cookie` that removes the session.
pub(crate) fn clear_session(state: &ApiState) -> CookieJar {
    let mut cookie = session(state, String::new());
    cookie.make_removal();
    CookieJar::new().add(cookie)
}

fn session(state: &ApiState, value: String) -> Cookie<'static> {
    Cookie::build((cookie_name(state), value)).path("/").http_only(true).same_site(SameSite::Strict).secure(state.secure()).build()
}

/// Whether the request comes from okno's own pages. Requests without an `Origin` (programs, same-site reads) pass; WebSockets
/// of browsers always send one.
pub fn origin_allowed(state: &ApiState, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if origin.eq_ignore_ascii_case(&state.app.urls.app) {
        return true;
    }
    // The same server under another name (`localhost` for `127.0.0.1`). The cookie belongs to that name too.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let named = origin.split_once("://").map(|(_, authority)| authority);
    matches!((named, host), (Some(named), Some(host)) if named.eq_ignore_ascii_case(host))
}

/// Refuses state changes that another site could have made: they need the header `x-okno: 1`, which no foreign page can set,
/// and an `Origin` of ours.
pub(crate) async fn refuse_forged(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || request.uri().path().starts_with(VISITOR_PATH) {
        return next.run(request).await;
    }
    match check_forged(&state, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn check_forged(state: &ApiState, headers: &HeaderMap) -> Answer<()> {
    let refuse = |detail: &str| Err(Problem::new(StatusCode::FORBIDDEN, "forged", detail));
    if headers.get("x-okno").is_none_or(|value| value != "1") {
        return refuse("requests that change something need the header `x-okno: 1`");
    }
    if !origin_allowed(state, headers) {
        return refuse("the request comes from another site; open okno under its own address");
    }
    Ok(())
}

/// Answers of the API are never kept by caches.
pub(crate) async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    put(response.headers_mut(), &header::CACHE_CONTROL, "no-store");
    response
}

/// Headers of every answer; a handler that sets one of them itself (the widget's frame) keeps its own.
pub(crate) async fn safe_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    put(headers, &header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, &header::REFERRER_POLICY, "same-origin");
    put(headers, &HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(headers, &HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(self)");
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page {
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    put(headers, &header::CONTENT_SECURITY_POLICY, policy);
    response
}

fn put(headers: &mut HeaderMap, name: &HeaderName, value: &'static str) {
    if !headers.contains_key(name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
