//! The page inside the widget's frame. The browser itself enforces the list of sites.

use super::channel::{Key, widget};
use crate::{Answer, ApiState, Problem, extract::Query};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, html};
use url::Url;

/// `GET /widget/frame?key=&lang=`.
pub(super) async fn show(State(state): State<ApiState>, Query(Key { key }): Query<Key>, headers: HeaderMap) -> Response {
    page(&state, &key, &headers).await.unwrap_or_else(|problem| refusal(&problem))
}

async fn page(state: &ApiState, key: &str, headers: &HeaderMap) -> Answer<Response> {
    let widget = widget(state, key).await?;
    if framed_by(headers).is_some_and(|site| !widget.sites.allow(&site)) {
        return Err(widget.refusal());
    }
    let file = okno_ui::file("widget.html").ok_or_else(|| Problem::internal("the build holds no widget.html"))?;
    let files = &state.app.urls.files;
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' {}; img-src 'self' {files} data:; \
         base-uri 'none'; form-action 'none'; {}",
        sockets(&state.app.urls.app),
        widget.sites.frame_ancestors()
    );
    let policy = HeaderValue::from_str(&policy).map_err(|_| Problem::internal("the address of the files is no header text"))?;
    let head = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    Ok((head, Html(file.into_owned())).into_response())
}

/// The site around a frame, where the browser says it. Browsers that do not are held by `frame-ancestors`.
fn framed_by(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let site = Url::parse(text("referer")?).ok()?.origin().ascii_serialization();
    (text("sec-fetch-dest") == Some("iframe")).then_some(site)
}

/// Older browsers do not count a WebSocket to the own host as `'self'`.
fn sockets(app: &str) -> String {
    app.replacen("http", "ws", 1)
}

fn refusal(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = html! { (DOCTYPE) html lang="en" { head { meta charset="utf-8"; title { "okno" } } body { p { (problem.detail) } } } };
    (status, Html(page.into_string())).into_response()
}
