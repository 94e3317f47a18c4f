//! What users do with calls. The door does it; these acts check who may.

use super::{plan, rows};
use crate::{
    AppError, Ctx,
    access::{self, Actor, Once},
    act::{self, Act},
    audit,
};
use okno_bus::voice::{Refused, VoiceRequest};
use okno_model::{
    CallId, ChannelId,
    doc::{AgentDoc, CallDoc, ChannelDoc, InteractionDoc, InteractionState, LegRole, LegState, MonitorMode},
    phone::{CallCommand, DIGITS, DialTo, FIELD},
    right::Right,
};
use serde_json::json;
use std::time::Duration;
use tokio::{sync::oneshot, time::timeout};

/// The door answers at once, or it stands still.
const ANSWER: Duration = Duration::from_secs(10);

/// Whom an agent wants to call, and by which channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialRequest {
    /// Whom.
    pub to: DialTo,
    /// By which channel.
    pub channel: ChannelId,
}

/// Calls somebody. Answered when the call is recorded and being dialed.
///
/// # Errors
/// [`AppError::Forbidden`] without `call.dial`; [`AppError::Invalid`] for a number that may not be called; [`AppError::Conflict`] with
/// the door's code when it cannot.
pub async fn dial(ctx: &Ctx, actor: &Actor, request: DialRequest, once: Option<Once>) -> Result<CallDoc, AppError> {
    if !actor.has(Right::CallDial) {
        return Err(AppError::Forbidden { right: Right::CallDial });
    }
    let (who, channel, reserved) = (actor.clone(), request.channel, once.clone());
    let (known, to) = act::run(ctx, actor.event(), move |act| {
        if let Some(once) = &reserved
            && let Some(call) = once.reserve::<CallId>(act.tx, who.user, act.now)?
        {
            return Ok((Some(call), request.to));
        }
        let missing = || AppError::invalid("channel", "unknown_channel", "this channel does not exist or is switched off; choose another");
        let channel = act.tx.get::<ChannelDoc>(channel)?.filter(|c| c.enabled).ok_or_else(missing)?;
        rows::settings_of(&channel)?;
        Ok((None, whom(act, &who, request.to)?))
    })
    .await?;
    if let Some(call) = known {
        return ctx.read(move |tx| rows::get(tx, call)).await;
    }
    let (reply, answer) = oneshot::channel();
    let done = match ctx.app.bus.voice.ask(ctx.ws, VoiceRequest::Dial { by: actor.agent(), to, channel, reply }) {
        Ok(()) => answered(answer).await,
        Err(refused) => Err(because(refused)),
    };
    if let Some(once) = once {
        let (user, now, call) = (actor.user, ctx.now(), done.as_ref().ok().copied());
        // Without an answer of the door it may still be dialed: a repeat would call twice.
        let late = matches!(&done, Err(AppError::Unavailable { .. }));
        ctx.write(move |tx| match call {
            Some(call) => once.settle(tx, user, now, &Some(call)),
            None if late => Ok(()),
            None => once.release(tx, user),
        })
        .await?;
    }
    let call = done?;
    ctx.read(move |tx| rows::get(tx, call)).await
}

/// Whom an agent may call, as the door dials it.
fn whom(act: &mut Act<'_, '_>, actor: &Actor, to: DialTo) -> Result<DialTo, AppError> {
    match to {
        // A service of the telephone door itself: nobody outside is called.
        DialTo::Number { number } if number.starts_with('*') && number.len() <= 8 => Ok(DialTo::Number { number }),
        DialTo::Number { number } => Ok(DialTo::Number { number: plan::to_dial(act.tx, actor.agent(), &number, act.now)? }),
        DialTo::Agent { agent } if agent == actor.agent() => Err(AppError::invalid("to", "yourself", "this is you; choose a colleague")),
        DialTo::Agent { agent } => match act.tx.get::<AgentDoc>(agent)? {
            Some(_) => Ok(DialTo::Agent { agent }),
            None => Err(AppError::invalid("to", "unknown_agent", "this agent does not exist; choose another")),
        },
    }
}

/// Does something with a call that goes on.
///
/// # Errors
/// 404 for a call that he may not see; [`AppError::Forbidden`] with the missing right; [`AppError::Conflict`] `not_yours`, `call_over` or
/// the door's code.
pub async fn command(ctx: &Ctx, actor: &Actor, call: CallId, command: CallCommand) -> Result<(), AppError> {
    let who = actor.clone();
    let command = act::run(ctx, actor.event(), move |act| {
        let doc = access::call(act.tx, &who, call, Right::InteractionRead)?.into_inner();
        if !doc.is_live() {
            return Err(AppError::conflict("call_over", "this call is over"));
        }
        allowed(act, &who, &doc, command)
    })
    .await?;
    let (reply, answer) = oneshot::channel();
    ctx.app.bus.voice.ask(ctx.ws, VoiceRequest::Command { call, by: actor.agent(), command, reply }).map_err(because)?;
    answered(answer).await
}

/// Checks one command, and writes down what is done to the call of another.
fn allowed(act: &mut Act<'_, '_>, actor: &Actor, call: &CallDoc, command: CallCommand) -> Result<CallCommand, AppError> {
    let interaction = rows::interaction_of(act.tx, call)?;
    let place = access::interaction_place(act.tx, &interaction)?;
    let part = part_of(actor, &interaction, call);
    let right = |right: Right| if actor.covers(right, &place) { Ok(()) } else { Err(AppError::Forbidden { right }) };
    match command {
        CallCommand::Hold { .. }
        | CallCommand::Swap
        | CallCommand::Merge
        | CallCommand::EndConsult
        | CallCommand::Complete
        | CallCommand::Drop { .. } => mine(part)?,
        CallCommand::Consult { to } => {
            mine(part)?;
            dials(actor)?;
            return Ok(CallCommand::Consult { to: whom(act, actor, to)? });
        }
        CallCommand::TransferOut { number } => {
            mine(part)?;
            dials(actor)?;
            let number = plan::to_dial(act.tx, actor.agent(), &number, act.now)?;
            let data = json!({"call": call.id, "to": number});
            audit::record(act.tx, act.now, actor, "call.transferred_out", &interaction.id.to_string(), &data)?;
            return Ok(CallCommand::TransferOut { number });
        }
        CallCommand::Digits { ref digits } => {
            takes_part(part)?;
            check_digits(digits)?;
        }
        CallCommand::Mute { .. } | CallCommand::Answer | CallCommand::Decline => takes_part(part)?,
        CallCommand::Hangup => {
            if part == Part::None || part == Part::Supervisor {
                right(Right::InteractionManage)?;
                note(act, actor, call, "call.hung_up", json!({}))?;
            }
        }
        CallCommand::Record { on, ref field } => {
            right(Right::RecordingControl)?;
            if field.as_ref().is_some_and(|field| field.chars().count() > FIELD || field.chars().any(char::is_control)) {
                return Err(AppError::invalid("field", "bad_field", format!("name the field with at most {FIELD} characters")));
            }
            let data = field.as_ref().map_or_else(|| json!({}), |field| json!({"field": field}));
            note(act, actor, call, if on { "recording.resumed" } else { "recording.paused" }, data)?;
        }
        CallCommand::Monitor { mode } => {
            if part == Part::Holder || part == Part::Consulted {
                return Err(AppError::conflict("own_call", "you take part in this call already"));
            }
            right(match mode {
                MonitorMode::Listen => Right::CallMonitor,
                MonitorMode::Coach | MonitorMode::Barge => Right::CallBarge,
            })?;
            note(act, actor, call, "call.monitored", json!({"mode": mode}))?;
        }
        CallCommand::StopMonitor => {
            if part != Part::Supervisor {
                return Err(AppError::conflict("not_monitoring", "you do not listen to this call"));
            }
        }
        CallCommand::TakeOver => {
            if part == Part::Holder {
                return Err(AppError::conflict("own_call", "this call is yours already"));
            }
            right(Right::CallBarge)?;
            note(act, actor, call, "call.taken_over", json!({"from": interaction.agent}))?;
        }
    }
    Ok(command)
}

/// How a user takes part in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The interaction is his.
    Holder,
    /// He is consulted, or was added.
    Consulted,
    /// He listens, coaches or barges in.
    Supervisor,
    /// Not at all.
    None,
}

fn part_of(actor: &Actor, interaction: &InteractionDoc, call: &CallDoc) -> Part {
    if matches!(interaction.state, InteractionState::Active { agent, .. } if agent == actor.agent()) {
        return Part::Holder;
    }
    let mine = |leg: &&okno_model::doc::LegDoc| leg.agent == Some(actor.agent()) && leg.state != LegState::Ended;
    match call.legs.iter().rfind(mine).map(|leg| leg.role) {
        Some(LegRole::Supervisor) => Part::Supervisor,
        Some(LegRole::Agent | LegRole::Consulted | LegRole::Customer) => Part::Consulted,
        None => Part::None,
    }
}

fn mine(part: Part) -> Result<(), AppError> {
    match part {
        Part::Holder => Ok(()),
        Part::Consulted | Part::Supervisor | Part::None => {
            Err(AppError::conflict("not_yours", "this call is in the hands of somebody else"))
        }
    }
}

fn takes_part(part: Part) -> Result<(), AppError> {
    match part {
        Part::Holder | Part::Consulted | Part::Supervisor => Ok(()),
        Part::None => Err(AppError::conflict("not_yours", "you take no part in this call")),
    }
}

fn dials(actor: &Actor) -> Result<(), AppError> {
    if actor.has(Right::CallDial) { Ok(()) } else { Err(AppError::Forbidden { right: Right::CallDial }) }
}

fn check_digits(digits: &str) -> Result<(), AppError> {
    let key = |c: char| c.is_ascii_digit() || matches!(c, '*' | '#' | 'A'..='D' | ',');
    if (1..=DIGITS).contains(&digits.len()) && digits.chars().all(key) {
        return Ok(());
    }
    Err(AppError::invalid(
        "digits",
        "bad_digits",
        format!("send 1 to {DIGITS} of the keys 0-9, *, # and A-D; a comma is a pause of a second"),
    ))
}

fn note(act: &mut Act<'_, '_>, actor: &Actor, call: &CallDoc, what: &str, mut data: serde_json::Value) -> Result<(), AppError> {
    if let serde_json::Value::Object(fields) = &mut data {
        fields.insert("interaction".to_owned(), json!(call.interaction));
    }
    audit::record(act.tx, act.now, actor, what, &call.id.to_string(), &data)
}

async fn answered<T>(answer: oneshot::Receiver<Result<T, Refused>>) -> Result<T, AppError> {
    match timeout(ANSWER, answer).await {
        Ok(Ok(done)) => done.map_err(because),
        Ok(Err(_)) | Err(_) => {
            Err(AppError::Unavailable { detail: "the telephone does not answer; look at the call before you try again".to_owned() })
        }
    }
}

fn because(refused: Refused) -> AppError {
    match refused.code {
        "bad_number" | "number_not_allowed" => AppError::invalid("to", refused.code, refused.why),
        code => AppError::conflict(code, refused.why),
    }
}
