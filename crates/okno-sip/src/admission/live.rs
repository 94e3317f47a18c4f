//! Floods against a running endpoint.

use crate::tests::{Side, config};
use crate::{Incoming, Phone, SipConfig, SipEvent, Transport, Trunk};
use std::time::Duration;
use tokio::net::UdpSocket;

const PATIENCE: Duration = Duration::from_secs(20);

async fn side(config: SipConfig) -> Side {
    let side = Side::start(config).await;
    let trunk = Trunk { sources: vec!["127.0.0.2".parse().unwrap()], keep_alive: None, ..Trunk::new("t", "127.0.0.2", Transport::Udp) };
    side.sip.set_trunks(vec![trunk]).await;
    side
}

async fn peer(side: &Side, address: &str) -> UdpSocket {
    let socket = UdpSocket::bind((address, 0)).await.unwrap();
    socket.connect(side.address).await.unwrap();
    socket
}

async fn invite(socket: &UdpSocket, n: u32) {
    let from = socket.local_addr().unwrap();
    let text = format!(
        "INVITE sip:100@okno SIP/2.0\r\nVia: SIP/2.0/UDP {from};rport;branch=z9hG4bKflood{n}\r\nFrom: <sip:1@x>;tag={n}\r\nTo: <sip:100@okno>\r\nCall-ID: flood-{n}@{from}\r\nCSeq: 1 INVITE\r\nContact: <sip:1@{from}>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    );
    socket.send(text.as_bytes()).await.unwrap();
}

/// The first answer that is not 100, with its text.
async fn answer(socket: &UdpSocket) -> (u16, String) {
    let mut buffer = vec![0; 65_536];
    loop {
        let length = tokio::time::timeout(PATIENCE, socket.recv(&mut buffer)).await.expect("an answer").unwrap();
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        match text.strip_prefix("SIP/2.0 ").and_then(|rest| rest[..3].parse().ok()) {
            None | Some(100) => {}
            Some(code) => return (code, text),
        }
    }
}

async fn calls(side: &mut Side, count: usize) -> Vec<Incoming> {
    let mut calls = Vec::new();
    while calls.len() < count {
        match tokio::time::timeout(PATIENCE, side.news.recv()).await.expect("a call").expect("the side lives") {
            SipEvent::Incoming(incoming) => calls.push(*incoming),
            SipEvent::Phone { .. } | SipEvent::Trunk { .. } => {}
        }
    }
    calls
}

#[tokio::test]
async fn calls_beyond_the_limit_get_503_and_the_next_one_after_them_passes() {
    let mut side = side(SipConfig { max_calls: 5, ..config(Transport::Udp) }).await;
    let trunk = peer(&side, "127.0.0.2").await;
    for n in 0..5 {
        invite(&trunk, n).await;
    }
    let held = calls(&mut side, 5).await;
    for n in 5..45 {
        invite(&trunk, n).await;
        let (code, text) = answer(&trunk).await;
        assert!(code == 503 && text.contains("Retry-After: "), "{text}");
        // The end of its transaction, so that the refusal is not repeated.
        let ack = text.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned();
        let from = trunk.local_addr().unwrap();
        let ack = format!(
            "ACK sip:100@okno SIP/2.0\r\nVia: SIP/2.0/UDP {from};rport;branch=z9hG4bKflood{n}\r\nFrom: <sip:1@x>;tag={n}\r\nTo: {ack}\r\nCall-ID: flood-{n}@{from}\r\nCSeq: 1 ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        );
        trunk.send(ack.as_bytes()).await.unwrap();
    }
    for call in held {
        call.leg.control.reject(486, "");
    }
    tokio::time::timeout(PATIENCE, async {
        while side.sip.legs() > 0 {
            let (code, text) = answer(&trunk).await;
            assert_eq!(code, 486);
            let header = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
            let ack = format!(
                "ACK sip:100@okno SIP/2.0\r\nVia: {}\r\nFrom: {}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n",
                header("Via: "),
                header("From: "),
                header("To: "),
                header("Call-ID: ")
            );
            trunk.send(ack.as_bytes()).await.unwrap();
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the refused legs end");
    invite(&trunk, 100).await;
    assert_eq!(calls(&mut side, 1).await[0].to, "100");
    side.sip.close().await;
}

#[tokio::test]
async fn a_flood_of_strangers_gets_little_and_clean_calls_pass() {
    let mut side = side(SipConfig { per_source_per_second: 20, ..config(Transport::Udp) }).await;
    side.sip.set_phones(vec![Phone { id: "p".into(), login: "anna".into(), secret: "s".into(), sha256: false }]).await;
    let trunk = peer(&side, "127.0.0.2").await;
    let mut flood = Vec::new();
    for host in 10..40 {
        flood.push(peer(&side, &format!("127.0.0.{host}")).await);
    }
    for round in 0..60 {
        for stranger in &flood {
            invite(stranger, round).await;
        }
        if round % 10 == 9 {
            invite(&trunk, round).await;
            assert_eq!(calls(&mut side, 1).await.len(), 1, "in the flood");
        }
    }
    let mut buffer = [0; 4096];
    for stranger in &flood {
        let mut heard = 0;
        while let Ok(length) = stranger.try_recv(&mut buffer) {
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            // A busy machine may say 100 before it asks (RFC 3261 17.2.1).
            assert!(text.starts_with("SIP/2.0 401") || text.starts_with("SIP/2.0 100"), "nothing but the question who it is: {text}");
            heard += u32::from(text.starts_with("SIP/2.0 401"));
        }
        assert!(heard <= 60, "{heard}");
    }
    side.sip.close().await;
}

#[tokio::test]
async fn who_drains_takes_no_new_calls() {
    let mut side = side(config(Transport::Udp)).await;
    let trunk = peer(&side, "127.0.0.2").await;
    invite(&trunk, 1).await;
    let held = calls(&mut side, 1).await;
    side.sip.drain().await;
    invite(&trunk, 2).await;
    let (code, text) = answer(&trunk).await;
    assert!(code == 503 && text.contains("Retry-After: "), "{text}");
    assert_eq!(held.len(), 1);
    assert_eq!(side.sip.legs(), 1, "who is in stays in");
    side.sip.close().await;
}
