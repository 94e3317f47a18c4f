//! Commands and queries of the workspace.

use crate::{App, AppError, Ctx, access::Actor, config};
use jiff::tz::TimeZone;
use okno_model::{
    WorkspaceId,
    doc::WorkspaceDoc,
    event::What,
    input::WorkspaceInput,
    right::{Right, Scope},
};
use okno_store::{access as rows, workspaces};
use std::sync::Arc;

/// Languages of the interface.
pub(crate) const LANGUAGES: [&str; 3] = ["en", "ru", "pl"];

/// The workspace of this installation; made, empty, at the first start.
///
/// # Errors
/// The store's.
pub async fn home(app: &Arc<App>) -> Result<WorkspaceId, AppError> {
    let nowhere = WorkspaceId::from_u128(0);
    let first =
        |tx: &mut okno_store::Tx<'_>| -> Result<Option<WorkspaceId>, AppError> { Ok(workspaces::all(tx)?.iter().map(|doc| doc.id).min()) };
    if let Some(id) = app.store.read(nowhere, first).await? {
        return Ok(id);
    }
    let id = WorkspaceId::new(app.uuid());
    // Two nodes may start at once on an empty database: the writes of one workspace run one after the other, so that the
    // second one finds the first one's row.
    app.store
        .write(nowhere, move |tx| {
            if let Some(id) = first(tx)? {
                return Ok(id);
            }
            let doc = WorkspaceDoc { id, name: String::new(), time_zone: "UTC".to_owned(), language: "en".to_owned() };
            rows::create_workspace(tx, &doc)?;
            Ok(id)
        })
        .await
}

/// Whether the store answers.
///
/// # Errors
/// The store's.
pub async fn answers(ctx: &Ctx) -> Result<(), AppError> {
    let ws = ctx.ws;
    ctx.read(move |tx| Ok(rows::ping(tx, ws)?)).await
}

/// The workspace. Seen by everybody who works in it.
///
/// # Errors
/// The store's.
pub async fn get(ctx: &Ctx, _actor: &Actor) -> Result<WorkspaceDoc, AppError> {
    let ws = ctx.ws;
    ctx.read(move |tx| tx.get(ws)?.ok_or(AppError::not_found("workspace"))).await
}

/// Changes the workspace.
///
/// # Errors
/// [`AppError::Forbidden`] without `workspace.configure`; [`AppError::Invalid`] with the field.
pub async fn update(ctx: &Ctx, actor: &Actor, input: WorkspaceInput) -> Result<WorkspaceDoc, AppError> {
    actor.require(Right::WorkspaceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: WorkspaceDoc = tx.lock(ctx_in.ws)?.ok_or(AppError::not_found("workspace"))?;
        let mut after = before.clone();
        if let Some(name) = input.name {
            after.name = config::name("name", &name)?;
        }
        if let Some(time_zone) = input.time_zone {
            after.time_zone = time_zone;
        }
        if let Some(language) = input.language {
            after.language = language;
        }
        check(&after)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, What::WorkspaceChanged)?;
        Ok(after)
    })
    .await
}

/// Refuses a time zone or language that okno does not know.
pub(crate) fn check(doc: &WorkspaceDoc) -> Result<(), AppError> {
    if TimeZone::get(&doc.time_zone).is_err() {
        let detail = "the time zone must be an IANA name, such as `Europe/Warsaw`";
        return Err(AppError::invalid("time_zone", "unknown", detail));
    }
    language(&doc.language)
}

/// Refuses a language that the interface does not have.
pub(crate) fn language(language: &str) -> Result<(), AppError> {
    if LANGUAGES.contains(&language) {
        return Ok(());
    }
    Err(AppError::invalid("language", "unknown", format!("the language must be one of {}", LANGUAGES.join(", "))))
}
