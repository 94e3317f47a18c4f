//! `GET /f/{signed}`: an attachment.

use super::picture::SHOWN;
use crate::{Answer, ApiState, Problem, extract::Path};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use okno_app::uploads::files;
use std::fmt::Write;

/// Nothing is loaded or run, whatever the file turns out to be.
const POLICY: &str = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox";

pub(super) async fn show(State(state): State<ApiState>, Path(signed): Path<String>) -> Answer<Response> {
    let file = files::open(&state.app, &signed).await?;
    let reader = state.app.blobs.reader(&file.blob).await.map_err(|error| Problem::internal(&error.to_string()))?;
    let shown = SHOWN.contains(&file.mime.as_str());
    // A type that browsers could take for a document is not even named.
    let mime = if shown { file.mime.as_str() } else { "application/octet-stream" };
    let body = Body::from_stream(futures_util::stream::unfold(Some(reader), |reader| async move {
        let mut reader = reader?;
        match reader.next().await {
            Ok(Some(bytes)) => Some((Ok(bytes), Some(reader))),
            Ok(None) => None,
            // The answer breaks off: a short file must not look whole.
            Err(error) => Some((Err(error), None)),
        }
    }));
    let head = [
        (header::CONTENT_TYPE, value(mime)),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, value(&disposition(shown, &file.name))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=600, immutable")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((head, body).into_response())
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// RFC 6266: the name in UTF-8, and an ASCII form for old programs.
fn disposition(shown: bool, name: &str) -> String {
    let kind = if shown { "inline" } else { "attachment" };
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(byte as char);
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            disposition(false, "счёт \"1\"\r\nX: y;.pdf"),
            "attachment; filename=\"____ _1___X_ y_.pdf\"; \
             filename*=UTF-8''%D1%81%D1%87%D1%91%D1%82%20%221%22%0D%0AX%3A%20y%3B.pdf"
        );
        assert!(disposition(true, "a.png").starts_with("inline; filename=\"a.png\""));
    }
}
