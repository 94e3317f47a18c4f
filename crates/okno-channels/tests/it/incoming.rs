//! Mail comes in: by IMAP and by the SMTP listener.

use crate::world::{HELP, IVAN, Peers, World, eventually, server};
use okno_channels::mail::parse::twin;
use okno_model::{
    Timestamp,
    doc::{InteractionState, UnitState},
};
use okno_testkit::smtp::Submitted;

fn mail(subject: &str, id: &str, rest: &str, body: &str) -> String {
    format!("From: Ivan <{IVAN}>\nTo: {HELP}\nSubject: {subject}\nMessage-ID: <{id}@customer.test>\n{rest}\n{body}\n")
}

/// Files in the mailbox that the server shows as read.
fn read_mails(peers: &Peers) -> usize {
    let folder = peers.dovecot.mail_root().join(HELP).join("cur");
    std::fs::read_dir(folder).map_or(0, |files| {
        files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().rsplit(',').next().unwrap().contains('S')).count()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_fetched_read_marked_and_not_doubled() {
    let (peers, mut world) = (Peers::start(), World::new().await);
    peers.write(&mail("before", "1", "", "was there before okno")).await;
    let channel = world.mailbox(Some(peers.imap()), None, Timestamp::from_millis(0)).await;
    world.open().await;
    let first = world.interaction("before").await;
    peers.write(&mail("by idle", "2", "", "hello\n\nOn 3 May 2021, Help wrote:\n> quoted")).await;
    let second = world.interaction("by idle").await;
    let said = &world.messages(second.id).await[0];
    assert_eq!((said.text.as_str(), said.quoted.lines().last()), ("hello", Some("> quoted")));
    assert!(
        matches!(first.state, InteractionState::New | InteractionState::Queued | InteractionState::Offered { .. }),
        "{:?}",
        first.state
    );
    eventually("both are marked as read", async || (read_mails(&peers) == 2).then_some(())).await;
    eventually("the mailbox is healthy", async || (world.channel(channel).await.health.state == "ok").then_some(())).await;

    // Numbered anew while okno is away, with one more mail: only that one is new.
    world.close().await;
    peers.dovecot.reset_uidvalidity(HELP).unwrap();
    peers.write(&mail("after", "3", "", "x")).await;
    world.open().await;
    world.interaction("after").await;
    eventually("all are marked as read", async || (read_mails(&peers) == 3).then_some(())).await;
    assert_eq!(world.interactions().await.len(), 3);
    assert_eq!(world.ledger().await.len(), 3);
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_and_a_wrong_password_mend_themselves() {
    let (mut peers, mut world) = (Peers::start(), World::new().await);
    let channel = world.mailbox(Some(peers.imap()), None, Timestamp::from_millis(0)).await;
    world.open().await;
    eventually("signed in", async || (world.channel(channel).await.health.state == "ok").then_some(())).await;
    peers.dovecot.restart().unwrap();
    peers.write(&mail("after the restart", "1", "", "x")).await;
    world.interaction("after the restart").await;

    let change = |password: &str| okno_model::input::ChannelInput {
        kind: None,
        name: None,
        queue: None,
        enabled: None,
        settings: None,
        imap_password: Some(Some(password.to_owned())),
        smtp_password: None,
    };
    okno_app::channels::update(&world.ctx, &World::anna(), channel, change("wrong")).await.unwrap();
    let words = eventually("the administrator is told", async || {
        let health = world.channel(channel).await.health;
        (health.state == "error").then_some(health.detail)
    })
    .await;
    assert!(words.contains("check the user name and the password"), "{words}");
    let checks = okno_app::channels::test(&world.ctx, &World::anna(), channel).await.unwrap();
    assert!(checks.iter().any(|check| check.name == "imap" && !check.ok), "{checks:?}");
    okno_app::channels::update(&world.ctx, &World::anna(), channel, change(okno_testkit::MAIL_PASSWORD)).await.unwrap();
    eventually("signed in again", async || (world.channel(channel).await.health.state == "ok").then_some(())).await;
    let checks = okno_app::channels::test(&world.ctx, &World::anna(), channel).await.unwrap();
    assert!(checks.iter().any(|check| check.name == "imap" && check.ok), "{checks:?}");
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_mail_is_archived_without_routing() {
    let (peers, mut world) = (Peers::start(), World::new().await);
    peers.write(&mail("old", "1", "", "x")).await;
    eventually("the old mail is there", async || (peers.dovecot.mails(HELP).unwrap().len() == 1).then_some(())).await;
    // The archive date is in the future: the first connect decides, not the clock of the server.
    world.mailbox(Some(peers.imap()), None, world.ctx.now() + std::time::Duration::from_secs(3600)).await;
    world.open().await;
    let old = world.interaction("old").await;
    assert!(matches!(old.state, InteractionState::Closed { .. }), "{:?}", old.state);
    peers.write(&mail("new", "2", "", "x")).await;
    let new = world.interaction("new").await;
    assert!(!matches!(new.state, InteractionState::Closed { .. }), "{:?}", new.state);
    eventually("only the new one is marked as read", async || (read_mails(&peers) == 1).then_some(())).await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_takes_mail_for_its_mailboxes_only() {
    let mut world = World::new().await;
    world.mailbox(None, Some(server(1)), Timestamp::from_millis(0)).await;
    world.open().await;
    let send = async |to: &str, mail: &str| {
        okno_testkit::smtp::submit(world.smtp_port(), IVAN, to, &mail.replace('\n', "\r\n"), || {}).await.unwrap()
    };
    let letter = mail("by smtp", "1", "Content-Type: text/html\n", "<p>hi <script>alert(1)</script><img src=http://x.test/p></p>");
    assert_eq!(send("Support@SHOP.test", &letter).await, Submitted::Taken);
    assert!(matches!(send("nobody@shop.test", &letter).await, Submitted::Refused(_)));
    let doc = world.interaction("by smtp").await;
    let said = &world.messages(doc.id).await[0];
    assert_eq!((said.text.as_str(), said.has_html, said.has_remote), ("hi", true, true));
    // The same mail again, and by another way, is the same unit.
    assert_eq!(send(HELP, &letter).await, Submitted::Taken);
    assert_eq!(world.ledger().await.len(), 1);
    assert_eq!(twin(letter.as_bytes()), twin(letter.replace('\n', "\r\n").as_bytes()));
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_understood_goes_to_a_person() {
    let mut world = World::new().await;
    world.mailbox(None, None, Timestamp::from_millis(0)).await;
    world.open().await;
    for bad in ["no header, just words", "Subject: nobody wrote this\n\nx"] {
        assert_eq!(okno_testkit::smtp::submit(world.smtp_port(), "", HELP, bad, || {}).await.unwrap(), Submitted::Taken);
    }
    eventually("both are in quarantine", async || {
        let units = world.ledger().await;
        (units.len() == 2 && units.iter().all(|unit| unit.state == UnitState::Quarantined && !unit.detail.is_empty())).then_some(())
    })
    .await;
    // The next mail is not held up by them.
    assert_eq!(
        okno_testkit::smtp::submit(world.smtp_port(), IVAN, HELP, &mail("good", "2", "", "x"), || {}).await.unwrap(),
        Submitted::Taken
    );
    world.interaction("good").await;
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_not_acknowledged() {
    let mut world = World::new().await;
    world.mailbox(None, None, Timestamp::from_millis(0)).await;
    world.open().await;
    // The folder of the raw mails is gone, as on a disk that failed.
    let blobs = world.folder().join("blobs");
    std::fs::remove_dir_all(&blobs).unwrap();
    std::fs::write(&blobs, "in the way").unwrap();
    let answer = okno_testkit::smtp::submit(world.smtp_port(), IVAN, HELP, &mail("lost?", "1", "", "x"), || {}).await;
    assert!(answer.is_err(), "{answer:?}");
    assert!(world.ledger().await.is_empty());
    world.close().await;
}
