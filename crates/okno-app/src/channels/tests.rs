//! Addresses, passwords, tests of channels.

use super::{mailboxes::MailCursor, *};
use crate::{
    AppError,
    access::{Actor, world::World, world::set_up},
    audit, routing_config,
};
use okno_bus::Topic;
use okno_model::{
    QueueId, Timestamp,
    doc::{ChannelDoc, ChannelHealth, ChannelSettings, MailboxSettings, TlsMode},
    input::{ChannelInput, MailboxInput, ServerInput, SettingsInput, WidgetInput},
};

const SECRET: &str = "hunter2-hunter2";

fn server(host: &str) -> ServerInput {
    ServerInput { host: host.into(), port: 993, tls: TlsMode::Tls, user: "help".into(), has_password: None }
}

fn mailbox(queue: QueueId, name: &str, address: &str, aliases: &[&str]) -> ChannelInput {
    let aliases = aliases.iter().map(|&a| a.to_owned()).collect();
    let settings = MailboxInput { address: address.into(), aliases, imap: Some(server("imap.example.com")), ..MailboxInput::default() };
    ChannelInput {
        name: Some(name.into()),
        queue: Some(queue),
        settings: Some(SettingsInput::Mailbox(settings)),
        imap_password: Some(Some(SECRET.into())),
        ..ChannelInput::default()
    }
}

#[tokio::test]
async fn the_identity_secret_is_shown_for_widgets_and_recorded() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let queue = queue(&world, &owner).await;
        let settings = WidgetInput { sites: vec!["*".into()], ..WidgetInput::default() };
        let input = ChannelInput {
            name: Some("Site".into()),
            queue: Some(queue),
            settings: Some(SettingsInput::Widget(settings)),
            ..ChannelInput::default()
        };
        let widget = create(ctx, &owner, input, None).await.unwrap();
        let help = create(ctx, &owner, mailbox(queue, "Help", "help@example.com", &[]), None).await.unwrap();
        let secret = identity_secret(ctx, &owner, widget.id).await.unwrap();
        assert_eq!(secret, crate::visitors::identity_secret(ctx, widget.id));
        let refused = identity_secret(ctx, &owner, help.id).await.unwrap_err();
        assert!(matches!(refused, AppError::Conflict { code: "no_widget", .. }), "{refused}");
        let nobody = Actor { grants: Vec::new(), ..owner.clone() };
        assert!(matches!(identity_secret(ctx, &nobody, widget.id).await.unwrap_err(), AppError::Forbidden { .. }));
        let log = audit::entries(ctx, &owner, None, 200).await.unwrap();
        assert_eq!(log.iter().filter(|e| e.act == "channel.secret_shown" && e.subject == "Site").count(), 1);
        assert!(!serde_json::to_string(&log).unwrap().contains(&secret));
    }
}

async fn queue(world: &World, owner: &Actor) -> QueueId {
    routing_config::queues(&world.ctx, owner).await.unwrap()[0].id
}

fn settings_of(channel: &ChannelDoc) -> MailboxSettings {
    match channel.settings.clone() {
        ChannelSettings::Mailbox(mailbox) => mailbox,
        ChannelSettings::Widget(_) | ChannelSettings::Phone(_) => panic!("no mailbox"),
    }
}

#[tokio::test]
async fn passwords_are_sealed_and_stay_with_their_server() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let queue = queue(&world, &owner).await;
        let made = create(ctx, &owner, mailbox(queue, "Help", "Help@Example.com", &[]), None).await.unwrap();
        let settings = settings_of(&made);
        assert_eq!(settings.address, "help@example.com");
        assert!(settings.imap.unwrap().has_password);
        let this_second = Timestamp::from_millis(ctx.now().millis() / 1000 * 1000);
        assert_eq!(settings.archive_before, Some(this_second), "the first connect is in archive mode");
        let opened = mailboxes::list(ctx).await.unwrap();
        assert_eq!(opened[0].imap_password.as_deref(), Some(SECRET));
        assert!(!format!("{opened:?}").contains(SECRET));
        let id = made.id;
        let sealed = ctx.read(move |tx| Ok(okno_store::channels::secret(tx, id)?)).await.unwrap().unwrap();
        assert!(!sealed.windows(SECRET.len()).any(|w| w == SECRET.as_bytes()));

        // Renamed: the password stays. Another server: it must be entered again.
        let rename = ChannelInput { name: Some("Support".into()), ..ChannelInput::default() };
        update(ctx, &owner, id, rename).await.unwrap();
        assert_eq!(mailboxes::list(ctx).await.unwrap()[0].imap_password.as_deref(), Some(SECRET));
        let thief = MailboxInput { address: "help@example.com".into(), imap: Some(server("imap.evil.example")), ..MailboxInput::default() };
        let thief = ChannelInput { settings: Some(SettingsInput::Mailbox(thief)), ..ChannelInput::default() };
        let refused = update(ctx, &owner, id, thief.clone()).await.unwrap_err();
        assert!(matches!(refused, AppError::Invalid { field: "imap_password", code: "required", .. }), "{refused}");
        let own = ChannelInput { imap_password: Some(Some("another".into())), ..thief };
        update(ctx, &owner, id, own).await.unwrap();
        let log = serde_json::to_string(&audit::entries(ctx, &owner, None, 200).await.unwrap()).unwrap();
        assert!(!log.contains(SECRET) && log.contains("channel.password_changed"));

        let remove = ChannelInput { imap_password: Some(None), ..ChannelInput::default() };
        let changed = update(ctx, &owner, id, remove).await.unwrap();
        assert!(!settings_of(&changed).imap.unwrap().has_password);
        assert_eq!(mailboxes::list(ctx).await.unwrap()[0].imap_password, None);
    }
}

#[tokio::test]
async fn one_address_leads_to_one_mailbox() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let queue = queue(&world, &owner).await;
        let first = create(ctx, &owner, mailbox(queue, "Help", "help@example.com", &["info@example.com"]), None).await.unwrap();
        for (field, input) in [
            ("address", mailbox(queue, "Two", "HELP@example.com", &[])),
            ("address", mailbox(queue, "Two", "info@example.com", &[])),
            ("aliases", mailbox(queue, "Two", "two@example.com", &["help@example.com"])),
            ("aliases", mailbox(queue, "Two", "two@example.com", &["x@example.com", "Info@example.com"])),
            ("aliases", mailbox(queue, "Two", "two@example.com", &["nonsense"])),
            ("name", mailbox(queue, "help", "two@example.com", &[])),
            ("queue", mailbox(QueueId::from_u128(1), "Two", "two@example.com", &[])),
        ] {
            match create(ctx, &owner, input, None).await {
                Err(AppError::Invalid { field: found, .. }) => assert_eq!(found, field),
                other => panic!("{field}: {other:?}"),
            }
        }
        assert_eq!(mailboxes::by_address(ctx, "INFO@example.com").await.unwrap(), Some(first.id));
        assert_eq!(mailboxes::by_address(ctx, "nobody@example.com").await.unwrap(), None);
        update(ctx, &owner, first.id, ChannelInput { enabled: Some(false), ..ChannelInput::default() }).await.unwrap();
        assert_eq!(mailboxes::by_address(ctx, "info@example.com").await.unwrap(), None);
        assert!(mailboxes::list(ctx).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_widget_keeps_its_key() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let queue = queue(&world, &owner).await;
        let widget = |key: Option<String>| WidgetInput { key, sites: vec!["https://Example.com/".into()], ..WidgetInput::default() };
        let settings = Some(SettingsInput::Widget(widget(Some("wk_mine".into()))));
        let input = ChannelInput { name: Some("Site".into()), queue: Some(queue), settings, ..ChannelInput::default() };
        let made = create(ctx, &owner, input, None).await.unwrap();
        let ChannelSettings::Widget(first) = made.settings.clone() else { panic!() };
        assert!(first.key.starts_with("wk_") && first.key.len() > 40);
        assert_eq!(first.sites, ["https://example.com"]);
        let again = ChannelInput { settings: Some(SettingsInput::Widget(widget(None))), ..ChannelInput::default() };
        assert_eq!(update(ctx, &owner, made.id, again).await.unwrap().settings, made.settings);
        assert_eq!(super::widget(ctx, &first.key).await.unwrap().unwrap().id, made.id);
        assert!(super::widget(ctx, "wk_mine").await.unwrap().is_none());
        let turned = ChannelInput {
            settings: Some(SettingsInput::Mailbox(MailboxInput { address: "a@b.c".into(), ..MailboxInput::default() })),
            ..ChannelInput::default()
        };
        assert!(matches!(update(ctx, &owner, made.id, turned).await, Err(AppError::Invalid { code: "other_kind", .. })));
        let checks = test(ctx, &owner, made.id).await.unwrap();
        assert!(checks.iter().all(|check| check.ok) && checks.len() == 2, "{checks:?}");
        delete(ctx, &owner, made.id).await.unwrap();
        assert!(matches!(get(ctx, &owner, made.id).await, Err(AppError::NotFound { .. })));
    }
}

#[tokio::test]
async fn the_mail_door_answers_a_test() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let queue = queue(&world, &owner).await;
        let made = create(ctx, &owner, mailbox(queue, "Help", "help@example.com", &[]), None).await.unwrap();
        let door = {
            let ctx = ctx.clone();
            let mut wakeup = ctx.app.bus.listen(ctx.ws, Topic::Channels);
            async move {
                loop {
                    wakeup.wait().await;
                    for request in mailboxes::test_requests(&ctx).await.unwrap() {
                        assert_eq!(request.mailbox.imap_password.as_deref(), Some(SECRET));
                        let check = ChannelCheck { name: "imap".into(), ok: true, detail: "signed in".into() };
                        mailboxes::test_result(&ctx, request.id, vec![check]).await.unwrap();
                    }
                }
            }
        };
        let checks = tokio::select! {
            checks = test(ctx, &owner, made.id) => checks.unwrap(),
            () = door => unreachable!("the door goes on"),
        };
        let names: Vec<&str> = checks.iter().map(|check| check.name.as_str()).collect();
        assert_eq!(names, ["queue", "imap"]);
        assert!(mailboxes::test_requests(ctx).await.unwrap().is_empty());
        let left = ctx.read(|tx| Ok(okno_store::access::settings_like(tx, "channel_test")?)).await.unwrap();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[tokio::test]
async fn cursors_and_health_are_kept() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let queue = queue(&world, &owner).await;
        let id = create(ctx, &owner, mailbox(queue, "Help", "help@example.com", &[]), None).await.unwrap().id;
        assert_eq!(mailboxes::cursor(ctx, id).await.unwrap(), None);
        let cursor = MailCursor { uidvalidity: i64::from(u32::MAX), last_uid: 7, archive_until_uid: 3, state: "idle".into() };
        mailboxes::save_cursor(ctx, id, cursor.clone()).await.unwrap();
        assert_eq!(mailboxes::cursor(ctx, id).await.unwrap(), Some(cursor));
        mailboxes::mark_seen(ctx, id, 9, 7, None).await.unwrap();
        mailboxes::mark_seen(ctx, id, 9, 7, None).await.unwrap();
        assert!(mailboxes::seen(ctx, id, 9, 7).await.unwrap() && !mailboxes::seen(ctx, id, 8, 7).await.unwrap());

        let seq = async || ctx.read(|tx| Ok(okno_store::journal::head(tx)?)).await.unwrap();
        let error = |detail: &str| ChannelHealth { state: "error".into(), detail: detail.into(), since: ctx.now() };
        let before = seq().await;
        mailboxes::health(ctx, id, error("no route")).await.unwrap();
        mailboxes::health(ctx, id, error("no route")).await.unwrap();
        assert_eq!(seq().await, before + 1, "the same news is no news");
        let shown = get(ctx, &owner, id).await.unwrap();
        assert_eq!((shown.health.state.as_str(), shown.health.detail.as_str()), ("error", "no route"));
        let anna = world.colleague(&owner, "anna", "agent").await;
        let shown = get(ctx, &anna, id).await.unwrap();
        assert_eq!((settings_of(&shown).imap, shown.health.detail.as_str()), (None, ""));
    }
}
