//! Prompts: sounds that callers hear, a form per language.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    audit, config, workspace,
};
use bytes::Bytes;
use okno_bus::Topic;
use okno_model::{
    PromptId,
    doc::{ChannelDoc, ChannelSettings, PhoneSettings, PromptDoc, PromptKind, PromptPartDoc},
    event::What,
    input::PromptInput,
    right::{Right, Scope},
};
use okno_store::Tx;

/// Largest file that may be uploaded for a prompt: ten minutes of uncompressed music.
pub const PROMPT_BYTES: usize = 20 * 1024 * 1024;
/// Longest sound of a prompt: nobody waits longer without an announcement, and every telephone door keeps it in memory.
pub const PROMPT_SECONDS: u64 = 15 * 60;
const TEXT_CHARS: usize = 2_000;

/// All prompts, by name.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<PromptDoc>, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// One prompt.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: PromptId) -> Result<PromptDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("prompt"))).await
}

/// Makes a prompt without any sound yet.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: PromptInput, once: Option<Once>) -> Result<PromptDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let made = ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, ctx_in.now(), |tx| {
            let name = config::name("name", input.name.as_deref().unwrap_or(""))?;
            let kind = input.kind.unwrap_or(PromptKind::Speech);
            let prompt = PromptDoc { id: ctx_in.id(PromptId::new), name, kind, parts: Vec::new() };
            save(tx, &ctx_in, &actor, None, &prompt)?;
            Ok(prompt)
        })
    });
    let made = made.await?;
    ctx.poke(Topic::Voice);
    Ok(made)
}

/// Changes a prompt's name or kind.
///
/// # Errors
/// As [`create`]; [`AppError::NotFound`].
pub async fn update(ctx: &Ctx, actor: &Actor, id: PromptId, input: PromptInput) -> Result<PromptDoc, AppError> {
    change(ctx, actor, id, move |prompt| {
        if let Some(name) = &input.name {
            prompt.name = config::name("name", name)?;
        }
        prompt.kind = input.kind.unwrap_or(prompt.kind);
        Ok(())
    })
    .await
}

/// Removes a prompt that no telephone channel plays.
///
/// # Errors
/// As [`update`]; [`AppError::Conflict`] `in_use`.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: PromptId) -> Result<(), AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let removed = ctx.write(move |tx| {
        let prompt: PromptDoc = tx.lock(id)?.ok_or(AppError::not_found("prompt"))?;
        let channels = tx.list::<ChannelDoc>()?;
        let plays = |channel: &&ChannelDoc| phone_of(channel).is_some_and(|phone| [phone.greeting, phone.music].contains(&Some(id)));
        let names: Vec<&str> = channels.iter().filter(plays).map(|channel| channel.name.as_str()).collect();
        if !names.is_empty() {
            return Err(AppError::conflict(
                "in_use",
                format!("callers hear it on {}; choose another prompt there first", names.join(", ")),
            ));
        }
        tx.delete::<PromptDoc>(id)?;
        audit::record(tx, ctx_in.now(), &actor, "prompt.removed", &prompt.name, &audit::change(Some(&prompt), None)?)
    });
    removed.await?;
    ctx.poke(Topic::Voice);
    Ok(())
}

/// Whether the actor may give a prompt a sound in this language: for doors that have to decode the sound before.
///
/// # Errors
/// As [`set_part`].
pub async fn writable_part(ctx: &Ctx, actor: &Actor, id: PromptId, language: &str) -> Result<PromptDoc, AppError> {
    let prompt = get(ctx, actor, id).await?;
    workspace::language(language)?;
    Ok(prompt)
}

/// Gives a prompt its sound in one language, in place of the one before. `bytes` are the normalized sound; `part.blob` is made here.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`; [`AppError::NotFound`]; [`AppError::Invalid`] for an unknown language or a sound that
/// is empty or too long; [`AppError::Unavailable`] when the disk is full.
pub async fn set_part(
    ctx: &Ctx,
    actor: &Actor,
    id: PromptId,
    language: &str,
    part: PromptPartDoc,
    bytes: Bytes,
) -> Result<PromptDoc, AppError> {
    writable_part(ctx, actor, id, language).await?;
    config::limited("text", &part.text, TEXT_CHARS)?;
    if bytes.is_empty() || part.ms <= 0 {
        return Err(AppError::invalid("audio", "empty", "there is no sound in it"));
    }
    if part.ms as u64 > PROMPT_SECONDS * 1000 {
        return Err(AppError::invalid("audio", "too_long", format!("a prompt may last at most {} minutes", PROMPT_SECONDS / 60)));
    }
    let blob = ctx.app.blobs.put(bytes).await?;
    let part = PromptPartDoc { language: language.to_owned(), blob, ..part };
    change(ctx, actor, id, move |prompt| {
        prompt.parts.retain(|had| had.language != part.language);
        prompt.parts.push(part);
        prompt.parts.sort_by(|a, b| a.language.cmp(&b.language));
        Ok(())
    })
    .await
}

/// Takes a prompt's sound in one language away.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`; [`AppError::NotFound`].
pub async fn delete_part(ctx: &Ctx, actor: &Actor, id: PromptId, language: &str) -> Result<PromptDoc, AppError> {
    let language = language.to_owned();
    change(ctx, actor, id, move |prompt| {
        let had = prompt.parts.len();
        prompt.parts.retain(|part| part.language != language);
        if prompt.parts.len() == had { Err(AppError::not_found("prompt in this language")) } else { Ok(()) }
    })
    .await
}

/// The normalized sound of a prompt in one language.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`; [`AppError::NotFound`].
pub async fn part_bytes(ctx: &Ctx, actor: &Actor, id: PromptId, language: &str) -> Result<Bytes, AppError> {
    let prompt = get(ctx, actor, id).await?;
    let part = prompt.parts.iter().find(|part| part.language == language).ok_or(AppError::not_found("prompt in this language"))?;
    sound(ctx, &part.blob).await
}

/// The normalized sound behind [`PromptPartDoc::blob`], for the telephone door.
///
/// # Errors
/// [`AppError::Internal`] when the file is gone.
pub async fn sound(ctx: &Ctx, blob: &str) -> Result<Bytes, AppError> {
    Ok(ctx.app.blobs.get(blob).await?)
}

/// Refuses settings of a telephone channel that name a prompt that does not exist.
///
/// # Errors
/// [`AppError::Invalid`] `greeting` or `music`.
pub(crate) fn check_used(tx: &mut Tx<'_>, phone: &PhoneSettings) -> Result<(), AppError> {
    for (field, prompt) in [("greeting", phone.greeting), ("music", phone.music)] {
        if let Some(id) = prompt
            && tx.get::<PromptDoc>(id)?.is_none()
        {
            return Err(AppError::invalid(field, "unknown", "this prompt does not exist"));
        }
    }
    Ok(())
}

pub(super) const fn phone_of(channel: &ChannelDoc) -> Option<&PhoneSettings> {
    match &channel.settings {
        ChannelSettings::Phone(phone) => Some(phone),
        ChannelSettings::Mailbox(_) | ChannelSettings::Widget(_) => None,
    }
}

async fn change(
    ctx: &Ctx,
    actor: &Actor,
    id: PromptId,
    change: impl FnOnce(&mut PromptDoc) -> Result<(), AppError> + Send + 'static,
) -> Result<PromptDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let changed = ctx.write(move |tx| {
        let before: PromptDoc = tx.lock(id)?.ok_or(AppError::not_found("prompt"))?;
        let mut after = before.clone();
        change(&mut after)?;
        save(tx, &ctx_in, &actor, Some(&before), &after)?;
        Ok(after)
    });
    let changed = changed.await?;
    ctx.poke(Topic::Voice);
    Ok(changed)
}

fn save(tx: &mut Tx<'_>, ctx: &Ctx, actor: &Actor, before: Option<&PromptDoc>, after: &PromptDoc) -> Result<(), AppError> {
    config::unique(tx, "prompt", after, |p| &p.name, |a, b| a.id == b.id)?;
    config::save(tx, ctx, actor, before, after, &after.name, What::PromptChanged)
}
