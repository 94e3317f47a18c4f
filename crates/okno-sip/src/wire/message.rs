//! Requests and responses as the rest of the crate sees them.
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use sipx_sip::validate::Finding;
use sipx_sip::{CSeq, Header, HeaderName, Headers, TransactionKey, Via};

use super::uri::{NameAddr, UriParts, lossy};
use crate::api::Transport;

/// A request that came in. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Request(pub(super) Arc<sipx_sip::Request>);

/// A response that came in.
#[derive(Clone, Debug)]
pub(crate) struct Response(pub(super) Arc<sipx_sip::Response>);

/// The transaction to answer a request on.
#[derive(Clone, Debug)]
pub(crate) struct ServerTx {
    /// Which listener has it.
    pub(super) listener: usize,
    pub(super) key: TransactionKey,
    pub(super) request: Request,
}

/// Where a message came from, or where one goes to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) transport: Transport,
    /// The name that the certificate of the other side must have.
    pub(crate) name: Option<String>,
    /// The socket that it came by, and that answers and further requests leave by.
    pub(crate) listener: Option<usize>,
    /// What is too large for a datagram may be sent over TCP here: not to phones, which stand behind a NAT.
    pub(crate) grows: bool,
}

impl Arrived {
    /// A request that nobody sent.
    #[cfg(test)]
    pub(crate) fn read(text: &str, source: Target) -> Option<Self> {
        let request = Request::read(text.as_bytes())?;
        let key = TransactionKey::from_request(&request.0)?;
        Some(Self { tx: ServerTx { listener: 0, key, request: request.clone() }, request, source })
    }
}

impl ServerTx {
    /// The request that waits for an answer.
    pub(crate) fn request(&self) -> &Request {
        &self.request
    }
}

impl Target {
    pub(crate) fn new(address: SocketAddr, transport: Transport) -> Self {
        Self { address, transport, name: None, listener: None, grows: false }
    }
}

/// A request, with the way back.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) request: Request,
    /// Not for ACK, which nobody answers.
    pub(crate) tx: ServerTx,
    pub(crate) source: Target,
}

/// A request to send. Via and Content-Length are the wire's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub(crate) method: String,
    pub(crate) uri: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Content type and content.
    pub(crate) body: Option<(String, Vec<u8>)>,
}

impl Outgoing {
    pub(crate) fn new(method: &str, uri: &str) -> Self {
        Self { method: method.into(), uri: uri.into(), headers: Vec::new(), body: None }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn body(mut self, kind: &str, content: impl Into<Vec<u8>>) -> Self {
        self.body = Some((kind.into(), content.into()));
        self
    }
}

/// An answer to a request. Via, From, To, Call-ID, CSeq and Content-Length are the wire's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    pub(crate) reason: Box<str>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<(String, Vec<u8>)>,
    /// Our tag in To, where the request had none. Without one the wire makes one for every final answer.
    pub(crate) tag: Option<String>,
}

impl Reply {
    pub(crate) fn new(code: u16) -> Self {
        Self { code, reason: words(code).into(), headers: Vec::new(), body: None, tag: None }
    }

    pub(crate) fn reason(mut self, reason: &str) -> Self {
        if !reason.is_empty() {
            self.reason = reason.chars().filter(|c| !c.is_control()).collect();
        }
        self
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn tag(mut self, tag: &str) -> Self {
        self.tag = Some(tag.into());
        self
    }

    pub(crate) fn body(mut self, kind: &str, content: impl Into<Vec<u8>>) -> Self {
        self.body = Some((kind.into(), content.into()));
        self
    }
}

impl Request {
    /// Reads one message as UDP would bring it. For tests and probes.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let message = sipx_sip::parse_datagram(Bytes::copy_from_slice(bytes), &sipx_sip::Limits::datagram()).ok()?;
        message.as_request().cloned().map(|request| Self(Arc::new(request)))
    }

    /// Reads a stream that comes in pieces. For probes.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn stream(bytes: &[u8]) {
        for size in [1, 7, 4096] {
            let mut parser = sipx_sip::StreamParser::new(sipx_sip::Limits::datagram());
            let _ = bytes.chunks(size).take(4096).any(|piece| parser.push(piece).is_err());
        }
    }

    pub(crate) fn method(&self) -> &str {
        // A method is made of token characters.
        std::str::from_utf8(self.0.method.as_bytes()).unwrap_or("?")
    }

    /// The request URI as written.
    pub(crate) fn uri(&self) -> String {
        lossy(&self.0.uri.to_bytes())
    }

    pub(crate) fn uri_parts(&self) -> UriParts {
        UriParts::of(&self.0.uri)
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.0.body()
    }

    /// What is wrong with the request as a whole: the code and the words of the refusal. A missing Max-Forwards and names without quotes are forgiven.
    pub(crate) fn fault(&self) -> Option<(u16, String)> {
        let forgiven = |finding: &Finding| {
            if let Finding::MalformedRequiredHeader(name @ ("From" | "To")) = finding {
                self.address(name).is_some()
            } else {
                finding.is_repairable()
            }
        };
        let finding = sipx_sip::validate_request(&self.0).into_iter().find(|finding| !forgiven(finding))?;
        Some((finding.status(), format!("{finding:?}")))
    }

    /// The first value of a header as bytes, as they came.
    pub(crate) fn header_bytes(&self, name: &str) -> Option<Vec<u8>> {
        self.0.headers.value(&name_of(name)).map(std::borrow::Cow::into_owned)
    }

    /// Names and values of all headers.
    pub(crate) fn all(&self) -> Vec<(String, String)> {
        pairs(&self.0.headers)
    }

    pub(crate) fn call_id(&self) -> String {
        self.header("Call-ID").unwrap_or_default()
    }

    /// `type/subtype` of the body in lower case.
    pub(crate) fn content_type(&self) -> Option<String> {
        let value = self.header("Content-Type")?;
        Some(value.split(';').next()?.trim().to_ascii_lowercase())
    }

    /// The branch of the topmost Via.
    pub(crate) fn branch(&self) -> Option<String> {
        self.0.headers.typed::<Via>()?.ok()?.branch().map(lossy)
    }
}

impl Response {
    /// Reads one message as UDP would bring it. For tests and probes.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        match sipx_sip::parse_datagram(Bytes::copy_from_slice(bytes), &sipx_sip::Limits::datagram()) {
            Ok(sipx_sip::Message::Response(response)) => Some(Self(Arc::new(response))),
            _ => None,
        }
    }

    pub(crate) fn code(&self) -> u16 {
        self.0.status.code()
    }

    pub(crate) fn reason(&self) -> String {
        lossy(&self.0.reason)
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.0.body()
    }
}

/// What requests and responses have in common.
macro_rules! headers {
    ($($kind:ty),*) => {$(
        impl $kind {
            /// The first value of a header, without folding. Names are compared without case; compact forms count.
            pub(crate) fn header(&self, name: &str) -> Option<String> {
                self.0.headers.value(&name_of(name)).map(|value| lossy(&value))
            }

            /// All values of a header, one for each line.
            pub(crate) fn headers(&self, name: &str) -> Vec<String> {
                self.0.headers.get_all(&name_of(name)).map(|header| lossy(&header.value())).collect()
            }

            /// The tokens of a comma list, over all lines, in lower case.
            pub(crate) fn tokens(&self, name: &str) -> Vec<String> {
                self.headers(name).iter().flat_map(|line| line.split(',')).map(|token| token.trim().to_ascii_lowercase()).filter(|token| !token.is_empty()).collect()
            }

            /// Whether a comma list has a token.
            pub(crate) fn has(&self, name: &str, token: &str) -> bool {
                self.tokens(name).iter().any(|own| own == token)
            }

            /// A header that holds addresses (Contact, Route, Record-Route, Path); none if one of them cannot be read.
            pub(crate) fn addresses(&self, name: &str) -> Option<Vec<NameAddr>> {
                let mut all = Vec::new();
                for header in self.0.headers.get_all(&name_of(name)) {
                    all.extend(NameAddr::parse_list(&header.value())?);
                }
                Some(all)
            }

            /// A header that holds one address (From, To, Refer-To).
            pub(crate) fn address(&self, name: &str) -> Option<NameAddr> {
                NameAddr::parse(&self.0.headers.value(&name_of(name))?)
            }


            pub(crate) fn to_tag(&self) -> Option<String> {
                self.address("To")?.tag().map(str::to_owned)
            }

            /// Number and method.
            pub(crate) fn cseq(&self) -> Option<(u32, String)> {
                let cseq = self.0.headers.typed::<CSeq>()?.ok()?;
                Some((cseq.sequence, lossy(cseq.method.as_bytes())))
            }

            /// A header that is a number of seconds or a count; parameters behind it are ignored.
            pub(crate) fn number(&self, name: &str) -> Option<u32> {
                let value = self.header(name)?;
                value.split([';', ' ', '(']).next()?.trim().parse().ok()
            }

        }
    )*};
}
headers!(Request, Response);

fn pairs(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|header| (lossy(header.name().canonical()), lossy(&header.value()))).collect()
}

pub(super) fn name_of(name: &str) -> HeaderName {
    HeaderName::parse(&Bytes::copy_from_slice(name.as_bytes()))
}

/// Adds what a caller gave, leaving out what cannot stand in a header.
pub(super) fn push(headers: &mut Headers, list: &[(String, String)]) {
    for (name, value) in list {
        match Header::build(name_of(name), Bytes::copy_from_slice(value.as_bytes())) {
            Ok(header) => headers.push(header),
            Err(error) => tracing::warn!(header = %name.escape_debug(), %error, "a SIP header cannot be written and is left out"),
        }
    }
}

/// The usual words of a code.
pub(crate) fn words(code: u16) -> &'static str {
    match code {
        100 => "Trying",
        180 => "Ringing",
        181 => "Call Is Being Forwarded",
        182 => "Queued",
        183 => "Session Progress",
        199 => "Early Dialog Terminated",
        200 => "OK",
        202 => "Accepted",
        302 => "Moved Temporarily",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        416 => "Unsupported URI Scheme",
        420 => "Bad Extension",
        421 => "Extension Required",
        422 => "Session Interval Too Small",
        423 => "Interval Too Brief",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        482 => "Loop Detected",
        483 => "Too Many Hops",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        489 => "Bad Event",
        491 => "Request Pending",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        504 => "Server Time-out",
        505 => "Version Not Supported",
        600 => "Busy Everywhere",
        603 => "Decline",
        604 => "Does Not Exist Anywhere",
        606 => "Not Acceptable",
        _ => match code / 100 {
            1 => "Progress",
            2 => "OK",
            3 => "Redirected",
            4 => "Request Failure",
            5 => "Server Failure",
            _ => "Failure",
        },
    }
}
