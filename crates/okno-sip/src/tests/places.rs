//! Trunks with several addresses, and numbers that are elsewhere.
use super::raw::{Heard, Raw};
use super::*;
use crate::api::TrunkState;
use crate::cause::Cause;
use crate::net::HostPort;

/// A trunk that is reached at these places, in this order.
async fn trunk(side: &Side, places: &[SocketAddr]) {
    let more = places[1..].iter().map(|place| HostPort { host: place.ip().to_string(), port: place.port() }).collect();
    let host = places[0].ip().to_string();
    side.sip.set_trunks(vec![Trunk { port: places[0].port(), more, keep_alive: None, ..Trunk::new("t", &host, Transport::Udp) }]).await;
}

async fn invited(raw: &Raw) -> Heard {
    raw.hear(|heard| heard.method() == "INVITE").await
}

/// Answers, and waits until that is known.
async fn take(raw: &Raw, invite: &Heard, leg: &mut LegHandle) {
    let contact = format!("Contact: <sip:200@{}>\r\n", raw.local);
    raw.send(&invite.reply("200 OK", "won", &contact, &answer(&offer(4000), 6000).to_string())).await;
    raw.hear(|heard| heard.method() == "ACK").await;
    assert!(matches!(leg.outcome().await, LegEvent::Answered { sdp: Some(_) }));
}

#[tokio::test]
async fn every_address_of_a_trunk_is_tried_in_order() {
    let side = Side::start(SipConfig { t1: Duration::from_millis(40), ..config(Transport::Udp) }).await;
    let (full, silent, dead, well) =
        (Raw::new(side.address).await, Raw::new(side.address).await, Raw::new(side.address).await.local, Raw::new(side.address).await);
    trunk(&side, &[full.local, dead, silent.local, well.local]).await;
    let mut leg = side.dial("200").await;
    let first = invited(&full).await;
    full.send(&first.reply("503 Service Unavailable", "f", "", "")).await;
    let late = invited(&silent).await;
    let last = invited(&well).await;
    assert_eq!(first.header("Call-ID"), last.header("Call-ID"));
    assert_ne!(first.header("CSeq"), last.header("CSeq"));
    take(&well, &last, &mut leg).await;
    // The silent one wakes up: nobody there may be left alone on the line.
    silent.send(&late.reply("200 OK", "late", &format!("Contact: <sip:200@{}>\r\n", silent.local), "")).await;
    silent.hear(|heard| heard.method() == "ACK").await;
    let bye = silent.hear(|heard| heard.method() == "BYE").await;
    assert_eq!(bye.header("Reason"), Some("SIP;cause=200;text=\"Call completed elsewhere\""));
    silent.send(&bye.reply("200 OK", "", "", "")).await;
    // The next call begins where the last one came through, or with what was not tried yet; never with what was silent.
    let second = side.dial("201").await;
    invited(&well).await;
    drop(second);
}

#[tokio::test]
async fn an_address_that_is_late_to_ring_is_told_to_stop() {
    let side = Side::start(SipConfig { t1: Duration::from_millis(40), ..config(Transport::Udp) }).await;
    let (slow, well) = (Raw::new(side.address).await, Raw::new(side.address).await);
    trunk(&side, &[slow.local, well.local]).await;
    let mut leg = side.dial("200").await;
    let late = invited(&slow).await;
    let last = invited(&well).await;
    take(&well, &last, &mut leg).await;
    slow.send(&late.reply("180 Ringing", "late", "", "")).await;
    slow.hear(|heard| heard.method() == "CANCEL").await;
}

#[tokio::test]
async fn when_no_address_takes_it_the_call_has_failed() {
    let side = Side::start(config(Transport::Udp)).await;
    let raws = [Raw::new(side.address).await, Raw::new(side.address).await];
    trunk(&side, &[raws[0].local, raws[1].local]).await;
    let mut leg = side.dial("200").await;
    for raw in &raws {
        let invite = invited(raw).await;
        raw.send(&invite.reply("503 Service Unavailable", "f", "", "")).await;
    }
    assert!(matches!(leg.outcome().await, LegEvent::Failed { code: 503, cause: Cause::Congestion, .. }));
    leg.silent().await;
    assert_ne!(side.sip.trunk_state("t").map(|(state, _)| state), Some(TrunkState::Ok));
    // A busy line is an answer; nobody else is asked.
    let mut leg = side.dial("200").await;
    let first = tokio::select! { invite = invited(&raws[0]) => (0, invite), invite = invited(&raws[1]) => (1, invite) };
    raws[first.0].send(&first.1.reply("486 Busy Here", "b", "", "")).await;
    assert!(matches!(leg.outcome().await, LegEvent::Failed { code: 486, cause: Cause::Busy, .. }));
}

#[tokio::test]
async fn a_redirection_is_followed_within_the_trunk_only() {
    let side = Side::start(config(Transport::Udp)).await;
    let (first, second) = (Raw::new(side.address).await, Raw::new(side.address).await);
    trunk(&side, &[first.local]).await;
    // The same number at another place of the provider.
    let mut leg = side.dial("200").await;
    let invite = invited(&first).await;
    first.send(&invite.reply("302 Moved Temporarily", "m", &format!("Contact: <sip:200@{}>\r\n", second.local), "")).await;
    let moved = invited(&second).await;
    assert!(moved.text.starts_with(&format!("INVITE sip:200@{} SIP/2.0", second.local)), "{}", moved.text);
    take(&second, &moved, &mut leg).await;
    // Elsewhere, or another number: the owner decides.
    for place in ["sip:200@198.51.100.7", "sip:900@127.0.0.1"] {
        let mut leg = side.dial("200").await;
        let invite = invited(&first).await;
        first.send(&invite.reply("302 Moved Temporarily", "m", &format!("Contact: <{place}>\r\n"), "")).await;
        assert_eq!(leg.outcome().await, LegEvent::Moved { to: vec![place.to_owned()] });
        assert!(matches!(leg.outcome().await, LegEvent::Failed { code: 302, .. }));
    }
}

#[tokio::test]
async fn redirections_in_a_circle_end() {
    let side = Side::start(config(Transport::Udp)).await;
    let raw = Raw::new(side.address).await;
    trunk(&side, &[raw.local]).await;
    let mut leg = side.dial("200").await;
    for _ in 0..4 {
        let invite = invited(&raw).await;
        raw.send(&invite.reply("301 Moved Permanently", "m", &format!("Contact: <sip:200@{}>\r\n", raw.local), "")).await;
        raw.hear(|heard| heard.method() == "ACK").await;
    }
    assert!(matches!(leg.outcome().await, LegEvent::Moved { .. }));
    assert!(matches!(leg.outcome().await, LegEvent::Failed { code: 301, cause: Cause::Unavailable, .. }));
}

#[tokio::test]
async fn what_is_too_large_for_a_datagram_goes_over_tcp_where_that_is_taken() {
    use tokio::io::AsyncReadExt;
    let side = Side::start(config(Transport::Udp)).await;
    let large = || {
        let mut dial = Dial::new(Dialed::Trunk { trunk: "t".into(), number: "200".into() }, "+4930100", offer(4000));
        dial.headers = vec![("X-Story".into(), "long ".repeat(250))];
        dial
    };
    // Nobody takes connections there: as a datagram after all.
    let raw = Raw::new(side.address).await;
    trunk(&side, &[raw.local]).await;
    let leg = side.sip.dial(large()).await.unwrap();
    assert!(invited(&raw).await.text.len() > 1300);
    drop(leg);
    // Somebody does.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    trunk(&side, &[listener.local_addr().unwrap()]).await;
    let _leg = side.sip.dial(large()).await.unwrap();
    let heard = tokio::time::timeout(PATIENCE, async {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = vec![0; 4096];
            // The first connection only asks whether it is taken.
            let length = stream.read(&mut text).await.unwrap();
            if length > 0 {
                break String::from_utf8_lossy(&text[..length]).into_owned();
            }
        }
    });
    let heard = heard.await.unwrap();
    assert!(heard.starts_with("INVITE ") && heard.contains("Via: SIP/2.0/TCP "), "{heard}");
}
