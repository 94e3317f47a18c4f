//! The public page of a case: what the customer may know by a signed link, and nothing that was meant for colleagues.
//!
//! The link names workspace, case and generation under a signature; whoever closes it makes the generation worthless, so that no list of
//! links has to be kept. The number of a case opens nothing.

use super::{acts::own, rows};
use crate::{
    App, AppError, Ctx,
    access::Actor,
    act::{self, Act},
};
use okno_model::{
    CaseId, Timestamp, WorkspaceId,
    doc::{CaseDoc, CaseKind, CasePage, CaseState, InteractionDoc, WorkspaceDoc},
    event::Actor as By,
};
use std::sync::Arc;

const PURPOSE: &str = "case-page";

/// Opens the public page of a case, if it is not open, and answers with its address.
///
/// # Errors
/// 404 and 403 by `case.write`; [`AppError::Conflict`] `wrong_state` for a part of another case.
pub async fn open(ctx: &Ctx, actor: &Actor, id: CaseId) -> Result<String, AppError> {
    let who = actor.clone();
    let generation = act::run(ctx, actor.event(), move |act| {
        let mut case = own(act, &who, id, None)?.into_inner();
        let generation = match case.page {
            CasePage::Open { generation } => return Ok(generation),
            CasePage::Never => 1,
            CasePage::Closed { generation } => generation.saturating_add(1),
        };
        turn(act, &mut case, CasePage::Open { generation })?;
        Ok(generation)
    })
    .await?;
    let token = ctx.app.secrets.sign(PURPOSE, &format!("{}:{id}:{generation}", ctx.ws));
    Ok(format!("{}/status/{token}", ctx.app.urls.app))
}

/// Closes the public page: every link that was given away is worthless.
///
/// # Errors
/// As [`open`].
pub async fn close(ctx: &Ctx, actor: &Actor, id: CaseId) -> Result<(), AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut case = own(act, &who, id, None)?.into_inner();
        if let CasePage::Open { generation } = case.page {
            turn(act, &mut case, CasePage::Closed { generation })?;
        }
        Ok(())
    })
    .await
}

fn turn(act: &mut Act<'_, '_>, case: &mut CaseDoc, page: CasePage) -> Result<(), AppError> {
    let before = case.clone();
    case.page = page;
    rows::save(act, &before, case.clone())?;
    Ok(())
}

/// What the customer sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The company.
    pub company: String,
    /// Its time zone.
    pub time_zone: String,
    /// Its language.
    pub company_language: String,
    /// The customer's language, if known.
    pub language: Option<String>,
    /// Number of the case.
    pub number: String,
    /// What it is.
    pub kind: CaseKind,
    /// How far it is.
    pub stage: Stage,
    /// When it began.
    pub created: Timestamp,
    /// When something happened last.
    pub updated: Timestamp,
    /// By when the customer was told that he is answered, if he still waits for that.
    pub promised: Option<Timestamp>,
}

impl Shown {
    /// `2026-11-22 18:40`, on the company's clock: the same in every language.
    pub fn clock(&self, at: Timestamp) -> String {
        let zone = jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
        at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// How far a case is, in the customer's eyes: whom we ask inside is not his.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// We have it.
    Received,
    /// We work on it.
    Working,
    /// He has to answer.
    Yours,
    /// Something has to happen first; until when, if we know.
    Paused(Option<Timestamp>),
    /// We hold it to be done.
    Done(Timestamp),
}

/// The page that a link opens.
///
/// # Errors
/// [`AppError::NotFound`] for everything that is no open link: a stranger learns nothing more.
pub async fn shown(app: &Arc<App>, token: &str) -> Result<Shown, AppError> {
    let missing = || AppError::not_found("page");
    let text = app.secrets.verify(PURPOSE, token).ok_or_else(missing)?;
    let mut parts = text.split(':');
    let ws: WorkspaceId = parts.next().and_then(|part| part.parse().ok()).ok_or_else(missing)?;
    let id: CaseId = parts.next().and_then(|part| part.parse().ok()).ok_or_else(missing)?;
    let named: u32 = parts.next().and_then(|part| part.parse().ok()).ok_or_else(missing)?;
    let ctx = app.at(ws);
    let (inner, now) = (ctx.clone(), ctx.now());
    ctx.read(move |tx| {
        let linked = tx.get::<CaseDoc>(id)?.ok_or_else(missing)?;
        if linked.page != (CasePage::Open { generation: named }) {
            return Err(missing());
        }
        let company = tx.get::<WorkspaceDoc>(ws)?.ok_or_else(missing)?;
        let case = rows::root(&mut Act::new(&inner, tx, now, By::Customer), id)?.ok_or_else(missing)?;
        let mut promised = None;
        for &interaction in &case.interactions {
            let Some(doc) = tx.get::<InteractionDoc>(interaction)?.filter(|doc| doc.customer == case.customer) else { continue };
            // Only as long as he waits for an answer.
            if doc.customer_waits.is_some()
                && let Some(due) = doc.promise.as_ref().map(|promise| promise.due).or(doc.due)
            {
                promised = Some(promised.map_or(due, |other: Timestamp| other.min(due)));
            }
        }
        let stage = match case.state {
            CaseState::New => Stage::Received,
            CaseState::Open { .. } | CaseState::WaitingDepartment { .. } | CaseState::Merged { .. } => Stage::Working,
            CaseState::WaitingCustomer { .. } => Stage::Yours,
            CaseState::OnHold { until, .. } => Stage::Paused(until),
            CaseState::Resolved { at } | CaseState::Closed { resolved: at, .. } => Stage::Done(at),
        };
        Ok(Shown {
            company: company.name,
            time_zone: company.time_zone,
            company_language: company.language,
            language: case.language,
            number: case.number,
            kind: case.kind,
            stage,
            created: linked.created,
            updated: case.updated,
            promised,
        })
    })
    .await
}
