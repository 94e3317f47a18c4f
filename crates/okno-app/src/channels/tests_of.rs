//! Testing a channel from the administration. Only the mail door can connect, so a test is a request row that the door
//! answers with a result row; the endpoint waits for it.

use super::mailboxes::{self, Mailbox, stale};
use crate::{AppError, Ctx, access::Actor};
use okno_bus::Topic;
use okno_model::{
    ChannelId, Timestamp,
    doc::{ChannelDoc, ChannelSettings, QueueDoc},
    right::{Right, Scope},
};
use okno_store::{Tx, access as rows};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

const REQUEST: &str = "channel_test:";
const RESULT: &str = "channel_test_result:";
/// An answer takes at most this long: two servers that do not answer at all.
const WAIT: Duration = Duration::from_secs(20);

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelCheck {
    /// What: `imap`, `smtp`, `queue`, `sites`.
    pub name: String,
    /// It works.
    pub ok: bool,
    /// Words for the administrator: what was seen, and what to do.
    pub detail: String,
}

#[derive(Serialize, Deserialize)]
struct Asked {
    channel: ChannelId,
    at: Timestamp,
}

/// A mailbox that somebody wants tested.
#[derive(Debug, Clone, PartialEq)]
pub struct TestRequest {
    /// Names the request in the answer.
    pub id: Uuid,
    /// What to connect to; it may be disabled.
    pub mailbox: Mailbox,
}

/// Tests a channel: what can be checked here at once, and the connections through the mail door.
///
/// # Errors
/// [`AppError::Forbidden`] without `channel.configure`; [`AppError::NotFound`].
pub async fn test(ctx: &Ctx, actor: &Actor, id: ChannelId) -> Result<Vec<ChannelCheck>, AppError> {
    actor.require(Right::ChannelConfigure, Scope::All)?;
    let (channel, queue) = ctx
        .read(move |tx| {
            let channel: ChannelDoc = tx.get(id)?.ok_or(AppError::not_found("channel"))?;
            let queue: Option<QueueDoc> = tx.get(channel.queue)?;
            Ok((channel, queue))
        })
        .await?;
    let mut checks = vec![queue_check(queue.as_ref())];
    match &channel.settings {
        ChannelSettings::Widget(widget) => {
            let (ok, detail) = match widget.sites.len() {
                0 => (false, "no site may show this widget; add the address of yours".to_owned()),
                n => (true, format!("{n} sites may show this widget")),
            };
            checks.push(ChannelCheck { name: "sites".to_owned(), ok, detail });
        }
        ChannelSettings::Phone(phone) => {
            let (ok, detail) = match phone.numbers.len() {
                0 => (false, "no number leads here; add one".to_owned()),
                n => (true, format!("{n} numbers lead here")),
            };
            checks.push(ChannelCheck { name: "numbers".to_owned(), ok, detail });
        }
        ChannelSettings::Mailbox(_) => checks.extend(connect(ctx, id).await?),
    }
    Ok(checks)
}

fn queue_check(queue: Option<&QueueDoc>) -> ChannelCheck {
    let (ok, detail) = match queue {
        Some(queue) if queue.archived => (false, format!("queue `{}` is archived; choose another one", queue.name)),
        Some(queue) => (true, format!("goes to queue `{}`", queue.name)),
        None => (false, "its queue is gone; choose another one".to_owned()),
    };
    ChannelCheck { name: "queue".to_owned(), ok, detail }
}

async fn connect(ctx: &Ctx, channel: ChannelId) -> Result<Vec<ChannelCheck>, AppError> {
    let (id, now) = (ctx.app.uuid(), ctx.now());
    let mut wakeup = ctx.app.bus.listen(ctx.ws, Topic::Channels);
    ctx.write(move |tx| {
        forget_old(tx, now)?;
        let asked = serde_json::to_string(&Asked { channel, at: now }).map_err(|e| AppError::Internal(e.to_string()))?;
        Ok(rows::set_setting(tx, &format!("{REQUEST}{id}"), &asked)?)
    })
    .await?;
    ctx.poke(Topic::Channels);
    let answered = async {
        loop {
            let key = format!("{RESULT}{id}");
            if let Some(text) = ctx.read(move |tx| Ok(rows::setting(tx, &key)?)).await? {
                let (_, checks): (Timestamp, Vec<ChannelCheck>) =
                    serde_json::from_str(&text).map_err(|e| AppError::Internal(e.to_string()))?;
                return Ok(checks);
            }
            wakeup.wait().await;
        }
    };
    let checks = tokio::time::timeout(WAIT, answered).await;
    ctx.write(move |tx| {
        rows::delete_setting(tx, &format!("{REQUEST}{id}"))?;
        rows::delete_setting(tx, &format!("{RESULT}{id}"))?;
        Ok(())
    })
    .await?;
    checks.unwrap_or_else(|_| {
        let detail = format!("no answer within {} seconds; check host and port, and that the mail door of okno runs", WAIT.as_secs());
        Ok(vec![ChannelCheck { name: "connection".to_owned(), ok: false, detail }])
    })
}

/// Rows of tests that nobody waits for any more: the server was killed in between.
fn forget_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), AppError> {
    for (key, value) in rows::settings_like(tx, REQUEST)? {
        if serde_json::from_str::<Asked>(&value).map_or(true, |asked| stale(asked.at, now)) {
            rows::delete_setting(tx, &key)?;
        }
    }
    for (key, value) in rows::settings_like(tx, RESULT)? {
        if serde_json::from_str::<(Timestamp, serde_json::Value)>(&value).map_or(true, |answer| stale(answer.0, now)) {
            rows::delete_setting(tx, &key)?;
        }
    }
    Ok(())
}

/// Tests that wait for the mail door. Wake-up: [`Topic::Channels`].
///
/// # Errors
/// The store's.
pub async fn test_requests(ctx: &Ctx) -> Result<Vec<TestRequest>, AppError> {
    let now = ctx.now();
    let asked = ctx.read(move |tx| {
        let rows = rows::settings_like(tx, REQUEST)?;
        let parse = |(key, value): (String, String)| {
            let id = key.strip_prefix(REQUEST)?.parse::<Uuid>().ok()?;
            let asked = serde_json::from_str::<Asked>(&value).ok()?;
            (!stale(asked.at, now)).then_some((id, asked.channel))
        };
        Ok(rows.into_iter().filter_map(parse).collect::<Vec<_>>())
    });
    let mut requests = Vec::new();
    for (id, channel) in asked.await? {
        match mailboxes::get(ctx, channel).await {
            Ok(Some(mailbox)) => requests.push(TestRequest { id, mailbox }),
            Ok(None) => {}
            Err(error) => {
                let check = ChannelCheck {
                    name: "password".to_owned(),
                    ok: false,
                    detail: "the stored password cannot be opened; enter it again".to_owned(),
                };
                tracing::warn!(%channel, %error, "a mailbox cannot be tested");
                test_result(ctx, id, vec![check]).await?;
            }
        }
    }
    Ok(requests)
}

/// The mail door's answer to a test.
///
/// # Errors
/// The store's.
pub async fn test_result(ctx: &Ctx, id: Uuid, checks: Vec<ChannelCheck>) -> Result<(), AppError> {
    let answer = serde_json::to_string(&(ctx.now(), checks)).map_err(|e| AppError::Internal(e.to_string()))?;
    ctx.write(move |tx| {
        // A repeat of the door finds no request any more and leaves nothing behind.
        if rows::delete_setting(tx, &format!("{REQUEST}{id}"))? {
            rows::set_setting(tx, &format!("{RESULT}{id}"), &answer)?;
        }
        Ok(())
    })
    .await?;
    ctx.poke(Topic::Channels);
    Ok(())
}
