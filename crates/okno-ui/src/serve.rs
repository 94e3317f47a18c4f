//! One request for a built file.

use crate::Dist;
use axum::{
    http::{HeaderMap, HeaderName, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::EmbeddedFile;
use std::fmt::Write;

/// Encodings that the build writes beside a file, best first.
const PACKED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];
/// Paths that are never the desk: an unknown one below them is a 404, not the shell.
const NOT_DESK: [&str; 5] = ["assets/", "api/", "health/", "metrics", "widget/"];

/// A built file, or the desk's shell for any other path.
///
/// Files below `assets/` carry their hash in the name and are kept forever; everything else is asked for again every time and
/// answered with 304 while it is the same. A missing asset is a 404, never the shell: after an update an old page must notice
/// that its parts are gone.
pub async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let hidden = [".br", ".gz"].iter().any(|packed| path.ends_with(packed));
    if !hidden && !path.is_empty() && Dist::get(path).is_some() {
        return answer(path, &headers);
    }
    if NOT_DESK.iter().any(|prefix| path.starts_with(prefix)) {
        return StatusCode::NOT_FOUND.into_response();
    }
    answer("index.html", &headers)
}

fn answer(path: &str, asked: &HeaderMap) -> Response {
    let Some(plain) = Dist::get(path) else { return StatusCode::NOT_FOUND.into_response() };
    let etag = etag(&plain);
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let head = [(header::CACHE_CONTROL, cache), (header::ETAG, etag.as_str()), (header::VARY, "accept-encoding")];
    if same(asked, &etag) {
        return (StatusCode::NOT_MODIFIED, head).into_response();
    }
    let kind = [(header::CONTENT_TYPE, media_type(path))];
    match packed(path, asked) {
        Some((name, file)) => (head, kind, [(header::CONTENT_ENCODING, name)], file.data).into_response(),
        None => (head, kind, plain.data).into_response(),
    }
}

/// The best compressed copy that the client takes.
fn packed(path: &str, asked: &HeaderMap) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = text(asked, &header::ACCEPT_ENCODING);
    let takes = |name: &str| accepted.split(',').any(|one| takes(one, name));
    PACKED.into_iter().filter(|(name, _)| takes(name)).find_map(|(name, ending)| Some((name, Dist::get(&format!("{path}{ending}"))?)))
}

/// Whether one member of `Accept-Encoding` (`br;q=0.9`) allows `name`; `q=0` forbids it.
fn takes(member: &str, name: &str) -> bool {
    let mut parts = member.split(';').map(str::trim);
    let named = parts.next().is_some_and(|n| n.eq_ignore_ascii_case(name));
    named && !parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)))
}

fn same(asked: &HeaderMap, etag: &str) -> bool {
    text(asked, &header::IF_NONE_MATCH).split(',').any(|one| one.trim().trim_start_matches("W/") == etag)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
}

fn etag(file: &EmbeddedFile) -> String {
    let mut tag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..8] {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
