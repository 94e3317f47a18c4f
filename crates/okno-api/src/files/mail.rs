//! `GET /m/{signed}`: the HTML form of a mail, for the desk's sandboxed frame.

use crate::{Answer, ApiState, Problem, extract::Path};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, PreEscaped, html};
use okno_app::uploads::files;
use url::Url;

/// Black on white like in every mail program: mail brings its own colors and counts on that.
const STYLE: &str = "html{color-scheme:light;background:#fff;color:#16191f}body{margin:12px;font:14px/1.5 system-ui,'Segoe UI',\
                     Roboto,'Noto Sans',sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}\
                     blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #d5dae2}table{max-width:100%}pre{white-space:pre-wrap}";

pub(super) async fn show(State(state): State<ApiState>, Path(signed): Path<String>) -> Answer<Response> {
    let served = files::html(&state.app, &signed).await?;
    // The stored HTML is sanitized (okno-channels); the policy and the sandbox hold even if that failed.
    let page = html! {
        (DOCTYPE)
        html {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                base target="_blank";
                style { (PreEscaped(STYLE)) }
            }
            body { (PreEscaped(served.html)) }
        }
    };
    let policy = format!(
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; \
         img-src {} data:; base-uri 'none'; form-action 'none'; frame-ancestors {}",
        state.app.urls.files,
        desks(&state.app.urls.app)
    );
    let head = [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(&policy).map_err(|_| Problem::internal("the addresses are no header text"))?,
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    Ok((head, Html(page.into_string())).into_response())
}

/// The desk's origin; on one's own machine it has two names.
fn desks(app: &str) -> String {
    let Some(url) = Url::parse(app).ok() else { return "'none'".to_owned() };
    let other = match url.host_str() {
        Some("127.0.0.1") => "localhost",
        Some("localhost") => "127.0.0.1",
        _ => return app.to_owned(),
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{app} {}://{other}{port}", url.scheme())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_belongs_to_the_desk_alone() {
        assert_eq!(desks("https://desk.example.com"), "https://desk.example.com");
        assert_eq!(desks("http://127.0.0.1:8088"), "http://127.0.0.1:8088 http://localhost:8088");
        assert_eq!(desks("nonsense"), "'none'");
    }
}
