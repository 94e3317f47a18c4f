//! Sessions: who a token is, how long it holds, how it ends.

use super::{Actor, passwords, throttle};
use crate::{App, AppError, Ctx, audit};
use okno_bus::Topic;
use okno_model::{
    SessionId, Timestamp, UserId, WorkspaceId,
    doc::{RoleDoc, UserDoc, WorkspaceDoc},
    right::Grant,
};
use okno_store::{Tx, access as rows};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};

/// An unused session ends after this.
const IDLE: Duration = Duration::from_secs(12 * 60 * 60);
/// Every session ends after this.
const ABSOLUTE: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Use is noted once in so long, not at every request.
const TOUCH: Duration = Duration::from_secs(60);
/// Ended sessions are kept so long for those who ask what happened.
pub(super) const KEEP_ENDED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Longest token that is looked at.
const TOKEN_CHARS: usize = 128;

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionView {
    /// Id.
    pub id: SessionId,
    /// Signed in.
    pub created: Timestamp,
    /// Last used, to the minute.
    pub seen: Timestamp,
    /// Ends then, if not used.
    pub expires: Timestamp,
    /// Address of the browser.
    pub address: String,
    /// User-Agent of the browser.
    pub agent: String,
    /// It is the one that asks.
    pub current: bool,
}

/// Who a token is.
///
/// # Errors
/// [`AppError::Unauthorized`] for a token that is unknown, over or revoked, or whose user is disabled.
pub async fn authenticate(app: &Arc<App>, token: &str) -> Result<(Ctx, Actor), AppError> {
    let ws = workspace_of(token).ok_or(AppError::Unauthorized)?;
    let ctx = app.at(ws);
    let (now, hash) = (ctx.now(), hash(token));
    let (actor, touch) = ctx
        .read(move |tx| {
            let session = rows::session_by_hash(tx, &hash)?.ok_or(AppError::Unauthorized)?;
            let actor = hold(tx, &session, now)?;
            let stale = now.since(session.seen) >= TOUCH;
            Ok((actor, stale.then(|| expiry(session.created, now))))
        })
        .await?;
    if let Some(expires) = touch {
        let session = actor.session;
        // A full disk must not sign people out: they would only come to a sign-in that cannot be stored either.
        if let Err(error) = ctx.write(move |tx| Ok(rows::touch_session(tx, session, now, expires)?)).await {
            tracing::debug!(%error, "the use of a session was not noted");
        }
    }
    Ok((ctx, actor))
}

/// The same user with his rights as they are now, for doors that keep an actor for long.
///
/// # Errors
/// [`AppError::Unauthorized`] once the session is over.
pub async fn refresh(ctx: &Ctx, actor: &Actor) -> Result<Actor, AppError> {
    let (now, id) = (ctx.now(), actor.session);
    ctx.read(move |tx| {
        let session = rows::session(tx, id)?.ok_or(AppError::Unauthorized)?;
        hold(tx, &session, now)
    })
    .await
}

fn hold(tx: &mut Tx<'_>, session: &rows::SessionRow, now: Timestamp) -> Result<Actor, AppError> {
    if session.revoked.is_some() || session.expires <= now {
        return Err(AppError::Unauthorized);
    }
    let user: UserDoc = tx.get(session.user)?.ok_or(AppError::Unauthorized)?;
    if user.disabled {
        return Err(AppError::Unauthorized);
    }
    actor(tx, &user, session.id)
}

fn workspace_of(token: &str) -> Option<WorkspaceId> {
    if token.len() > TOKEN_CHARS {
        return None;
    }
    token.split_once('.')?.0.parse().ok()
}

/// Tokens are stored as their SHA-256: they are random, so nothing slower is needed.
pub(super) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

pub(super) fn expiry(created: Timestamp, seen: Timestamp) -> Timestamp {
    (seen + IDLE).min(created + ABSOLUTE)
}

/// The actor of a user: the union of his roles, each right with its widest scope.
pub(super) fn actor(tx: &mut Tx<'_>, user: &UserDoc, session: SessionId) -> Result<Actor, AppError> {
    Ok(Actor {
        user: user.id,
        session,
        name: user.name.clone(),
        team: user.team,
        queues: user.queues.clone(),
        grants: grants_of(tx, user)?,
    })
}

/// The rights of all roles of a user, each with its widest scope, ordered.
pub(crate) fn grants_of(tx: &mut Tx<'_>, user: &UserDoc) -> Result<Vec<Grant>, AppError> {
    let mut grants: Vec<Grant> = Vec::new();
    for &role in &user.roles {
        let Some(role) = tx.get::<RoleDoc>(role)? else { continue };
        for grant in role.grants {
            match grants.iter_mut().find(|g| g.right == grant.right) {
                Some(had) => had.scope = had.scope.max(grant.scope),
                None => grants.push(grant),
            }
        }
    }
    grants.sort_unstable();
    Ok(grants)
}

/// The actor's own sessions that still hold, newest first.
///
/// # Errors
/// The store's.
pub async fn sessions(ctx: &Ctx, actor: &Actor) -> Result<Vec<SessionView>, AppError> {
    let (now, user, current) = (ctx.now(), actor.user, actor.session);
    let rows = ctx.read(move |tx| Ok(rows::sessions_of(tx, user, now)?)).await?;
    let view = |row: rows::SessionRow| SessionView {
        id: row.id,
        created: row.created,
        seen: row.seen,
        expires: row.expires,
        address: row.ip,
        agent: row.agent,
        current: row.id == current,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Ends one of the actor's own sessions.
///
/// # Errors
/// [`AppError::NotFound`] if it is not his or over.
pub async fn revoke_session(ctx: &Ctx, actor: &Actor, id: SessionId) -> Result<(), AppError> {
    let (now, actor) = (ctx.now(), actor.clone());
    ctx.write(move |tx| {
        if !rows::revoke_session(tx, actor.user, id, now)? {
            return Err(AppError::not_found("session"));
        }
        audit::record(tx, now, &actor, "session.revoked", &actor.name, &json!({"session": id}))
    })
    .await?;
    ctx.poke(Topic::Sessions);
    Ok(())
}

/// Ends the actor's session.
///
/// # Errors
/// The store's.
pub async fn sign_out(ctx: &Ctx, actor: &Actor) -> Result<(), AppError> {
    let (now, actor) = (ctx.now(), actor.clone());
    ctx.write(move |tx| {
        if rows::revoke_session(tx, actor.user, actor.session, now)? {
            audit::record(tx, now, &actor, "user.signed_out", &actor.name, &json!({}))?;
        }
        Ok(())
    })
    .await?;
    // His open sockets look now, not at their next round.
    ctx.poke(Topic::Sessions);
    Ok(())
}

/// Changes the actor's own password; all his other sessions end.
///
/// # Errors
/// [`AppError::Invalid`] on `current` or `new`; [`AppError::Throttled`].
pub async fn change_password(ctx: &Ctx, actor: &Actor, current: String, new: String) -> Result<(), AppError> {
    let now = ctx.now();
    let (user, keys) = (actor.user, throttle::password_keys(actor.user));
    let tried = keys.clone();
    ctx.write(move |tx| throttle::attempt(tx, &tried, now)).await?;
    let (hash, own) = ctx.read(move |tx| Ok((rows::password_hash(tx, user)?, own_words(tx, user)?))).await?;
    if !passwords::fits(current, hash).await? {
        return Err(AppError::invalid("current", "wrong_password", "this is not your current password"));
    }
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    super::check_password(&new, &own).map_err(|error| {
        if let AppError::Invalid { code, detail, .. } = error { AppError::Invalid { field: "new", code, detail } } else { error }
    })?;
    let hash = passwords::hash(new).await?;
    let actor = actor.clone();
    ctx.write(move |tx| {
        throttle::succeed(tx, &keys, now)?;
        rows::set_password_hash(tx, actor.user, &hash)?;
        let ended = rows::revoke_sessions(tx, actor.user, Some(actor.session), now)?;
        audit::record(tx, now, &actor, "user.password_changed", &actor.name, &json!({"sessions_ended": ended}))
    })
    .await?;
    ctx.poke(Topic::Sessions);
    Ok(())
}

/// Words that a user's password must not be made of: his name and address, the company's name.
pub(crate) fn own_words(tx: &mut Tx<'_>, user: UserId) -> Result<Vec<String>, AppError> {
    let ws = tx.ws();
    let company = tx.get::<WorkspaceDoc>(ws)?.map(|doc| doc.name);
    let user = tx.get::<UserDoc>(user)?.map(|doc| [doc.name, doc.email]);
    Ok(user.into_iter().flatten().chain(company).collect())
}
