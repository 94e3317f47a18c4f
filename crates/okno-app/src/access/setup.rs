//! The first-run set-up: a one-time token turns an empty workspace into one with an owner, roles and a first queue.

use super::{Origin, SignedIn, passwords, sessions, sign_in, throttle};
use crate::{App, AppError, Ctx, audit, channels::normalize_address, config, routing_config, users, workspace};
use okno_model::{
    DispositionId, HoursId, PauseCodeId, QueueId, RoleId, TeamId, UserId,
    doc::{Capacity, DialPlanDoc, DispositionDoc, PauseCodeDoc, QueueDoc, RoleDoc, TeamDoc, UserDoc, WorkspaceDoc},
    event::{Actor as By, What},
    right::default_roles,
};
use okno_store::{Tx, access as rows};
use serde_json::json;
use std::sync::Arc;

const TOKEN: &str = "setup_token";

/// What the first person says.
#[derive(Clone, PartialEq, Eq)]
pub struct Setup {
    /// The one-time token.
    pub token: String,
    /// Company name.
    pub company: String,
    /// IANA time zone.
    pub time_zone: String,
    /// `en`, `ru`, `pl`.
    pub language: String,
    /// The owner's name.
    pub name: String,
    /// The owner's mail address.
    pub email: String,
    /// The owner's password.
    pub password: String,
}

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setup").field("company", &self.company).finish_non_exhaustive()
    }
}

/// Whether nobody has set the workspace up.
///
/// # Errors
/// The store's.
pub async fn setup_needed(ctx: &Ctx) -> Result<bool, AppError> {
    ctx.read(|tx| Ok(rows::user_count(tx)? == 0)).await
}

/// A new one-time token for the set-up of the installation's workspace; `None` once it is set up. The token before ends.
///
/// # Errors
/// The store's.
pub async fn setup_token(app: &Arc<App>) -> Result<Option<String>, AppError> {
    setup_token_of(&app.at(workspace::home(app).await?)).await
}

/// As [`setup_token`], for another workspace of the installation.
///
/// # Errors
/// The store's.
pub async fn setup_token_of(ctx: &Ctx) -> Result<Option<String>, AppError> {
    ctx.write(|tx| {
        if rows::user_count(tx)? > 0 {
            return Ok(None);
        }
        let token = crate::secrets::token();
        rows::set_setting(tx, TOKEN, &hex::encode(sessions::hash(&token)))?;
        Ok(Some(token))
    })
    .await
}

/// Sets the workspace up and signs its owner in.
///
/// # Errors
/// [`AppError::Conflict`] `already_set_up`; [`AppError::Invalid`] with the field; [`AppError::Throttled`].
pub async fn setup(ctx: &Ctx, input: Setup, origin: Origin) -> Result<SignedIn, AppError> {
    let now = ctx.now();
    let keys = throttle::setup_keys(origin.address);
    let given = hex::encode(sessions::hash(&input.token));
    ctx.write(move |tx| {
        throttle::attempt(tx, &keys, now)?;
        Ok(())
    })
    .await?;
    ctx.read(move |tx| check_token(tx, &given)).await?;

    let company = config::name("company", &input.company)?;
    let name = config::name("name", &input.name)?;
    let email = normalize_address("email", &input.email)?;
    let workspace = WorkspaceDoc { id: ctx.ws, name: company, time_zone: input.time_zone, language: input.language };
    workspace::check(&workspace)?;
    super::check_password(&input.password, &[&name, &email, &workspace.name])?;
    let hash = passwords::hash(input.password).await?;

    let (ctx_in, given) = (ctx.clone(), hex::encode(sessions::hash(&input.token)));
    ctx.write(move |tx| {
        check_token(tx, &given)?;
        rows::delete_setting(tx, TOKEN)?;
        let owner = populate(tx, &ctx_in, &workspace, name, email, &hash)?;
        audit::record_system(tx, now, "workspace.set_up", &workspace.name, &json!({"owner": owner.email, "address": origin.address}))?;
        sign_in::begin(tx, &ctx_in, &owner, &origin, now)
    })
    .await
}

fn check_token(tx: &mut Tx<'_>, given: &str) -> Result<(), AppError> {
    if rows::user_count(tx)? > 0 {
        return Err(AppError::conflict("already_set_up", "okno is set up already; sign in instead"));
    }
    let stored = rows::setting(tx, TOKEN)?.unwrap_or_default();
    if !passwords::same_secret(&stored, given) {
        let detail = "this set-up link is not valid any more; restart okno, it prints a new one";
        return Err(AppError::invalid("token", "bad_token", detail));
    }
    Ok(())
}

/// Everything that a fresh workspace has: a closed dial plan, the default roles, its owner, one team, one queue, pause codes and dispositions.
fn populate(tx: &mut Tx<'_>, ctx: &Ctx, workspace: &WorkspaceDoc, name: String, email: String, hash: &str) -> Result<UserDoc, AppError> {
    let words = Words::of(&workspace.language);
    config::store(tx, ctx, &By::System, workspace, What::WorkspaceChanged)?;
    config::store(tx, ctx, &By::System, &DialPlanDoc::closed(ctx.ws), What::DialPlanChanged)?;
    let mut owner_role = None;
    for (key, name, grants) in default_roles() {
        let role = RoleDoc { id: ctx.id(RoleId::new), key: key.to_owned(), name: name.to_owned(), grants };
        if key == users::OWNER {
            owner_role = Some(role.id);
        }
        config::store(tx, ctx, &By::System, &role, What::RoleChanged)?;
    }
    let team = TeamDoc { id: ctx.id(TeamId::new), name: words.team.to_owned(), department: None };
    config::store(tx, ctx, &By::System, &team, What::TeamChanged)?;
    let queue = QueueDoc { name: words.queue.to_owned(), ..routing_config::default_queue(ctx.id(QueueId::new)) };
    config::store(tx, ctx, &By::System, &queue, What::QueueChanged)?;
    // Ready to be given to a queue; until then it is always open.
    let hours = routing_config::default_hours(ctx.id(HoursId::new), words.hours, &workspace.time_zone);
    config::store(tx, ctx, &By::System, &hours, What::HoursChanged)?;
    for name in words.pauses {
        let code = PauseCodeDoc { id: ctx.id(PauseCodeId::new), name: name.to_owned(), archived: false };
        config::store(tx, ctx, &By::System, &code, What::PauseCodeChanged)?;
    }
    for name in words.dispositions {
        let disposition = DispositionDoc { id: ctx.id(DispositionId::new), name: name.to_owned(), queue: None, archived: false };
        config::store(tx, ctx, &By::System, &disposition, What::DispositionChanged)?;
    }
    let owner = UserDoc {
        id: ctx.id(UserId::new),
        email,
        name,
        team: Some(team.id),
        roles: owner_role.into_iter().collect(),
        disabled: false,
        language: workspace.language.clone(),
        skills: Vec::new(),
        queues: vec![queue.id],
        capacity: Capacity::default(),
        created: ctx.now(),
    };
    tx.put_with(&owner, &[("password_hash", hash.into())])?;
    config::tell(tx, ctx, &By::System, What::UserChanged(owner.clone()))?;
    Ok(owner)
}

/// First names of things, in the workspace's language; all can be changed.
struct Words {
    team: &'static str,
    queue: &'static str,
    hours: &'static str,
    pauses: [&'static str; 4],
    dispositions: [&'static str; 5],
}

impl Words {
    fn of(language: &str) -> Self {
        match language {
            "ru" => Self {
                team: "Поддержка",
                queue: "Общая",
                hours: "Рабочее время",
                pauses: ["Перерыв", "Обед", "Совещание", "Обучение"],
                dispositions: ["Решено", "Нужно вернуться к вопросу", "Передано в другой отдел", "Не по адресу", "Спам"],
            },
            "pl" => Self {
                team: "Wsparcie",
                queue: "Ogólna",
                hours: "Godziny pracy",
                pauses: ["Przerwa", "Obiad", "Spotkanie", "Szkolenie"],
                dispositions: ["Rozwiązane", "Wymaga powrotu do sprawy", "Przekazane do innego działu", "Pomyłka", "Spam"],
            },
            _ => Self {
                team: "Support",
                queue: "General",
                hours: "Business hours",
                pauses: ["Break", "Lunch", "Meeting", "Training"],
                dispositions: ["Resolved", "Needs follow-up", "Passed to another department", "Wrong address", "Spam"],
            },
        }
    }
}
