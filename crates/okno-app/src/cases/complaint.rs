//! Handling a complaint after the steps of ISO 10002: acknowledge, assess, investigate, respond, close. okno records who did which step when,
//! and what he wrote; it claims no conformity, which is a matter of the company.

use super::{acts::own, input, rows};
use crate::{AppError, Ctx, access::Actor, act};
use okno_model::{
    CaseId,
    doc::{CaseDoc, CaseEntry, CaseKind, ComplaintStage, ComplaintStep},
    event::What,
};

/// Steps of one case: a complaint that comes back begins again, and so often nobody does.
const STEPS_MAX: usize = 100;

/// Records the next step. After the last one a complaint that comes back begins with the first again.
///
/// # Errors
/// 404 and 403 by `case.write`; [`AppError::Conflict`] `not_a_complaint`, `wrong_step`; [`AppError::Invalid`] with the field.
pub async fn complain(ctx: &Ctx, actor: &Actor, id: CaseId, stage: ComplaintStage, text: String) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut case = own(act, &who, id, None)?.into_inner();
        if case.kind != CaseKind::Complaint {
            return Err(AppError::conflict("not_a_complaint", "this case is no complaint; change its kind first"));
        }
        let next = ComplaintStage::ALL[case.complaint.len() % ComplaintStage::ALL.len()];
        if stage != next {
            return Err(AppError::conflict("wrong_step", format!("the next step is `{next}`")));
        }
        if case.complaint.len() >= STEPS_MAX {
            return Err(AppError::conflict("too_many", format!("a complaint has at most {STEPS_MAX} steps; make a new case")));
        }
        let text = input::comment_of(&text)?;
        case.complaint.push(ComplaintStep { stage, at: act.now, by: who.user, text: text.clone() });
        case.version += 1;
        rows::enter(act, &mut case, CaseEntry::Complaint { stage, text })?;
        rows::store_case(act, &case, What::CaseChanged)?;
        Ok(case)
    })
    .await
}
