//! Merging customers, and taking it back.
//!
//! A merge adds an edge and moves nothing away for good: what names a customer keeps whom it named when it came, and names
//! whoever stands for him now. Taking an edge away brings back exactly what came by it.

use super::{graph, rows, shown};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act::{self, Act},
    audit,
};
use okno_model::{
    CustomerId, IdentityId, IdentityKind, MergeId,
    doc::{CustomerDoc, MergeDoc, MergeUndone},
    event::What,
    right::Right,
};
use okno_store::{
    Tx, customers as store, merges,
    named::{self, Move},
};
use serde_json::json;

/// Customers who may be one: a page shows them all, and nobody has more.
const PARTS: usize = 100;

/// Merges a customer into another, who stands for both from now on.
///
/// # Errors
/// 404 and 403 by `customer.write` over both; [`AppError::Conflict`] `already_one`, or `part_of_another` for somebody who was
/// merged meanwhile; [`AppError::Invalid`] for too many parts.
pub async fn merge(ctx: &Ctx, actor: &Actor, from: CustomerId, into: CustomerId) -> Result<MergeDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let one = access::customer(act.tx, &who, from, Right::CustomerWrite)?.into_inner();
        let other = access::customer(act.tx, &who, into, Right::CustomerWrite)?.into_inner();
        if from == into || one.part_of.unwrap_or(from) == other.part_of.unwrap_or(into) {
            return Err(already_one());
        }
        // Whoever chose them saw two customers who are not there any more.
        if let Some(part) = [&one, &other].into_iter().find(|c| c.part_of.is_some()) {
            let text = format!("{} was merged with somebody else meanwhile; open him again and look", part.name);
            return Err(AppError::conflict("part_of_another", text));
        }
        connect(act, &who, one.id, other.id, "")
    })
    .await
}

fn already_one() -> AppError {
    AppError::conflict("already_one", "these two are one customer already")
}

/// Adds an edge between two customers, or parts of two, and projects it.
pub(super) fn connect(act: &mut Act<'_, '_>, who: &Actor, from: CustomerId, into: CustomerId, reason: &str) -> Result<MergeDoc, AppError> {
    let (from, into) = (get(act.tx, from)?, get(act.tx, into)?);
    let (goes, stays) = (from.part_of.unwrap_or(from.id), into.part_of.unwrap_or(into.id));
    if goes == stays {
        return Err(already_one());
    }
    let mut edges = edges(act.tx, goes)?;
    edges.extend(self::edges(act.tx, stays)?);
    if edges.len() + 2 > PARTS {
        return Err(AppError::invalid("into", "too_many_parts", format!("one customer has at most {PARTS} parts")));
    }
    let mut edge = MergeDoc {
        id: act.id(MergeId::new),
        // What is a part without an edge was joined by an older okno: whoever has its rows is meant.
        from: if edges.iter().any(|e| e.from == from.id || e.into == from.id) { from.id } else { goes },
        from_name: from.name,
        into: if edges.iter().any(|e| e.from == into.id || e.into == into.id) { into.id } else { stays },
        into_name: into.name,
        reason: reason.to_owned(),
        by: Some(who.user),
        by_name: who.name.clone(),
        at: act.now,
        proved: Vec::new(),
        undone: None,
    };
    let goers: Vec<CustomerId> = merges::members(act.tx, goes)?.into_iter().chain([goes]).collect();
    move_all(act, goes, None, stays)?;
    for member in &goers {
        stand(act, *member, Some(stays))?;
    }
    edge.proved = prove(act, stays, &goers)?;
    act.tx.put(&edge)?;
    show(act, stays)?;
    decided(act, edge.from, edge.into, "confirmed")?;
    act.tell(What::CustomerMerged(edge.clone()))?;
    audit::record(
        act.tx,
        act.now,
        who,
        "customer.merged",
        &edge.id.to_string(),
        &json!({"from": edge.from, "into": edge.into, "reason": reason}),
    )?;
    Ok(edge)
}

/// Takes a merge back: whatever came by it goes with its own customer, also what arrived for him since.
///
/// # Errors
/// 404 and 403 by `customer.write`; [`AppError::Conflict`] `already_undone`.
pub async fn undo(ctx: &Ctx, actor: &Actor, id: MergeId) -> Result<MergeDoc, AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut edge = act.tx.get::<MergeDoc>(id)?.ok_or(AppError::not_found("merge"))?;
        let stood = get(act.tx, edge.into)?.part_of.unwrap_or(edge.into);
        access::customer(act.tx, &who, stood, Right::CustomerWrite)?;
        if let Some(undone) = &edge.undone {
            return Err(AppError::conflict("already_undone", format!("{} has taken this back already", undone.by_name)));
        }
        edge.undone = Some(MergeUndone { by: who.user, by_name: who.name.clone(), at: act.now });
        act.tx.put(&edge)?;
        let left = edges(act.tx, stood)?;
        let side = [edge.from, edge.into].into_iter().map(|end| graph::component(end, &left)).find(|side| !side.contains(&stood));
        unprove(act, &edge)?;
        if let Some(side) = side {
            let goes: Vec<CustomerId> = side.into_iter().collect();
            let stands = graph::root(goes[0], &left);
            // He must stand for himself before rows name him again.
            for member in &goes {
                stand(act, *member, (*member != stands).then_some(stands))?;
            }
            move_all(act, stood, Some(&goes), stands)?;
            show(act, stands)?;
        }
        show(act, stood)?;
        decided(act, edge.from, edge.into, "rejected")?;
        act.tell(What::CustomerUnmerged(edge.clone()))?;
        audit::record(act.tx, act.now, &who, "customer.unmerged", &id.to_string(), &json!({"from": edge.from, "into": edge.into}))?;
        Ok(edge)
    })
    .await
}

/// The merges of a customer that were taken back, newest first.
///
/// # Errors
/// 404 by `customer.read`.
pub async fn undone(ctx: &Ctx, actor: &Actor, id: CustomerId) -> Result<Vec<MergeDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::customer(tx, &who, id, Right::CustomerRead)?;
        Ok(merges::undone(tx, id, PARTS)?)
    })
    .await
}

fn get(tx: &mut Tx<'_>, id: CustomerId) -> Result<CustomerDoc, AppError> {
    tx.get::<CustomerDoc>(id)?.ok_or(AppError::not_found("customer"))
}

/// The edges that hold among a customer and his parts, in the order in which they were made.
pub(super) fn edges(tx: &mut Tx<'_>, root: CustomerId) -> Result<Vec<MergeDoc>, AppError> {
    let mut all: Vec<MergeDoc> = Vec::new();
    for member in merges::members(tx, root)?.into_iter().chain([root]) {
        for edge in merges::edges_of(tx, member)? {
            if !all.iter().any(|known| known.id == edge.id) {
                all.push(edge);
            }
        }
    }
    all.sort_by_key(|edge| (edge.at, edge.id));
    Ok(all)
}

/// Lets rows of every table name somebody else, and tells it.
fn move_all(act: &mut Act<'_, '_>, from: CustomerId, origins: Option<&[CustomerId]>, to: CustomerId) -> Result<(), AppError> {
    let to = get(act.tx, to)?;
    let wanted = Move { from, origins, to: &to };
    for table in named::TABLES {
        loop {
            let news = table.next(act.tx, &wanted)?;
            if news.is_empty() {
                break;
            }
            for what in &news {
                act.tell(what)?;
            }
        }
    }
    Ok(())
}

/// Writes down who stands for a customer now. His rows must have moved, and what he had from parts leaves him.
fn stand(act: &mut Act<'_, '_>, id: CustomerId, by: Option<CustomerId>) -> Result<(), AppError> {
    let mut customer = get(act.tx, id)?;
    customer.part_of = by;
    shown::own(&mut customer);
    rows::save(act, &customer)
}

/// Shows a customer as his parts make him, and tells it.
fn show(act: &mut Act<'_, '_>, id: CustomerId) -> Result<(), AppError> {
    let mut customer = get(act.tx, id)?;
    project(act.tx, &mut customer)?;
    rows::save(act, &customer)
}

/// Shows a customer as his parts make him; not stored yet.
pub(super) fn project(tx: &mut Tx<'_>, customer: &mut CustomerDoc) -> Result<(), AppError> {
    let edges = edges(tx, customer.id)?;
    let mut parts = Vec::new();
    for edge in &edges {
        for end in [edge.from, edge.into] {
            if end != customer.id && !parts.iter().any(|part: &CustomerDoc| part.id == end) {
                parts.push(get(tx, end)?);
            }
        }
    }
    shown::with_parts(customer, &parts, &edges);
    Ok(())
}

/// A person says that they are one: mail addresses of theirs that nobody has proven are his. Undone, they are not.
fn prove(act: &mut Act<'_, '_>, id: CustomerId, of: &[CustomerId]) -> Result<Vec<IdentityId>, AppError> {
    let mut customer = get(act.tx, id)?;
    let mut proved = Vec::new();
    for at in 0..customer.identities.len() {
        let identity = &customer.identities[at];
        let twin = customer.identities[..at].iter().any(|i| i.kind == identity.kind && i.value == identity.value);
        if identity.kind == IdentityKind::Email
            && !identity.verified
            && !twin
            && identity.part.is_some_and(|part| of.contains(&part))
            && store::by_verified(act.tx, identity.kind, &identity.value)?.is_none()
        {
            customer.identities[at].verified = true;
            proved.push(customer.identities[at].id);
        }
    }
    act.tx.put(&customer)?;
    Ok(proved)
}

fn unprove(act: &mut Act<'_, '_>, edge: &MergeDoc) -> Result<(), AppError> {
    for id in &edge.proved {
        // Whose it is now; nobody's, if it was taken away since.
        let Some(owner) = store::owner_of(act.tx, *id)? else { continue };
        let mut customer = get(act.tx, owner)?;
        for identity in customer.identities.iter_mut().filter(|identity| identity.id == *id) {
            identity.verified = false;
        }
        rows::save(act, &customer)?;
    }
    Ok(())
}

/// What was suggested about the two has been decided by that.
fn decided(act: &mut Act<'_, '_>, one: CustomerId, other: CustomerId, state: &str) -> Result<(), AppError> {
    for (customer, other) in [(one, other), (other, one)] {
        if let Some(mut found) = store::match_of(act.tx, customer, other)?
            && found.state != state
        {
            state.clone_into(&mut found.state);
            act.tx.put(&found)?;
            act.tell(What::MatchChanged(found))?;
        }
    }
    Ok(())
}
