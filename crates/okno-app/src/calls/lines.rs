//! Lines about a call in its interaction: what an agent who opens it later has to know.

use super::rows::clock;
use crate::{act::Act, interactions::thread::Draft};
use okno_model::doc::{CallDirection, CallDoc, CallEnder, CallState, LegDoc, LegRole, RecordingState};
use std::fmt::Write;

/// The lines of a change. Their keys are translated by the desk, which shows what stands behind the first colon.
pub(super) fn of_change(act: &Act<'_, '_>, had: &CallDoc, now: &CallDoc) -> Vec<Draft> {
    let mut lines: Vec<(&str, String)> = Vec::new();
    if had.answered.is_none() && now.answered.is_some() {
        lines.push(match now.direction {
            CallDirection::Inbound => ("call_answered", "Answered by okno".to_owned()),
            CallDirection::Outbound => ("call_reached", "The customer answered".to_owned()),
        });
    }
    for leg in now.legs.iter().filter(|leg| joined(had, leg)) {
        match leg.role {
            LegRole::Agent => lines.push(("call_connected", format!("Connected: {}", leg.name))),
            LegRole::Consulted => lines.push(("call_consulted", format!("Consulted: {}", leg.name))),
            LegRole::Customer | LegRole::Supervisor => {}
        }
    }
    let held = |call: &CallDoc| call.state == CallState::Held;
    let talks = |call: &CallDoc| call.state == CallState::Talking;
    if !held(had) && held(now) && !now.consulting {
        lines.push(("call_held", "On hold".to_owned()));
    }
    if held(had) && talks(now) && !had.consulting {
        lines.push(("call_resumed", "Back from hold".to_owned()));
    }
    if !had.conference && now.conference {
        lines.push(("call_conference", "Conference".to_owned()));
    }
    if had.state != CallState::Voicemail && now.state == CallState::Voicemail {
        lines.push(("call_voicemail", "He is asked for a message".to_owned()));
    }
    match (had.recording, now.recording) {
        (RecordingState::Off, RecordingState::On) => lines.push(("recording_started", "Recording began".to_owned())),
        (RecordingState::On, RecordingState::Paused) => lines.push(("recording_paused", "Recording paused".to_owned())),
        (RecordingState::Paused, RecordingState::On) => lines.push(("recording_resumed", "Recording goes on".to_owned())),
        (RecordingState::On | RecordingState::Paused, RecordingState::Off) if now.is_live() => {
            lines.push(("recording_stopped", "Recording ended".to_owned()));
        }
        (RecordingState::Off | RecordingState::Paused, RecordingState::Off | RecordingState::Paused)
        | (RecordingState::On, RecordingState::On | RecordingState::Off) => {}
    }
    if let (true, CallState::Ended { at, by, cause }) = (had.is_live(), &now.state) {
        lines.push(("call_ended", over(now, at.since(now.started).as_millis() as i64, *by, cause)));
    }
    lines.into_iter().map(|(key, text)| Draft::notice(act, key, text)).collect()
}

/// A leg of ours that talks since this change.
fn joined(had: &CallDoc, leg: &LegDoc) -> bool {
    leg.answered.is_some() && !had.legs.iter().any(|old| old.number == leg.number && old.answered.is_some())
}

fn over(call: &CallDoc, whole: i64, by: CallEnder, cause: &str) -> String {
    let by = match by {
        CallEnder::Customer => "customer",
        CallEnder::Agent => "agent",
        CallEnder::System => "okno",
    };
    let mut text = format!("Call ended: by {by}, {cause}, {}", clock(whole));
    if call.talk_ms > 0 {
        // Writing to a string cannot fail.
        let _ = write!(text, ", talked {}", clock(call.talk_ms));
    }
    if call.hold_ms > 0 {
        let _ = write!(text, ", on hold {}", clock(call.hold_ms));
    }
    text
}
