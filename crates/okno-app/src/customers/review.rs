//! The queue of suggestions: both sides, what speaks for it, and how sure it is.

use crate::{
    AppError, Ctx,
    access::{self, Actor},
};
use okno_model::{
    CustomerId, MatchId,
    doc::{CustomerDoc, MatchDoc, MatchPair},
    right::Right,
};
use okno_store::{Tx, customers as store};
use serde::{Deserialize, Serialize};

/// Where the next page of the queue begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPosition {
    /// Confidence of the page's last match.
    pub confidence: u8,
    /// Its id.
    pub id: MatchId,
}

impl From<&MatchPair> for ReviewPosition {
    fn from(pair: &MatchPair) -> Self {
        Self { confidence: pair.suggestion.confidence, id: pair.suggestion.id }
    }
}

/// Open suggestions whose both sides he may see, the surest first. What a merge has made one meanwhile is left out.
///
/// # Errors
/// [`AppError::Forbidden`] without `customer.read`.
pub async fn review(ctx: &Ctx, actor: &Actor, after: Option<ReviewPosition>, limit: usize) -> Result<Vec<MatchPair>, AppError> {
    actor.scope(Right::CustomerRead).ok_or(AppError::Forbidden { right: Right::CustomerRead })?;
    let who = actor.clone();
    ctx.read(move |tx| {
        let mut after = after.map(|p| (p.confidence, p.id));
        let mut found = Vec::new();
        loop {
            let page = store::open_matches(tx, after, limit)?;
            let Some(last) = page.last().map(|m| (m.confidence, m.id)) else { break };
            let full = page.len() == limit;
            for suggestion in page {
                found.extend(pair(tx, &who, suggestion)?);
            }
            if !full || found.len() >= limit {
                found.truncate(limit);
                break;
            }
            after = Some(last);
        }
        Ok(found)
    })
    .await
}

fn pair(tx: &mut Tx<'_>, who: &Actor, suggestion: MatchDoc) -> Result<Option<MatchPair>, AppError> {
    let (Some(customer), Some(other)) = (standing(tx, who, suggestion.customer)?, standing(tx, who, suggestion.other)?) else {
        return Ok(None);
    };
    if customer.id == other.id {
        return Ok(None);
    }
    let mut reasons = suggestion.reasons.clone();
    if !reasons.contains(&suggestion.reason) {
        reasons.insert(0, suggestion.reason.clone());
    }
    Ok(Some(MatchPair {
        customer_interactions: store::interactions(tx, customer.id)?,
        other_interactions: store::interactions(tx, other.id)?,
        suggestion,
        customer,
        other,
        reasons,
    }))
}

/// Who stands for a customer, if this user may see him.
fn standing(tx: &mut Tx<'_>, who: &Actor, id: CustomerId) -> Result<Option<CustomerDoc>, AppError> {
    let Some(customer) = tx.get::<CustomerDoc>(id)? else { return Ok(None) };
    match access::customer(tx, who, customer.part_of.unwrap_or(id), Right::CustomerRead) {
        Ok(permitted) => Ok(Some(permitted.into_inner())),
        Err(AppError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
