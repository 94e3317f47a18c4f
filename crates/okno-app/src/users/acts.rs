//! Commands on users.

use super::power;
use crate::{
    AppError, Ctx,
    access::{self, Actor, Once, Place},
    audit,
    channels::normalize_address,
    config, workspace,
};
use okno_bus::Topic;
use okno_model::{
    UserId,
    doc::{Capacity, QueueDoc, SkillDoc, TeamDoc, UserDoc, WorkspaceDoc},
    event::What,
    input::UserInput,
    limits::SKILL_LEVEL_MAX,
    right::Right,
};
use okno_store::{Tx, access as rows};
use serde_json::json;

/// Most parallel interactions of one medium: more is not work but a mistake.
const CAPACITY_MAX: u8 = 50;

/// Makes a user. Without a password he cannot sign in until somebody sets one.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: UserInput, once: Option<Once>) -> Result<UserDoc, AppError> {
    actor.require_any(&[Right::UserConfigure])?;
    let required = |field| AppError::invalid(field, "required", format!("a new user needs `{field}`"));
    let email = normalize_address("email", input.email.as_deref().ok_or_else(|| required("email"))?)?;
    let name = config::name("name", input.name.as_deref().ok_or_else(|| required("name"))?)?;
    let hash = new_password(ctx, None, &[&name, &email], input.password.as_deref()).await?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let now = ctx_in.now();
        Once::run(once.as_ref(), tx, actor.user, now, |tx| {
            let language = tx.get::<WorkspaceDoc>(ctx_in.ws)?.map_or_else(|| "en".to_owned(), |doc| doc.language);
            let mut user = UserDoc {
                id: ctx_in.id(UserId::new),
                email,
                name,
                team: None,
                roles: Vec::new(),
                disabled: false,
                language,
                skills: Vec::new(),
                queues: Vec::new(),
                capacity: Capacity::default(),
                created: now,
            };
            apply(&mut user, input)?;
            check(tx, &user)?;
            within_reach(&actor, &user)?;
            power::may_assign(tx, &actor, &[], &user.roles)?;
            tx.put_with(&user, &[("password_hash", hash.into())])?;
            config::tell(tx, &ctx_in, &actor.event(), What::UserChanged(user.clone()))?;
            audit::record(tx, now, &actor, "user.created", &user.name, &audit::change(None, Some(&user))?)?;
            Ok(user)
        })
    })
    .await
}

/// Changes a user. A new password or disabling ends all his sessions.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Forbidden`], [`AppError::Invalid`], [`AppError::Conflict`] `last_owner`.
pub async fn update(ctx: &Ctx, actor: &Actor, id: UserId, input: UserInput) -> Result<UserDoc, AppError> {
    actor.require_any(&[Right::UserConfigure])?;
    let hash = new_password(ctx, Some(id), &[], input.password.as_deref()).await?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let changed = ctx.write(move |tx| {
        let now = ctx_in.now();
        let before: UserDoc = tx.lock(id)?.ok_or(AppError::not_found("user"))?;
        if !actor.covers(Right::UserConfigure, &place(&before)) {
            return Err(AppError::not_found("user"));
        }
        power::outranks(tx, &actor, &before)?;
        let mut after = before.clone();
        apply(&mut after, input)?;
        check(tx, &after)?;
        within_reach(&actor, &after)?;
        power::may_assign(tx, &actor, &before.roles, &after.roles)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::UserChanged)?;
        power::owner_remains(tx)?;
        if let Some(hash) = &hash {
            rows::set_password_hash(tx, id, hash)?;
        }
        if hash.is_some() || (after.disabled && !before.disabled) {
            // His own browser stays: he knows the new password.
            let keep = (id == actor.user).then_some(actor.session);
            let ended = rows::revoke_sessions(tx, id, keep, now)?;
            let act = if hash.is_some() { "user.password_set" } else { "user.disabled" };
            audit::record(tx, now, &actor, act, &after.name, &json!({"id": id, "sessions_ended": ended}))?;
        }
        Ok(after)
    });
    let changed = changed.await?;
    // Sockets of sessions that ended look now, not at their next round.
    ctx.poke(Topic::Sessions);
    // The phones of who is disabled may not register any more.
    ctx.poke(Topic::Voice);
    Ok(changed)
}

/// Changes what a user may change of himself: name and language.
///
/// # Errors
/// [`AppError::Invalid`] with the field.
pub async fn update_self(ctx: &Ctx, actor: &Actor, name: Option<String>, language: Option<String>) -> Result<UserDoc, AppError> {
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: UserDoc = tx.lock(actor.user)?.ok_or(AppError::Unauthorized)?;
        let mut after = before.clone();
        apply(&mut after, UserInput { name, language, ..UserInput::default() })?;
        check(tx, &after)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::UserChanged)?;
        Ok(after)
    })
    .await
}

async fn new_password(ctx: &Ctx, user: Option<UserId>, own: &[&str], password: Option<&str>) -> Result<Option<String>, AppError> {
    let Some(password) = password else { return Ok(None) };
    let about = user.unwrap_or(UserId::from_u128(0));
    let stored = ctx.read(move |tx| access::own_words(tx, about)).await?;
    let own: Vec<&str> = own.iter().copied().chain(stored.iter().map(String::as_str)).collect();
    access::check_password(password, &own)?;
    access::hash_password(password.to_owned()).await.map(Some)
}

fn apply(user: &mut UserDoc, input: UserInput) -> Result<(), AppError> {
    if let Some(email) = input.email {
        user.email = normalize_address("email", &email)?;
    }
    if let Some(name) = input.name {
        user.name = config::name("name", &name)?;
    }
    if let Some(team) = input.team {
        user.team = team;
    }
    if let Some(mut roles) = input.roles {
        roles.sort_unstable();
        roles.dedup();
        user.roles = roles;
    }
    if let Some(disabled) = input.disabled {
        user.disabled = disabled;
    }
    if let Some(language) = input.language {
        user.language = language;
    }
    if let Some(skills) = input.skills {
        user.skills = skills;
    }
    if let Some(mut queues) = input.queues {
        queues.sort_unstable();
        queues.dedup();
        user.queues = queues;
    }
    if let Some(capacity) = input.capacity {
        user.capacity = capacity;
    }
    Ok(())
}

fn check(tx: &mut Tx<'_>, user: &UserDoc) -> Result<(), AppError> {
    if rows::user_by_email(tx, &user.email)?.is_some_and(|other| other.id != user.id) {
        return Err(AppError::invalid("email", "taken", "there is a user with this address already"));
    }
    workspace::language(&user.language)?;
    if let Some(team) = user.team
        && tx.get::<TeamDoc>(team)?.is_none()
    {
        return Err(AppError::invalid("team", "unknown", "this team does not exist"));
    }
    for &queue in &user.queues {
        if tx.get::<QueueDoc>(queue)?.is_none() {
            return Err(AppError::invalid("queues", "unknown", "one of the queues does not exist"));
        }
    }
    for (index, skill) in user.skills.iter().enumerate() {
        if tx.get::<SkillDoc>(skill.skill)?.is_none() {
            return Err(AppError::invalid("skills", "unknown", "one of the skills does not exist"));
        }
        if !(1..=SKILL_LEVEL_MAX).contains(&skill.level) {
            return Err(AppError::invalid("skills", "out_of_range", format!("a skill level must be 1 to {SKILL_LEVEL_MAX}")));
        }
        if user.skills[..index].iter().any(|other| other.skill == skill.skill) {
            return Err(AppError::invalid("skills", "repeated", "a skill can be given once"));
        }
    }
    let Capacity { voice, email, chat, message, task } = user.capacity;
    if [voice, email, chat, message, task].iter().any(|&n| n > CAPACITY_MAX) {
        return Err(AppError::invalid("capacity", "out_of_range", format!("a capacity must be 0 to {CAPACITY_MAX}")));
    }
    Ok(())
}

/// Where a user stands for `user.configure`.
pub(super) fn place(user: &UserDoc) -> Place {
    Place { people: vec![user.id], teams: user.team.into_iter().collect(), queues: user.queues.clone() }
}

/// What an actor with a narrow scope makes must stay within it.
fn within_reach(actor: &Actor, user: &UserDoc) -> Result<(), AppError> {
    if actor.covers(Right::UserConfigure, &place(user)) { Ok(()) } else { Err(AppError::Forbidden { right: Right::UserConfigure }) }
}
