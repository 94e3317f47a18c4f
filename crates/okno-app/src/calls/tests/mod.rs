//! A call's life from both ends, on both databases.

use super::*;
use crate::{
    AppError, Ctx,
    access::Actor,
    interactions, ledger, routing,
    stage::{ANNA, BORIS, CHIEF, QUEUE, START, Stage, stages},
};
use okno_bus::voice::{Refused, VoiceRequest};
use okno_model::{
    CallId, ChannelId, ChannelKind, InteractionId, Medium, UserId,
    doc::{
        AnswerMode, BlackHoleCause, CallDirection, CallDoc, CallEnder, CallState, ChannelDoc, ChannelHealth, ChannelSettings, Closed,
        DialPlanDoc, InteractionDoc, InteractionState, LedgerDoc, LegDevice, LegDoc, LegRole, LegState, MonitorMode, PhoneSettings,
        Presence, RecordingState, UnitKind, UnitState,
    },
    event::What,
    phone::{CallCommand, DialTo},
    right::{Right, Scope},
};

mod counts;
mod life;
mod owed;
mod rights;
mod together;

/// The company's telephone.
pub(crate) const LINE: ChannelId = ChannelId::from_u128(0xC3);
const OLGA: &str = "+48221234567";

impl Stage {
    /// Opens the telephone: a channel and a dial plan for Poland.
    pub(crate) async fn line(&self, change: impl FnOnce(&mut PhoneSettings)) {
        let mut settings = PhoneSettings {
            numbers: vec!["+48220000000".into()],
            answer: AnswerMode::AtOnce,
            language: "en".into(),
            greeting: None,
            music: None,
            announce_position: true,
            announce_wait: true,
            announce_seconds: 45,
            whisper: false,
            record: false,
            record_days: 30,
            callback: false,
            voicemail: true,
            callback_retries: 3,
            callback_gaps: vec![10, 30, 60],
            callback_hours: 24,
            voicemail_seconds: 0,
            click_to_call: true,
        };
        change(&mut settings);
        let health = ChannelHealth { state: "ok".into(), detail: String::new(), since: START };
        let settings = ChannelSettings::Phone(settings);
        let line =
            ChannelDoc { id: LINE, kind: ChannelKind::Phone, name: "Sales line".into(), queue: QUEUE, enabled: true, settings, health };
        let ws = self.ctx.ws;
        let plan = DialPlanDoc { country: "48".into(), allow: vec!["+48".into()], deny: vec!["+48700".into()], ..DialPlanDoc::closed(ws) };
        self.ctx.write(move |tx| Ok((tx.put(&line)?, tx.put(&plan)?))).await.unwrap();
    }

    /// A call comes in by a trunk.
    pub(crate) async fn incoming(&self, key: &str, number: &str) -> Arrived {
        let arrived = arrived(&self.ctx, arrival(key, number)).await.unwrap();
        routing::tick(&self.ctx).await.unwrap();
        arrived
    }

    /// The agent sits at his desk with a phone and takes calls.
    pub(crate) async fn at_the_phone(&self, user: UserId) {
        self.available(user).await;
        routing::set_phone(&self.ctx, user.into(), true).await.unwrap();
    }

    pub(crate) async fn live_calls(&self) -> Vec<CallDoc> {
        self.ctx.read(|tx| Ok(okno_store::calls::live(tx)?)).await.unwrap()
    }

    async fn call(&self, id: CallId) -> CallDoc {
        self.ctx.read(move |tx| Ok(tx.get::<CallDoc>(id)?.unwrap())).await.unwrap()
    }

    /// Agent and customer talk.
    async fn connect(&self, id: CallId, user: UserId) -> CallDoc {
        let mut call = self.call(id).await;
        let now = self.ctx.now();
        call.legs[0].state = LegState::Connected;
        call.legs[0].answered = call.legs[0].answered.or(Some(now));
        let number = call.legs.len() as i64 + 1;
        let name = self.actor(user).name;
        call.legs.push(LegDoc {
            number,
            role: LegRole::Agent,
            device: LegDevice::Browser,
            agent: Some(user.into()),
            name,
            answered: Some(now),
            state: LegState::Connected,
            started: now,
            ..call.legs[0].clone()
        });
        call.state = CallState::Talking;
        call.answered = call.answered.or(Some(now));
        call.connected = call.connected.or(Some(now));
        save(&self.ctx, call).await.unwrap()
    }

    async fn hang_up(&self, id: CallId, by: CallEnder) -> CallDoc {
        let call = self.call(id).await;
        ended(&self.ctx, call, by, "normal").await.unwrap()
    }

    async fn unit_of(&self, interaction: InteractionId) -> LedgerDoc {
        self.units().await.into_iter().find(|unit| unit.interaction == Some(interaction)).unwrap()
    }

    async fn lines(&self, interaction: InteractionId) -> Vec<String> {
        self.messages(interaction).await.into_iter().map(|m| m.text).collect()
    }
}

pub(crate) fn arrival(key: &str, number: &str) -> Arrival {
    Arrival {
        key: key.into(),
        channel: LINE,
        number: number.into(),
        name: String::new(),
        our_number: "+48220000000".into(),
        trunk: None,
        unconfirmed: false,
        visitor: None,
    }
}

fn closed_as(doc: &InteractionDoc) -> Option<Closed> {
    if let InteractionState::Closed { how, .. } = doc.state { Some(how) } else { None }
}

fn dialing(key: &str, interaction: Option<InteractionId>) -> Dialing {
    Dialing {
        key: key.into(),
        by: ANNA.into(),
        to: DialTo::Number { number: OLGA.into() },
        channel: LINE,
        our_number: "+48220000000".into(),
        trunk: None,
        interaction,
    }
}

fn without(actor: &Actor, right: Right) -> Actor {
    let mut actor = actor.clone();
    actor.grants.retain(|grant| grant.right != right);
    actor
}
