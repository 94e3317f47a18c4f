//! Whole mails, as programs write them.

use super::*;

fn read(raw: &str) -> InboundMail {
    parse(
        raw.as_bytes(),
        &Setting { own: vec!["help@okno.test".into()], trusted: vec!["mx.okno.test".into()], envelope_to: vec!["help@okno.test".into()] },
    )
    .unwrap()
}

const HEAD: &str = "From: Ivan <ivan@customers.test>\nTo: help@okno.test\nMessage-ID: <1@customers.test>\n";

#[test]
fn plain_mail() {
    let mail = read(&format!(
        "{HEAD}Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nDate: Mon, 3 May 2021 10:00:00 +0300\nIn-Reply-To: <b@okno.test>\nReferences: <a@okno.test> <b@okno.test>\nDelivered-To: Help@okno.test\nX-Original-To: support@okno.test\n\nHello\n\nOn Mon, 3 May 2021, Help <help@okno.test> wrote:\n> Hi\n"
    ));
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Grüße", "Hello"));
    assert!(mail.quoted.ends_with("> Hi"));
    assert_eq!(mail.references, ["b@okno.test", "a@okno.test"]);
    assert_eq!(mail.delivered_to, ["help@okno.test", "support@okno.test"]);
    assert_eq!(mail.date, Some(Timestamp::from_millis(1_620_025_200_000)));
    assert_eq!(
        (mail.from.name.as_str(), mail.from.address.as_str(), mail.automatic, mail.html),
        ("Ivan", "ivan@customers.test", None, None)
    );
}

#[test]
fn alternative_with_pictures_and_files() {
    let mail = read(&format!(
        "{HEAD}Subject: x\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nplain words\n--a\nContent-Type: text/html\n\n<p onclick=x()>html <b>words</b><img src=\"cid:pic@x\"><img src=\"http://t.test/p.gif?u=1&v=2\"></p>\n--a--\n--r\nContent-Type: image/png; name=p.png\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--r--\n--m\nContent-Type: application/pdf; name=\"../a.exe\"\nContent-Disposition: attachment; filename*=UTF-8''%D1%81%D1%87%D1%91%D1%82.pdf\n\n%PDF-1\n--m\n\nA footer.\n--m--\n"
    ));
    assert_eq!(mail.text, "plain words\n\nA footer.");
    let html = mail.html.unwrap();
    assert!(
        mail.has_remote
            && html.contains("data-cid=\"pic@x\"")
            && html.contains("data-remote-src=\"http://t.test/p.gif?u=1&amp;v=2\"")
            && !html.contains("onclick"),
        "{html}"
    );
    assert!(html.contains("A footer."));
    let files: Vec<_> = mail.attachments.iter().map(|f| (f.name.as_str(), f.mime.as_str(), f.inline)).collect();
    assert_eq!(files, [("p.png", "image/png", true), ("счёт.pdf", "application/pdf", false)]);
}

#[test]
fn html_only() {
    let mail = read(&format!(
        "{HEAD}Subject: x\nContent-Type: text/html; charset=utf-8\n\n<div>Спасибо,<br>всё <b>хорошо</b></div><ul><li>раз<li>два</ul><div class=\"gmail_quote\"><div class=\"gmail_attr\">пн, 3 мая 2021 г. в 10:00, Помощь &lt;<a href=\"mailto:help@okno.test\">help@okno.test</a>&gt;:<br></div><blockquote class=\"gmail_quote\">Здравствуйте<br>Иван</blockquote></div>"
    ));
    assert_eq!(mail.text, "Спасибо,\nвсё хорошо\n- раз\n- два", "{:?}", mail.quoted);
    assert!(mail.quoted.starts_with("пн, 3 мая") && mail.quoted.contains("> Иван"), "{}", mail.quoted);
    assert!(mail.html.unwrap().contains("class=\"quote\""));
    assert_eq!(mail.language.as_deref(), Some("ru"));
}

#[test]
fn outlook_html() {
    let mail = read(&format!(
        "{HEAD}Subject: x\nContent-Type: text/html\n\n<html><head><style>p {{color:red}}</style></head><body><p class=MsoNormal>Thank you</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p><b>From:</b> Help &lt;help@okno.test&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ivan<br><b>Subject:</b> RE: x</p></div><p>Hello</p></body></html>"
    ));
    assert_eq!(mail.text, "Thank you", "{:?}", mail.quoted);
    assert!(mail.quoted.starts_with("From: Help"), "{}", mail.quoted);
    assert!(!mail.html.unwrap().contains("color:red}"));
}

#[test]
fn reply_to_and_own_addresses() {
    let reply = |header: &str| read(&format!("{header}Subject: x\n\nx")).from.address;
    assert_eq!(reply("From: a@x.test\nReply-To: b@x.test\n"), "b@x.test");
    assert_eq!(reply("From: a@x.test\nReply-To: HELP@okno.test\n"), "a@x.test");
    assert_eq!(reply("From: \"broken\nReply-To: b@x.test\n"), "b@x.test");
    assert_eq!(reply("Sender: s@x.test\n"), "s@x.test");
    assert_eq!(parse(b"Subject: x\n\nx", &Setting::default()).unwrap_err(), ParseError::NoSender);
    assert_eq!(parse(b"", &Setting::default()).unwrap_err(), ParseError::Empty);
    assert_eq!(parse(b"\r\n\r\n\0\0", &Setting::default()).unwrap_err(), ParseError::Empty);
    assert_eq!(read("From: help@okno.test\nSubject: x\n\nx").automatic.as_deref(), Some("own_address"));
}

#[test]
fn a_verdict_on_from_says_nothing_about_another_domain_in_reply_to() {
    let setting = Setting { trusted: vec!["mx.okno.test".to_owned()], ..Setting::default() };
    let verdict = |verdict: &str, more: &str| {
        let mail = format!("Authentication-Results: mx.okno.test; dmarc={verdict}\nFrom: mallory@evil.test\n{more}Subject: x\n\nx");
        parse(mail.as_bytes(), &setting).unwrap().dmarc
    };
    assert_eq!(verdict("pass", ""), "pass");
    assert_eq!(verdict("pass", "Reply-To: sales@EVIL.test\n"), "pass");
    assert_eq!(verdict("pass", "Reply-To: victim@bank.test\n"), "fail");
    assert_eq!(verdict("fail", "Reply-To: victim@bank.test\n"), "fail");
    assert_eq!(verdict("none", "Reply-To: victim@bank.test\n"), "none");
}

#[test]
fn missing_message_ids_are_made_from_the_bytes() {
    let (a, b) = ("From: a@x.test\nSubject: 1\n\nx", "From: a@x.test\nSubject: 2\n\nx");
    assert_eq!(read(a).message_id, read(a).message_id);
    assert_ne!(read(a).message_id, read(b).message_id);
}

#[test]
fn twins_ignore_what_servers_add() {
    let a = twin(format!("Received: by a\r\n{}\r\nhello\r\nworld\r\n", HEAD.replace('\n', "\r\n")).as_bytes());
    let b = twin(format!("Delivered-To: x\n{HEAD}\nhello\nworld").as_bytes());
    assert!(a.starts_with("mid:"));
    assert_eq!(a, b);
    assert_ne!(a, twin(format!("{HEAD}\nhello\nearth").as_bytes()));
    // Servers fold fields as they like; another writer with the same id and words is another mail.
    let mail = |from: &str| twin(format!("From: {from}\nMessage-ID: <1@x.test>\nSubject: a b\n\nhello").as_bytes());
    assert_eq!(mail("a@x.test"), twin(b"Subject: a\r\n b\r\nMessage-ID: <1@x.test>\r\nFrom:\r\n\ta@x.test\r\n\r\nhello\r\n"));
    assert_ne!(mail("a@x.test"), mail("mallory@x.test"));
    assert!(twin(b"From: a@b\n\nx").starts_with("raw:"));
    assert_ne!(twin(b"From: a@b\n\nx"), twin(b"From: a@c\n\nx"));
}

const REPORT: &str = "Return-Path: <>\nFrom: MAILER-DAEMON@relay.test (Mail Delivery System)\nTo: help@okno.test\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nI'm sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.test\n\nFinal-Recipient: rfc822; ok@customers.test\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; nobody@customers.test\nAction: failed (really)\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown user\n\n--b\nContent-Type: message/rfc822\n\nFrom: help@okno.test\nMessage-ID: <t.1@okno.test>\n\nhello\n--b--\n";

#[test]
fn delivery_reports() {
    let mail = read(REPORT);
    let report = mail.report.unwrap();
    assert_eq!(
        (report.original.as_str(), report.recipient.as_str(), report.action.as_str()),
        ("t.1@okno.test", "nobody@customers.test", "failed")
    );
    assert_eq!(report.detail, "5.1.1 550 5.1.1 unknown user");
    assert_eq!(mail.automatic.as_deref(), Some("null_sender"));
    let delayed = read(&REPORT.replace("Action: failed (really)", "Action: delayed").replace("message/rfc822", "text/rfc822-headers"));
    assert_eq!(delayed.report.unwrap().action, "delayed");
    assert_eq!(read(&REPORT.replace("Message-ID", "X-Was")).report, None, "nothing to match it with");
}

#[test]
fn bounces_of_servers_that_know_no_standard() {
    let qmail = "Return-Path: <>\nFrom: MAILER-DAEMON@old.test\nTo: help@okno.test\nSubject: failure notice\n\nHi. This is the qmail-send program at old.test.\nI'm afraid I wasn't able to deliver your message.\n\n<nobody@customers.test>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 no mailbox\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <help@okno.test>\nMessage-ID: <t.1@okno.test>\nSubject: hello\n\nhello\n";
    let report = read(qmail).report.unwrap();
    assert_eq!(
        (report.original.as_str(), report.recipient.as_str(), report.action.as_str()),
        ("t.1@okno.test", "nobody@customers.test", "failed")
    );
    assert!(report.detail.contains("550"), "{}", report.detail);
    let exim = "From: Mail Delivery System <Mailer-Daemon@x.test>\nTo: help@okno.test\nX-Failed-Recipients: nobody@customers.test\nReferences: <t.1@okno.test>\nAuto-Submitted: auto-replied\nSubject: Mail delivery failed: returning message to sender\n\nThis message was created automatically.\n  nobody@customers.test\n    Unrouteable address\n";
    let report = read(exim).report.unwrap();
    assert_eq!((report.original.as_str(), report.action.as_str()), ("t.1@okno.test", "failed"));
    // A customer who writes about a bounce is no bounce.
    assert_eq!(read(&format!("{HEAD}Subject: Re: Undelivered mail\nReferences: <t.1@okno.test>\n\nI got 550 from x@y.test")).report, None);
}
