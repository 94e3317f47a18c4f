//! What may be dialed, and how much. Nothing, until somebody says so (V-3).

use super::words::is_e164;
use crate::{AppError, Ctx, access::Actor, config};
use okno_bus::Topic;
use okno_model::{
    doc::DialPlanDoc,
    event::What,
    input::DialPlanInput,
    right::{Right, Scope},
};
use okno_store::Tx;

const PREFIXES: usize = 500;
const CALLS_MAX: u32 = 10_000;
const MINUTES_MAX: u32 = 24 * 60;

/// The dial plan; closed if nobody has written one.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`.
pub async fn get(ctx: &Ctx, actor: &Actor) -> Result<DialPlanDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    ctx.read(of).await
}

/// Changes the dial plan.
///
/// # Errors
/// [`AppError::Forbidden`] without `voice.configure`; [`AppError::Invalid`] with the field.
pub async fn update(ctx: &Ctx, actor: &Actor, input: DialPlanInput) -> Result<DialPlanDoc, AppError> {
    actor.require(Right::VoiceConfigure, Scope::All)?;
    let (ctx_in, actor) = (ctx.clone(), actor.clone());
    let changed = ctx.write(move |tx| {
        let before = of(tx)?;
        let mut after = before.clone();
        if let Some(country) = input.country {
            after.country = digits("country", country.trim().trim_start_matches('+'), 3)?;
        }
        if let Some(prefix) = input.national_prefix {
            after.national_prefix = digits("national_prefix", prefix.trim(), 4)?;
        }
        if let Some(allow) = input.allow {
            after.allow = prefixes("allow", &allow)?;
        }
        if let Some(deny) = input.deny {
            after.deny = prefixes("deny", &deny)?;
        }
        after.agent_calls_per_day = input.agent_calls_per_day.unwrap_or(after.agent_calls_per_day);
        after.agent_minutes_per_day = input.agent_minutes_per_day.unwrap_or(after.agent_minutes_per_day);
        after.max_calls = input.max_calls.unwrap_or(after.max_calls);
        config::within("agent_calls_per_day", after.agent_calls_per_day, 0..=CALLS_MAX)?;
        config::within("agent_minutes_per_day", after.agent_minutes_per_day, 0..=MINUTES_MAX)?;
        config::within("max_calls", after.max_calls, 0..=CALLS_MAX)?;
        config::save(tx, &ctx_in, &actor, Some(&before), &after, "dial plan", What::DialPlanChanged)?;
        Ok(after)
    });
    let changed = changed.await?;
    ctx.poke(Topic::Voice);
    Ok(changed)
}

/// The dial plan of the workspace of a transaction. A database of before the telephone has no row: nobody can be called.
///
/// # Errors
/// The store's.
pub(super) fn of(tx: &mut Tx<'_>) -> Result<DialPlanDoc, AppError> {
    let ws = tx.ws();
    Ok(tx.get::<DialPlanDoc>(ws)?.unwrap_or_else(|| DialPlanDoc::closed(ws)))
}

fn digits(field: &'static str, text: &str, most: usize) -> Result<String, AppError> {
    if text.len() <= most && text.chars().all(|c| c.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err(AppError::invalid(field, "bad_number", format!("`{field}` must be at most {most} digits")))
}

/// Prefixes in E.164, each once, in order. `+` alone is the whole world.
fn prefixes(field: &'static str, texts: &[String]) -> Result<Vec<String>, AppError> {
    if texts.len() > PREFIXES {
        return Err(AppError::invalid(field, "too_many", format!("at most {PREFIXES} prefixes")));
    }
    let mut all = Vec::new();
    for text in texts {
        let prefix: String = text.chars().filter(|c| !" -.()/".contains(*c)).collect();
        if prefix != "+" && !is_e164(&prefix, 1) {
            let shown: String = text.chars().take(40).collect();
            return Err(AppError::invalid(
                field,
                "bad_prefix",
                format!("`{shown}` is no prefix; write it with its country: `+48`, `+48 70`"),
            ));
        }
        all.push(prefix);
    }
    all.sort();
    all.dedup();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_e164() {
        let read = |texts: &[&str]| prefixes("allow", &texts.iter().map(|&t| t.to_owned()).collect::<Vec<_>>());
        assert_eq!(read(&["+48 70", "+1", "+48 70"]).unwrap(), ["+1", "+4870"]);
        assert_eq!(read(&["+"]).unwrap(), ["+"]);
        for bad in ["48", "0048", "+0", "", "+4x", "*"] {
            assert!(read(&[bad]).is_err(), "{bad:?}");
        }
    }
}
