//! Warn points and breaches of clocks: deadlines are set from the facts, and what a policy wants done then is done with the row that says so.

use super::facts::{self, Matter};
use crate::{
    AppError, Ctx,
    act::{self, Act},
    cases,
    interactions::thread::{Draft, Thread},
};
use okno_engine::sla::{choose, clocks};
use okno_model::{
    CaseId, InteractionId, Timestamp,
    doc::{CaseDoc, CaseEntry, ClockDoc, ClockState, InteractionDoc, PolicyDoc, SlaAct, SlaAction, SlaNoticeDoc},
    event::{Actor, What},
};
use okno_store::{
    Tx, cases as case_rows,
    deadlines::{self, Deadline},
    interactions,
};

/// What the deadlines of interactions are about.
pub(crate) const INTERACTION: &str = "interaction";
/// The same of cases.
pub(crate) const CASE: &str = "case";
/// Percent of the time at which it is over.
const BREACH: u8 = 100;
/// Cases of one look.
const PAGE: usize = 200;
/// The highest priority.
const URGENT: u8 = 9;

/// Sets the deadlines of everything that is open and has a policy. Writes only what differs.
///
/// # Errors
/// The store's.
pub(crate) async fn refresh(ctx: &Ctx) -> Result<(), AppError> {
    let now = ctx.now();
    let wanted = ctx
        .read(move |tx| {
            let policies = tx.list::<PolicyDoc>()?;
            if policies.iter().all(|policy| policy.archived) {
                return Ok(Vec::new());
            }
            let mut wanted = Vec::new();
            for doc in interactions::open(tx)? {
                plan(tx, &policies, &Matter::Interaction(Box::new(doc)), now, &mut wanted)?;
            }
            let mut after = None;
            loop {
                let filter = case_rows::Filter { open: Some(true), after, ..case_rows::Filter::default() };
                let page = case_rows::list(tx, &filter, PAGE)?;
                after = page.last().map(|case| (case.updated, case.id));
                let more = page.len() == PAGE;
                for case in page {
                    plan(tx, &policies, &Matter::Case(Box::new(case)), now, &mut wanted)?;
                }
                if !more {
                    break;
                }
            }
            Ok(wanted)
        })
        .await?;
    if wanted.is_empty() {
        return Ok(());
    }
    act::run(ctx, Actor::System, move |act| {
        for (subject, points) in &wanted {
            deadlines::replace(act.tx, *subject, points)?;
        }
        Ok(())
    })
    .await
}

/// The deadlines of one matter, if they are not set so already.
fn plan(
    tx: &mut Tx<'_>,
    policies: &[PolicyDoc],
    matter: &Matter,
    now: Timestamp,
    wanted: &mut Vec<(uuid::Uuid, Vec<Deadline>)>,
) -> Result<(), AppError> {
    let Some(policy) = choose(policies, &matter.subject()) else { return Ok(()) };
    let points: Vec<Deadline> =
        clocks_of(tx, policy, matter, now)?.iter().filter(|clock| runs(clock)).flat_map(|clock| points(matter, clock)).collect();
    if !deadlines::are(tx, matter.id(), &points)? {
        wanted.push((matter.id(), points));
    }
    Ok(())
}

fn clocks_of(tx: &mut Tx<'_>, policy: &PolicyDoc, matter: &Matter, now: Timestamp) -> Result<Vec<ClockDoc>, AppError> {
    let calendar = facts::calendar(tx, policy)?;
    Ok(clocks(policy, calendar.as_ref(), &facts::of(tx, matter)?, now))
}

/// Somebody still has to act.
const fn runs(clock: &ClockDoc) -> bool {
    matches!(clock.state, ClockState::Running | ClockState::Breached { met: None, .. })
}

/// The points of one clock: percent of its time, and when that is over.
fn points_of(clock: &ClockDoc) -> impl Iterator<Item = (u8, Timestamp)> + '_ {
    clock.warns.iter().map(|warn| (warn.percent, warn.at)).chain(clock.due.map(|due| (BREACH, due)))
}

fn points<'a>(matter: &'a Matter, clock: &'a ClockDoc) -> impl Iterator<Item = Deadline> + 'a {
    points_of(clock).map(|(percent, due)| Deadline {
        about: matter.about().to_owned(),
        subject: matter.id(),
        point: format!("{}:{}:{percent}", clock.kind, clock.number),
        due,
    })
}

/// A point is reached: looks again whether it still stands, and does what the policy wants.
pub(crate) fn fire(act: &mut Act<'_, '_>, deadline: &Deadline) -> Result<(), AppError> {
    let matter = match deadline.about.as_str() {
        INTERACTION => act.tx.get::<InteractionDoc>(InteractionId::new(deadline.subject))?.map(|doc| Matter::Interaction(Box::new(doc))),
        _ => act.tx.get::<CaseDoc>(CaseId::new(deadline.subject))?.map(|case| Matter::Case(Box::new(case))),
    };
    let Some(matter) = matter else { return Ok(()) };
    let policies = act.tx.list::<PolicyDoc>()?;
    let Some(policy) = choose(&policies, &matter.subject()) else { return Ok(()) };
    let now = act.now;
    for clock in clocks_of(act.tx, policy, &matter, now)? {
        let Some(point) = points(&matter, &clock).find(|point| point.point == deadline.point && point.due == deadline.due) else {
            continue;
        };
        let percent =
            points_of(&clock).find(|(percent, _)| point.point.ends_with(&format!(":{percent}"))).map_or(BREACH, |(percent, _)| percent);
        if runs(&clock) {
            reached(act, policy, &matter, &clock, percent)?;
        }
    }
    Ok(())
}

fn reached(act: &mut Act<'_, '_>, policy: &PolicyDoc, matter: &Matter, clock: &ClockDoc, percent: u8) -> Result<(), AppError> {
    let of = |action: &&SlaAction| action.at == percent && (action.kinds.is_empty() || action.kinds.contains(&clock.kind));
    let acts: Vec<SlaAct> = policy.actions.iter().filter(of).map(|action| action.act).collect();
    let notice = SlaNoticeDoc {
        interaction: matter.interaction(),
        case: matter.case(),
        title: matter.title().to_owned(),
        clock: clock.kind,
        number: clock.number,
        percent,
        due: clock.due.unwrap_or(act.now),
        policy: policy.id,
        owner: matter.owner(),
        queue: matter.subject().queue,
        notify_owner: acts.contains(&SlaAct::NotifyOwner),
        notify_supervisor: acts.contains(&SlaAct::NotifySupervisor),
    };
    let what = if percent == BREACH { What::SlaBreached } else { What::SlaWarned };
    act.tell(what(notice))?;
    let words = match percent {
        BREACH => format!("{}: the time of the policy {} is over.", name(clock), policy.name),
        _ => format!("{}: {percent} % of the time of the policy {} are over.", name(clock), policy.name),
    };
    match matter {
        Matter::Interaction(doc) => on_interaction(act, doc.as_ref().clone(), &acts, words),
        Matter::Case(case) => on_case(act, case, &acts, words),
    }
}

fn name(clock: &ClockDoc) -> String {
    let words = clock.kind.word().replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn on_interaction(act: &mut Act<'_, '_>, mut doc: InteractionDoc, acts: &[SlaAct], words: String) -> Result<(), AppError> {
    for what in acts {
        match what {
            SlaAct::RaisePriority { by } => doc.priority = doc.priority.saturating_add(*by).min(URGENT),
            // Waiting interactions go on by the overflow rules of their queue, which know who is there.
            SlaAct::Reassign { .. } | SlaAct::NotifyOwner | SlaAct::NotifySupervisor => {}
        }
    }
    let mut thread = Thread::of(doc);
    thread.say(Draft::notice(act, "sla", words));
    thread.save(act).map(drop)
}

fn on_case(act: &mut Act<'_, '_>, before: &CaseDoc, acts: &[SlaAct], words: String) -> Result<(), AppError> {
    let mut after = before.clone();
    for what in acts {
        match what {
            SlaAct::RaisePriority { by } => after.priority = after.priority.saturating_add(*by).min(URGENT),
            SlaAct::Reassign { queue } => {
                after.queue = Some(*queue);
                after.assignee = None;
            }
            SlaAct::NotifyOwner | SlaAct::NotifySupervisor => {}
        }
    }
    let mut case = cases::rows::save(act, before, after)?;
    cases::rows::enter(act, &mut case, CaseEntry::Comment { text: words, mentions: Vec::new() })?;
    cases::rows::store_case(act, &case, What::CaseChanged)
}
