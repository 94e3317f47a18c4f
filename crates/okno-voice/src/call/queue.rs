//! What a waiting customer hears, and what he can do by his keys.

use super::{
    machine::Call,
    stage::{BETWEEN, ENTER, MESSAGE, Message, SAY, Stage, Treat},
    words::{Act, CUSTOMER, Effect, Record, Speech, earlier},
};
use crate::office::{Announcement, Announcer, Estimate, Reason, SaidPosition};
use okno_model::{
    Timestamp,
    doc::{AnnounceRule, CallEnder, PositionRule, RecordingState},
};
use okno_sip::Cause;
use std::time::Duration;

/// The first announcement comes after so much music.
const FIRST: Duration = Duration::from_secs(10);
/// Shorter messages are a slip of the finger.
const SHORTEST_MESSAGE: Duration = Duration::from_secs(2);
/// Who was told that we are closed has so long to press a key.
const KEYS: Duration = Duration::from_secs(8);
/// Longer waits are not announced: nobody would believe them. Seconds.
const LONGEST: u32 = 3_600;
/// The longest number that can be entered.
const NUMBER: usize = 20;

/// What a customer has been told so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// Place and wait, and when they were said: the rules are the engine's.
    said: Announcer,
    first: bool,
    /// He was told that we are closed.
    closed: bool,
    announced: Option<Timestamp>,
    message_offered: bool,
    callback_offered: bool,
}

impl Call {
    /// The customer is connected and nobody has him yet.
    pub(super) fn welcome(&mut self, now: Timestamp, asked: Option<super::stage::Asked>) {
        let treat = if self.plan.settings.greeting.is_some() {
            let token = self.token();
            // Greetings may be long; the media tells when they end.
            Treat::Greeting { token, until: now + SAY + SAY }
        } else {
            self.music(now)
        };
        self.stage = Stage::Waiting { treat, asked };
    }

    /// Music until the next announcement.
    pub(super) fn music(&self, now: Timestamp) -> Treat {
        if self.told.closed {
            return Treat::Music { next: Some(now + KEYS) };
        }
        let settings = &self.plan.settings;
        let says = settings.announce_position || settings.announce_wait || settings.callback || settings.voicemail;
        let every = Duration::from_secs(u64::from(settings.announce_seconds)).max(BETWEEN);
        let announcement = (says && settings.announce_seconds > 0).then(|| match self.told.announced {
            Some(last) => (last + every).max(now),
            None => now + FIRST,
        });
        let message = (settings.voicemail && settings.voicemail_seconds > 0 && !self.told.message_offered)
            .then(|| (self.waits_since + Duration::from_secs(u64::from(settings.voicemail_seconds))).max(now));
        // However near the two are, there is music between them.
        let floor = self.told.announced.map(|last| last + BETWEEN);
        Treat::Music { next: earlier(announcement, message).map(|at| floor.map_or(at, |floor| at.max(floor))) }
    }

    /// The answer to the question for the place. Only good news is announced, and a confession when it takes longer (behaviour.md B6).
    pub(super) fn place(&mut self, now: Timestamp, place: Option<u32>, wait: Option<&Estimate>, rule: AnnounceRule, out: &mut Vec<Effect>) {
        let Stage::Waiting { treat: Treat::Asking, asked } = self.stage else { return };
        self.told.announced = Some(now);
        if asked.is_some() {
            // An agent is being asked: nothing may stand between him and the customer.
            self.stage = Stage::Waiting { treat: self.music(now), asked };
            return;
        }
        let first = !std::mem::replace(&mut self.told.first, true);
        let settings = &self.plan.settings;
        let says = settings.announce_position && place.is_some();
        let rule = AnnounceRule { position: if says { rule.position } else { PositionRule::No }, ..rule };
        let wait = wait.filter(|_| settings.announce_wait);
        let said = self.told.said.announce(now, wait, place.unwrap_or(1), rule, false);
        let mut words = Vec::new();
        if let Some(Announcement { position, wait }) = said {
            words.extend(position.map(|said| match said {
                SaidPosition::Exact { place } => Speech::Place(place),
                // Whoever stands further back than that has so many before him.
                SaidPosition::MoreThan { limit } => Speech::AtLeast(limit),
            }));
            words.extend(wait.filter(|said| said.to_seconds <= LONGEST).map(|said| {
                let (low, high) = (said.from_seconds / 60, said.to_seconds.div_ceil(60));
                match said.reason {
                    Reason::First | Reason::Better => Speech::Wait(low, high),
                    Reason::Longer => Speech::Longer(low, high),
                }
            }));
        }
        let late = self.plan.settings.voicemail_seconds > 0
            && now.since(self.waits_since) >= Duration::from_secs(u64::from(self.plan.settings.voicemail_seconds));
        let offer_message = self.plan.settings.voicemail && (first || !words.is_empty() || (late && !self.told.message_offered));
        if self.plan.settings.callback && (first || !words.is_empty()) {
            words.push(self.offer_callback(out));
        }
        if offer_message {
            self.told.message_offered = self.told.message_offered || late;
            words.push(Speech::OfferVoicemail);
        }
        let treat = if words.is_empty() {
            self.music(now)
        } else {
            let token = self.token();
            Treat::Announcing { words, token, until: now + SAY }
        };
        self.stage = Stage::Waiting { treat, asked };
    }

    /// His queue is closed: he is told so at once, and what he can do. Who does neither may leave a message, or the call ends.
    pub(super) fn promised(&mut self, now: Timestamp, opens: Option<(u8, u8, u8)>, out: &mut Vec<Effect>) {
        let Stage::Waiting { treat, asked: None } = &self.stage else { return };
        if self.told.closed || matches!(treat, Treat::Entering { .. }) {
            return;
        }
        self.told.closed = true;
        let mut words = vec![Speech::Closed(opens)];
        if self.plan.settings.callback {
            words.push(self.offer_callback(out));
        }
        if self.plan.settings.voicemail {
            words.push(Speech::OfferVoicemail);
        }
        let token = self.token();
        self.stage = Stage::Waiting { treat: Treat::Announcing { words, token, until: now + SAY }, asked: None };
    }

    /// Tells him that he may be called; the app counts who was told.
    fn offer_callback(&mut self, out: &mut Vec<Effect>) -> Speech {
        if !std::mem::replace(&mut self.told.callback_offered, true) {
            out.push(Effect::Act(Act::CallbackOffered));
        }
        Speech::OfferCallback
    }

    /// He was told that we are closed and pressed no key.
    fn closed_over(&mut self, now: Timestamp) {
        if self.plan.settings.voicemail {
            let token = self.token();
            self.stage = Stage::Message(Message::Prompt { token, until: now + SAY });
        } else {
            self.leave(now, Speech::Goodbye);
        }
    }

    /// Words have been said.
    pub(super) fn played(&mut self, now: Timestamp, said: u64, out: &mut Vec<Effect>) {
        match self.stage.clone() {
            Stage::Waiting { treat: Treat::Greeting { token, .. } | Treat::Announcing { token, .. }, asked } if token == said => {
                if matches!(self.stage, Stage::Waiting { treat: Treat::Announcing { .. }, .. }) {
                    self.told.announced = Some(now);
                }
                self.stage = Stage::Waiting { treat: self.music(now), asked };
            }
            Stage::Waiting { treat: Treat::Entering { digits, own, token: Some(token), .. }, asked } if token == said => {
                self.stage = Stage::Waiting { treat: Treat::Entering { digits, own, token: None, until: now + ENTER }, asked };
            }
            Stage::Whispering { agent, leg, token, .. } if token == said => self.talk(now, agent, leg, out),
            Stage::Message(Message::Prompt { token, .. }) if token == said => self.speak(now, out),
            Stage::Leaving { token, .. } if token == said => self.end(now, CallEnder::System, Cause::Normal, out),
            Stage::Calling { .. }
            | Stage::Waiting { .. }
            | Stage::Joining { .. }
            | Stage::Whispering { .. }
            | Stage::Together { .. }
            | Stage::Lost { .. }
            | Stage::Sending { .. }
            | Stage::Passing { .. }
            | Stage::Away { .. }
            | Stage::Message(_)
            | Stage::Leaving { .. }
            | Stage::Over => {}
        }
    }

    /// A deadline of a customer who waits.
    pub(super) fn tick_waiting(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let Stage::Waiting { treat, asked } = self.stage.clone() else { return };
        match treat {
            Treat::Greeting { token, .. } | Treat::Announcing { token, .. } => self.played(now, token, out),
            Treat::Entering { .. } => self.stage = Stage::Waiting { treat: self.music(now), asked },
            Treat::Music { .. } => {
                if asked.is_some() {
                    self.told.announced = Some(now);
                    self.stage = Stage::Waiting { treat: self.music(now), asked };
                } else if self.told.closed {
                    self.closed_over(now);
                } else {
                    self.stage = Stage::Waiting { treat: Treat::Asking, asked };
                    out.push(Effect::Act(Act::AskPlace));
                }
            }
            Treat::Ringing | Treat::Asking => {}
        }
    }

    /// A key of the customer.
    pub(super) fn digit(&mut self, now: Timestamp, leg: i64, digit: char, out: &mut Vec<Effect>) {
        if leg != CUSTOMER {
            return;
        }
        if let Stage::Message(Message::Recording { .. }) = self.stage {
            if digit == '#' {
                self.message_done(now, out);
            }
            return;
        }
        // Who is being connected is not sent elsewhere by a slip of the finger.
        let Stage::Waiting { treat, asked: None } = self.stage.clone() else { return };
        match (treat, digit) {
            (Treat::Entering { digits, own, .. }, '#') => self.entered(now, &digits, own, out),
            (Treat::Entering { .. }, '*') => self.stage = Stage::Waiting { treat: self.music(now), asked: None },
            (Treat::Entering { mut digits, own, token, .. }, digit) => {
                if digit.is_ascii_digit() && digits.len() < NUMBER {
                    digits.push(digit);
                }
                self.stage = Stage::Waiting { treat: Treat::Entering { digits, own, token, until: now + ENTER }, asked: None };
            }
            (Treat::Greeting { .. } | Treat::Music { .. } | Treat::Asking | Treat::Announcing { .. }, '1')
                if self.plan.settings.callback =>
            {
                let (own, token) = (!self.doc.number.is_empty(), Some(self.token()));
                self.stage = Stage::Waiting { treat: Treat::Entering { digits: String::new(), own, token, until: now + SAY }, asked: None };
            }
            (Treat::Greeting { .. } | Treat::Music { .. } | Treat::Asking | Treat::Announcing { .. }, '2')
                if self.plan.settings.voicemail =>
            {
                let token = self.token();
                self.stage = Stage::Message(Message::Prompt { token, until: now + SAY });
            }
            (Treat::Ringing | Treat::Greeting { .. } | Treat::Music { .. } | Treat::Asking | Treat::Announcing { .. }, _) => {}
        }
    }

    fn entered(&mut self, now: Timestamp, digits: &str, own: bool, out: &mut Vec<Effect>) {
        let number = match digits {
            "" if own => self.doc.number.clone(),
            "" => return,
            other => other.to_owned(),
        };
        out.push(Effect::Act(Act::Callback { number }));
        self.leave(now, Speech::CallbackDone);
    }

    /// The tone was heard: the message begins.
    pub(super) fn speak(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.stage = Stage::Message(Message::Recording { until: now + MESSAGE });
        self.spoke = Some(now);
        self.doc.recording = RecordingState::On;
        out.push(Effect::Record(Record::Start { voicemail: true }));
    }

    /// The message is over, the customer is still there.
    pub(super) fn message_done(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.keep_message(now, out);
        self.leave(now, Speech::VoicemailDone);
    }

    /// Keeps what was said, if it was anything.
    pub(super) fn keep_message(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        out.push(Effect::Record(Record::Stop));
        self.doc.recording = RecordingState::Off;
        if self.spoke.take().is_some_and(|since| now.since(since) >= SHORTEST_MESSAGE) {
            out.push(Effect::Act(Act::Voicemail));
        }
    }
}
