//! Sessions as transcripts.

use super::*;

/// Drives a session with everything at once; recipients at okno.test are ours. Returns what the peer reads and what was stored.
fn talk(session: &mut Session, packets: &[&[u8]], stores: Stored) -> (String, Vec<Envelope>) {
    let (mut said, mut mails) = (String::new(), Vec::new());
    let mut packets = packets.iter();
    loop {
        match session.step() {
            Step::Read => match packets.next() {
                Some(packet) => session.receive(packet),
                None => return (said, mails),
            },
            Step::Write(text) => said.push_str(&text),
            Step::Recipient(address) => session.recipient(match address.rsplit_once('@') {
                Some((_, "okno.test")) => Recipient::Known,
                Some((_, "slow.test")) => Recipient::Unavailable,
                _ => Recipient::Unknown,
            }),
            Step::Store(mail) => {
                mails.push(mail);
                session.stored(stores);
            }
            Step::StartTls => {
                said.push_str("[tls]\n");
                session.encrypted();
            }
            Step::Close => {
                said.push_str("[closed]");
                return (said, mails);
            }
        }
    }
}

fn codes(said: &str) -> String {
    said.lines()
        .map(|line| if line.starts_with('[') { line } else { &line[..line.len().min(4)] })
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
}

#[track_caller]
fn check(input: &str, expected: &str) -> Vec<Envelope> {
    let (said, mails) = talk(&mut Session::new("mx.okno.test", true), &[input.as_bytes()], Stored::Durable);
    assert_eq!(codes(&said), expected, "{said}");
    // Byte by byte it is the same.
    let bytes: Vec<&[u8]> = input.as_bytes().chunks(1).collect();
    if !input.contains("STARTTLS") {
        assert_eq!(codes(&talk(&mut Session::new("mx.okno.test", true), &bytes, Stored::Durable).0), expected);
    }
    mails
}

#[test]
fn a_pipelined_mail() {
    let mails = check(
        "EHLO relay.test\r\nMAIL FROM:<ivan@customers.test> SIZE=100 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<help@okno.test>\r\nRCPT TO:<x@other.test>\r\nDATA\r\nSubject: x\r\n\r\n..hi\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<sales@okno.test>\r\nDATA\r\n.\r\nQUIT\r\n",
        "220 250- 250- 250- 250- 250- 250- 250 250 250 550 354 250 250 250 354 250 221 [closed]",
    );
    assert_eq!(
        mails[0],
        Envelope {
            helo: "relay.test".into(),
            sender: "ivan@customers.test".into(),
            recipients: vec!["help@okno.test".into()],
            bytes: b"Subject: x\r\n\r\n.hi\r\n".to_vec()
        }
    );
    assert_eq!((mails[1].sender.as_str(), mails[1].bytes.len()), ("", 0));
}

#[test]
fn order_is_enforced() {
    check("MAIL FROM:<a@b.test>\r\n", "220 503");
    check("HELO x\r\nRCPT TO:<help@okno.test>\r\nDATA\r\n", "220 250 503 503");
    check(
        "HELO x\r\nMAIL FROM:<a@b.test>\r\nMAIL FROM:<a@b.test>\r\nDATA\r\nRSET\r\nRCPT TO:<help@okno.test>\r\n",
        "220 250 250 503 554 250 503",
    );
    check("HELO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<q@slow.test>\r\nDATA\r\n", "220 250 250 451 554");
    check("NOOP\r\nVRFY root\r\nEXPN root\r\nHELP\r\nAUTH PLAIN AAAA\r\nBDAT 3 LAST\r\nFOO\r\n", "220 250 252 502 214 502 502 500");
}

#[test]
fn nothing_is_relayed_and_harvesters_are_cut_off() {
    let input = format!("HELO x\r\nMAIL FROM:<a@b.test>\r\n{}", "RCPT TO:<somebody@elsewhere.test>\r\n".repeat(100));
    let (said, _) = talk(&mut Session::new("mx", false), &[input.as_bytes()], Stored::Durable);
    assert_eq!(said.matches("550 5.1.1").count(), ERRORS + 1);
    assert!(said.ends_with("421 4.4.2 mx too many errors\r\n[closed]"), "{said}");
}

#[test]
fn not_stored_is_not_acknowledged() {
    let input = b"HELO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<help@okno.test>\r\nDATA\r\nhi\r\n.\r\n";
    let (said, mails) = talk(&mut Session::new("mx", false), &[input], Stored::Unavailable);
    assert!(said.ends_with("451 4.3.0 cannot store the mail now, please try again\r\n") && mails.len() == 1, "{said}");
}

#[test]
fn smuggled_commands_stay_content() {
    for end in ["\n.\n", "\n.\r\n", "\r.\r", "\r\n.\n", "\r\n.\r", "\r.\r\n"] {
        let input = format!(
            "HELO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<help@okno.test>\r\nDATA\r\nhi{end}MAIL FROM:<ceo@okno.test>\r\nRCPT TO:<help@okno.test>\r\nDATA\r\nfake\r\n.\r\nQUIT\r\n"
        );
        let (said, mails) = talk(&mut Session::new("mx", false), &[input.as_bytes()], Stored::Durable);
        assert_eq!(mails.len(), 1, "{end:?}: {said}");
    }
}

#[test]
fn commands_in_clear_are_not_taken_for_encrypted_ones() {
    let (said, mails) = talk(
        &mut Session::new("mx", true),
        &[b"EHLO x\r\nSTARTTLS\r\nMAIL FROM:<evil@x.test>\r\n", b"EHLO x\r\nSTARTTLS\r\nNOOP\r\n"],
        Stored::Durable,
    );
    let (ehlo, plain) = ("250- ".repeat(6) + "250", "250- ".repeat(5) + "250");
    assert_eq!(codes(&said), format!("220 {ehlo} 220 [tls] {plain} 502 250"));
    assert!(mails.is_empty() && said.matches("STARTTLS").count() == 1);
    check("EHLO x\r\nMAIL FROM:<a@b.test>\r\nSTARTTLS\r\n", &format!("220 {ehlo} 250 503"));
}

#[test]
fn lines_and_sizes_are_bounded() {
    let (said, _) = talk(&mut Session::new("mx", false), &["x".repeat(LINE_BYTES + 1).as_bytes()], Stored::Durable);
    assert!(said.ends_with("[closed]"), "{said}");
    check("EHLO x\n", "220 500");
    check("GET / HTTP/1.1\r\n", "220 500");
    check("HELO x\r\nMAIL FROM:<a@b.test> SIZE=999999999\r\n", "220 250 552");
    let rcpts = format!("HELO x\r\nMAIL FROM:<a@b.test>\r\n{}", "RCPT TO:<help@okno.test>\r\n".repeat(RECIPIENTS + 3));
    let (said, _) = talk(&mut Session::new("mx", false), &[rcpts.as_bytes()], Stored::Durable);
    assert_eq!((said.matches("250 2.1.5").count(), said.matches("452 4.5.3").count()), (RECIPIENTS, 3));
    let mut session = Session::new("mx", false);
    talk(&mut session, &[b"HELO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<help@okno.test>\r\nDATA\r\nhi"], Stored::Durable);
    assert!(session.held() > 0);
    session.overload();
    assert_eq!(session.held(), 0);
    let (said, mails) = talk(&mut session, &[b"\r\n.\r\n"], Stored::Durable);
    assert!(said.starts_with("452") && mails.is_empty(), "{said}");
}

proptest::proptest! {
    /// Any bytes in any packets: no panic, bounded memory, and a mail is stored only for our recipients.
    #[test]
    fn any_talk(pieces in proptest::collection::vec("EHLO x\r\n|MAIL FROM:<a@b.c>\r\n|RCPT TO:<help@okno.test>\r\n|RCPT TO:<a@x.y>\r\n|DATA\r\n|\r\n\\.\r\n|\\.\r\n|RSET\r\n|STARTTLS\r\n|QUIT\r\n|.{0,20}|\r|\n|BDAT 5\r\n|AUTH LOGIN\r\n", 0..40)) {
        let input = pieces.concat();
        let (said, mails) = talk(&mut Session::new("mx", true), &input.as_bytes().chunks(7).collect::<Vec<_>>(), Stored::Durable);
        proptest::prop_assert_eq!(said.matches("250 2.0.0 stored").count(), mails.len());
        proptest::prop_assert!(mails.iter().all(|mail| mail.recipients.iter().all(|r| r.ends_with("@okno.test"))));
    }
}
