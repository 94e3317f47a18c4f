//! Which policy a matter has, and how its clocks stand.

use super::facts::{self, Matter};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    config,
};
use okno_engine::sla::{Fact, Subject, What, choose, clocks, matches};
use okno_model::{
    CaseId, InteractionId, QueueId, Timestamp,
    doc::{ClockDoc, PolicyChoiceDoc, PolicyDoc, PolicyPreviewDoc, SlaKind},
    right::Right,
};
use okno_store::Tx;

/// Tags of one question.
const TAGS: usize = 100;

/// A matter that somebody imagines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What it is.
    pub kind: SlaKind,
    /// Its queue.
    pub queue: Option<QueueId>,
    /// Its priority, 0 to 9.
    pub priority: u8,
    /// Its tags.
    pub tags: Vec<String>,
    /// The customer's language.
    pub language: Option<String>,
    /// When it comes in; now, without.
    pub at: Option<Timestamp>,
}

/// Which policy such a matter would get, which others were weighed, and by when what would be due, with the reasons.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure`; [`AppError::Invalid`] with the field.
pub async fn preview(ctx: &Ctx, actor: &Actor, question: Question) -> Result<PolicyPreviewDoc, AppError> {
    actor.require_any(&[Right::RoutingConfigure])?;
    config::within("priority", question.priority.into(), 0..=9)?;
    if question.tags.len() > TAGS {
        return Err(AppError::invalid("tags", "too_many", format!("at most {TAGS} tags")));
    }
    let at = question.at.unwrap_or(ctx.now());
    ctx.read(move |tx| {
        let Question { kind, queue, priority, tags, language, .. } = question;
        let subject = Subject { kind, queue, priority, tags, language };
        let policies = tx.list::<PolicyDoc>()?;
        let chosen = choose(&policies, &subject);
        let considered = policies.iter().filter(|policy| !policy.archived).map(|policy| PolicyChoiceDoc {
            policy: policy.id,
            fields: u32::try_from(policy.selector.fields()).unwrap_or(u32::MAX),
            matches: matches(&policy.selector, &subject),
        });
        let considered = considered.collect();
        let clocks = match chosen {
            Some(policy) => {
                let calendar = facts::calendar(tx, policy)?;
                // A word of each kind, so that every clock shows when it would be due if it began then.
                imagined(policy, calendar.as_ref(), at)
            }
            None => Vec::new(),
        };
        Ok(PolicyPreviewDoc { policy: chosen.map(|policy| policy.id), considered, clocks })
    })
    .await
}

fn imagined(policy: &PolicyDoc, calendar: Option<&okno_engine::hours::Calendar>, at: Timestamp) -> Vec<ClockDoc> {
    let fact = |what| Fact { at, what };
    let told = [fact(What::Opened), fact(What::WeSpoke), fact(What::Forwarded { forward: 1 })];
    let asked = [Fact { at: Timestamp(at.0 - 1), what: What::WeSpoke }, fact(What::CustomerSpoke)];
    let mut all = clocks(policy, calendar, &[fact(What::Opened)], at);
    let more = clocks(policy, calendar, &told, at).into_iter().chain(clocks(policy, calendar, &asked, at));
    for clock in more {
        let runs = !matches!(clock.state, okno_model::doc::ClockState::Met { .. }) && clock.started == at;
        if runs && !all.iter().any(|had| had.kind == clock.kind) {
            all.push(clock);
        }
    }
    all.sort_by_key(|clock| clock.kind);
    all
}

/// The clocks of an interaction as they stand now; none without a policy that is for it.
///
/// # Errors
/// 404 by `interaction.read`.
pub async fn clocks_of_interaction(ctx: &Ctx, actor: &Actor, id: InteractionId) -> Result<Vec<ClockDoc>, AppError> {
    let (who, now) = (actor.clone(), ctx.now());
    ctx.read(move |tx| {
        let doc = access::interaction(tx, &who, id, Right::InteractionRead)?.into_inner();
        clocks_of(tx, &Matter::Interaction(Box::new(doc)), now)
    })
    .await
}

/// The same of a case.
///
/// # Errors
/// 404 by `case.read`.
pub async fn clocks_of_case(ctx: &Ctx, actor: &Actor, id: CaseId) -> Result<Vec<ClockDoc>, AppError> {
    let (who, now) = (actor.clone(), ctx.now());
    ctx.read(move |tx| {
        let case = access::case(tx, &who, id, Right::CaseRead)?.into_inner();
        clocks_of(tx, &Matter::Case(Box::new(case)), now)
    })
    .await
}

fn clocks_of(tx: &mut Tx<'_>, matter: &Matter, now: Timestamp) -> Result<Vec<ClockDoc>, AppError> {
    let policies = tx.list::<PolicyDoc>()?;
    let Some(policy) = choose(&policies, &matter.subject()) else { return Ok(Vec::new()) };
    let calendar = facts::calendar(tx, policy)?;
    Ok(clocks(policy, calendar.as_ref(), &facts::of(tx, matter)?, now))
}
