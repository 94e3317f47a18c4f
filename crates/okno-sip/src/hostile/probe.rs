//! Everything that reads what strangers send, over one input. Nothing here may panic, hang or grow, whatever the bytes are.

use crate::auth::{DigestClient, DigestServer, Presented, Rounds};
use crate::registrar::{Phone, Registrar};
use crate::sdp::{Codec, Direction, OfferParams, Protection, Sdp};
use crate::trunks::Login;
use crate::wire::{NameAddr, Request, Response, Target, UriParts};
use crate::{Cidr, HostPort, Transport};
use std::time::Instant;

/// Headers that somebody of us reads as addresses, lists, numbers.
const HEADERS: [&str; 24] = [
    "From",
    "To",
    "Contact",
    "Via",
    "Route",
    "Record-Route",
    "Path",
    "Refer-To",
    "Referred-By",
    "P-Asserted-Identity",
    "Remote-Party-ID",
    "Diversion",
    "History-Info",
    "Replaces",
    "Require",
    "Supported",
    "Session-Expires",
    "Min-SE",
    "RSeq",
    "RAck",
    "Expires",
    "Retry-After",
    "Reason",
    "Privacy",
];

/// One SIP message, as a datagram and as a stream in pieces.
pub fn sip(data: &[u8]) {
    if let Some(request) = Request::read(data) {
        let _ = (request.fault(), request.method().len(), request.uri(), request.uri_parts(), request.branch(), request.cseq());
        let _ = (request.call_id(), request.to_tag(), request.content_type(), request.all());
        for name in HEADERS {
            let _ = (request.header(name), request.headers(name), request.tokens(name), request.number(name));
            let _ = (request.address(name), request.addresses(name));
        }
        registrar(&request);
        sdp(request.body());
        for value in request.headers("Authorization").iter().chain(&request.headers("Proxy-Authorization")) {
            let _ = Presented::parse(value.as_bytes());
        }
    }
    if let Some(response) = Response::read(data) {
        let _ = (response.code(), response.reason(), response.cseq(), response.to_tag());
        for name in HEADERS {
            let _ = (response.addresses(name), response.number(name));
        }
        for name in ["WWW-Authenticate", "Proxy-Authenticate"] {
            for value in response.headers(name) {
                client(value.as_bytes());
            }
        }
        sdp(response.body());
    }
    Request::stream(data);
}

/// The registrar with a phone, so that the digest is looked at too.
fn registrar(request: &Request) {
    let now = Instant::now();
    let registrar = Registrar::new(now, "okno", [1; 32]);
    registrar.set_phones(vec![Phone { id: "p".into(), login: "anna".into(), secret: "s".into(), sha256: false }]);
    let source = Target::new(([192, 0, 2, 1], 5060).into(), Transport::Udp);
    let _ = registrar.register(now, request, &source);
    let _ = registrar.authenticate(now, request, &source);
    registrar.probe(now, request, &source);
}

/// One session description: read, written, answered.
pub fn sdp(data: &[u8]) {
    let Ok(description) = Sdp::parse(data) else { return };
    let _ = description.to_string().len();
    let own = crate::sdp::offer(&params());
    let _ = crate::sdp::accepted(&own, &description);
    if let Ok((answer, _)) = crate::sdp::answer(&description, &params()) {
        let text = answer.to_string();
        assert!(Sdp::parse(text.as_bytes()).is_ok(), "our answer cannot be read: {text:?}");
    }
}

fn params() -> OfferParams {
    OfferParams {
        address: ([192, 0, 2, 1], 4000).into(),
        rtcp: None,
        session: 1,
        version: 1,
        codecs: vec![Codec::pcma(), Codec::pcmu(), Codec::g722(), Codec::opus()],
        dtmf: true,
        ptime: 20,
        direction: Direction::SendRecv,
        protection: Protection::None,
        rtcp_mux: true,
    }
}

/// One digest header: as credentials, as a challenge, and as the other small texts that come from outside.
pub fn digest(data: &[u8]) {
    let _ = Presented::parse(data);
    client(data);
    let now = Instant::now();
    let mut server = DigestServer::new(now, "okno", [1; 32]);
    let phones = [("anna".to_owned(), Phone { id: "p".into(), login: "anna".into(), secret: "s".into(), sha256: true })].into();
    let asked = crate::auth::Asked { method: "INVITE", request_uri: data, source: [192, 0, 2, 1].into(), claimed: "anna" };
    let _ = server.check(now, &phones, asked, [data]);
    let text = String::from_utf8_lossy(data);
    let _ = (UriParts::parse(&text), NameAddr::parse(data), NameAddr::parse_list(data));
    let _ = (text.parse::<Cidr>(), text.parse::<HostPort>());
}

fn client(challenge: &[u8]) {
    let login = Login { user: "u".into(), auth_user: None, secret: "s".into(), realm: None };
    let (mut client, mut rounds) = (DigestClient::new(login), Rounds::default());
    for status in [401, 407, 401] {
        if let Ok(answered) = client.answer(&mut rounds, status, [challenge], "REGISTER", "sip:p", "c") {
            assert!(!answered.value.contains(['\r', '\n']), "nothing breaks out of a header");
        }
    }
}
