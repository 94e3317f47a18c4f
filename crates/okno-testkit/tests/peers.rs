//! The peers are real: they are started, used and stopped here.

use anyhow::{Context, Result, ensure};
use okno_testkit::{MailPeers, Postgres, wait_until};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);

/// Sends one mail by SMTP and returns the answer to its content.
fn submit(port: u16, from: &str, to: &str, mail: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut answer = String::new();
    lines.read_line(&mut answer)?;
    for command in ["HELO test", &format!("MAIL FROM:<{from}>"), &format!("RCPT TO:<{to}>"), "DATA", &format!("{mail}\r\n.")] {
        write!(stream, "{command}\r\n")?;
        answer.clear();
        lines.read_line(&mut answer)?;
        ensure!(answer.starts_with('2') || answer.starts_with('3'), "{command}: {answer}");
    }
    Ok(answer)
}

#[test]
fn postgres_answers_and_has_databases_of_its_own() {
    let postgres = Postgres::start(false).unwrap();
    let url = postgres.create_database("one").unwrap();
    let out = Command::new("psql").args([&url, "-Atc", "select current_database()"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), "one");
}

#[test]
fn mail_goes_through_the_relay_into_the_mailbox_and_unknown_recipients_bounce() {
    let mut peers = MailPeers::start().unwrap();
    let mail =
        "From: anna@customer.test\r\nTo: support@shop.test\r\nSubject: Where is my order?\r\nMessage-ID: <1@customer.test>\r\n\r\nHello";
    let answer = submit(peers.postfix.port(), "anna@customer.test", "support@shop.test", mail).unwrap();
    assert!(answer.starts_with("250"), "{answer}");
    let mails =
        wait_until("the mail", LIMIT, || Ok(Some(peers.dovecot.mails("support@shop.test")?).filter(|mails| !mails.is_empty()))).unwrap();
    assert!(mails[0].contains("Where is my order?"), "{}", mails[0]);
    assert!(mails[0].contains("Delivered-To: support@shop.test"), "{}", mails[0]);

    submit(peers.postfix.port(), "anna@customer.test", "nobody@shop.test", mail).unwrap();
    let bounce = wait_until("the bounce", LIMIT, || Ok(peers.dovecot.mails("anna@customer.test")?.pop())).unwrap();
    assert!(bounce.contains("multipart/report"), "{bounce}");
    assert!(bounce.contains("nobody@shop.test"), "{bounce}");

    let first = uidvalidity(peers.dovecot.port()).unwrap();
    peers.dovecot.restart().unwrap();
    assert_eq!(uidvalidity(peers.dovecot.port()).unwrap(), first, "a restart keeps the mailbox as it was");
}

/// Signs in by IMAP and returns the line that holds the mailbox's UIDVALIDITY.
fn uidvalidity(port: u16) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    lines.next().context("greeting")??;
    write!(stream, "a LOGIN support@shop.test {}\r\nb SELECT INBOX\r\n", okno_testkit::MAIL_PASSWORD)?;
    let mut found = String::new();
    for line in lines {
        let line = line?;
        if line.contains("UIDVALIDITY") {
            found.clone_from(&line);
        }
        ensure!(!line.contains(" NO ") && !line.contains(" BAD "), "{line}");
        if line.starts_with("b ") {
            break;
        }
    }
    Ok(found)
}

#[test]
fn the_peers_go_with_the_one_who_started_them() {
    let mut child =
        Command::new(env!("CARGO_BIN_EXE_peers")).arg("--postgres").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let report: serde_json::Value = serde_json::from_str(&line).unwrap();
    let port: u16 = report["postgres"].as_str().unwrap().split([':', '/']).nth(4).unwrap().parse().unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "PostgreSQL has stopped");
}
