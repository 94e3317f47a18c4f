//! One history over everything: interactions with their calls and recordings, notes, orders, merges, cases.

use super::views;
use crate::{
    AppError, Ctx,
    access::{self, Actor},
};
use okno_model::{
    CustomerId, InteractionId, Timestamp,
    doc::{HistoryEntry, HistoryItem},
    right::Right,
};
use okno_store::{cases, merges, profiles};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a history may be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HistoryKind {
    /// Interactions.
    Interaction,
    /// Cases.
    Case,
    /// Notes.
    Note,
    /// Orders.
    Order,
    /// Merges, also those that were undone.
    Merge,
}

impl HistoryKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Interaction, Self::Case, Self::Note, Self::Order, Self::Merge];

    /// The published word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Interaction => "interaction",
            Self::Case => "case",
            Self::Note => "note",
            Self::Order => "order",
            Self::Merge => "merge",
        }
    }
}

/// Where the next page begins: everything before this time, and what was told of it already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPosition {
    /// Time of the page's last entry.
    pub at: Timestamp,
    /// Entries of this very time that were shown.
    pub shown: Vec<uuid::Uuid>,
}

/// Entries of one time that a position remembers: more are not told apart by their time.
const SAME_TIME: usize = 200;

/// Id of an entry.
fn id(item: &HistoryItem) -> uuid::Uuid {
    match &item.entry {
        HistoryEntry::Interaction(item) => item.interaction.id.0,
        HistoryEntry::Case(case) => case.id.0,
        HistoryEntry::Note(note) => note.id.0,
        HistoryEntry::Order(order) => order.id.0,
        HistoryEntry::Merge(merge) => merge.id.0,
    }
}

/// Where the page after these entries begins.
pub fn history_position(after: Option<&HistoryPosition>, items: &[HistoryItem]) -> Option<HistoryPosition> {
    let last = items.last()?;
    let same = items.iter().filter(|item| item.at == last.at).map(id);
    let before = after.filter(|position| position.at == last.at).into_iter().flat_map(|position| position.shown.iter().copied());
    Some(HistoryPosition { at: last.at, shown: before.chain(same).take(SAME_TIME).collect() })
}

/// The history of a customer, newest first, of all kinds or of some.
///
/// # Errors
/// 404 by `customer.read`.
pub async fn history(
    ctx: &Ctx,
    actor: &Actor,
    customer: CustomerId,
    kinds: BTreeSet<HistoryKind>,
    after: Option<HistoryPosition>,
    limit: usize,
) -> Result<Vec<HistoryItem>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx| {
        access::customer(tx, &who, customer, Right::CustomerRead)?;
        let wants = |kind| kinds.is_empty() || kinds.contains(&kind);
        let after = after.unwrap_or(HistoryPosition { at: Timestamp(i64::MAX - 1), shown: Vec::new() });
        // Everything up to and at that time, and as many more as were shown of it.
        let (until, most) = (Timestamp(after.at.0 + 1), limit + after.shown.len());
        let mut all = Vec::new();
        if wants(HistoryKind::Interaction) {
            let from = Some((until, InteractionId::from_u128(0)));
            let found = views::timeline_of(tx, &who, customer, from, most)?;
            all.extend(
                found
                    .into_iter()
                    .map(|item| HistoryItem { at: item.interaction.last_at, entry: HistoryEntry::Interaction(Box::new(item)) }),
            );
        }
        if wants(HistoryKind::Case) {
            for case in cases::of_customer(tx, customer)? {
                if case.created < until && who.covers(Right::CaseRead, &access::case_place(tx, &case)?) {
                    all.push(HistoryItem { at: case.created, entry: HistoryEntry::Case(Box::new(case)) });
                }
            }
        }
        if wants(HistoryKind::Note) {
            let found = profiles::notes(tx, customer, until, most)?;
            all.extend(found.into_iter().map(|note| HistoryItem { at: note.created, entry: HistoryEntry::Note(note) }));
        }
        if wants(HistoryKind::Order) {
            let found = profiles::orders(tx, customer, until, most)?;
            all.extend(found.into_iter().map(|order| HistoryItem { at: order.placed, entry: HistoryEntry::Order(order) }));
        }
        if wants(HistoryKind::Merge) {
            let holding = super::merge::edges(tx, customer)?;
            let undone = merges::undone(tx, customer, limit)?;
            let found = holding.into_iter().chain(undone).filter(|merge| merge.at < until);
            all.extend(found.map(|merge| HistoryItem { at: merge.at, entry: HistoryEntry::Merge(merge) }));
        }
        all.retain(|item| item.at != after.at || !after.shown.contains(&id(item)));
        all.sort_by_key(|item| (std::cmp::Reverse(item.at), id(item)));
        all.truncate(limit);
        Ok(all)
    })
    .await
}
