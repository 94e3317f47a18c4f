//! Mail goes out: replies, bounces, dead relays.

use crate::world::{HELP, IVAN, Peers, World, eventually, server};
use okno_channels::mail::MailConfig;
use okno_model::{
    MessageId, Timestamp,
    doc::{Delivery, TlsMode},
    input::ServerInput,
};

fn question(id: &str) -> String {
    format!("From: Ivan <{IVAN}>\nTo: {HELP}\nSubject: Where is it?\nMessage-ID: <{id}@customer.test>\n\nWhere is my order?\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_reaches_the_customer_and_his_reply_joins_it() {
    let (peers, mut world) = (Peers::start(), World::new().await);
    world.mailbox(Some(peers.imap()), Some(peers.smtp()), Timestamp::from_millis(0)).await;
    world.open().await;
    peers.write(&question("q1")).await;
    let doc = world.interaction("Where is it?").await;
    let sent = world.reply(doc.id, "It is on its way, Иван.").await;
    let mail = peers.received("In-Reply-To: <q1@customer.test>").await;
    assert!(mail.contains("Subject: Re: Where is it?") && mail.contains("References: <q1@customer.test>"), "{mail}");
    eventually("the message is sent", async || matches!(world.message(sent.id).await.delivery, Delivery::Sent { .. }).then_some(())).await;

    let id = okno_testkit::smtp::header(&mail, "Message-ID").unwrap();
    peers
        .write(&format!(
            "From: {IVAN}\nTo: {HELP}\nSubject: Re: Re: Where is it?\nMessage-ID: <q2@customer.test>\nIn-Reply-To: {id}\n\nThank you\n"
        ))
        .await;
    eventually("his reply joins", async || world.messages(doc.id).await.iter().any(|message| message.text == "Thank you").then_some(()))
        .await;
    assert_eq!(world.interactions().await.len(), 1);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounce_marks_the_message_as_failed() {
    let (peers, mut world) = (Peers::start(), World::new().await);
    world.mailbox(Some(peers.imap()), Some(peers.smtp()), Timestamp::from_millis(0)).await;
    world.open().await;
    // A customer whose mailbox does not exist any more when the answer comes.
    let gone = question("q1").replace(IVAN, "gone@customer.test");
    assert_eq!(
        okno_testkit::smtp::submit(peers.postfix.port(), "gone@customer.test", HELP, &gone.replace('\n', "\r\n"), || {}).await.unwrap(),
        okno_testkit::smtp::Submitted::Taken
    );
    let doc = world.interaction("Where is it?").await;
    let sent = world.reply(doc.id, "Hello?").await;
    let why = failed(&world, sent.id).await;
    assert!(!why.is_empty());
    assert_eq!(world.interactions().await.len(), 1, "a report is no interaction");
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_relay_keeps_the_mail_and_says_so() {
    let (peers, mut world) = (Peers::start(), World::new().await);
    // Nobody listens on port 1 of this machine.
    let channel = world.mailbox(Some(peers.imap()), Some(server(1)), Timestamp::from_millis(0)).await;
    world.open().await;
    peers.write(&question("q1")).await;
    let doc = world.interaction("Where is it?").await;
    let sent = world.reply(doc.id, "It waits.").await;
    let words = eventually("the administrator is told", async || {
        let health = world.channel(channel).await.health;
        (health.state == "error").then_some(health.detail)
    })
    .await;
    assert!(words.contains("mail cannot be sent") && words.contains("127.0.0.1:1"), "{words}");
    assert_eq!(world.message(sent.id).await.delivery, Delivery::Queued);
    world.close().await;
}

/// One company writes to another; the certificate of the other's server is of an authority that only the first one knows.
#[tokio::test(flavor = "multi_thread")]
async fn mail_between_two_companies_is_encrypted() {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap().pem().into_bytes();
    let own = Some((certificate.clone(), key.serialize_pem().into_bytes()));
    let mut theirs = World::new().await;
    theirs.mailbox(None, None, Timestamp::from_millis(0)).await;
    theirs.open_with(MailConfig { certificate: own, ..MailConfig::default() }).await;
    let encrypted = ServerInput { tls: TlsMode::Starttls, ..server(theirs.smtp_port()) };

    let mut ours = World::new().await;
    let channel = ours.mailbox(None, Some(encrypted), Timestamp::from_millis(0)).await;
    let check = async |ours: &World| {
        let checks = okno_app::channels::test(&ours.ctx, &World::anna(), channel).await.unwrap();
        checks.into_iter().find(|check| check.name == "smtp").unwrap()
    };
    ours.open().await;
    let refused = check(&ours).await;
    assert!(!refused.ok && refused.detail.contains("STARTTLS"), "{refused:?}");
    ours.close().await;
    ours.open_with(MailConfig { authorities: certificate, ..MailConfig::default() }).await;
    let taken = check(&ours).await;
    assert!(taken.ok, "{taken:?}");

    // Their server has no mailbox for Ivan and relays for nobody: the answer has failed, and its writer learns why.
    let asked = question("q1").replace('\n', "\r\n");
    assert_eq!(
        okno_testkit::smtp::submit(ours.smtp_port(), IVAN, HELP, &asked, || {}).await.unwrap(),
        okno_testkit::smtp::Submitted::Taken
    );
    let doc = ours.interaction("Where is it?").await;
    let sent = ours.reply(doc.id, "Here.").await;
    let why = failed(&ours, sent.id).await;
    assert!(why.contains("550") && why.contains(IVAN), "{why}");
    ours.close().await;
    theirs.close().await;
}

/// Waits until a message has failed: why.
async fn failed(world: &World, id: MessageId) -> String {
    eventually("the message has failed", async || match world.message(id).await.delivery {
        Delivery::Failed { why, .. } => Some(why),
        Delivery::None | Delivery::Queued | Delivery::Sent { .. } | Delivery::Read { .. } => None,
    })
    .await
}
