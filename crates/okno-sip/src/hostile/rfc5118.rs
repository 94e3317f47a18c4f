//! RFC 5118, torture messages with IPv6, in its order and under its names.

use super::{Case, Expect, wire, with_body};
use Expect::{Answer, Call};

fn register(tag: &str, uri: &str) -> Vec<u8> {
    wire(&format!(
        "REGISTER {uri} SIP/2.0
To: sip:user@example.com
From: sip:user@example.com;tag=81x2{tag}
Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-{tag}
Call-ID: SSG9559905523997077@{tag}
Max-Forwards: 70
Contact: \"Caller\" <sip:caller@[2001:db8::1]>
CSeq: 98176 REGISTER
Content-Length: 0

"
    ))
}

fn bye(tag: &str, vias: &str) -> Vec<u8> {
    wire(&format!(
        "BYE sip:[2001:db8::10] SIP/2.0
To: sip:user@example.com;tag=bd76ya
From: sip:user@example.com;tag=81x2
{vias}
Call-ID: SSG9559905523997077@{tag}
Max-Forwards: 70
CSeq: 321 BYE
Content-Length: 0

"
    ))
}

fn invite(tag: &str, place: &str, body: &str) -> Vec<u8> {
    with_body(
        &format!(
            "INVITE sip:user@[2001:db8::10] SIP/2.0
To: sip:user@[2001:db8::10]
From: sip:user@example.com;tag=81x2{tag}
Via: SIP/2.0/UDP [2001:db8::20];branch=z9hG4bKas3-{tag}
Call-ID: SSG9559905523997077@{tag}
Contact: \"Caller\" <sip:caller@{place}>
CSeq: 8612 INVITE
Max-Forwards: 70
Content-Type: application/sdp"
        ),
        body,
    )
}

pub(super) fn cases() -> Vec<Case> {
    let case = |name, expect, bytes| Case { name, expect, bytes };
    vec![
        case("ipv6-good", Answer(&[401]), register("good", "sip:[2001:db8::10]")),
        case("ipv6-bad", Answer(&[400, 0]), register("bad", "sip:2001:db8::10")),
        // 5070 is a part of the address, whatever was meant.
        case("port-ambiguous", Answer(&[401]), register("ambiguous", "sip:[2001:db8::10:5070]")),
        case("port-unambiguous", Answer(&[401]), register("unambiguous", "sip:[2001:db8::10]:5070")),
        case(
            "via-received-param-with-delim",
            Answer(&[481]),
            bye("delim", "Via: SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111"),
        ),
        case(
            "via-received-param-no-delim",
            Answer(&[481]),
            bye("nodelim", "Via: SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-112"),
        ),
        case(
            "ipv6-in-sdp",
            Call,
            invite(
                "sdp",
                "[2001:db8::20]",
                "v=0
o=assistant 971731711378798081 0 IN IP6 2001:db8::20
s=Live video feed for today's meeting
c=IN IP6 2001:db8::20
t=3338481189 3370017201
m=audio 6000 RTP/AVP 2
a=rtpmap:2 G726-32/8000
m=video 6024 RTP/AVP 107
a=rtpmap:107 H263-1998/90000
",
            ),
        ),
        case(
            "mult-ip-in-header",
            Answer(&[481]),
            bye(
                "header",
                "Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-113
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144
Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200",
            ),
        ),
        case(
            "mult-ip-in-sdp",
            Call,
            invite(
                "multi",
                "[2001:db8::20]",
                "v=0
o=bob 280744730 28977631 IN IP4 host.example.com
s=
t=0 0
m=audio 22334 RTP/AVP 0
c=IN IP4 192.0.2.1
m=video 6024 RTP/AVP 107
c=IN IP6 2001:db8::1
a=rtpmap:107 H263-1998/90000
",
            ),
        ),
        case(
            "ipv4-mapped-ipv6",
            Call,
            invite(
                "mapped",
                "[::ffff:192.0.2.10]:19823",
                "v=0
o=bob 280744730 28977631 IN IP6 ::ffff:192.0.2.2
s=
c=IN IP6 ::ffff:192.0.2.2
t=0 0
m=audio 22334 RTP/AVP 0
",
            ),
        ),
        // Three colons are what a bug in the grammar of RFC 3261 asks for; RFC 5954 took them back.
        case(
            "ipv6-bug-abnf-3-colons",
            Answer(&[200, 400, 0]),
            wire(
                "OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0
To: sip:user@[2001:db8:::192.0.2.1]
From: sip:user@example.com;tag=810x2
Via: SIP/2.0/UDP lab1.east.example.com;branch=z9hG4bKas3-115
Call-ID: G9559905523997077@hlau_4212
CSeq: 689 OPTIONS
Max-Forwards: 70
Content-Length: 0

",
            ),
        ),
    ]
}
