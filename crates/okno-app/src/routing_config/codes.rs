//! Commands and queries of pause codes and dispositions: named codes that history keeps, so they are archived, not removed.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    config,
};
use okno_model::{
    DispositionId, PauseCodeId, QueueId,
    doc::{DispositionDoc, PauseCodeDoc, QueueDoc},
    event::What,
    input::{DispositionInput, PauseCodeInput},
    right::{Right, Scope},
};
use okno_store::Tx;

macro_rules! codes {
    ($what:literal, $doc:ty, $id:ident, $input:ty, $changed:expr, $list:ident, $get:ident, $create:ident, $update:ident, $archive:ident, $new:expr, $apply:ident) => {
        /// All of them, archived ones too. Seen by everybody who works here.
        ///
        /// # Errors
        /// [`AppError::Forbidden`] for a user without any right.
        pub async fn $list(ctx: &Ctx, actor: &Actor) -> Result<Vec<$doc>, AppError> {
            actor.require_any(Right::ALL)?;
            ctx.read(|tx| Ok(tx.list()?)).await
        }

        /// One of them.
        ///
        /// # Errors
        /// [`AppError::Forbidden`]; [`AppError::NotFound`].
        pub async fn $get(ctx: &Ctx, actor: &Actor, id: $id) -> Result<$doc, AppError> {
            actor.require_any(Right::ALL)?;
            ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found($what))).await
        }

        /// Makes one.
        ///
        /// # Errors
        /// [`AppError::Forbidden`] without `routing.configure`; [`AppError::Invalid`] with the field.
        pub async fn $create(ctx: &Ctx, actor: &Actor, input: $input, once: Option<Once>) -> Result<$doc, AppError> {
            actor.require(Right::RoutingConfigure, Scope::All)?;
            let (ctx_in, actor) = (ctx.clone(), actor.clone());
            ctx.write(move |tx| {
                Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
                    let mut doc: $doc = $new(ctx_in.id($id::new));
                    $apply(tx, &mut doc, input)?;
                    config::save(tx, &ctx_in, &actor, None, &doc, &doc.name, $changed)?;
                    Ok(doc)
                })
            })
            .await
        }

        /// Changes one.
        ///
        /// # Errors
        /// [`AppError::Forbidden`]; [`AppError::NotFound`]; [`AppError::Invalid`].
        pub async fn $update(ctx: &Ctx, actor: &Actor, id: $id, input: $input) -> Result<$doc, AppError> {
            actor.require(Right::RoutingConfigure, Scope::All)?;
            let (ctx_in, actor) = (ctx.clone(), actor.clone());
            ctx.write(move |tx| {
                let before: $doc = tx.lock(id)?.ok_or(AppError::not_found($what))?;
                let mut after = before.clone();
                $apply(tx, &mut after, input)?;
                config::save(tx, &ctx_in, &actor, Some(&before), &after, &after.name, $changed)?;
                Ok(after)
            })
            .await
        }

        /// Hides one from choice.
        ///
        /// # Errors
        /// [`AppError::Forbidden`]; [`AppError::NotFound`].
        pub async fn $archive(ctx: &Ctx, actor: &Actor, id: $id) -> Result<$doc, AppError> {
            $update(ctx, actor, id, <$input>::archived()).await
        }
    };
}

codes!(
    "pause code",
    PauseCodeDoc,
    PauseCodeId,
    PauseCodeInput,
    What::PauseCodeChanged,
    pause_codes,
    pause_code,
    create_pause_code,
    update_pause_code,
    archive_pause_code,
    |id| PauseCodeDoc { id, name: String::new(), archived: false },
    apply_pause_code
);

codes!(
    "disposition",
    DispositionDoc,
    DispositionId,
    DispositionInput,
    What::DispositionChanged,
    dispositions,
    disposition,
    create_disposition,
    update_disposition,
    archive_disposition,
    |id| DispositionDoc { id, name: String::new(), queue: None, archived: false },
    apply_disposition
);

trait Archived {
    /// The change that archives.
    fn archived() -> Self;
}

impl Archived for PauseCodeInput {
    fn archived() -> Self {
        Self { archived: Some(true), ..Self::default() }
    }
}

impl Archived for DispositionInput {
    fn archived() -> Self {
        Self { archived: Some(true), ..Self::default() }
    }
}

fn apply_pause_code(tx: &mut Tx<'_>, doc: &mut PauseCodeDoc, input: PauseCodeInput) -> Result<(), AppError> {
    if let Some(name) = input.name {
        doc.name = name;
    }
    if let Some(archived) = input.archived {
        doc.archived = archived;
    }
    doc.name = config::name("name", &doc.name)?;
    config::unique(tx, "pause code", doc, |d| &d.name, |a, b| a.id == b.id)
}

fn apply_disposition(tx: &mut Tx<'_>, doc: &mut DispositionDoc, input: DispositionInput) -> Result<(), AppError> {
    if let Some(name) = input.name {
        doc.name = name;
    }
    if let Some(queue) = input.queue {
        doc.queue = queue;
    }
    if let Some(archived) = input.archived {
        doc.archived = archived;
    }
    doc.name = config::name("name", &doc.name)?;
    known(tx, doc.queue)?;
    // The same outcome may stand under the same name for two queues.
    config::unique(tx, "disposition", doc, |d| &d.name, |a, b| a.id == b.id || a.queue != b.queue)
}

fn known(tx: &mut Tx<'_>, queue: Option<QueueId>) -> Result<(), AppError> {
    match queue {
        Some(queue) if tx.get::<QueueDoc>(queue)?.is_none() => Err(AppError::invalid("queue", "unknown", "this queue does not exist")),
        _ => Ok(()),
    }
}
