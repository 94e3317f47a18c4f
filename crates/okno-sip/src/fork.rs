//! Several legs that look like one to whoever dialed: a phone with several devices, an agent with several phones.
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::api::{Command, Hangup, LegControl, LegEvent, LegHandle, LegId, LegParts, Who};
use crate::cause::Cause;
use crate::core::Core;

/// Several legs that look like one.
pub(crate) struct Fork {
    core: Arc<Core>,
    id: LegId,
    commands: mpsc::Receiver<Box<Command>>,
    events: mpsc::Sender<LegEvent>,
    stage: Stage,
}

/// Where a fork is.
enum Stage {
    /// Who rings, and the best refusal so far.
    Ringing {
        controls: Vec<Option<LegControl>>,
        /// Who each leg is, once it was met.
        met: Vec<Option<LegEvent>>,
        told: u16,
        refusal: Option<Box<LegEvent>>,
    },
    Won {
        index: usize,
        control: LegControl,
    },
    /// The owner knows the end; the legs finish.
    Over,
}

impl Fork {
    pub(crate) fn new(core: Arc<Core>, parts: LegParts) -> Self {
        let stage = Stage::Ringing { controls: Vec::new(), met: Vec::new(), told: 0, refusal: None };
        Self { core, id: parts.id, commands: parts.commands, events: parts.events, stage }
    }

    pub(crate) async fn run(mut self, legs: Vec<LegHandle>) {
        let (merged, mut news) = mpsc::channel(64);
        let mut pumps = JoinSet::new();
        let mut all = Vec::new();
        for (index, leg) in legs.into_iter().enumerate() {
            let (control, mut events) = leg.split();
            all.push(Some(control));
            let merged = merged.clone();
            pumps.spawn(async move {
                while let Some(event) = events.recv().await {
                    if merged.send((index, event)).await.is_err() {
                        return;
                    }
                }
            });
        }
        drop(merged);
        self.stage = Stage::Ringing { met: vec![None; all.len()], controls: all, told: 0, refusal: None };
        let mut owned = true;
        loop {
            tokio::select! {
                one = news.recv() => match one {
                    Some((index, event)) => self.event(index, event),
                    // Every leg is done.
                    None => break,
                },
                command = self.commands.recv(), if owned => if let Some(command) = command {
                    self.command(*command);
                } else {
                    owned = false;
                    self.command(Command::Hangup(Cause::Normal.into()));
                    self.stage = Stage::Over;
                },
            }
        }
        self.core.registry.forget_fork(self.id);
    }

    fn event(&mut self, index: usize, event: LegEvent) {
        match &mut self.stage {
            Stage::Won { index: winner, .. } => {
                if index == *winner {
                    self.tell(event);
                }
            }
            Stage::Over => {}
            Stage::Ringing { controls, met, told, refusal } => match event {
                LegEvent::Met { .. } => met[index] = Some(event),
                LegEvent::Progress { code, .. } => {
                    // Early media of several phones at once is nothing that anybody wants to hear.
                    if code > *told {
                        *told = code;
                        self.tell(LegEvent::Progress { code, sdp: None });
                    }
                }
                LegEvent::Answered { .. } => {
                    let mut winner = None;
                    for (other, control) in controls.iter_mut().enumerate() {
                        match control.take() {
                            Some(control) if other == index => winner = Some(control),
                            Some(control) => control.hangup(Cause::ElsewhereAnswered),
                            None => {}
                        }
                    }
                    let Some(control) = winner else { return };
                    let met = met[index].take();
                    self.core.registry.won(self.id, control.id);
                    self.stage = Stage::Won { index, control };
                    if let Some(met) = met {
                        self.tell(met);
                    }
                    self.tell(event);
                }
                LegEvent::Failed { cause, .. } => {
                    controls[index] = None;
                    // Who says no on one device means all of them.
                    let decided = cause == Cause::Rejected;
                    let better = refusal.as_ref().is_none_or(|old| weight(&event) > weight(old));
                    if better {
                        *refusal = Some(Box::new(event));
                    }
                    if decided || controls.iter().all(Option::is_none) {
                        for control in controls.iter().flatten() {
                            control.hangup(Cause::ElsewhereAnswered);
                        }
                        let last = refusal.take();
                        self.stage = Stage::Over;
                        if let Some(last) = last {
                            self.tell(*last);
                        }
                    }
                }
                LegEvent::Ended { .. } => {
                    controls[index] = None;
                    if controls.iter().all(Option::is_none) {
                        self.stage = Stage::Over;
                        self.tell(event);
                    }
                }
                LegEvent::Confirmed { .. }
                | LegEvent::Moved { .. }
                | LegEvent::Reoffer { .. }
                | LegEvent::Reanswered { .. }
                | LegEvent::Dtmf { .. }
                | LegEvent::Refer { .. }
                | LegEvent::ReferProgress { .. } => {}
            },
        }
    }

    fn command(&mut self, command: Command) {
        match &self.stage {
            Stage::Won { control, .. } => control.order(command),
            Stage::Over => {}
            Stage::Ringing { controls, .. } => {
                let Command::Hangup(Hangup { cause, .. }) = &command else { return };
                let cause = *cause;
                for control in controls.iter().flatten() {
                    control.order(command.clone());
                }
                self.stage = Stage::Over;
                self.tell(LegEvent::Ended { by: Who::Near, cause });
            }
        }
    }

    fn tell(&self, event: LegEvent) {
        if let Err(mpsc::error::TrySendError::Full(event)) = self.events.try_send(event) {
            tracing::warn!(?event, "the owner of a call does not read");
        }
    }
}

/// Which refusal says most: a person's no before a busy line before a dead one.
fn weight(event: &LegEvent) -> u8 {
    let LegEvent::Failed { cause, .. } = event else { return 0 };
    match cause {
        Cause::Rejected => 9,
        Cause::Busy => 8,
        Cause::NoAnswer => 7,
        Cause::Unavailable => 6,
        Cause::NoCommonMedia => 5,
        Cause::Normal
        | Cause::Canceled
        | Cause::NotFound
        | Cause::Forbidden
        | Cause::Congestion
        | Cause::MediaTimeout
        | Cause::Expired
        | Cause::ElsewhereAnswered
        | Cause::Transferred
        | Cause::ProtocolError
        | Cause::Crash
        | Cause::Other => 2,
        Cause::NetworkFailure => 1,
    }
}
