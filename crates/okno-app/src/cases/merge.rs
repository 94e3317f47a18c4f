//! Cases become one, and one becomes two. Nothing is copied or lost: an edge says what belongs together, and whoever takes it back removes
//! the edge. What came in after a merge stays with the whole.

use super::{acts::own, input, rows};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act::{self, Act},
    audit,
    interactions::thread,
};
use okno_engine::cases::Input;
use okno_model::{
    CaseEdgeId, CaseEntryId, CaseId, InteractionId,
    doc::{CaseDoc, CaseEdgeDoc, CaseEntry, CasePage, CaseState, EdgeKind, InteractionDoc},
    event::What,
    right::Right,
};
use serde_json::json;

/// Makes a case a part of another one: its conversations and its history are seen there.
///
/// # Errors
/// 404 and 403 by `case.manage` over both; [`AppError::Conflict`] `wrong_state`; [`AppError::Invalid`] for a case and itself.
pub async fn merge(ctx: &Ctx, actor: &Actor, id: CaseId, into: CaseId) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        if id == into {
            return Err(AppError::invalid("into", "circle", "a case cannot become a part of itself"));
        }
        access::case(act.tx, &who, id, Right::CaseManage)?;
        access::case(act.tx, &who, into, Right::CaseManage)?;
        let mut part = own(act, &who, id, None)?.into_inner();
        let mut whole = own(act, &who, into, None)?.into_inner();
        if whole.interactions.len() + part.interactions.len() > input::INTERACTIONS {
            return Err(AppError::invalid("into", "too_many", format!("a case has at most {} conversations", input::INTERACTIONS)));
        }
        let edge = CaseEdgeDoc {
            id: act.id(CaseEdgeId::new),
            kind: EdgeKind::Merged,
            part: id,
            whole: into,
            at: act.now,
            by: who.user,
            before: part.state.clone(),
            interactions: part.interactions.clone(),
            undone: None,
        };
        rows::advance(act, &mut part, Input::Merge { into })?;
        act.tx.put(&edge)?;
        for &interaction in &edge.interactions {
            point(act, interaction, into)?;
        }
        whole.interactions.extend(edge.interactions.iter().copied());
        (part.version, whole.version) = (part.version + 1, whole.version + 1);
        rows::enter(act, &mut part, CaseEntry::MergedInto { edge: edge.id, whole: into, number: whole.number.clone() })?;
        rows::enter(act, &mut whole, CaseEntry::Merged { edge: edge.id, part: id, number: part.number.clone() })?;
        rows::store_case(act, &part, What::CaseChanged)?;
        rows::store_case(act, &whole, What::CaseChanged)?;
        audit::record(act.tx, act.now, &who, "case.merged", &part.number, &json!({"edge": edge.id, "part": id, "whole": into}))?;
        Ok(whole)
    })
    .await
}

/// Makes a case of its own of some conversations of a case.
///
/// # Errors
/// 404 and 403 by `case.manage`; [`AppError::Invalid`] with the field; [`AppError::Conflict`] `wrong_state`.
pub async fn split(ctx: &Ctx, actor: &Actor, id: CaseId, interactions: Vec<InteractionId>, title: String) -> Result<CaseDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        access::case(act.tx, &who, id, Right::CaseManage)?;
        let mut whole = own(act, &who, id, None)?.into_inner();
        let mut moved: Vec<InteractionId> = interactions;
        moved.sort_unstable();
        moved.dedup();
        if moved.is_empty() || moved.iter().any(|one| !whole.interactions.contains(one)) {
            return Err(AppError::invalid("interactions", "unknown", "name conversations of this case"));
        }
        let mut part = CaseDoc {
            id: act.id(CaseId::new),
            number: rows::number(act)?,
            version: 1,
            title: input::title_of(&title)?,
            state: CaseState::Open { since: act.now },
            interactions: moved.clone(),
            created: act.now,
            created_by: Some(who.user),
            last_entry: 0,
            reopened: 0,
            forward: None,
            departments: Vec::new(),
            checklist: Vec::new(),
            complaint: Vec::new(),
            page: CasePage::Never,
            links: Vec::new(),
            ..whole.clone()
        };
        whole.interactions.retain(|one| !moved.contains(one));
        for &interaction in &moved {
            point(act, interaction, part.id)?;
        }
        let edge = CaseEdgeDoc {
            id: act.id(CaseEdgeId::new),
            kind: EdgeKind::Split,
            part: part.id,
            whole: id,
            at: act.now,
            by: who.user,
            before: part.state.clone(),
            interactions: moved,
            undone: None,
        };
        act.tx.put(&edge)?;
        whole.version += 1;
        rows::enter(act, &mut part, CaseEntry::SplitFrom { edge: edge.id, whole: id, number: whole.number.clone() })?;
        rows::enter(act, &mut whole, CaseEntry::Split { edge: edge.id, part: part.id, number: part.number.clone() })?;
        rows::store_case(act, &part, What::CaseCreated)?;
        rows::store_case(act, &whole, What::CaseChanged)?;
        audit::record(act.tx, act.now, &who, "case.split", &whole.number, &json!({"edge": edge.id, "part": part.id, "whole": id}))?;
        Ok(part)
    })
    .await
}

/// Takes a merge or a split back; answers with the whole, which is not stored, and the entry that says so.
pub(super) fn take_back(act: &mut Act<'_, '_>, mut whole: CaseDoc, edge: CaseEdgeId) -> Result<(CaseDoc, CaseEntryId), AppError> {
    let mut edge = act.tx.get::<CaseEdgeDoc>(edge)?.ok_or(AppError::not_found("entry"))?;
    if edge.undone.is_some() || edge.whole != whole.id {
        return Err(AppError::conflict("already_undone", "this was taken back already"));
    }
    let mut part = act.tx.get::<CaseDoc>(edge.part)?.ok_or(AppError::not_found("case"))?;
    match edge.kind {
        EdgeKind::Merged => {
            rows::advance(act, &mut part, Input::Unmerge { to: edge.before.clone() })?;
            // Only what came by the merge and is still there goes back.
            let back: Vec<InteractionId> = edge.interactions.iter().copied().filter(|one| whole.interactions.contains(one)).collect();
            whole.interactions.retain(|one| !back.contains(one));
            for &interaction in &back {
                point(act, interaction, part.id)?;
            }
            part.interactions = back;
        }
        EdgeKind::Split => {
            if matches!(part.state, CaseState::Merged { .. }) {
                return Err(AppError::conflict(
                    "changed_since",
                    "the case that came out has become a part of another one; take that back first",
                ));
            }
            // The case that came out ends as a part, with all that it has by now.
            let back = part.interactions.clone();
            rows::advance(act, &mut part, Input::Merge { into: whole.id })?;
            for &interaction in &back {
                point(act, interaction, whole.id)?;
            }
            whole.interactions.extend(back);
        }
    }
    edge.undone = Some(act.now);
    act.tx.put(&edge)?;
    (part.version, whole.version) = (part.version + 1, whole.version + 1);
    rows::enter(act, &mut part, CaseEntry::Rejoined { edge: edge.id, other: whole.id, number: whole.number.clone() })?;
    let done = rows::enter(act, &mut whole, CaseEntry::Rejoined { edge: edge.id, other: part.id, number: part.number.clone() })?;
    rows::store_case(act, &part, What::CaseChanged)?;
    Ok((whole, done.id))
}

/// The conversation is about this case from now on.
fn point(act: &mut Act<'_, '_>, interaction: InteractionId, to: CaseId) -> Result<(), AppError> {
    let Some(mut doc) = act.tx.get::<InteractionDoc>(interaction)? else { return Ok(()) };
    doc.case = Some(to);
    thread::save(act, &doc, What::InteractionChanged)
}
