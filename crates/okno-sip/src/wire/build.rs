//! Our messages in the library's form.
use bytes::Bytes;
use sipx_sip::{Header, HeaderName, Method, StatusCode, Uri};

use super::message::{Outgoing, Reply, Request, push};

/// The request on the wire, with our Via on top. None where the URI or the method cannot be written.
pub(super) fn request(outgoing: &Outgoing, via: &str) -> Option<sipx_sip::Request> {
    let uri = Uri::parse(Bytes::copy_from_slice(outgoing.uri.as_bytes())).ok()?;
    let method = Method::parse(&Bytes::copy_from_slice(outgoing.method.as_bytes()));
    let mut request = sipx_sip::Request::new(method, uri);
    request.headers.push(Header::build(HeaderName::Via, Bytes::copy_from_slice(via.as_bytes())).ok()?);
    push(&mut request.headers, &outgoing.headers);
    if request.headers.get(&HeaderName::MaxForwards).is_none() {
        push(&mut request.headers, &[("Max-Forwards".into(), "70".into())]);
    }
    let content = content(&mut request.headers, outgoing.body.as_ref());
    request.set_body(content);
    Some(request)
}

/// The answer to a request. None where the request lacks a header that every answer repeats.
pub(super) fn response(request: &Request, reply: &Reply, server: &str, fresh_tag: impl FnOnce() -> String) -> Option<sipx_sip::Response> {
    let status = StatusCode::new(reply.code)?;
    let reason: String = reply.reason.chars().filter(|c| !c.is_control()).collect();
    let mut response = sipx_sip::Response::new(status, Bytes::from(reason.into_bytes()));
    for name in [HeaderName::Via, HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq] {
        request.0.headers.get(&name)?;
        for header in request.0.headers.get_all(&name) {
            response.headers.push(header.clone());
        }
    }
    if reply.code > 100 && request.to_tag().is_none() {
        let tag = reply.tag.clone().unwrap_or_else(fresh_tag);
        let mut to = request.header_bytes("To")?;
        to.extend_from_slice(format!(";tag={tag}").as_bytes());
        // A To that we would not write ourselves (control characters in its name, RFC 4475 3.1.1.2) is repeated as it came.
        if let Ok(header) = Header::build(HeaderName::To, Bytes::from(to)) {
            response.headers.remove_all(&HeaderName::To);
            response.headers.push(header);
        }
    }
    push(&mut response.headers, &reply.headers);
    if reply.code > 100 && !server.is_empty() {
        push(&mut response.headers, &[("Server".into(), server.into())]);
    }
    let content = content(&mut response.headers, reply.body.as_ref());
    response.set_body(content);
    Some(response)
}

fn content(headers: &mut sipx_sip::Headers, body: Option<&(String, Vec<u8>)>) -> Bytes {
    let (kind, content) = body.map_or((None, Bytes::new()), |(kind, content)| (Some(kind), Bytes::copy_from_slice(content)));
    if let Some(kind) = kind {
        push(headers, &[("Content-Type".into(), kind.clone())]);
    }
    push(headers, &[("Content-Length".into(), content.len().to_string())]);
    content
}
