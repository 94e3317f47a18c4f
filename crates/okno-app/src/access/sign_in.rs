//! Signing in: constant work for unknown names, throttled, with a new token every time.

use super::{Actor, passwords, sessions, throttle};
use crate::{AppError, Ctx, audit, secrets};
use okno_model::{SessionId, Timestamp, doc::UserDoc};
use okno_store::{
    Tx,
    access::{self as rows, SessionRow},
};
use serde_json::json;
use std::net::IpAddr;

/// Longest User-Agent that is kept.
const AGENT_CHARS: usize = 300;

/// Where a request to sign in came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Source address.
    pub address: IpAddr,
    /// User-Agent of the browser.
    pub agent: String,
    /// Token of the session that the browser had before; it ends, so that nobody can plant one (session fixation).
    pub token: Option<String>,
}

/// A fresh session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Its token, for the cookie and for nothing else.
    pub token: String,
    /// The user.
    pub actor: Actor,
}

/// Signs in; `None` if name or password are wrong, or the user is disabled: the caller must not learn which.
///
/// # Errors
/// [`AppError::Throttled`] after too many tries.
pub async fn sign_in(ctx: &Ctx, email: &str, password: String, origin: Origin) -> Result<Option<SignedIn>, AppError> {
    let now = ctx.now();
    let email = email.trim().to_lowercase();
    let (name, from) = (email.clone(), origin.address);
    let counted = ctx.write(move |tx| {
        let keys = throttle::sign_in_keys(&name, from, is_known(tx, &name, from)?);
        throttle::attempt(tx, &keys, now)?;
        Ok(keys)
    });
    let keys = counted.await?;

    let found = ctx.read(move |tx| {
        let Some(user) = rows::user_by_email(tx, &email)? else { return Ok(None) };
        let hash = rows::password_hash(tx, user.id)?;
        Ok(Some((user, hash)))
    });
    let (user, hash) = found.await?.map_or((None, None), |(user, hash)| (Some(user), hash));
    let fits = passwords::fits(password, hash.clone()).await?;

    let user = match user {
        Some(user) if fits && !user.disabled => user,
        // A failure is recorded for a name that nobody has, too: otherwise the time of the answer would tell who exists.
        // What was typed in is not kept: people type passwords into the field for the name.
        refused => {
            let data = json!({"address": origin.address.to_string(), "disabled": refused.as_ref().is_some_and(|user| user.disabled)});
            let subject = refused.map_or_else(String::new, |user| user.name);
            ctx.write(move |tx| audit::record_system(tx, now, "user.sign_in_failed", &subject, &data)).await?;
            return Ok(None);
        }
    };
    let ctx_in = ctx.clone();
    let signed = ctx.write(move |tx| {
        // The password may have been changed, or the user disabled, while it was checked.
        let user: UserDoc = tx.get(user.id)?.ok_or(AppError::Unauthorized)?;
        if user.disabled || rows::password_hash(tx, user.id)? != hash {
            return Err(AppError::Unauthorized);
        }
        throttle::succeed(tx, &keys, now)?;
        begin(tx, &ctx_in, &user, &origin, now)
    });
    match signed.await {
        Ok(signed) => Ok(Some(signed)),
        Err(AppError::Unauthorized) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Whether the owner of a name has signed in from this source not long ago.
fn is_known(tx: &mut Tx<'_>, email: &str, from: IpAddr) -> Result<bool, AppError> {
    let Some(user) = rows::user_by_email(tx, email)? else { return Ok(false) };
    // Sessions that have ended are kept for a while and count as well.
    let addresses = rows::session_addresses(tx, user.id)?;
    Ok(addresses.iter().filter_map(|address| address.parse().ok()).any(|address| throttle::same_source(address, from)))
}

/// Begins a session of `user`, in the transaction of the act that allows it.
pub(super) fn begin(tx: &mut Tx<'_>, ctx: &Ctx, user: &UserDoc, origin: &Origin, now: Timestamp) -> Result<SignedIn, AppError> {
    rows::forget_sessions(tx, user.id, now - sessions::KEEP_ENDED)?;
    if let Some(old) = &origin.token
        && let Some(old) = rows::session_by_hash(tx, &sessions::hash(old))?
    {
        rows::revoke_session(tx, old.user, old.id, now)?;
    }
    let token = format!("{}.{}", ctx.ws.0.simple(), secrets::token());
    let session = SessionRow {
        id: ctx.id(SessionId::new),
        user: user.id,
        created: now,
        seen: now,
        expires: sessions::expiry(now, now),
        revoked: None,
        ip: origin.address.to_string(),
        agent: origin.agent.chars().take(AGENT_CHARS).collect(),
    };
    rows::insert_session(tx, &session, &sessions::hash(&token))?;
    let actor = sessions::actor(tx, user, session.id)?;
    audit::record(tx, now, &actor, "user.signed_in", &user.name, &json!({"address": session.ip}))?;
    metrics::counter!("okno_sign_ins_total", "result" => "ok").increment(1);
    Ok(SignedIn { token, actor })
}
