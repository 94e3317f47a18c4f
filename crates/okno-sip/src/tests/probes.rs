//! Probes by hand: what a carrier, a phone or a scanner may send.
use super::raw::{Raw, raw};
use super::*;
use crate::api::{Phone, Who};
use crate::cause::Cause;

/// Requests outside of dialogs and the code of their answer.
#[tokio::test]
async fn requests_outside_of_dialogs() {
    let (_side, mut raw) = raw(500).await;
    let sdp = offer(6000).to_string();
    let table: [(&str, &str, &str, &str, u16); 24] = [
        ("an unknown method", "NOSUCH", "", "", 405),
        ("OPTIONS", "OPTIONS", "", "", 200),
        ("MESSAGE", "MESSAGE", "Content-Type: text/plain\r\n", "hello", 405),
        ("PUBLISH", "PUBLISH", "", "", 405),
        ("SUBSCRIBE", "SUBSCRIBE", "Event: presence\r\n", "", 489),
        ("NOTIFY outside of a dialog", "NOTIFY", "Event: refer\r\n", "", 481),
        ("BYE outside of a dialog", "BYE", "", "", 481),
        ("CANCEL of nothing", "CANCEL", "", "", 481),
        ("UPDATE outside of a dialog", "UPDATE", "", &sdp, 481),
        ("REFER outside of a dialog", "REFER", "Refer-To: <sip:1@h>\r\n", "", 481),
        ("PRACK outside of a dialog", "PRACK", "RAck: 1 1 INVITE\r\n", "", 481),
        ("INFO outside of a dialog", "INFO", "", "", 481),
        ("an extension that nobody has", "INVITE", "Require: nosuchext\r\n", &sdp, 420),
        ("two such among good ones", "INVITE", "Require: 100rel, nosuch\r\nRequire: other\r\n", &sdp, 420),
        ("a short session", "INVITE", "Supported: timer\r\nSession-Expires: 60\r\n", &sdp, 422),
        ("a body that is no description", "INVITE", "Content-Type: text/plain\r\n", "hello", 415),
        ("a packed body", "INVITE", "Content-Type: application/sdp\r\nContent-Encoding: gzip\r\n", "x", 415),
        ("a broken description", "INVITE", "Content-Type: application/sdp\r\n", "this is none", 488),
        ("a Replaces of nothing", "INVITE", "Replaces: x;to-tag=1;from-tag=2\r\n", &sdp, 481),
        ("an unreadable Record-Route", "INVITE", "Record-Route: <<<\r\n", &sdp, 400),
        ("two From", "OPTIONS", "From: <sip:x@y>;tag=2\r\n", "", 400),
        ("two Call-IDs", "OPTIONS", "Call-ID: second\r\n", "", 400),
        ("two numbers", "OPTIONS", "CSeq: 2 OPTIONS\r\n", "", 400),
        ("a method that starts like another", "INVITEX", "", "", 405),
    ];
    for (index, (what, method, more, body, code)) in table.into_iter().enumerate() {
        let branch = raw.branch();
        raw.send(&raw.request(method, &format!("c{index}"), 1, &branch, "", more, body)).await;
        let heard = raw.answer().await;
        assert_eq!(heard.code(), code, "{what}: {}", heard.text);
        assert!(heard.to_tag().is_some(), "{what}");
        match code {
            405 => assert!(heard.header("Allow").unwrap().contains("INVITE"), "{what}"),
            420 => assert!(heard.header("Unsupported").unwrap().contains("nosuch"), "{what}"),
            422 => assert_eq!(heard.header("Min-SE"), Some("90"), "{what}"),
            415 => assert!(heard.header("Accept").unwrap().contains("application/sdp"), "{what}"),
            _ => {}
        }
        if method == "INVITE" {
            raw.send(&raw.request("ACK", &format!("c{index}"), 1, &branch, heard.to_tag().unwrap(), "", "")).await;
        }
    }
}

/// Requests with a fault in their form.
#[tokio::test]
async fn odd_forms_are_understood_or_refused() {
    let (mut side, mut raw) = raw(500).await;
    let options = raw.request("OPTIONS", "o1", 1, "z9hG4bKo1", "", "", "");
    for (index, (what, text, code)) in [
        ("compact names", options.replace("Via:", "v:").replace("From:", "f:").replace("To:", "t:").replace("Call-ID:", "i:"), 200),
        ("other case", options.replace("Call-ID:", "cAlL-iD:").replace("CSeq:", "cseq:"), 200),
        ("blanks before the colon", options.replace("Call-ID:", "Call-ID :"), 200),
        ("folded", options.replace("Max-Forwards: 70", "Subject: one\r\n two\r\nMax-Forwards: 70"), 200),
        ("without Max-Forwards", options.replace("Max-Forwards: 70\r\n", ""), 200),
        ("empty lines first", format!("\r\n\r\n{options}"), 200),
        ("a number that is none", options.replace("CSeq: 1 ", "CSeq: 99999999999999999999 "), 400),
        ("a number of another method", options.replace("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"), 400),
        ("another version", options.replace(" SIP/2.0\r\nVia", " SIP/7.0\r\nVia"), 505),
        ("an IPv6 literal", options.replace(&format!("<sip:100@{}>;tag", raw.local), "<sip:100@[2001:db8::1]:5061>;tag"), 200),
        ("a second Via", options.replace("Max-Forwards", "Via: SIP/2.0/TCP far.example;branch=z9hG4bKfar\r\nMax-Forwards"), 200),
        ("an escaped user", options.replace("sip:200@", "sip:%32%30%30@"), 200),
        ("a telephone number", options.replace(&format!("OPTIONS sip:200@{}", side.address), "OPTIONS tel:+4930123"), 200),
    ]
    .into_iter()
    .enumerate()
    {
        let text = text.replace("z9hG4bKo1", &format!("z9hG4bKodd{index}"));
        raw.send(&text).await;
        let heard = raw.answer().await;
        assert_eq!(heard.code(), code, "{what}: {}", heard.text);
    }

    // Latin-1 in a name, in quotes and without.
    for (index, name) in [&b"\"G\xfcnter\""[..], &b"G\xfcnter"[..]].into_iter().enumerate() {
        let branch = raw.branch();
        let text = raw.request("INVITE", &format!("latin{index}"), 1, &branch, "", "", &offer(6000).to_string());
        let (before, after) = text.split_once("\"Raw\"").unwrap();
        raw.send_bytes(&[before.as_bytes(), name, after.as_bytes()].concat()).await;
        let incoming = side.incoming().await;
        assert_eq!(incoming.from.name.as_deref(), Some("Günter"));
        incoming.leg.control.reject(486, "");
        let heard = raw.answer().await;
        assert_eq!(heard.code(), 486);
        assert!(heard.text.contains("G\u{fc}nter"), "the name comes back as it came");
        raw.send(&raw.request("ACK", &format!("latin{index}"), 1, &branch, heard.to_tag().unwrap(), "", "")).await;
    }

    // Without Content-Length the body goes to the end of the datagram.
    let branch = raw.branch();
    let text = raw.request("INVITE", "nolength", 1, &branch, "", "", &offer(6000).to_string());
    let text: String = text.split_inclusive("\r\n").filter(|line| !line.starts_with("Content-Length")).collect();
    raw.send(&text).await;
    let incoming = side.incoming().await;
    assert_eq!(incoming.offer, Some(offer(6000)));
}

#[tokio::test]
async fn garbage_is_left_alone() {
    let (_side, mut raw) = raw(500).await;
    for garbage in
        [&b"\0\0\0\0"[..], b"\r\n\r\n", b"hello", b"INVITE", b"INVITE sip:x SIP/2.0\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n", &[0xff; 3000]]
    {
        raw.send_bytes(garbage).await;
    }
    let branch = raw.branch();
    raw.send(&raw.request("OPTIONS", "alive", 1, &branch, "", "", "")).await;
    assert_eq!(raw.answer().await.header("Call-ID"), Some("alive"));
}

#[tokio::test]
async fn answers_go_where_rport_says() {
    let (_side, mut raw) = raw(500).await;
    let branch = raw.branch();
    let text = raw.request("OPTIONS", "nat", 1, &branch, "", "", "").replace(&format!("UDP {}", raw.local), "UDP 10.9.8.7:5999");
    raw.send(&text).await;
    let via = raw.answer().await.header("Via").unwrap().to_owned();
    assert!(via.contains("received=127.0.0.1") && via.contains(&format!("rport={}", raw.local.port())), "{via}");
    // A trunk is answered at its source even if it does not ask for that.
    let text = raw
        .request("OPTIONS", "nat2", 1, "z9hG4bKnat2", "", "", "")
        .replace(";rport", "")
        .replace(&format!("UDP {}", raw.local), "UDP 127.0.0.1:9");
    raw.send(&text).await;
    assert_eq!(raw.answer().await.header("Call-ID"), Some("nat2"));
}

#[tokio::test]
async fn strangers_are_challenged_or_hear_nothing() {
    let (side, mut raw) = raw(500).await;
    side.sip.set_trunks(Vec::new()).await;
    let branch = raw.branch();
    raw.invite("x", "").await;
    raw.send(&raw.request("OPTIONS", "y", 1, &branch, "", "", "")).await;
    raw.nothing(Duration::from_millis(400)).await;
    side.sip.set_phones(vec![Phone { id: "p".into(), login: "p".into(), secret: "s".into(), sha256: false }]).await;
    let branch = raw.invite("z", "").await;
    let heard = raw.answer().await;
    assert_eq!(heard.code(), 401);
    assert!(heard.header("WWW-Authenticate").unwrap().contains("algorithm=MD5"), "{}", heard.text);
    raw.send(&raw.request("ACK", "z", 1, &branch, heard.to_tag().unwrap(), "", "")).await;
    assert_eq!(side.sip.legs(), 0);
}

#[tokio::test]
async fn repeats_and_merged_requests() {
    let (mut side, mut raw) = raw(500).await;
    let branch = raw.branch();
    let body = offer(6000).to_string();
    let invite = raw.request("INVITE", "m", 1, &branch, "", "", &body);
    raw.send(&invite).await;
    raw.send(&invite).await;
    let incoming = side.incoming().await;
    // The same call by another way.
    let other = raw.branch();
    raw.send(&raw.request("INVITE", "m", 1, &other, "", "", &body)).await;
    let heard = raw.answer().await;
    assert_eq!(heard.code(), 482);
    raw.send(&raw.request("ACK", "m", 1, &other, heard.to_tag().unwrap(), "", "")).await;
    incoming.leg.control.reject(486, "");
    assert_eq!(raw.answer().await.code(), 486);
    assert!(side.news.try_recv().is_err(), "one call");
}

#[tokio::test]
async fn cancel_behind_the_invite_and_after_the_answer() {
    let (mut side, mut raw) = raw(500).await;
    let branch = raw.invite("c1", "").await;
    raw.send(&raw.request("CANCEL", "c1", 1, &branch, "", "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n", "")).await;
    let mut leg = side.incoming().await.leg;
    assert_eq!(leg.next().await, LegEvent::Ended { by: Who::Far, cause: Cause::ElsewhereAnswered });
    let codes = [raw.answer().await, raw.answer().await].map(|heard| (heard.code(), heard.header("CSeq").unwrap().to_owned()));
    assert!(codes.contains(&(200, "1 CANCEL".into())) && codes.contains(&(487, "1 INVITE".into())), "{codes:?}");

    // After the answer a CANCEL changes nothing.
    let branch = raw.invite("c2", "").await;
    let incoming = side.incoming().await;
    let mut leg = incoming.leg;
    leg.control.answer(answer(&incoming.offer.unwrap(), 5000));
    let ok = raw.hear(|heard| heard.code() == 200).await;
    raw.send(&raw.request("CANCEL", "c2", 1, &branch, "", "", "")).await;
    raw.hear(|heard| heard.code() == 200 && heard.header("CSeq") == Some("1 CANCEL")).await;
    raw.ack("c2", 1, ok.to_tag().unwrap(), "").await;
    assert_eq!(leg.next().await, LegEvent::Confirmed { sdp: None });
}

#[tokio::test]
async fn without_ack_the_answer_is_repeated_and_then_the_call_ends() {
    let (mut side, mut raw) = raw(20).await;
    raw.invite("noack", "").await;
    let incoming = side.incoming().await;
    let mut leg = incoming.leg;
    leg.control.answer(answer(&incoming.offer.unwrap(), 5000));
    for _ in 0..5 {
        assert_eq!(raw.answer().await.code(), 200);
    }
    let bye = raw.hear(|heard| heard.method() == "BYE").await;
    assert_eq!(leg.next().await, LegEvent::Ended { by: Who::Timer, cause: Cause::NetworkFailure });
    raw.send(&bye.reply("200 OK", "", "", "")).await;
    quiet(&side).await;
}

#[tokio::test]
async fn hanging_up_before_the_ack_waits_for_it() {
    let (mut side, mut raw) = raw(500).await;
    raw.invite("early", "").await;
    let incoming = side.incoming().await;
    let mut leg = incoming.leg;
    leg.control.answer(answer(&incoming.offer.unwrap(), 5000));
    let ok = raw.answer().await;
    leg.control.hangup(Cause::Normal);
    assert_eq!(leg.next().await, LegEvent::Ended { by: Who::Near, cause: Cause::Normal });
    raw.ack("early", 1, ok.to_tag().unwrap(), "").await;
    let bye = raw.hear(|heard| heard.method() == "BYE").await;
    assert!(bye.header("Reason").unwrap().contains("cause=16"));
    raw.send(&bye.reply("200 OK", "", "", "")).await;
    quiet(&side).await;
}

#[tokio::test]
async fn inside_a_dialog() {
    let (mut side, mut raw) = raw(500).await;
    let (mut leg, tag) = raw.call(&mut side, "in", "Allow: INVITE, UPDATE\r\n").await;
    let mut cseq = 1;
    for (what, method, more, body, code) in [
        ("OPTIONS", "OPTIONS", "", "", 200),
        ("INFO without a body", "INFO", "", "", 200),
        ("INFO with a digit", "INFO", "Content-Type: application/dtmf-relay\r\n", "Signal=7\r\nDuration=100\r\n", 200),
        ("INFO with something else", "INFO", "Content-Type: application/x\r\n", "x", 415),
        ("UPDATE that refreshes", "UPDATE", "", "", 200),
        ("MESSAGE", "MESSAGE", "Content-Type: text/plain\r\n", "x", 405),
        ("NOTIFY of nothing asked", "NOTIFY", "Event: refer\r\nSubscription-State: active\r\n", "", 481),
        ("NOTIFY of another event", "NOTIFY", "Event: presence\r\n", "", 489),
        ("REFER to nobody", "REFER", "", "", 400),
        ("REFER to two", "REFER", "Refer-To: <sip:1@h>\r\nRefer-To: <sip:2@h>\r\n", "", 400),
        ("REFER to mail", "REFER", "Refer-To: <mailto:a@b>\r\n", "", 416),
        ("PRACK of nothing", "PRACK", "RAck: 1 1 INVITE\r\n", "", 481),
        ("an extension that nobody has", "INFO", "Require: nosuch\r\n", "", 420),
        ("a re-INVITE with a short session", "INVITE", "Session-Expires: 30\r\n", &offer(6000).to_string(), 422),
        ("an unknown method", "NOSUCH", "", "", 405),
    ] {
        cseq += 1;
        let branch = raw.branch();
        raw.send(&raw.request(method, "in", cseq, &branch, &tag, more, body)).await;
        let heard = raw.answer().await;
        assert_eq!(heard.code(), code, "{what}: {}", heard.text);
        if method == "INVITE" {
            raw.send(&raw.request("ACK", "in", cseq, &branch, &tag, "", "")).await;
        }
    }
    assert_eq!(leg.next().await, LegEvent::Dtmf { digit: '7', ms: Some(100) });
    // An old number is out of order.
    let branch = raw.branch();
    raw.send(&raw.request("INFO", "in", 2, &branch, &tag, "", "")).await;
    assert_eq!(raw.answer().await.code(), 500);
    // A foreign tag is no dialog.
    for method in ["INVITE", "BYE", "INFO"] {
        let branch = raw.branch();
        raw.send(&raw.request(method, "in", 90, &branch, "other", "", "")).await;
        assert_eq!(raw.answer().await.code(), 481, "{method}");
        raw.send(&raw.request("ACK", "in", 90, &branch, "other", "", "")).await;
    }
    let (first, second) = (raw.branch(), raw.branch());
    raw.send(&raw.request("BYE", "in", 91, &first, &tag, "", "")).await;
    assert_eq!(raw.answer().await.code(), 200);
    assert_eq!(leg.next().await, LegEvent::Ended { by: Who::Far, cause: Cause::Normal });
    quiet(&side).await;
    raw.send(&raw.request("BYE", "in", 92, &second, &tag, "", "")).await;
    assert_eq!(raw.answer().await.code(), 481, "a second BYE");
}

#[tokio::test]
async fn a_late_offer_is_ours_and_its_answer_comes_in_the_ack() {
    let (mut side, mut raw) = raw(500).await;
    let branch = raw.branch();
    raw.send(&raw.request("INVITE", "late", 1, &branch, "", "", "")).await;
    let incoming = side.incoming().await;
    assert_eq!(incoming.offer, None);
    let mut leg = incoming.leg;
    leg.control.answer(offer(5000));
    let ok = raw.answer().await;
    assert!(ok.body().contains("m=audio 5000"));
    let tag = ok.to_tag().unwrap().to_owned();
    let theirs = answer(&offer(5000), 6000);
    raw.ack("late", 1, &tag, &theirs.to_string()).await;
    assert_eq!(leg.next().await, LegEvent::Confirmed { sdp: Some(theirs.clone()) });
    // The same inside the call.
    let branch = raw.branch();
    raw.send(&raw.request("INVITE", "late", 2, &branch, &tag, "", "")).await;
    assert_eq!(leg.next().await, LegEvent::Reoffer { sdp: None });
    leg.control.reanswer(offer(5000).newer());
    assert!(raw.answer().await.body().contains("m=audio 5000"));
    raw.ack("late", 2, &tag, &theirs.to_string()).await;
    assert_eq!(leg.next().await, LegEvent::Reanswered { sdp: Some(theirs), code: 200 });
}

#[tokio::test]
async fn a_refresh_that_changes_nothing_is_answered_by_the_leg_itself() {
    let (mut side, mut raw) = raw(500).await;
    let (mut leg, tag) = raw.call(&mut side, "same", "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n").await;
    let branch = raw.branch();
    raw.send(&raw.request(
        "INVITE",
        "same",
        2,
        &branch,
        &tag,
        "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n",
        &offer(6000).to_string(),
    ))
    .await;
    let ok = raw.answer().await;
    assert_eq!((ok.code(), ok.header("Session-Expires")), (200, Some("1800;refresher=uac")));
    raw.ack("same", 2, &tag, "").await;
    leg.control.hangup(Cause::Normal);
    assert_eq!(leg.next().await, LegEvent::Ended { by: Who::Near, cause: Cause::Normal });
}

#[tokio::test]
async fn reliable_provisional_answers_are_repeated_until_their_prack() {
    let (mut side, mut raw) = raw(50).await;
    raw.invite("rel", "Require: 100rel\r\n").await;
    let incoming = side.incoming().await;
    assert!(incoming.reliable_required);
    let mut leg = incoming.leg;
    leg.control.ring();
    let ringing = raw.hear(|heard| heard.code() == 180).await;
    assert_eq!(ringing.header("Require"), Some("100rel"));
    let again = raw.hear(|heard| heard.code() == 180).await;
    assert_eq!(again.header("RSeq"), ringing.header("RSeq"));
    // The next one waits.
    let theirs = answer(&incoming.offer.unwrap(), 5000);
    leg.control.early(theirs.clone());
    leg.control.answer(theirs);
    let tag = ringing.to_tag().unwrap().to_owned();
    let number: u32 = ringing.header("RSeq").unwrap().parse().unwrap();
    let branch = raw.branch();
    raw.send(&raw.request("PRACK", "rel", 2, &branch, &tag, &format!("RAck: {} 1 INVITE\r\n", number + 5), "")).await;
    assert_eq!(raw.answer().await.code(), 481, "a PRACK of another answer");
    let branch = raw.branch();
    raw.send(&raw.request("PRACK", "rel", 3, &branch, &tag, &format!("RAck: {number} 1 INVITE\r\n"), "")).await;
    let early = raw.hear(|heard| heard.code() == 183).await;
    assert_eq!(early.header("RSeq"), Some((number + 1).to_string().as_str()));
    assert!(early.body().contains("m=audio 5000"));
    let branch = raw.branch();
    raw.send(&raw.request("PRACK", "rel", 4, &branch, &tag, &format!("RAck: {} 1 INVITE\r\n", number + 1), "")).await;
    let ok = raw.hear(|heard| heard.code() == 200 && heard.header("CSeq") == Some("1 INVITE")).await;
    assert_eq!(ok.body(), "", "the answer was given");
    raw.ack("rel", 1, &tag, "").await;
    assert_eq!(leg.next().await, LegEvent::Confirmed { sdp: None });
}

#[tokio::test]
async fn without_prack_the_call_ends() {
    let (mut side, mut raw) = raw(10).await;
    raw.invite("norel", "Require: 100rel\r\n").await;
    let mut leg = side.incoming().await.leg;
    leg.control.ring();
    assert_eq!(leg.next().await, LegEvent::Ended { by: Who::Timer, cause: Cause::NetworkFailure });
    assert_eq!(raw.answer().await.code(), 504);
}

/// Calls of ours, with the other side played by hand.
#[tokio::test]
async fn two_phones_behind_a_proxy_answer_at_once() {
    let (side, raw) = raw(500).await;
    let mut leg = side.dial("200").await;
    let invite = raw.hear(|heard| heard.method() == "INVITE").await;
    let contact = format!("Contact: <sip:1@{}>\r\n", raw.local);
    let theirs = answer(&offer(4000), 6000).to_string();
    raw.send(&invite.reply("100 Trying", "", "", "")).await;
    raw.send(&invite.reply("180 Ringing", "one", &contact, "")).await;
    raw.send(&invite.reply("180 Ringing", "two", &contact, "")).await;
    raw.send(&invite.reply("200 OK", "one", &contact, &theirs)).await;
    raw.send(&invite.reply("200 OK", "two", &contact, &theirs)).await;
    let mut acks = Vec::new();
    let mut bye = None;
    while acks.len() < 2 || bye.is_none() {
        let heard = raw.hear(|heard| matches!(heard.method(), "ACK" | "BYE")).await;
        if heard.method() == "ACK" { acks.push(heard.to_tag().unwrap().to_owned()) } else { bye = Some(heard) }
    }
    let bye = bye.unwrap();
    assert_eq!(bye.to_tag(), Some("two"), "who came second is told to hang up");
    assert!(bye.header("Reason").unwrap().contains("elsewhere"));
    raw.send(&bye.reply("200 OK", "", "", "")).await;
    assert!(matches!(leg.outcome().await, LegEvent::Answered { .. }));
    // The answer comes again, because our ACK was lost.
    raw.send(&invite.reply("200 OK", "one", &contact, &theirs)).await;
    assert_eq!(raw.hear(|heard| heard.method() == "ACK").await.to_tag(), Some("one"));
}

#[tokio::test]
async fn cancel_waits_for_a_provisional_answer_and_loses_against_200() {
    let (side, raw) = raw(500).await;
    let mut leg = side.dial("200").await;
    let invite = raw.hear(|heard| heard.method() == "INVITE").await;
    leg.control.hangup(Cause::Canceled);
    assert_eq!(leg.next().await, LegEvent::Ended { by: Who::Near, cause: Cause::Canceled });
    raw.send(&invite.reply("100 Trying", "", "", "")).await;
    let cancel = raw.hear(|heard| heard.method() != "INVITE").await;
    assert_eq!(cancel.method(), "CANCEL");
    assert_eq!(cancel.header("Via"), invite.header("Via"), "the same branch");
    raw.send(&cancel.reply("200 OK", "x", "", "")).await;
    // The answer had left before.
    let contact = format!("Contact: <sip:1@{}>\r\n", raw.local);
    raw.send(&invite.reply("200 OK", "x", &contact, &answer(&offer(4000), 6000).to_string())).await;
    assert_eq!(raw.hear(|heard| heard.method() == "ACK").await.to_tag(), Some("x"));
    let bye = raw.hear(|heard| heard.method() == "BYE").await;
    raw.send(&bye.reply("200 OK", "", "", "")).await;
    quiet(&side).await;
}

#[tokio::test]
async fn a_reliable_answer_gets_its_prack_once() {
    let (side, raw) = raw(500).await;
    let mut leg = side.dial("200").await;
    let invite = raw.hear(|heard| heard.method() == "INVITE").await;
    assert!(invite.header("Supported").unwrap().contains("100rel"));
    let contact = format!("Contact: <sip:1@{}>\r\nRequire: 100rel\r\n", raw.local);
    let theirs = answer(&offer(4000), 6000);
    let progress = invite.reply("183 Session Progress", "t", &format!("{contact}RSeq: 41\r\n"), &theirs.to_string());
    raw.send(&progress).await;
    let prack = raw.hear(|heard| heard.method() == "PRACK").await;
    assert_eq!(prack.header("RAck"), Some("41 1 INVITE"));
    raw.send(&progress).await;
    raw.send(&prack.reply("200 OK", "", "", "")).await;
    raw.send(&invite.reply("180 Ringing", "t", &format!("{contact}RSeq: 42\r\n"), "")).await;
    let second = raw.hear(|heard| heard.method() == "PRACK" && heard.header("RAck") != Some("41 1 INVITE")).await;
    assert_eq!(second.header("RAck"), Some("42 1 INVITE"));
    raw.send(&second.reply("200 OK", "", "", "")).await;
    assert_eq!(leg.next().await, LegEvent::Progress { code: 183, sdp: Some(theirs.clone()) });
    assert_eq!(leg.next().await, LegEvent::Progress { code: 180, sdp: None });
    // The answer itself carries no description: it was given.
    raw.send(&invite.reply("200 OK", "t", &format!("Contact: <sip:1@{}>\r\n", raw.local), "")).await;
    assert_eq!(leg.next().await, LegEvent::Answered { sdp: Some(theirs) });
}

#[tokio::test]
async fn a_longer_session_is_asked_for_when_told() {
    let (side, raw) = raw(500).await;
    let mut leg = side.dial("200").await;
    let invite = raw.hear(|heard| heard.method() == "INVITE").await;
    raw.send(&invite.reply("422 Session Interval Too Small", "t", "Min-SE: 3600\r\n", "")).await;
    let second = raw.hear(|heard| heard.method() == "INVITE" && heard.header("CSeq") == Some("2 INVITE")).await;
    assert_eq!((second.header("Session-Expires"), second.header("Min-SE")), (Some("3600"), Some("3600")));
    assert_eq!(second.header("Call-ID"), invite.header("Call-ID"));
    let more = format!("Contact: <sip:1@{}>\r\nSession-Expires: 3600;refresher=uas\r\n", raw.local);
    raw.send(&second.reply("200 OK", "t", &more, &answer(&offer(4000), 6000).to_string())).await;
    raw.hear(|heard| heard.method() == "ACK" && heard.to_tag() == Some("t") && heard.header("CSeq") == Some("2 ACK")).await;
    assert!(matches!(leg.outcome().await, LegEvent::Answered { .. }));
}

#[tokio::test]
async fn routes_are_kept_and_the_target_follows() {
    let (side, raw) = raw(500).await;
    let mut leg = side.dial("200").await;
    let invite = raw.hear(|heard| heard.method() == "INVITE").await;
    let proxy = raw.local;
    let more = format!("Record-Route: <sip:{proxy};lr;x=2>\r\nRecord-Route: <sip:far.invalid;lr>\r\nContact: <sip:deep@10.0.0.9>\r\n");
    // Nearest first is the last one that was recorded.
    let more = more.replacen(
        &format!("<sip:{proxy};lr;x=2>\r\nRecord-Route: <sip:far.invalid;lr>"),
        &format!("<sip:far.invalid;lr>, <sip:{proxy};lr;x=2>"),
        1,
    );
    raw.send(&invite.reply("200 OK", "t", &more, &answer(&offer(4000), 6000).to_string())).await;
    let ack = raw.hear(|heard| heard.method() == "ACK").await;
    assert!(ack.text.starts_with("ACK sip:deep@10.0.0.9 SIP/2.0"), "{}", ack.text);
    assert_eq!(ack.header("Route"), Some(format!("<sip:{proxy};lr;x=2>").as_str()));
    assert!(ack.text.contains("Route: <sip:far.invalid;lr>"));
    assert!(matches!(leg.outcome().await, LegEvent::Answered { .. }));
    leg.control.hangup(Cause::Normal);
    let bye = raw.hear(|heard| heard.method() == "BYE").await;
    assert!(bye.text.starts_with("BYE sip:deep@10.0.0.9 SIP/2.0"));
}

#[tokio::test]
async fn glare_is_answered_491() {
    let (mut side, mut raw) = raw(500).await;
    let (leg, tag) = raw.call(&mut side, "glare", "").await;
    leg.control.reinvite(offer(5000).newer());
    let theirs = raw.hear(|heard| heard.method() == "INVITE").await;
    let branch = raw.branch();
    raw.send(&raw.request("INVITE", "glare", 2, &branch, &tag, "", &offer(6002).to_string())).await;
    let heard = raw.answer().await;
    assert_eq!(heard.code(), 491);
    raw.send(&raw.request("ACK", "glare", 2, &branch, &tag, "", "")).await;
    // And ours is tried again after theirs was refused the same way.
    raw.send(&theirs.reply("491 Request Pending", "", "", "")).await;
    let first = theirs.header("CSeq").unwrap().to_owned();
    let again = raw.hear(|heard| heard.method() == "INVITE" && heard.header("CSeq") != Some(first.as_str())).await;
    assert!(again.body().contains("m=audio 5000"));
}

/// The other side is no trunk that may transfer.
#[tokio::test]
async fn a_transfer_by_who_may_not_is_refused() {
    let (mut side, mut raw) = raw(500).await;
    let trunk = Trunk { sources: vec!["127.0.0.1".parse().unwrap()], keep_alive: None, ..Trunk::new("t", "127.0.0.1", Transport::Udp) };
    side.sip.set_trunks(vec![trunk]).await;
    let (_leg, tag) = raw.call(&mut side, "toll", "").await;
    let branch = raw.branch();
    raw.send(&raw.request("REFER", "toll", 2, &branch, &tag, "Refer-To: <sip:+88216@premium>\r\n", "")).await;
    assert_eq!(raw.answer().await.code(), 403);
}

#[tokio::test]
async fn more_calls_than_allowed_are_told_to_come_back() {
    let settings = SipConfig { max_calls: 1, ..config(Transport::Udp) };
    let mut side = Side::start(settings).await;
    let mut raw = Raw::new(side.address).await;
    side.know(Transport::Udp, raw.local).await;
    let (_leg, _) = raw.call(&mut side, "one", "").await;
    raw.invite("two", "").await;
    let heard = raw.answer().await;
    assert_eq!(heard.code(), 503);
    assert!(heard.header("Retry-After").is_some());
}
