//! Customers who write mail: by a mail server that forwards to okno's own listener, and into a mailbox that okno
//! fetches by IMAP.

use super::world::{Moment, World, pause};
use crate::smtp::{Submitted, submit};
use std::sync::Arc;
use std::time::Duration;

/// A mail is written this often.
const PACE: Duration = Duration::from_millis(150);
/// Customers stop writing while so many mails have no reply: the story tests what is kept, not how fast a busy machine works.
const UNANSWERED: usize = 60;
/// Senders take turns, so that mails of one customer come by both doors.
const SENDERS: [&str; 4] = ["anna@customer.test", "piotr@customer.test", "ivan@customer.test", "maria@customer.test"];

/// By which door the mail comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// okno's SMTP listener.
    Listener,
    /// A mailbox, fetched by IMAP.
    Mailbox,
}

/// Submits mails until the input stops; what was not acknowledged is sent again, as mail servers do.
pub(super) async fn submits(world: Arc<World>, n: usize, door: Door) {
    let _busy = world.mailing();
    let (port, to, name) = match door {
        Door::Listener => (world.smtp_port, "forward@shop.test", "listener"),
        Door::Mailbox => (world.postfix_port, "kill@shop.test", "mailbox"),
    };
    for i in 0.. {
        while !world.input_stopped() && world.with(|record| record.unanswered()) >= UNANSWERED {
            tokio::time::sleep(PACE).await;
        }
        if world.input_stopped() {
            return;
        }
        let id = format!("{name}-{n}-{i}@customer.test");
        let from = SENDERS[(i + n) % SENDERS.len()];
        let mail = format!(
            "From: Customer <{from}>\r\nTo: <{to}>\r\nSubject: Question {name} {n} {i}\r\nMessage-ID: <{id}>\r\n\
             Date: Mon, 02 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
             This is question {name} {n} {i}."
        );
        world.with(|record| record.mailed.insert(id.clone(), false));
        loop {
            let moment = || {
                if door == Door::Listener {
                    world.hit(Moment::MailListener);
                }
            };
            match submit(port, from, to, &mail, moment).await {
                Ok(Submitted::Taken) => break,
                Ok(Submitted::Refused(answer)) => {
                    world.surprise(format!("the mail {id} was refused: {answer}"));
                    break;
                }
                Err(_) if world.finished() => return,
                Err(_) => pause().await,
            }
        }
        world.with(|record| record.mailed.insert(id, true));
        if door == Door::Mailbox {
            world.hit(Moment::MailBox);
        }
        tokio::time::sleep(PACE).await;
    }
}
