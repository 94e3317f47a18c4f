//! Tests that hold for a real build and for the placeholder.

use crate::{file, router};
use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use tower::ServiceExt;

async fn get(path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap) {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router("http://127.0.0.1:8089").oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    (response.status(), response.headers().clone())
}

#[tokio::test]
async fn a_deep_link_gets_the_shell_that_is_asked_for_again() {
    let (status, headers) = get("/desk/0192", &[]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(headers["cache-control"], "no-cache");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("frame-src 'self' http://127.0.0.1:8089;"));
    let (status, unchanged) = get("/", &[("if-none-match", headers["etag"].to_str().unwrap())]).await;
    assert_eq!(status, StatusCode::NOT_MODIFIED);
    // A browser takes over the headers of a 304.
    assert_eq!(unchanged["content-security-policy"], headers["content-security-policy"]);
}

#[tokio::test]
async fn what_is_gone_is_not_found_instead_of_the_shell() {
    for path in ["/assets/index-old.js", "/api/v1/nothing", "/health/nothing"] {
        assert_eq!(get(path, &[]).await.0, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_packed_copy_is_sent_only_to_who_takes_it() {
    let packed = file("w.js.br").is_some();
    let (_, headers) = get("/w.js", &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(headers.get("content-encoding").is_some_and(|name| name == "br"), packed);
    let (_, headers) = get("/w.js", &[("accept-encoding", "br;q=0")]).await;
    assert!(!headers.contains_key("content-encoding"));
    assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
}

#[test]
fn the_widget_files_are_there() {
    assert!(file("widget.html").is_some() && file("w.js").is_some());
    assert!(file("nothing.html").is_none());
}
