//! Inboxes: what somebody should learn about cases, until he has seen it.

use crate::{
    AppError, Ctx,
    access::Actor,
    act::{self, Act},
};
use okno_model::{
    NoticeId, Timestamp, UserId,
    doc::{CaseDoc, NoticeDoc, NoticeKind},
    event::{Actor as By, What},
};
use okno_store::cases as store;
use serde::{Deserialize, Serialize};

/// Characters of what was said that an inbox shows.
const TEXT_CHARS: usize = 200;
/// Unseen lines among which a repeat is looked for.
const REPEATS: usize = 100;
/// Notices that one request marks as seen.
const SEEN_AT_ONCE: usize = 500;

/// Where the next page of an inbox begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticePosition {
    /// Time of the page's last notice.
    pub at: Timestamp,
    /// Its id.
    pub id: NoticeId,
}

impl From<&NoticeDoc> for NoticePosition {
    fn from(notice: &NoticeDoc) -> Self {
        Self { at: notice.at, id: notice.id }
    }
}

/// Puts something into somebody's inbox; nobody is told what he did himself.
pub(super) fn tell(act: &mut Act<'_, '_>, case: &CaseDoc, to: UserId, kind: NoticeKind, text: &str) -> Result<(), AppError> {
    let by = if let By::User { id } = &act.by { Some(*id) } else { None };
    if by == Some(to) {
        return Ok(());
    }
    // One line is enough as long as he has not seen it.
    let repeats = matches!(kind, NoticeKind::Next | NoticeKind::Watched);
    if repeats && store::notices(act.tx, to, true, None, REPEATS)?.iter().any(|had| had.case == case.id && had.kind == kind) {
        return Ok(());
    }
    let notice = NoticeDoc {
        id: act.id(NoticeId::new),
        to,
        case: case.id,
        number: case.number.clone(),
        title: case.title.clone(),
        kind,
        by,
        text: text.chars().take(TEXT_CHARS).collect(),
        at: act.now,
        seen: None,
    };
    act.tx.put(&notice)?;
    act.tell(What::NoticeChanged(notice))
}

/// Whoever watches a case learns that something happened, but for those who have been told already.
pub(super) fn watched(act: &mut Act<'_, '_>, case: &CaseDoc, text: &str, but: &[UserId]) -> Result<(), AppError> {
    for person in case.watchers.iter().filter(|person| !but.contains(person)) {
        tell(act, case, *person, NoticeKind::Watched, text)?;
    }
    Ok(())
}

/// One's own inbox, the newest first.
///
/// # Errors
/// The store's.
pub async fn my_notices(
    ctx: &Ctx,
    actor: &Actor,
    unseen: bool,
    after: Option<NoticePosition>,
    limit: usize,
) -> Result<Vec<NoticeDoc>, AppError> {
    let user = actor.user;
    ctx.read(move |tx| Ok(store::notices(tx, user, unseen, after.map(|p| (p.at, p.id)), limit)?)).await
}

/// Marks notices of one's own as seen: one, or all that there are.
///
/// # Errors
/// [`AppError::NotFound`] for somebody else's.
pub async fn seen(ctx: &Ctx, actor: &Actor, id: Option<NoticeId>) -> Result<(), AppError> {
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let mut all = match id {
            Some(id) => {
                let notice = act.tx.get::<NoticeDoc>(id)?.filter(|notice| notice.to == who.user);
                vec![notice.ok_or(AppError::not_found("notice"))?]
            }
            None => store::notices(act.tx, who.user, true, None, SEEN_AT_ONCE)?,
        };
        for notice in all.iter_mut().filter(|notice| notice.seen.is_none()) {
            notice.seen = Some(act.now);
            act.tx.put(notice)?;
            act.tell(What::NoticeChanged(notice.clone()))?;
        }
        Ok(())
    })
    .await
}
