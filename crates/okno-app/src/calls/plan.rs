//! The dial plan: what may be called, and how much.

use crate::{AppError, Ctx};
use okno_model::{
    AgentId, Timestamp,
    doc::{CallDirection, CallDoc, DialPlanDoc},
};
use okno_store::{Tx, calls};
use std::time::Duration;

/// Shortest national number that gets its country: shorter ones are extensions.
const NATIONAL_MIN: usize = 7;
/// Digits of an international number (E.164).
const E164: std::ops::RangeInclusive<usize> = 7..=15;
/// A day of the caps rolls: a new one does not begin for everybody at midnight.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The number that an agent may dial for what he typed, E.164 with `+`.
///
/// # Errors
/// [`AppError::Invalid`] `bad_number` or `number_not_allowed`; [`AppError::Conflict`] `limit` when he or the company has called enough.
pub async fn number_to_dial(ctx: &Ctx, agent: AgentId, typed: &str) -> Result<String, AppError> {
    let (typed, now) = (typed.to_owned(), ctx.now());
    ctx.read(move |tx| to_dial(tx, agent, &typed, now)).await
}

/// As [`number_to_dial`], in a transaction.
pub(crate) fn to_dial(tx: &mut Tx<'_>, agent: AgentId, typed: &str, now: Timestamp) -> Result<String, AppError> {
    let plan = plan_of(tx)?;
    let number = permitted(&plan, typed)?;
    let limit = |detail: String| Err(AppError::conflict("limit", detail));
    let out = calls::live(tx)?.iter().filter(|call| call.direction == CallDirection::Outbound).count();
    if plan.max_calls > 0 && out >= plan.max_calls as usize {
        return limit(format!("{out} outgoing calls go on, which is the company's limit; try again in a moment"));
    }
    let today = calls::dialed_by(tx, agent, now - DAY)?;
    if plan.agent_calls_per_day > 0 && today.len() >= plan.agent_calls_per_day as usize {
        return limit(format!("you have made {} calls in 24 hours, which is the limit; ask an administrator", today.len()));
    }
    let minutes = today.iter().map(|call| length(call, now)).sum::<Duration>().as_secs() / 60;
    if plan.agent_minutes_per_day > 0 && minutes >= u64::from(plan.agent_minutes_per_day) {
        return limit(format!("you have called for {minutes} minutes in 24 hours, which is the limit; ask an administrator"));
    }
    Ok(number)
}

fn length(call: &CallDoc, now: Timestamp) -> Duration {
    use okno_model::doc::CallState;
    let Some(answered) = call.answered else { return Duration::ZERO };
    match call.state {
        CallState::Ended { at, .. } => at.since(answered),
        CallState::Ringing | CallState::Waiting | CallState::Voicemail | CallState::Talking | CallState::Held => now.since(answered),
    }
}

/// The plan; a workspace that has none calls nobody.
pub(crate) fn plan_of(tx: &mut Tx<'_>) -> Result<DialPlanDoc, AppError> {
    let ws = tx.ws();
    Ok(tx.get::<DialPlanDoc>(ws)?.unwrap_or_else(|| DialPlanDoc::closed(ws)))
}

/// A typed number in E.164, if the plan allows it.
pub(crate) fn permitted(plan: &DialPlanDoc, typed: &str) -> Result<String, AppError> {
    let number = normal(plan, typed).filter(|n| n.starts_with('+') && E164.contains(&(n.len() - 1)));
    let Some(number) = number else {
        let shown: String = typed.chars().filter(|c| !c.is_control()).take(40).collect();
        return Err(AppError::invalid(
            "to",
            "bad_number",
            format!("`{shown}` is no number that can be called; write it as +48 22 123 45 67"),
        ));
    };
    let among = |prefixes: &[String]| prefixes.iter().any(|prefix| !prefix.is_empty() && number.starts_with(prefix.as_str()));
    if among(&plan.allow) && !among(&plan.deny) {
        return Ok(number);
    }
    Err(AppError::invalid(
        "to",
        "number_not_allowed",
        format!("{number} may not be called; an administrator can allow it in the dial plan"),
    ))
}

/// A number as people and trunks write it, in E.164 if that can be told; extensions stay as they are. `None` for what is no number.
pub(crate) fn normal(plan: &DialPlanDoc, text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !" -.()/\u{a0}".contains(*c)).collect();
    let number = |digits: &str| digits.chars().all(|c| c.is_ascii_digit()) && !digits.is_empty() && digits.len() <= *E164.end();
    if let Some(rest) = digits.strip_prefix('+') {
        return number(rest).then(|| format!("+{rest}"));
    }
    if !digits.chars().all(|c| c.is_ascii_digit()) || digits.is_empty() {
        return None;
    }
    if let Some(rest) = digits.strip_prefix("00") {
        return number(rest).then(|| format!("+{rest}"));
    }
    if digits.len() < NATIONAL_MIN {
        return Some(digits);
    }
    if plan.country.is_empty() {
        return number(&digits).then_some(digits);
    }
    if !plan.national_prefix.is_empty()
        && let Some(rest) = digits.strip_prefix(plan.national_prefix.as_str())
    {
        return number(rest).then(|| format!("+{}{rest}", plan.country));
    }
    // With its country, but without the plus, as many trunks send it.
    let international = digits.strip_prefix(plan.country.as_str()).is_some_and(|rest| rest.len() >= 9);
    let full = if international { format!("+{digits}") } else { format!("+{}{digits}", plan.country) };
    E164.contains(&(full.len() - 1)).then_some(full)
}

#[cfg(test)]
mod unit {
    use super::*;
    use okno_model::WorkspaceId;

    fn poland() -> DialPlanDoc {
        let closed = DialPlanDoc::closed(WorkspaceId::from_u128(1));
        DialPlanDoc { country: "48".into(), allow: vec!["+48".into(), "+4930".into()], deny: vec!["+48700".into()], ..closed }
    }

    #[test]
    fn one_number_has_one_form() {
        let plan = poland();
        for text in ["+48 22 123 45 67", "0048221234567", "48221234567", "22 123-45-67", "(22) 123.45.67"] {
            assert_eq!(normal(&plan, text).as_deref(), Some("+48221234567"), "{text}");
        }
        let russia = DialPlanDoc { country: "7".into(), national_prefix: "8".into(), ..poland() };
        assert_eq!(normal(&russia, "8 (495) 123-45-67").as_deref(), Some("+74951234567"));
        assert_eq!(normal(&plan, "500").as_deref(), Some("500"), "an extension");
        for text in ["", "anonymous", "+", "+48abc", "12345678901234567890", "*21#"] {
            assert_eq!(normal(&plan, text), None, "{text}");
        }
        let nowhere = DialPlanDoc::closed(WorkspaceId::from_u128(1));
        assert_eq!(normal(&nowhere, "221234567").as_deref(), Some("221234567"), "nobody knows whose");
    }

    #[test]
    fn what_is_not_allowed_is_refused() {
        let plan = poland();
        assert_eq!(permitted(&plan, "22 123 45 67").unwrap(), "+48221234567");
        assert_eq!(permitted(&plan, "+49 30 123456").unwrap(), "+4930123456");
        for (text, code) in
            [("+1 900 123 4567", "number_not_allowed"), ("700 123 456", "number_not_allowed"), ("500", "bad_number"), ("x", "bad_number")]
        {
            let error = permitted(&plan, text).unwrap_err();
            assert!(matches!(&error, AppError::Invalid { code: found, .. } if *found == code), "{text}: {error}");
        }
        let closed = DialPlanDoc::closed(WorkspaceId::from_u128(1));
        assert!(permitted(&closed, "+48221234567").is_err(), "nobody has allowed anything");
    }
}
