//! Thousands of damaged messages, the same ones at every run: nothing may panic, and each takes a bounded time.

use super::{Case, probe, rfc4475, rfc5118};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::time::{Duration, Instant};

const MESSAGES: u32 = 4000;
const SEED: u64 = 0x6f6b_6e6f;
/// A message of 64 kB in a debug build on a busy machine; a quadratic reader takes seconds.
const SLOWEST: Duration = Duration::from_secs(1);

/// Pieces that parsers stumble over.
const PIECES: [&[u8]; 24] = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\"",
    b"\\",
    b"<",
    b">",
    b";",
    b",",
    b"=",
    b"%00",
    b"%",
    b"@",
    b":",
    b"[",
    b"]",
    b"\xff\xfe",
    b" ",
    b"\t",
    b"4294967296",
    b"-1",
    b"\r\n ",
    b"sip:",
];

fn corpus() -> Vec<Vec<u8>> {
    let cases = rfc4475::cases().into_iter().chain(rfc5118::cases());
    let mut corpus: Vec<Vec<u8>> = cases.map(|Case { bytes, .. }| bytes).collect();
    for extra in EXTRAS {
        corpus.push(extra.replace('\n', "\r\n").into_bytes());
    }
    corpus
}

/// What the RFCs have nothing about: digests, SRTP keys, transfers.
const EXTRAS: [&str; 3] = [
    "REGISTER sip:okno SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\nFrom: <sip:anna@okno>;tag=1\nTo: <sip:anna@okno>\nCall-ID: a\nCSeq: 1 REGISTER\nContact: <sip:anna@192.0.2.1>;expires=60;+sip.instance=\"<urn:uuid:1>\";reg-id=1\nAuthorization: Digest username=\"anna\", realm=\"okno\", nonce=\"AAAA\", uri=\"sip:okno\", response=\"00\", algorithm=MD5, cnonce=\"c\", qop=auth, nc=00000001\nContent-Length: 0\n\n",
    "SIP/2.0 401 Unauthorized\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>;tag=2\nCall-ID: a\nCSeq: 1 REGISTER\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth,auth-int\", algorithm=SHA-256, opaque=\"o\", stale=true\nContent-Length: 0\n\n",
    "INVITE sip:1@okno SIP/2.0\nVia: SIP/2.0/TLS 192.0.2.1;branch=z9hG4bKa\nFrom: <sip:a@b>;tag=1\nTo: <sip:1@okno>\nCall-ID: a\nCSeq: 1 INVITE\nContact: <sip:a@192.0.2.1>\nReplaces: x@y;to-tag=1;from-tag=2\nRefer-To: <sip:b@c?Replaces=a%40b%3Bto-tag%3D1>\nSession-Expires: 90;refresher=uac\nContent-Type: application/sdp\nContent-Length: 311\n\nv=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\nm=audio 4000 RTP/SAVP 8 0 9 101\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\na=fingerprint:sha-256 AA:BB\na=setup:actpass\na=ptime:20\na=rtcp:4001\na=sendonly\n",
];

fn damage(rng: &mut StdRng, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut message = corpus[rng.random_range(0..corpus.len())].clone();
    for _ in 0..rng.random_range(1..6) {
        let at = rng.random_range(0..=message.len());
        let end = (at + rng.random_range(0..40)).min(message.len());
        match rng.random_range(0..8) {
            0 if at < message.len() => message[at] = rng.random(),
            1 => drop(message.drain(at..end)),
            2 => drop(message.splice(at..at, PIECES[rng.random_range(0..PIECES.len())].iter().copied())),
            3 => {
                let piece = message[at..end].to_vec();
                drop(message.splice(at..at, piece));
            }
            4 => message.truncate(at),
            5 => {
                let other = &corpus[rng.random_range(0..corpus.len())];
                let from = rng.random_range(0..=other.len());
                message.truncate(at);
                message.extend_from_slice(&other[from..]);
            }
            6 => {
                let piece = PIECES[rng.random_range(0..PIECES.len())].repeat(rng.random_range(1..400));
                drop(message.splice(at..at, piece));
            }
            _ => {
                // A line twice, or in another place.
                let lines: Vec<Vec<u8>> = message.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
                let line = lines[rng.random_range(0..lines.len().max(1)).min(lines.len().saturating_sub(1))..]
                    .first()
                    .cloned()
                    .unwrap_or_default();
                drop(message.splice(at..at, line));
            }
        }
        message.truncate(65_535);
    }
    message
}

#[test]
fn no_damaged_message_panics_or_takes_long() {
    let corpus = corpus();
    let mut rng = StdRng::seed_from_u64(SEED);
    for n in 0..MESSAGES {
        let message = damage(&mut rng, &corpus);
        let begun = Instant::now();
        probe::sip(&message);
        if n % 3 == 0 {
            probe::digest(&message[..message.len().min(600)]);
        }
        let took = begun.elapsed();
        assert!(took < SLOWEST, "message {n} took {took:?}: {}", message.escape_ascii());
    }
}

#[test]
fn damaged_bodies_and_headers_alone_do_not_either() {
    let mut rng = StdRng::seed_from_u64(SEED + 1);
    let bodies: Vec<Vec<u8>> = corpus()
        .into_iter()
        .filter_map(|message| {
            let at = message.windows(4).position(|window| window == b"\r\n\r\n")?;
            Some(message[at + 4..].to_vec()).filter(|body| !body.is_empty())
        })
        .collect();
    let headers: Vec<Vec<u8>> =
        EXTRAS.iter().flat_map(|text| text.lines()).filter_map(|line| line.split_once(": ")).map(|(_, value)| value.into()).collect();
    for n in 0..MESSAGES {
        let body = damage(&mut rng, &bodies);
        let header = damage(&mut rng, &headers);
        let begun = Instant::now();
        probe::sdp(&body);
        probe::digest(&header);
        assert!(begun.elapsed() < SLOWEST, "{n}: {} / {}", body.escape_ascii(), header.escape_ascii());
    }
}

#[test]
fn bombs_take_no_time() {
    let head = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: a\r\nCSeq: 1 OPTIONS\r\n";
    let fill = |piece: &str| piece.repeat(65_000 / piece.len());
    for bomb in [
        format!("{head}{}\r\n", fill("X: y\r\n")),
        format!("{head}Via: {}\r\n\r\n", fill("SIP/2.0/UDP a;branch=b,")),
        format!("{head}Contact: {}\r\n\r\n", fill("<sip:a@b>,")),
        format!("{head}Contact: <sip:a@b{}>\r\n\r\n", fill(";a=b")),
        format!("{head}Subject: a{}\r\n\r\n", fill("\r\n b")),
        format!("{head}Authorization: Digest {}\r\n\r\n", fill("a=\"b\",")),
        format!("{head}Authorization: Digest username=\"{}\r\n\r\n", fill("\\\"")),
        format!("{head}Content-Type: application/sdp\r\n\r\nv=0\r\n{}", fill("m=audio 1 RTP/AVP 0\r\n")),
        format!("{head}Content-Type: application/sdp\r\n\r\nv=0\r\nm=audio 1 RTP/AVP{}", fill(" 0")),
        format!("{head}Content-Type: multipart/mixed;boundary=a\r\n\r\n{}", fill("--a\r\n")),
        format!("OPTIONS sip:{} SIP/2.0\r\n\r\n", fill("%41")),
        fill("\r\n"),
        fill("A"),
    ] {
        let begun = Instant::now();
        probe::sip(bomb.as_bytes());
        probe::sdp(bomb.as_bytes());
        probe::digest(bomb.as_bytes());
        assert!(begun.elapsed() < SLOWEST, "{:?}: {}", begun.elapsed(), &bomb[..200]);
    }
}
