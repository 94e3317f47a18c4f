//! A peer that speaks SIP by hand.
use std::net::SocketAddr;

use tokio::net::UdpSocket;

use super::*;

/// A socket that is a trunk of the side under test.
pub(super) struct Raw {
    socket: UdpSocket,
    peer: SocketAddr,
    pub(super) local: SocketAddr,
    branch: u32,
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) text: String,
}

impl Heard {
    pub(super) fn code(&self) -> u16 {
        let mut words = self.text.split_whitespace();
        if words.next() == Some("SIP/2.0") { words.next().unwrap().parse().unwrap() } else { 0 }
    }

    pub(super) fn method(&self) -> &str {
        self.text.split_whitespace().next().unwrap()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.text.lines().take_while(|line| !line.is_empty()).skip(1).find_map(|line| {
            let (own, value) = line.split_once(':')?;
            own.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(super) fn to_tag(&self) -> Option<&str> {
        self.header("To")?.split(";tag=").nth(1)
    }

    pub(super) fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// An answer with the headers that every answer repeats.
    pub(super) fn reply(&self, first: &str, tag: &str, more: &str, body: &str) -> String {
        let mut text = format!("SIP/2.0 {first}\r\n");
        for line in self.text.lines().take_while(|line| !line.is_empty()).skip(1) {
            let Some((name, _)) = line.split_once(':') else { continue };
            match name.to_ascii_lowercase().as_str() {
                "via" | "from" | "call-id" | "cseq" => text.extend([line, "\r\n"]),
                "to" if line.contains(";tag=") || tag.is_empty() => text.extend([line, "\r\n"]),
                "to" => text.extend([line, ";tag=", tag, "\r\n"]),
                _ => {}
            }
        }
        if !body.is_empty() {
            text.push_str("Content-Type: application/sdp\r\n");
        }
        format!("{text}{more}Content-Length: {}\r\n\r\n{body}", body.len())
    }
}

impl Raw {
    pub(super) async fn new(peer: SocketAddr) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let local = socket.local_addr().unwrap();
        Self { socket, peer, local, branch: 0 }
    }

    pub(super) async fn send(&self, text: &str) {
        self.socket.send_to(text.as_bytes(), self.peer).await.unwrap();
    }

    pub(super) async fn send_bytes(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.peer).await.unwrap();
    }

    /// The next message that `wanted` likes; others are thrown away.
    pub(super) async fn hear(&self, wanted: impl Fn(&Heard) -> bool) -> Heard {
        let mut buffer = vec![0; 65_536];
        let mut others = Vec::new();
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let (length, _) = self.socket.recv_from(&mut buffer).await.unwrap();
                let heard = Heard { text: buffer[..length].iter().map(|byte| char::from(*byte)).collect() };
                if wanted(&heard) {
                    return heard;
                }
                others.push(heard.text.lines().next().unwrap_or_default().to_owned());
            }
        });
        let found = found.await.ok();
        found.unwrap_or_else(|| panic!("nothing came but {others:?}"))
    }

    /// The final answer.
    pub(super) async fn answer(&self) -> Heard {
        self.hear(|heard| heard.code() >= 200).await
    }

    /// Nothing comes for a while.
    pub(super) async fn nothing(&self, wait: Duration) {
        let mut buffer = vec![0; 65_536];
        if let Ok(Ok((length, _))) = tokio::time::timeout(wait, self.socket.recv_from(&mut buffer)).await {
            panic!("heard {}", String::from_utf8_lossy(&buffer[..length]));
        }
    }

    pub(super) fn branch(&mut self) -> String {
        self.branch += 1;
        format!("z9hG4bK{}x{}", self.local.port(), self.branch)
    }

    /// A request with everything that it needs. `to_tag` may be empty.
    #[expect(clippy::too_many_arguments, reason = "the parts of a request, in their order")]
    pub(super) fn request(&self, method: &str, call: &str, cseq: u32, branch: &str, to_tag: &str, more: &str, body: &str) -> String {
        let (local, peer) = (self.local, self.peer);
        let tag = if to_tag.is_empty() { String::new() } else { format!(";tag={to_tag}") };
        let kind =
            if body.is_empty() || more.to_ascii_lowercase().contains("content-type") { "" } else { "Content-Type: application/sdp\r\n" };
        format!(
            "{method} sip:200@{peer} SIP/2.0\r\nVia: SIP/2.0/UDP {local};rport;branch={branch}\r\nMax-Forwards: 70\r\n\
             From: \"Raw\" <sip:100@{local}>;tag=f{call}\r\nTo: <sip:200@{peer}>{tag}\r\nCall-ID: {call}\r\nCSeq: {cseq} {method}\r\n\
             Contact: <sip:100@{local}>\r\n{kind}{more}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// Sends an INVITE.
    pub(super) async fn invite(&mut self, call: &str, more: &str) -> String {
        let branch = self.branch();
        let body = offer(6000).to_string();
        self.send(&self.request("INVITE", call, 1, &branch, "", more, &body)).await;
        branch
    }

    pub(super) async fn ack(&mut self, call: &str, cseq: u32, to_tag: &str, body: &str) {
        let branch = self.branch();
        self.send(&self.request("ACK", call, cseq, &branch, to_tag, "", body)).await;
    }

    /// A call that is answered by `side`; its leg and our view of the tag.
    pub(super) async fn call(&mut self, side: &mut Side, call: &str, more: &str) -> (LegHandle, String) {
        self.invite(call, more).await;
        let incoming = side.incoming().await;
        let mut leg = incoming.leg;
        leg.control.answer(answer(incoming.offer.as_ref().unwrap(), 5000));
        let ok = self.answer().await;
        assert_eq!(ok.code(), 200, "{}", ok.text);
        let tag = ok.to_tag().unwrap().to_owned();
        self.ack(call, 1, &tag, "").await;
        assert!(matches!(leg.next().await, LegEvent::Confirmed { .. }));
        (leg, tag)
    }
}

/// A side and a raw trunk of it, with a short T1.
pub(super) async fn raw(t1: u64) -> (Side, Raw) {
    let settings = SipConfig { t1: Duration::from_millis(t1), ..config(Transport::Udp) };
    let side = Side::start(settings).await;
    let raw = Raw::new(side.address).await;
    side.know(Transport::Udp, raw.local).await;
    (side, raw)
}
