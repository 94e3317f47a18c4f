//! What happens in cases because of time: one setting of the workspace.

use crate::{AppError, Ctx, access::Actor, act, audit, config};
use okno_model::{
    doc::CaseSettings,
    right::{Right, Scope},
};
use okno_store::{Tx, access as store};

const KEY: &str = "cases";
/// Two weeks: long enough for a parcel to arrive and be wrong again.
const DEFAULT: CaseSettings = CaseSettings { reopen_days: 14, close_days: 14 };
const DAYS_MAX: u32 = 365;

pub(super) fn read(tx: &mut Tx<'_>) -> Result<CaseSettings, AppError> {
    let Some(text) = store::setting(tx, KEY)? else { return Ok(DEFAULT) };
    serde_json::from_str(&text).map_err(|e| AppError::Internal(e.to_string()))
}

/// The setting.
///
/// # Errors
/// [`AppError::Forbidden`] without `case.read`.
pub async fn settings(ctx: &Ctx, actor: &Actor) -> Result<CaseSettings, AppError> {
    actor.require_any(&[Right::CaseRead])?;
    ctx.read(read).await
}

/// Replaces the setting.
///
/// # Errors
/// [`AppError::Forbidden`] without `case.manage` over everything; [`AppError::Invalid`] with the field.
pub async fn set_settings(ctx: &Ctx, actor: &Actor, new: CaseSettings) -> Result<CaseSettings, AppError> {
    actor.require(Right::CaseManage, Scope::All)?;
    config::within("reopen_days", new.reopen_days.into(), 0..=DAYS_MAX)?;
    config::within("close_days", new.close_days.into(), 0..=DAYS_MAX)?;
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let before = read(act.tx)?;
        let text = serde_json::to_string(&new).map_err(|e| AppError::Internal(e.to_string()))?;
        store::set_setting(act.tx, KEY, &text)?;
        audit::record(act.tx, act.now, &who, "case_settings.changed", KEY, &audit::change(Some(&before), Some(&new))?)?;
        Ok(new)
    })
    .await
}
