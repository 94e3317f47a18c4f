//! The built web apps inside the binary, and their serving.
//!
//! The desk is one page: every path that is not a file gets its shell, so that deep links work. The two files of the chat
//! widget (`w.js` and `widget.html`) are served through the visitor's door, which adds the headers of the channel; it takes
//! them with [`file`].

mod serve;

pub use serve::serve;

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
    routing::get,
};
use rust_embed::RustEmbed;
use std::borrow::Cow;

#[derive(RustEmbed)]
#[folder = "$OKNO_DIST"]
struct Dist;

/// The content of one built file, such as `widget.html` (the widget's frame page) or `w.js` (its loader).
pub fn file(path: &str) -> Option<Cow<'static, [u8]>> {
    Dist::get(path).map(|file| file.data)
}

/// Serves the desk as the fallback of the server's router.
///
/// `files_origin` is the origin of attachments and mail HTML (`http://127.0.0.1:8089`); the content security policy lets
/// pictures and frames come from it and from nowhere else.
pub fn router(files_origin: &str) -> Router {
    let policy = policy(files_origin);
    Router::new().fallback_service(get(serve).layer(map_response(move |response| std::future::ready(guard(response, policy.clone())))))
}

fn policy(files_origin: &str) -> HeaderValue {
    let text = format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: {files_origin}; \
         media-src 'self' blob:; connect-src 'self'; worker-src 'self' blob:; frame-src 'self' {files_origin}; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    // A files origin that is no header text would be a configuration error; the desk then works without attachments.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'"))
}

fn guard(mut response: Response, policy: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // On every answer, the 304 too: its headers replace those of the stored page.
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

#[cfg(test)]
mod tests;
