//! Trunks: providers' connections to the telephone network.

use super::{
    secret::{self, Change},
    words,
};
use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    audit, config,
};
use okno_bus::Topic;
use okno_model::{
    TrunkId,
    doc::{ChannelHealth, SipTransport, SrtpPolicy, TrunkDoc},
    event::What,
    input::TrunkInput,
    limits::PASSWORD_MAX_CHARS,
    right::{Right, Scope},
};
use okno_store::{Tx, voice as rows};

const USER_CHARS: usize = 200;
const CALLS_MAX: u32 = 10_000;
const CALLS_PER_SECOND_MAX: u32 = 1_000;

/// All trunks, in the order in which they are tried.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<TrunkDoc>, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    ctx.read(|tx| {
        let mut all = tx.list::<TrunkDoc>()?;
        all.sort_by_key(|trunk| trunk.order);
        Ok(all)
    })
    .await
}

/// One trunk.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: TrunkId) -> Result<TrunkDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("trunk"))).await
}

/// Makes a trunk.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: TrunkInput, once: Option<Once>) -> Result<TrunkDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let required = |field| AppError::invalid(field, "required", format!("a new trunk needs `{field}`"));
    if input.name.is_none() {
        return Err(required("name"));
    }
    if input.host.is_none() {
        return Err(required("host"));
    }
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let made = ctx.write(move |tx| {
        let now = ctx_in.now();
        Once::run(once.as_ref(), tx, actor.user, now, |tx| {
            let mut trunk = fresh(ctx_in.id(TrunkId::new), now);
            trunk.order = tx.list::<TrunkDoc>()?.iter().map(|t| t.order).max().map_or(1, |last| last.saturating_add(1));
            apply(&mut trunk, &input)?;
            let password = password(&mut trunk, None, &input)?;
            check(tx, &trunk)?;
            trunk.health.state = first_state(&trunk).to_owned();
            let sealed = match password {
                Change::Set(Some(password)) => Some(secret::seal(&ctx_in, &place(&trunk), password)),
                Change::Set(None) | Change::Keep => None,
            };
            tx.put_with(&trunk, &[("secret", sealed.into())])?;
            config::tell(tx, &ctx_in, &actor.event(), What::TrunkChanged(trunk.clone()))?;
            audit::record(tx, now, &actor, "trunk.created", &trunk.name, &audit::change(None, Some(&trunk))?)?;
            Ok(trunk)
        })
    });
    let made = made.await?;
    ctx.poke(Topic::Voice);
    Ok(made)
}

/// Changes a trunk.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`]; [`AppError::Invalid`] `password` when a stored password would go to another server or user.
pub async fn update(ctx: &Ctx, actor: &Actor, id: TrunkId, input: TrunkInput) -> Result<TrunkDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let changed = ctx.write(move |tx| {
        let now = ctx_in.now();
        let before: TrunkDoc = tx.lock(id)?.ok_or(AppError::not_found("trunk"))?;
        let mut after = before.clone();
        apply(&mut after, &input)?;
        let password = password(&mut after, Some(&before), &input)?;
        check(tx, &after)?;
        let same = (server(&after), after.enabled, after.register) == (server(&before), before.enabled, before.register);
        if password != Change::Keep || !same {
            let state = first_state(&after).to_owned();
            after.health = ChannelHealth { state, detail: String::new(), since: now };
        }
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::TrunkChanged)?;
        if let Change::Set(password) = password {
            let sealed = password.map(|password| secret::seal(&ctx_in, &place(&after), password));
            tx.put_with(&after, &[("secret", sealed.into())])?;
            audit::record(tx, now, &actor, "trunk.password_changed", &after.name, &serde_json::json!({"id": id}))?;
        }
        Ok(after)
    });
    let changed = changed.await?;
    ctx.poke(Topic::Voice);
    Ok(changed)
}

/// Removes a trunk over which no call goes now. Records of past calls keep its id.
///
/// # Errors
/// As [`update`]; [`AppError::Conflict`] `in_use`.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: TrunkId) -> Result<(), AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let removed = ctx.write(move |tx| {
        let trunk: TrunkDoc = tx.lock(id)?.ok_or(AppError::not_found("trunk"))?;
        let live = rows::live_calls(tx, id)?;
        if live > 0 {
            let detail = format!("{live} calls go over this trunk now; switch it off, and remove it when they have ended");
            return Err(AppError::conflict("in_use", detail));
        }
        tx.delete::<TrunkDoc>(id)?;
        audit::record(tx, ctx_in.now(), &actor, "trunk.removed", &trunk.name, &audit::change(Some(&trunk), None)?)
    });
    removed.await?;
    ctx.poke(Topic::Voice);
    Ok(())
}

/// What the seal of its password is bound to.
pub(super) fn place(trunk: &TrunkDoc) -> String {
    format!("trunk {} {} {}", trunk.id, trunk.host, trunk.user)
}

fn fresh(id: TrunkId, now: okno_model::Timestamp) -> TrunkDoc {
    TrunkDoc {
        id,
        name: String::new(),
        enabled: true,
        order: 1,
        host: String::new(),
        port: 0,
        transport: SipTransport::Udp,
        register: false,
        user: String::new(),
        realm: String::new(),
        has_password: false,
        sources: Vec::new(),
        trusted: false,
        srtp: SrtpPolicy::No,
        codecs: ["PCMA", "PCMU", "G722"].map(str::to_owned).to_vec(),
        max_calls: 30,
        calls_per_second: 10,
        caller_id: String::new(),
        health: ChannelHealth { state: "connecting".to_owned(), detail: String::new(), since: now },
    }
}

fn apply(trunk: &mut TrunkDoc, input: &TrunkInput) -> Result<(), AppError> {
    macro_rules! take {
        ($($field:ident)*) => {$(
            if let Some(value) = input.$field {
                trunk.$field = value;
            }
        )*};
    }
    take!(enabled order port transport register trusted srtp max_calls calls_per_second);
    if let Some(name) = &input.name {
        trunk.name = config::name("name", name)?;
    }
    if let Some(host) = &input.host {
        trunk.host = words::hosts(host)?;
    }
    if let Some(user) = &input.user {
        trunk.user = words::line("user", user, USER_CHARS)?;
    }
    if let Some(realm) = &input.realm {
        trunk.realm = words::line("realm", realm, USER_CHARS)?;
    }
    if let Some(sources) = &input.sources {
        trunk.sources = words::sources(sources)?;
    }
    if let Some(codecs) = &input.codecs {
        trunk.codecs = words::codecs(codecs)?;
    }
    if let Some(caller_id) = &input.caller_id {
        trunk.caller_id = words::number("caller_id", caller_id)?;
    }
    Ok(())
}

/// To whom its password is shown.
fn server(trunk: &TrunkDoc) -> (&str, u16, SipTransport, &str, &str) {
    (&trunk.host, trunk.port, trunk.transport, &trunk.user, &trunk.realm)
}

/// A stored password stays only for the server and user it was entered for: otherwise whoever may configure trunks could have it
/// sent, as the answer to a challenge, to a machine of his own.
fn password<'a>(after: &mut TrunkDoc, before: Option<&TrunkDoc>, input: &'a TrunkInput) -> Result<Change<'a>, AppError> {
    let stored = before.is_some_and(|before| before.has_password);
    let moved = before.is_some_and(|before| server(before) != server(after));
    let change = secret::change(input.password.as_ref(), stored, moved)?;
    if let Change::Set(password) = change {
        if password.is_some_and(|password| password.chars().count() > PASSWORD_MAX_CHARS) {
            return Err(AppError::invalid("password", "too_long", format!("a password may have at most {PASSWORD_MAX_CHARS} characters")));
        }
        after.has_password = password.is_some();
    }
    Ok(change)
}

fn check(tx: &mut Tx<'_>, trunk: &TrunkDoc) -> Result<(), AppError> {
    config::unique(tx, "trunk", trunk, |t| &t.name, |a, b| a.id == b.id)?;
    if trunk.register && trunk.user.is_empty() {
        return Err(AppError::invalid("user", "required", "a trunk that registers needs its user name"));
    }
    if trunk.has_password && trunk.user.is_empty() {
        return Err(AppError::invalid("user", "required", "a password needs its user name"));
    }
    config::within("max_calls", trunk.max_calls, 1..=CALLS_MAX)?;
    config::within("calls_per_second", trunk.calls_per_second, 1..=CALLS_PER_SECOND_MAX)
}

/// What is known of a trunk that nobody has looked at yet.
const fn first_state(trunk: &TrunkDoc) -> &'static str {
    if trunk.enabled { "connecting" } else { "off" }
}

/// The sealed password of a trunk, opened; `None` if it has none.
pub(super) fn open(ctx: &Ctx, tx: &mut Tx<'_>, trunk: &TrunkDoc) -> Result<Option<String>, AppError> {
    rows::trunk_secret(tx, trunk.id)?.map(|sealed| secret::open(ctx, &place(trunk), &sealed)).transpose()
}
