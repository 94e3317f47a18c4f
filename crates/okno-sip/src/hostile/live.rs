//! The torture messages against a running endpoint: each gets the answer that its RFC asks for, or none, and the next call is taken.

use super::{Case, Expect, rfc4475, rfc5118};
use crate::{Listen, Phone, Sip, SipConfig, SipEvent, Transport, Trunk};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(20);

struct Stage {
    sip: Sip,
    events: mpsc::Receiver<SipEvent>,
    peer: UdpSocket,
    number: u32,
    /// Calls of earlier messages: what is still said about them is no answer to the next one.
    calls: Vec<String>,
}

async fn stage() -> Stage {
    let listen = Listen { transport: Transport::Udp, address: ([127, 0, 0, 1], 0).into() };
    let config = SipConfig { listen: vec![listen], per_trunk_per_second: 1_000_000, ..SipConfig::default() };
    let (sip, events) = Sip::bind(config).await.unwrap();
    let peer = UdpSocket::bind("127.0.0.2:0").await.unwrap();
    // The messages come from a provider that is known by its address: strangers hear nothing at all.
    sip.set_trunks(vec![Trunk {
        sources: vec!["127.0.0.2".parse().unwrap()],
        keep_alive: None,
        ..Trunk::new("t", "127.0.0.2", Transport::Udp)
    }])
    .await;
    sip.set_phones(vec![Phone { id: "p".into(), login: "user".into(), secret: "secret".into(), sha256: false }]).await;
    peer.connect(sip.addresses()[0].1).await.unwrap();
    Stage { sip, events, peer, number: 0, calls: Vec::new() }
}

impl Stage {
    async fn receive(&self) -> String {
        let mut buffer = vec![0; 65_536];
        let length = tokio::time::timeout(PATIENCE, self.peer.recv(&mut buffer)).await.expect("an answer").unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    /// Sends a message and then a clean question; the first answer to the message, or 0 if only the question is answered.
    async fn answer(&mut self, message: &[u8]) -> u16 {
        self.number += 1;
        let mark = format!("probe-{}@127.0.0.2", self.number);
        self.peer.send(message).await.unwrap();
        self.peer.send(clean("OPTIONS", &mark, self.peer.local_addr().unwrap()).as_bytes()).await.unwrap();
        let mut first = 0;
        loop {
            let text = self.receive().await;
            if self.calls.iter().any(|call_id| text.contains(call_id)) {
                continue;
            }
            let Some(code) = text.strip_prefix("SIP/2.0 ").and_then(|rest| rest.get(..3)?.parse().ok()) else { continue };
            if text.contains(&mark) {
                assert_eq!(code, 200, "a clean question: {text}");
                return first;
            }
            if first == 0 {
                first = code;
            }
        }
    }

    /// Whether a call has begun. It is refused again, by dropping it.
    fn called(&mut self) -> bool {
        let mut called = false;
        while let Ok(event) = self.events.try_recv() {
            if let SipEvent::Incoming(incoming) = event {
                self.calls.push(incoming.call_id.clone());
                called = true;
            }
        }
        called
    }
}

fn clean(method: &str, call_id: &str, from: SocketAddr) -> String {
    let branch = call_id.replace('@', "-");
    format!(
        "{method} sip:100@okno SIP/2.0\r\nVia: SIP/2.0/UDP {from};rport;branch=z9hG4bK-{branch}\r\nFrom: <sip:1@127.0.0.2>;tag=1\r\nTo: <sip:100@okno>\r\nCall-ID: {call_id}\r\nCSeq: 1 {method}\r\nContact: <sip:1@{from}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    )
}

async fn torture(cases: Vec<Case>) {
    let mut stage = stage().await;
    let mut faults = Vec::new();
    for case in cases {
        let code = stage.answer(&case.bytes).await;
        let called = stage.called();
        let fits = match case.expect {
            Expect::Call => called,
            Expect::Answer(codes) => !called && codes.contains(&code),
        };
        if !fits {
            faults.push(format!("{}: {:?} expected, but {code}{}", case.name, case.expect, if called { " and a call" } else { "" }));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    stage.sip.close().await;
}

#[tokio::test]
async fn every_message_of_rfc_4475_is_taken_or_refused_as_it_says() {
    let cases = rfc4475::cases();
    assert_eq!(cases.len(), 49);
    torture(cases).await;
}

#[tokio::test]
async fn every_message_of_rfc_5118_is_taken_or_refused_as_it_says() {
    let cases = rfc5118::cases();
    assert_eq!(cases.len(), 11);
    torture(cases).await;
}

#[tokio::test]
async fn too_much_of_anything_is_refused() {
    let mut stage = stage().await;
    let from = stage.peer.local_addr().unwrap();
    let many = clean("OPTIONS", "many", from).replace("Max-Forwards", &("X-A: b\r\n".repeat(400) + "Max-Forwards"));
    let wide = clean("OPTIONS", "wide", from).replace("Max-Forwards", &format!("X-A: {}\r\nMax-Forwards", "b".repeat(20_000)));
    for message in [many, wide] {
        let code = stage.answer(message.as_bytes()).await;
        assert!([0, 400, 413].contains(&code), "{code}");
    }
}
