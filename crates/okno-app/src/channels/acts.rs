//! Commands and queries of channels.

use super::{mailboxes::Passwords, settings::settings};
use crate::{
    AppError, Ctx,
    access::{Actor, Once, shown_channel},
    audit, config, visitors, voice_config,
};
use okno_bus::Topic;
use okno_model::{
    ChannelId, ChannelKind,
    doc::{ChannelDoc, ChannelHealth, ChannelSettings, PhoneSettings, QueueDoc, ServerSettings},
    event::What,
    input::ChannelInput,
    right::{Right, Scope},
};
use okno_store::{Tx, channels as rows};

/// All channels, by name. Everybody who works here sees their names; servers only who configures them.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<ChannelDoc>, AppError> {
    actor.require_any(Right::ALL)?;
    let actor = actor.clone();
    ctx.read(move |tx| Ok(tx.list::<ChannelDoc>()?.into_iter().map(|channel| shown_channel(&actor, channel)).collect())).await
}

/// One channel.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: ChannelId) -> Result<ChannelDoc, AppError> {
    actor.require_any(Right::ALL)?;
    let actor = actor.clone();
    ctx.read(move |tx| tx.get(id)?.map(|channel| shown_channel(&actor, channel)).ok_or(AppError::not_found("channel"))).await
}

/// The enabled widget with this public key, for the visitors' door.
///
/// # Errors
/// The store's.
pub async fn widget(ctx: &Ctx, key: &str) -> Result<Option<ChannelDoc>, AppError> {
    let key = key.to_owned();
    ctx.read(move |tx| Ok(rows::by_key(tx, ChannelKind::Widget, &key)?.filter(|channel| channel.enabled))).await
}

/// The secret with which the company's server signs its visitors' identities. That somebody saw it is recorded.
///
/// # Errors
/// [`AppError::Forbidden`] without `channel.configure`; [`AppError::NotFound`]; [`AppError::Conflict`] `no_widget` for a mailbox.
pub async fn identity_secret(ctx: &Ctx, actor: &Actor, id: ChannelId) -> Result<String, AppError> {
    actor.require(Right::ChannelConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let channel: ChannelDoc = tx.get(id)?.ok_or(AppError::not_found("channel"))?;
        if channel.kind != ChannelKind::Widget {
            return Err(AppError::conflict("no_widget", "only a widget has an identity secret"));
        }
        audit::record(tx, ctx_in.now(), &actor, "channel.secret_shown", &channel.name, &serde_json::json!({"id": id}))?;
        Ok(visitors::identity_secret(&ctx_in, id))
    })
    .await
}

/// Makes a channel. A widget's key is made here.
///
/// # Errors
/// [`AppError::Forbidden`] without `channel.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: ChannelInput, once: Option<Once>) -> Result<ChannelDoc, AppError> {
    actor.require(Right::ChannelConfigure, Scope::All)?;
    let required = |field| AppError::invalid(field, "required", format!("a new channel needs `{field}`"));
    let name = config::name("name", input.name.as_deref().ok_or_else(|| required("name"))?)?;
    let queue = input.queue.ok_or_else(|| required("queue"))?;
    let settings = settings(input.settings.clone().ok_or_else(|| required("settings"))?, None, ctx.now())?;
    let kind = kind_of(&settings);
    if input.kind.is_some_and(|given| given != kind) {
        return Err(AppError::invalid("kind", "other_kind", "`kind` and `settings.kind` must agree"));
    }
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let made = ctx.write(move |tx| {
        let now = ctx_in.now();
        Once::run(once.as_ref(), tx, actor.user, now, |tx| {
            let health = ChannelHealth { state: "connecting".to_owned(), detail: String::new(), since: now };
            let id = ctx_in.id(ChannelId::new);
            let enabled = input.enabled.unwrap_or(true);
            let mut channel = ChannelDoc { id, kind, name, queue, enabled, settings, health };
            first_state(&channel).clone_into(&mut channel.health.state);
            let mut passwords = Passwords::default();
            take_passwords(&mut channel, &mut passwords, None, &input)?;
            check(tx, &channel)?;
            let sealed = passwords.seal(&ctx_in, id)?;
            tx.put_with(&channel, &[("secret", sealed.into())])?;
            config::tell(tx, &ctx_in, &actor.event(), What::ChannelChanged(channel.clone()))?;
            audit::record(tx, now, &actor, "channel.created", &channel.name, &audit::change(None, Some(&channel))?)?;
            Ok(channel)
        })
    });
    let made = made.await?;
    poke(ctx, made.kind);
    Ok(made)
}

/// Changes a channel.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`].
pub async fn update(ctx: &Ctx, actor: &Actor, id: ChannelId, input: ChannelInput) -> Result<ChannelDoc, AppError> {
    actor.require(Right::ChannelConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let changed = ctx.write(move |tx| {
        let now = ctx_in.now();
        let before: ChannelDoc = tx.lock(id)?.ok_or(AppError::not_found("channel"))?;
        let mut after = before.clone();
        if input.kind.is_some_and(|given| given != before.kind) {
            return Err(AppError::invalid("kind", "other_kind", "the kind of a channel cannot be changed; make a new channel"));
        }
        if let Some(name) = &input.name {
            after.name = config::name("name", name)?;
        }
        if let Some(queue) = input.queue {
            after.queue = queue;
        }
        if let Some(enabled) = input.enabled {
            after.enabled = enabled;
        }
        if let Some(written) = input.settings.clone() {
            after.settings = settings(written, Some(&before.settings), now)?;
        }
        let mut passwords = Passwords::open(&ctx_in, id, rows::secret(tx, id)?)?;
        let had = passwords.clone();
        take_passwords(&mut after, &mut passwords, Some(&before), &input)?;
        check(tx, &after)?;
        if after.enabled != before.enabled || after.settings != before.settings || passwords != had {
            let state = first_state(&after).to_owned();
            after.health = ChannelHealth { state, detail: String::new(), since: now };
        }
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::ChannelChanged)?;
        if passwords != had {
            let sealed = passwords.seal(&ctx_in, id)?;
            tx.put_with(&after, &[("secret", sealed.into())])?;
            audit::record(tx, now, &actor, "channel.password_changed", &after.name, &serde_json::json!({"id": id}))?;
        }
        Ok(after)
    });
    let changed = changed.await?;
    poke(ctx, changed.kind);
    Ok(changed)
}

/// Removes a channel that nothing ever came through; one with history is switched off instead.
///
/// # Errors
/// As [`update`].
pub async fn delete(ctx: &Ctx, actor: &Actor, id: ChannelId) -> Result<(), AppError> {
    actor.require(Right::ChannelConfigure, Scope::All)?;
    let (ctx_in, who) = (ctx.clone(), actor.clone());
    let removed = ctx.write(move |tx| {
        let channel: ChannelDoc = tx.lock(id)?.ok_or(AppError::not_found("channel"))?;
        if rows::uses(tx, id)? > 0 {
            return Ok(None);
        }
        tx.delete::<ChannelDoc>(id)?;
        audit::record(tx, ctx_in.now(), &who, "channel.removed", &channel.name, &audit::change(Some(&channel), None)?)?;
        Ok(Some(channel.kind))
    });
    if let Some(kind) = removed.await? {
        poke(ctx, kind);
        return Ok(());
    }
    update(ctx, actor, id, ChannelInput { enabled: Some(false), ..ChannelInput::default() }).await.map(drop)
}

const fn kind_of(settings: &ChannelSettings) -> ChannelKind {
    match settings {
        ChannelSettings::Mailbox(_) => ChannelKind::Mailbox,
        ChannelSettings::Widget(_) => ChannelKind::Widget,
        ChannelSettings::Phone(_) => ChannelKind::Phone,
    }
}

/// What is known of a channel that nobody has looked at yet: a widget works at once, a mailbox has to connect.
const fn first_state(channel: &ChannelDoc) -> &'static str {
    match (&channel.settings, channel.enabled) {
        (_, false) => "off",
        (ChannelSettings::Widget(_) | ChannelSettings::Phone(_), true) => "ok",
        (ChannelSettings::Mailbox(mailbox), true) => {
            if mailbox.imap.is_some() || mailbox.smtp.is_some() {
                "connecting"
            } else {
                "ok"
            }
        }
    }
}

/// Takes the passwords of a write. A stored one stays only for the server and user it was entered for (C-2): otherwise
/// whoever may configure channels could have it sent to a machine of his own.
fn take_passwords(
    after: &mut ChannelDoc,
    passwords: &mut Passwords,
    before: Option<&ChannelDoc>,
    input: &ChannelInput,
) -> Result<(), AppError> {
    let ChannelSettings::Mailbox(mailbox) = &mut after.settings else { return Ok(()) };
    let had = before.and_then(|before| match &before.settings {
        ChannelSettings::Mailbox(mailbox) => Some(mailbox),
        ChannelSettings::Widget(_) | ChannelSettings::Phone(_) => None,
    });
    let had_imap = had.and_then(|had| had.imap.as_ref());
    let had_smtp = had.and_then(|had| had.smtp.as_ref());
    keep_or_take("imap_password", mailbox.imap.as_mut(), had_imap, &mut passwords.imap, input.imap_password.as_ref())?;
    keep_or_take("smtp_password", mailbox.smtp.as_mut(), had_smtp, &mut passwords.smtp, input.smtp_password.as_ref())
}

fn keep_or_take(
    field: &'static str,
    server: Option<&mut ServerSettings>,
    had: Option<&ServerSettings>,
    stored: &mut Option<String>,
    given: Option<&Option<String>>,
) -> Result<(), AppError> {
    let Some(server) = server else {
        *stored = None;
        return Ok(());
    };
    let place = |s: &ServerSettings| (s.host.clone(), s.port, s.tls, s.user.clone());
    if let Some(given) = given {
        *stored = given.clone().filter(|password| !password.is_empty());
    } else if stored.is_some() && had.map(place) != Some(place(server)) {
        return Err(AppError::invalid(field, "required", "the server or user changed; enter the password again"));
    }
    server.has_password = stored.is_some();
    Ok(())
}

fn check(tx: &mut Tx<'_>, channel: &ChannelDoc) -> Result<(), AppError> {
    config::unique(tx, "channel", channel, |c| &c.name, |a, b| a.id == b.id)?;
    match tx.get::<QueueDoc>(channel.queue)? {
        None => return Err(AppError::invalid("queue", "unknown", "this queue does not exist")),
        Some(queue) if queue.archived => {
            return Err(AppError::invalid("queue", "archived", format!("queue `{}` is archived and takes nothing new", queue.name)));
        }
        Some(_) => {}
    }
    if let ChannelSettings::Phone(phone) = &channel.settings {
        check_phone(tx, channel.id, phone)?;
    }
    let ChannelSettings::Mailbox(mailbox) = &channel.settings else { return Ok(()) };
    let taken = |field, address: &str| AppError::invalid(field, "taken", format!("`{address}` belongs to another mailbox"));
    if rows::key_taken(tx, ChannelKind::Mailbox, &mailbox.address, channel.id)? {
        return Err(taken("address", &mailbox.address));
    }
    for other in tx.list::<ChannelDoc>()?.into_iter().filter(|other| other.id != channel.id) {
        let ChannelSettings::Mailbox(other) = other.settings else { continue };
        if other.aliases.contains(&mailbox.address) {
            return Err(taken("address", &mailbox.address));
        }
        if let Some(alias) = mailbox.aliases.iter().find(|alias| **alias == other.address || other.aliases.contains(alias)) {
            return Err(taken("aliases", alias));
        }
    }
    Ok(())
}

/// A number leads to one channel, and what the channel plays exists.
fn check_phone(tx: &mut Tx<'_>, id: ChannelId, phone: &PhoneSettings) -> Result<(), AppError> {
    for other in tx.list::<ChannelDoc>()?.into_iter().filter(|other| other.id != id) {
        let ChannelSettings::Phone(settings) = &other.settings else { continue };
        if let Some(number) = phone.numbers.iter().find(|number| settings.numbers.contains(number)) {
            return Err(AppError::invalid("numbers", "taken", format!("`{number}` leads to {} already", other.name)));
        }
    }
    voice_config::check_prompts(tx, phone)
}

/// Whoever serves a channel looks again.
fn poke(ctx: &Ctx, kind: ChannelKind) {
    ctx.poke(Topic::Channels);
    if kind == ChannelKind::Phone {
        ctx.poke(Topic::Voice);
    }
}
