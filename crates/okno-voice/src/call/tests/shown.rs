//! The words of transcripts.

use super::{
    super::words::{Act, Effect, Hears, Order, Reach, Record, Speech},
    script::named,
};
use okno_model::doc::{CallDoc, CallState};

pub(super) fn speech(words: &[Speech]) -> String {
    let word = |word: &Speech| match word {
        Speech::Greeting => "greeting".to_owned(),
        Speech::Place(n) => format!("\"you are number {n}\""),
        Speech::AtLeast(n) => format!("\"at least {n} are before you\""),
        Speech::Wait(low, high) => format!("\"{low} to {high} minutes\""),
        Speech::Longer(low, high) => format!("\"longer than we said: {low} to {high} minutes\""),
        Speech::Closed(_) => "\"we are closed\"".into(),
        Speech::Goodbye => "\"goodbye\"".into(),
        Speech::OfferCallback => "\"1: call me back\"".into(),
        Speech::OfferVoicemail => "\"2: leave a message\"".into(),
        Speech::CallbackConfirm => "\"# to be called at this number, or another number\"".into(),
        Speech::CallbackNumber => "\"enter your number, then #\"".into(),
        Speech::CallbackDone => "\"we will call you\"".into(),
        Speech::Voicemail => "\"leave a message\"".into(),
        Speech::VoicemailDone => "\"thank you for the message\"".into(),
        Speech::Beep => "beep".into(),
        Speech::Queue => "queue's name".into(),
    };
    words.iter().map(word).collect::<Vec<_>>().join(", ")
}

pub(super) fn shown(effect: &Effect) -> String {
    match effect {
        Effect::Open { leg, to } => match to {
            Reach::Browser(who) => format!("leg {leg}: reach {}'s browser", named(*who)),
            Reach::Phone(who) => format!("leg {leg}: ring {}'s phone", named(*who)),
            Reach::Number(number) => format!("leg {leg}: call {number}"),
        },
        Effect::Leg { leg, order } => match order {
            Order::Ring => format!("leg {leg}: say that it rings"),
            Order::Answer => format!("leg {leg}: answer"),
            Order::End(cause) => format!("leg {leg}: end ({})", cause.key()),
        },
        Effect::Hear { leg, what } => match what {
            Hears::Nothing => format!("leg {leg} hears nothing"),
            Hears::Comfort => format!("leg {leg} hears comfort noise"),
            Hears::Ringback => format!("leg {leg} hears ringing"),
            Hears::Music => format!("leg {leg} hears music"),
            Hears::Say { words, token, music } => {
                format!("leg {leg} hears [{token}] {}{}", speech(words), if *music { ", then music" } else { "" })
            }
            Hears::Leg(other) => format!("leg {leg} hears leg {other}"),
            Hears::Room => format!("leg {leg} hears the room"),
        },
        Effect::Gain { from, to, on } => format!("in the room leg {to} {} leg {from}", if *on { "hears" } else { "does not hear" }),
        Effect::Mute { leg, on } => format!("leg {leg} is {}", if *on { "muted" } else { "heard again" }),
        Effect::Keys { leg, digits } => format!("leg {leg}: send keys {digits}"),
        Effect::Record(Record::Start { voicemail: true }) => "record a message".into(),
        Effect::Record(Record::Start { voicemail: false }) => "record".into(),
        Effect::Record(Record::Pause(on)) => if *on { "pause the recording" } else { "go on recording" }.into(),
        Effect::Record(Record::Stop) => "stop the recording".into(),
        Effect::Act(act) => match act {
            Act::Accept { agent, .. } => format!("act: {} accepts", named(*agent)),
            Act::Decline { agent, .. } => format!("act: {} declines", named(*agent)),
            Act::Busy { agent, .. } => format!("act: the phone of {} is busy", named(*agent)),
            Act::Unreached { agent } => format!("act: {} cannot be reached", named(*agent)),
            Act::AskPlace => "act: what is the place?".into(),
            Act::CallbackOffered => "act: a callback was offered".into(),
            Act::Callback { number } => format!("act: call {number} back"),
            Act::CallbackMissed => "act: the callback was missed".into(),
            Act::CallbackReached => "act: the callback was answered".into(),
            Act::Voicemail => "act: a message was left".into(),
            Act::HandOver { to, .. } => format!("act: the customer is {}'s", named(*to)),
            Act::Finish { agent } => format!("act: {} is done", named(*agent)),
            Act::Ended => "act: ended".into(),
        },
    }
}

pub(super) fn state(doc: &CallDoc) -> String {
    let word = match &doc.state {
        CallState::Ringing => "ringing".into(),
        CallState::Waiting => "waiting".into(),
        CallState::Voicemail => "voicemail".into(),
        CallState::Talking => "talking".into(),
        CallState::Held => "held".into(),
        CallState::Ended { by, cause, .. } => {
            format!("ended by {by:?}: {cause}; talk {} s, hold {} s", doc.talk_ms / 1000, doc.hold_ms / 1000)
        }
    };
    format!("{word}{}{}", if doc.consulting { ", consulting" } else { "" }, if doc.conference { ", conference" } else { "" })
}
