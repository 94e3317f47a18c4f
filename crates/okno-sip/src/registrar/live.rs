//! Phones that register over real sockets.

use crate::tests::{Side, config};
use crate::{Phone, SipEvent, Transport};
use sipx_sip::auth::{Challenge, Credentials, respond};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};

const PATIENCE: Duration = Duration::from_secs(20);

async fn side(transport: Transport) -> Side {
    let side = Side::start(config(transport)).await;
    side.sip.set_phones(vec![Phone { id: "desk".into(), login: "anna".into(), secret: "right".into(), sha256: false }]).await;
    side
}

fn register(from: &str, user: &str, cseq: u32, authorization: Option<&str>) -> String {
    let authorization = authorization.map(|value| format!("Authorization: {value}\r\n")).unwrap_or_default();
    let transport = if from.ends_with("tcp") { "TCP" } else { "UDP" };
    let address = from.trim_end_matches(";transport=tcp");
    format!(
        "REGISTER sip:okno SIP/2.0\r\nVia: SIP/2.0/{transport} {address};rport;branch=z9hG4bK{user}{cseq}\r\nFrom: <sip:{user}@okno>;tag=1\r\nTo: <sip:{user}@okno>\r\nCall-ID: {user}-{address}\r\nCSeq: {cseq} REGISTER\r\nContact: <sip:{user}@{from}>\r\nExpires: 300\r\nMax-Forwards: 70\r\n{authorization}Content-Length: 0\r\n\r\n"
    )
}

/// A phone over UDP.
struct Desk {
    socket: UdpSocket,
    from: String,
    user: &'static str,
    cseq: u32,
}

impl Desk {
    async fn new(side: &Side, address: &str, user: &'static str) -> Self {
        let socket = UdpSocket::bind((address, 0)).await.unwrap();
        socket.connect(side.address).await.unwrap();
        let from = socket.local_addr().unwrap().to_string();
        Self { socket, from, user, cseq: 0 }
    }

    async fn say(&mut self, authorization: Option<&str>) -> (u16, String) {
        self.cseq += 1;
        self.socket.send(register(&self.from, self.user, self.cseq, authorization).as_bytes()).await.unwrap();
        let mut buffer = vec![0; 65_536];
        let length = tokio::time::timeout(PATIENCE, self.socket.recv(&mut buffer)).await.expect("an answer").unwrap();
        let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
        (text[8..11].parse().unwrap(), text)
    }
}

fn challenge(text: &str) -> Challenge {
    let value = text.lines().find_map(|line| line.strip_prefix("WWW-Authenticate: ")).expect("a challenge");
    Challenge::parse(value.as_bytes(), false).unwrap()
}

fn answer(challenge: &Challenge, user: &str, secret: &str, count: u32) -> String {
    respond(challenge, &Credentials::new(user, secret), "REGISTER", "sip:okno", count, "c0ffee")
}

async fn bindings(side: &mut Side) -> usize {
    loop {
        match tokio::time::timeout(PATIENCE, side.news.recv()).await.expect("news").expect("the side lives") {
            SipEvent::Phone { id, bindings } => {
                assert_eq!(id, "desk");
                return bindings.len();
            }
            SipEvent::Incoming(_) | SipEvent::Trunk { .. } => {}
        }
    }
}

#[tokio::test]
async fn one_nonce_is_good_three_hundred_times_and_each_count_once() {
    let mut side = side(Transport::Udp).await;
    let mut desk = Desk::new(&side, "127.0.0.1", "anna").await;
    let (code, text) = desk.say(None).await;
    assert_eq!(code, 401);
    assert!(!text.contains("SHA-256"), "{text}");
    let challenge = challenge(&text);
    for count in 1..=300 {
        let (code, text) = desk.say(Some(&answer(&challenge, "anna", "right", count))).await;
        assert_eq!(code, 200, "nc={count:08x}: {text}");
    }
    assert_eq!(bindings(&mut side).await, 1);
    for count in [5, 299, 300] {
        let (code, text) = desk.say(Some(&answer(&challenge, "anna", "right", count))).await;
        assert!(code == 401 && text.contains("stale=true"), "a replay of {count}: {text}");
    }
    let mut other = Desk { socket: UdpSocket::bind("127.0.0.9:0").await.unwrap(), ..Desk::new(&side, "127.0.0.1", "anna").await };
    other.socket.connect(side.address).await.unwrap();
    let (code, text) = other.say(Some(&answer(&challenge, "anna", "right", 301))).await;
    assert!(code == 401 && text.contains("stale=true"), "the nonce of another address: {text}");
    side.sip.close().await;
}

#[tokio::test]
async fn guessing_is_locked_out_and_tells_nothing_about_users() {
    let side = side(Transport::Udp).await;
    let mut told = Vec::new();
    for (address, user) in [("127.0.0.6", "anna"), ("127.0.0.7", "nobody")] {
        let mut desk = Desk::new(&side, address, user).await;
        let mut codes = Vec::new();
        for count in 1..=7 {
            let (_, text) = desk.say(None).await;
            let (code, text) = desk.say(Some(&answer(&challenge(&text), user, "a guess", count))).await;
            assert_eq!(code == 403, text.contains("Retry-After"), "{text}");
            codes.push(code);
        }
        told.push(codes);
    }
    assert_eq!(told[0], [401, 401, 401, 401, 401, 403, 403]);
    assert_eq!(told[0], told[1], "who exists and who does not are told the same");
    side.sip.close().await;
}

#[tokio::test]
async fn a_phone_whose_connection_breaks_is_gone() {
    let mut side = side(Transport::Tcp).await;
    let mut stream = TcpStream::connect(side.address).await.unwrap();
    let from = format!("{};transport=tcp", stream.local_addr().unwrap());
    let mut buffer = vec![0; 65_536];
    stream.write_all(register(&from, "anna", 1, None).as_bytes()).await.unwrap();
    let length = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await.expect("an answer").unwrap();
    let challenge = challenge(&String::from_utf8_lossy(&buffer[..length]));
    stream.write_all(register(&from, "anna", 2, Some(&answer(&challenge, "anna", "right", 1))).as_bytes()).await.unwrap();
    assert_eq!(bindings(&mut side).await, 1);
    drop(stream);
    assert_eq!(bindings(&mut side).await, 0);
    side.sip.close().await;
}

#[tokio::test]
async fn a_phone_that_comes_over_a_connection_before_phones_are_known_is_asked_when_they_are() {
    let side = Side::start(config(Transport::Tcp)).await;
    let mut stream = TcpStream::connect(side.address).await.unwrap();
    let from = format!("{};transport=tcp", stream.local_addr().unwrap());
    let mut buffer = vec![0; 65_536];
    stream.write_all(register(&from, "anna", 1, None).as_bytes()).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut buffer)).await;
    assert!(early.is_err(), "nothing is said where there are no phones");
    side.sip.set_phones(vec![Phone { id: "desk".into(), login: "anna".into(), secret: "right".into(), sha256: false }]).await;
    let length = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await.expect("an answer").unwrap();
    challenge(&String::from_utf8_lossy(&buffer[..length]));
    side.sip.close().await;
}

#[tokio::test]
async fn strangers_hear_nothing_where_there_are_no_phones() {
    let side = Side::start(config(Transport::Udp)).await;
    side.know(Transport::Udp, ([127, 0, 0, 1], 9).into()).await;
    let scanner = UdpSocket::bind("127.0.0.8:0").await.unwrap();
    scanner.connect(side.address).await.unwrap();
    let known = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    known.connect(side.address).await.unwrap();
    for method in ["OPTIONS", "REGISTER", "INVITE", "SUBSCRIBE", "MESSAGE"] {
        let text = register(&scanner.local_addr().unwrap().to_string(), "100", 1, None).replace("REGISTER", method);
        scanner.send(text.as_bytes()).await.unwrap();
    }
    let question = register(&known.local_addr().unwrap().to_string(), "100", 9, None).replace("REGISTER", "OPTIONS");
    known.send(question.as_bytes()).await.unwrap();
    let mut buffer = [0; 4096];
    tokio::time::timeout(PATIENCE, known.recv(&mut buffer)).await.expect("whom we know gets an answer").unwrap();
    assert!(scanner.try_recv(&mut buffer).is_err(), "the scanner got none");
    side.sip.close().await;
}
