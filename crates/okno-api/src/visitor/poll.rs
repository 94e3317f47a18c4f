//! The same conversation without a WebSocket: frames are posted, and a long poll waits for what is new.
//!
//! The server keeps nothing between two polls: a cursor says what the visitor has, and every answer is made from the facts.

use super::{
    channel::{Key, widget},
    frames::{ClientFrame, ServerFrame},
    limits::Place,
    served::differs,
    talk::{Talk, page},
};
use crate::{
    ApiState, ClientAddress,
    extract::{Body, Query},
    problem::{Answer, Problem},
    socket::VisitorSeat,
};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use okno_model::InteractionId;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, time::Duration};
use tokio::time::{Instant, timeout_at};

/// Longest rest of a poll at the server.
const WAIT_MAX: u64 = 50;
/// Frames of one post.
const FRAMES: usize = 50;

#[derive(Debug, Deserialize)]
pub(super) struct Posted {
    #[serde(default)]
    token: Option<String>,
    frames: Vec<ClientFrame>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Waiting {
    key: String,
    after: Option<String>,
    wait: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Frames {
    frames: Vec<ServerFrame>,
    cursor: String,
}

/// What a visitor has: `<served>` and, of his interaction, `.<interaction>.<number>.<how it stood>.<last number of ours>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    interaction: Option<InteractionId>,
    last: i64,
    shown: u64,
    ours: i64,
    online: Option<bool>,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.online.map_or("-", |on| if on { "1" } else { "0" }))?;
        match self.interaction {
            Some(id) => write!(f, ".{id}.{}.{:x}.{}", self.last, self.shown, self.ours),
            None => Ok(()),
        }
    }
}

impl FromStr for Cursor {
    type Err = Problem;

    fn from_str(text: &str) -> Answer<Self> {
        let read = || {
            let mut parts = text.split('.');
            let online = match parts.next()? {
                "1" => Some(true),
                "0" => Some(false),
                "-" | "" => None,
                _ => return None,
            };
            let Some(interaction) = parts.next() else {
                return Some(Self { interaction: None, last: 0, shown: 0, ours: 0, online });
            };
            let cursor = Self {
                online,
                interaction: Some(interaction.parse().ok()?),
                last: parts.next()?.parse().ok()?,
                shown: u64::from_str_radix(parts.next()?, 16).ok()?,
                ours: parts.next()?.parse().ok()?,
            };
            parts.next().is_none().then_some(cursor)
        };
        read().ok_or_else(|| Problem::invalid("after", "bad_cursor", "`after` is the cursor of the answer before"))
    }
}

impl Cursor {
    fn of(talk: &Talk) -> Self {
        Self { interaction: talk.interaction, last: talk.last, shown: talk.shown, ours: talk.ours, online: talk.online }
    }

    fn restore(self, talk: &mut Talk) {
        (talk.interaction, talk.last, talk.shown, talk.online) = (self.interaction, self.last, self.shown, self.online);
    }
}

/// `POST /api/v1/visitor/frames?key=`.
pub(super) async fn send(
    State(state): State<ApiState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    Query(Key { key }): Query<Key>,
    headers: HeaderMap,
    Body(Posted { token, frames }): Body<Posted>,
) -> Answer<Json<Frames>> {
    let widget = widget(&state, &key).await?;
    widget.check_origin(&state, &headers)?;
    if frames.len() > FRAMES {
        return Err(Problem::invalid("frames", "too_many", format!("at most {FRAMES} frames at once")));
    }
    let mut frames = frames.into_iter().peekable();
    let (mut out, mut talk);
    if let Some(ClientFrame::Hello(mut hello)) = frames.next_if(|frame| matches!(frame, ClientFrame::Hello(_))) {
        hello.token = hello.token.or(token).or_else(|| visitor_token(&headers));
        let visitor;
        let token;
        (talk, visitor, token) = Talk::open(&state, &widget, &hello, address).await?;
        let _seat = VisitorSeat::take(talk.feed(), talk.visitor, &page(&hello.page)).await?;
        out = talk.greet(hello, &visitor, token).await?;
    } else {
        let token = token.or_else(|| visitor_token(&headers)).ok_or_else(no_token)?;
        (out, talk) = (Vec::new(), Talk::resume(&state, &widget, &token, address).await?);
        if frames.peek().is_some() {
            // His interaction, so that frames about it find it; what it contains is told by the poll.
            talk.look().await?;
        }
    }
    for frame in frames {
        out.extend(talk.take(frame).await?);
    }
    Ok(Json(Frames { frames: out, cursor: Cursor::of(&talk).to_string() }))
}

/// `GET /api/v1/visitor/frames?key=&after=&wait=`.
pub(super) async fn wait(
    State(state): State<ApiState>,
    Extension(ClientAddress(address)): Extension<ClientAddress>,
    Query(Waiting { key, after, wait }): Query<Waiting>,
    headers: HeaderMap,
) -> Answer<Json<Frames>> {
    let deadline = Instant::now() + Duration::from_secs(wait.unwrap_or(0).min(WAIT_MAX));
    let widget = widget(&state, &key).await?;
    widget.check_origin(&state, &headers)?;
    let _place = Place::take(&state, address)?;
    let cursor: Cursor = after.unwrap_or_default().parse()?;
    let mut talk = Talk::resume(&state, &widget, &visitor_token(&headers).ok_or_else(no_token)?, address).await?;
    if let Some(interaction) = cursor.interaction.filter(|_| cursor.ours > 0) {
        // He came back with this cursor, so what it counts has arrived. A made-up interaction is not his and changes nothing.
        let _ = talk.delivered(interaction, cursor.ours).await;
    }
    cursor.restore(&mut talk);
    let mut seat = VisitorSeat::take(talk.feed(), talk.visitor, "").await?;
    let mut frames = talk.look().await?;
    let mut served = talk.follow();
    while frames.is_empty() {
        let item = tokio::select! {
            item = timeout_at(deadline, seat.news.pull()) => item,
            on = differs(&mut served, talk.online.unwrap_or_default()) => {
                frames.extend(talk.served(on));
                break;
            }
            () = state.closing() => break,
        };
        match item {
            Ok(Ok(item)) => frames = talk.hear(item).await?,
            // Nothing new, or too much: the next poll reads the facts.
            Ok(Err(_)) | Err(_) => break,
        }
    }
    Ok(Json(Frames { frames, cursor: Cursor::of(&talk).to_string() }))
}

/// The visitor's token in the header.
pub(super) fn visitor_token(headers: &HeaderMap) -> Option<String> {
    headers.get("x-okno-visitor").and_then(|value| value.to_str().ok()).filter(|token| !token.is_empty()).map(str::to_owned)
}

pub(super) fn no_token() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "say `hello` first; its answer holds the token")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_way_to_the_browser_and_back() {
        let cursor = Cursor { interaction: Some(InteractionId::from_u128(7)), last: 12, shown: u64::MAX, ours: 11, online: Some(false) };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for online in [None, Some(true), Some(false)] {
            let none = Cursor { interaction: None, last: 0, shown: 0, ours: 0, online };
            assert_eq!(none.to_string().parse::<Cursor>().unwrap(), none);
        }
        for wrong in ["x", "1.2", "1.00000000-0000-0000-0000-000000000007.1.zz.0", "1.00000000-0000-0000-0000-000000000007.1.1.0.9"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
