//! Policies as administrators write them.

use crate::{
    AppError, Ctx,
    access::{Actor, Once},
    config,
};
use okno_model::{
    PolicyId,
    doc::{HoursDoc, Phase, PolicyDoc, QueueDoc, ReopenRule, SlaAct, SlaSelector},
    event::What,
    input::PolicyInput,
    right::{Right, Scope},
};
use okno_store::Tx;

/// Values in one field of a selector.
const VALUES: usize = 100;
/// Actions of one policy.
const ACTIONS: usize = 50;
/// Warn points of one target.
const WARNS: usize = 5;
/// The longest target: ten years of minutes.
const MINUTES: u32 = 10 * 366 * 24 * 60;

/// All policies, archived ones too. Seen by everybody who works here: whoever is measured may know by what.
///
/// # Errors
/// [`AppError::Forbidden`] for a user without any right.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<PolicyDoc>, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(|tx| Ok(tx.list()?)).await
}

/// One.
///
/// # Errors
/// As [`list`]; [`AppError::NotFound`].
pub async fn get(ctx: &Ctx, actor: &Actor, id: PolicyId) -> Result<PolicyDoc, AppError> {
    actor.require_any(Right::ALL)?;
    ctx.read(move |tx| tx.get(id)?.ok_or(AppError::not_found("policy"))).await
}

/// Makes one.
///
/// # Errors
/// [`AppError::Forbidden`] without `routing.configure`; [`AppError::Invalid`] with the field.
pub async fn create(ctx: &Ctx, actor: &Actor, input: PolicyInput, once: Option<Once>) -> Result<PolicyDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        Once::run(once.as_ref(), tx, actor.user, inner.now(), |tx| {
            let mut doc = PolicyDoc {
                id: inner.id(PolicyId::new),
                name: String::new(),
                order: 0,
                selector: SlaSelector::default(),
                hours: None,
                targets: Vec::new(),
                pauses: vec![Phase::WaitingCustomer, Phase::OnHold],
                reopen: ReopenRule::Continue,
                actions: Vec::new(),
                archived: false,
            };
            apply(tx, &mut doc, input)?;
            config::save(tx, &inner, &actor, None, &doc, &doc.name, What::PolicyChanged)?;
            Ok(doc)
        })
    })
    .await
}

/// Changes one: the clocks of all matters that have it are computed by the new rule from now on, with all their pauses.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`]; [`AppError::Invalid`].
pub async fn update(ctx: &Ctx, actor: &Actor, id: PolicyId, input: PolicyInput) -> Result<PolicyDoc, AppError> {
    actor.require(Right::RoutingConfigure, Scope::All)?;
    let (inner, actor) = (ctx.clone(), actor.clone());
    ctx.write(move |tx| {
        let before: PolicyDoc = tx.lock(id)?.ok_or(AppError::not_found("policy"))?;
        let mut after = before.clone();
        apply(tx, &mut after, input)?;
        config::save(tx, &inner, &actor, Some(&before), &after, &after.name, What::PolicyChanged)?;
        Ok(after)
    })
    .await
}

/// Takes one out of use.
///
/// # Errors
/// As [`update`].
pub async fn archive(ctx: &Ctx, actor: &Actor, id: PolicyId) -> Result<PolicyDoc, AppError> {
    update(ctx, actor, id, PolicyInput { archived: Some(true), ..PolicyInput::default() }).await
}

fn apply(tx: &mut Tx<'_>, doc: &mut PolicyDoc, input: PolicyInput) -> Result<(), AppError> {
    let PolicyInput { name, order, selector, hours, targets, pauses, reopen, actions, archived } = input;
    if let Some(name) = name {
        doc.name = name;
    }
    doc.order = order.unwrap_or(doc.order);
    doc.selector = selector.unwrap_or_else(|| doc.selector.clone());
    doc.hours = hours.unwrap_or(doc.hours);
    doc.targets = targets.unwrap_or_else(|| doc.targets.clone());
    doc.pauses = pauses.unwrap_or_else(|| doc.pauses.clone());
    doc.reopen = reopen.unwrap_or(doc.reopen);
    doc.actions = actions.unwrap_or_else(|| doc.actions.clone());
    doc.archived = archived.unwrap_or(doc.archived);
    doc.name = config::name("name", &doc.name)?;
    check(tx, doc)?;
    config::unique(tx, "policy", doc, |policy: &PolicyDoc| &policy.name, |a, b| a.id == b.id)
}

fn check(tx: &mut Tx<'_>, doc: &mut PolicyDoc) -> Result<(), AppError> {
    if let Some(hours) = doc.hours
        && tx.get::<HoursDoc>(hours)?.is_none()
    {
        return Err(AppError::invalid("hours", "unknown", "there are no such business hours"));
    }
    selector(tx, &mut doc.selector)?;
    if doc.targets.is_empty() {
        return Err(AppError::invalid("targets", "required", "a policy needs at least one target; without any it promises nothing"));
    }
    for (n, target) in doc.targets.iter().enumerate() {
        if doc.targets[..n].iter().any(|other| other.kind == target.kind) {
            return Err(AppError::invalid("targets", "repeated", format!("there are two targets for `{}`; keep one", target.kind)));
        }
        config::within("targets", target.minutes, 1..=MINUTES)?;
        let ordered = target.warn.windows(2).all(|two| two[0] < two[1]);
        if !ordered || target.warn.len() > WARNS || target.warn.iter().any(|percent| !(1..=99).contains(percent)) {
            return Err(AppError::invalid(
                "targets",
                "bad_warn",
                format!("warn points are at most {WARNS} numbers from 1 to 99, in order"),
            ));
        }
    }
    if let Some(phase) = doc.pauses.iter().find(|phase| matches!(phase, Phase::Resolved | Phase::Closed | Phase::Merged)) {
        return Err(AppError::invalid("pauses", "always", format!("clocks rest in `{phase}` anyway; leave it out")));
    }
    doc.pauses.sort_unstable();
    doc.pauses.dedup();
    actions(tx, doc)
}

fn selector(tx: &mut Tx<'_>, selector: &mut SlaSelector) -> Result<(), AppError> {
    let SlaSelector { kinds, queues, priorities, tags, languages } = selector;
    if [kinds.len(), queues.len(), priorities.len(), tags.len(), languages.len()].into_iter().any(|count| count > VALUES) {
        return Err(AppError::invalid("selector", "too_many", format!("at most {VALUES} values in one field")));
    }
    for queue in queues.iter() {
        if tx.get::<QueueDoc>(*queue)?.is_none() {
            return Err(AppError::invalid("selector", "unknown_queue", "there is no such queue"));
        }
    }
    if priorities.iter().any(|priority| *priority > 9) {
        return Err(AppError::invalid("selector", "out_of_range", "priorities are 0 to 9"));
    }
    for text in tags.iter_mut().chain(languages.iter_mut()) {
        *text = config::name("selector", text)?;
    }
    Ok(())
}

fn actions(tx: &mut Tx<'_>, doc: &PolicyDoc) -> Result<(), AppError> {
    if doc.actions.len() > ACTIONS {
        return Err(AppError::invalid("actions", "too_many", format!("at most {ACTIONS} actions")));
    }
    for action in &doc.actions {
        config::within("actions", action.at.into(), 1..=100)?;
        let has_point = action.at == 100
            || doc.targets.iter().any(|t| (action.kinds.is_empty() || action.kinds.contains(&t.kind)) && t.warn.contains(&action.at));
        if !has_point {
            let detail = format!("no target has a warn point at {} percent; add one, or choose 100 for the breach", action.at);
            return Err(AppError::invalid("actions", "no_warn_point", detail));
        }
        match action.act {
            SlaAct::RaisePriority { by } => config::within("actions", by.into(), 1..=9)?,
            SlaAct::Reassign { queue } => {
                if tx.get::<QueueDoc>(queue)?.is_none_or(|queue| queue.archived) {
                    return Err(AppError::invalid("actions", "unknown_queue", "there is no such queue"));
                }
            }
            SlaAct::NotifyOwner | SlaAct::NotifySupervisor => {}
        }
    }
    Ok(())
}
