//! SIP phones of agents.

use super::secret::{self, Change};
use crate::{
    AppError, Ctx,
    access::{Actor, Once, check_password},
    audit, config,
};
use okno_bus::Topic;
use okno_model::{
    PhoneId, UserId,
    doc::{PhoneDoc, SrtpPolicy, UserDoc},
    event::What,
    input::PhoneInput,
    limits,
    right::{Right, Scope},
};
use okno_store::{Tx, voice as rows};

/// Shortest password of a phone: it is a machine's, never typed from memory, and tried by every scanner of the Internet.
pub const PASSWORD_MIN_CHARS: usize = 12;
const LOGIN_CHARS: usize = 64;

const _: () = assert!(PASSWORD_MIN_CHARS >= limits::PASSWORD_MIN_CHARS, "a phone's password is not weaker than a person's");

/// All phones, by name.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<PhoneDoc>, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// One phone.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: PhoneId) -> Result<PhoneDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("phone"))).await
}

/// Makes a phone.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: PhoneInput, once: Option<Once>) -> Result<PhoneDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let required = |field| AppError::invalid(field, "required", format!("a new phone needs `{field}`"));
    let agent = input.agent.ok_or_else(|| required("agent"))?;
    let name = config::name("name", input.name.as_deref().ok_or_else(|| required("name"))?)?;
    let login = self::login(input.login.as_deref().ok_or_else(|| required("login"))?)?;
    let password = input.password.clone().ok_or_else(|| required("password"))?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let made = ctx.write(move |tx| {
        let now = ctx_in.now();
        Once::run(once.as_ref(), tx, actor.user, now, |tx| {
            let phone = PhoneDoc {
                id: ctx_in.id(PhoneId::new),
                agent,
                name,
                login,
                has_password: true,
                sha256: input.sha256.unwrap_or(false),
                srtp: input.srtp.unwrap_or(SrtpPolicy::No),
                enabled: input.enabled.unwrap_or(true),
                registered: Vec::new(),
            };
            strong(&password, &phone)?;
            check(tx, &phone)?;
            let sealed = secret::seal(&ctx_in, &place(&phone), &password);
            tx.put_with(&phone, &[("secret", sealed.into())])?;
            config::tell(tx, &ctx_in, &actor.event(), What::PhoneChanged(phone.clone()))?;
            audit::record(tx, now, &actor, "phone.created", &phone.name, &audit::change(None, Some(&phone))?)?;
            Ok(phone)
        })
    });
    let made = made.await?;
    ctx.poke(Topic::Voice);
    Ok(made)
}

/// Changes a phone. Another login, agent or password, or switching it off, ends its registrations.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`]; [`AppError::Invalid`] `password` when the login changes without a new one.
pub async fn update(ctx: &Ctx, actor: &Actor, id: PhoneId, input: PhoneInput) -> Result<PhoneDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let changed = ctx.write(move |tx| {
        let now = ctx_in.now();
        let before: PhoneDoc = tx.lock(id)?.ok_or(AppError::not_found("phone"))?;
        let mut after = before.clone();
        if let Some(agent) = input.agent {
            after.agent = agent;
        }
        if let Some(name) = &input.name {
            after.name = config::name("name", name)?;
        }
        if let Some(login) = &input.login {
            after.login = self::login(login)?;
        }
        after.sha256 = input.sha256.unwrap_or(after.sha256);
        after.srtp = input.srtp.unwrap_or(after.srtp);
        after.enabled = input.enabled.unwrap_or(after.enabled);
        let given = input.password.map(Some);
        let password = secret::change(given.as_ref(), before.has_password, after.login != before.login)?;
        if let Change::Set(password) = password {
            strong(password.unwrap_or(""), &after)?;
        }
        check(tx, &after)?;
        let gone = after.login != before.login || after.agent != before.agent || !after.enabled || password != Change::Keep;
        if gone {
            after.registered = Vec::new();
        }
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::PhoneChanged)?;
        if gone {
            tx.put_with(&after, &[("bindings", "[]".into())])?;
        }
        if let Change::Set(Some(password)) = password {
            let sealed = secret::seal(&ctx_in, &place(&after), password);
            tx.put_with(&after, &[("secret", sealed.into())])?;
            audit::record(tx, now, &actor, "phone.password_changed", &after.name, &serde_json::json!({"id": id}))?;
        }
        Ok(after)
    });
    let changed = changed.await?;
    ctx.poke(Topic::Voice);
    Ok(changed)
}

/// Removes a phone.
///
/// # Errors
/// As [`update`].
pub async fn delete(ctx: &Ctx, actor: &Actor, id: PhoneId) -> Result<(), AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let removed = ctx.write(move |tx| {
        let phone: PhoneDoc = tx.lock(id)?.ok_or(AppError::not_found("phone"))?;
        tx.delete::<PhoneDoc>(id)?;
        audit::record(tx, ctx_in.now(), &actor, "phone.removed", &phone.name, &audit::change(Some(&phone), None)?)
    });
    removed.await?;
    ctx.poke(Topic::Voice);
    Ok(())
}

/// What the seal of its password is bound to.
pub(super) fn place(phone: &PhoneDoc) -> String {
    format!("phone {} {}", phone.id, phone.login)
}

/// A user name of SIP that no phone gets wrong: letters, digits, dots, dashes. Compared without case, so kept without it.
fn login(text: &str) -> Result<String, AppError> {
    let login = text.trim().to_ascii_lowercase();
    let good = (2..=LOGIN_CHARS).contains(&login.len()) && login.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if good {
        return Ok(login);
    }
    Err(AppError::invalid("login", "bad_login", format!("a login has 2 to {LOGIN_CHARS} letters, digits, dots, dashes or underscores")))
}

fn strong(password: &str, phone: &PhoneDoc) -> Result<(), AppError> {
    if password.chars().count() < PASSWORD_MIN_CHARS {
        let words =
            format!("a phone's password needs at least {PASSWORD_MIN_CHARS} characters: anybody on the network may try to guess it");
        return Err(AppError::invalid("password", "too_short", words));
    }
    if password.chars().any(char::is_control) {
        return Err(AppError::invalid("password", "bad_characters", "a phone's password must be one line of text"));
    }
    check_password(password, &[&phone.login, &phone.name])
}

fn check(tx: &mut Tx<'_>, phone: &PhoneDoc) -> Result<(), AppError> {
    config::unique(tx, "phone", phone, |p| &p.name, |a, b| a.id == b.id)?;
    if rows::login_taken(tx, &phone.login, phone.id)? {
        return Err(AppError::invalid("login", "taken", format!("another phone registers as `{}`", phone.login)));
    }
    match tx.get::<UserDoc>(UserId::from(phone.agent))? {
        Some(_) => Ok(()),
        None => Err(AppError::invalid("agent", "unknown", "this user does not exist")),
    }
}

/// The sealed password of a phone, opened; `None` if it has none.
pub(super) fn open(ctx: &Ctx, tx: &mut Tx<'_>, phone: &PhoneDoc) -> Result<Option<String>, AppError> {
    rows::phone_secret(tx, phone.id)?.map(|sealed| secret::open(ctx, &place(phone), &sealed)).transpose()
}
