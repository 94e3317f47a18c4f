//! Acts of agents, their rights, and the property that events keep a snapshot true.

use super::*;
use crate::{
    AppError,
    access::{self, Actor},
    calls, messages, routing,
    stage::{ANNA, BORIS, CHIEF, QUEUE, SECOND, Stage, letter, stages},
    visitors,
};
use okno_model::{
    AgentId, CallId, DispositionId, InteractionId, VisitorId,
    doc::{AgentDoc, CallDoc, CallEnder, CallState, DispositionDoc, InteractionDoc, InteractionState, Presence},
    event::{Event, What},
    right::{Grant, Right, Scope},
};
use okno_store::journal;
use std::collections::BTreeMap;

/// A desk: what it got at first, and what the events made of it.
struct Desk {
    actor: Actor,
    seq: i64,
    interactions: BTreeMap<InteractionId, InteractionDoc>,
    calls: BTreeMap<CallId, CallDoc>,
    agents: BTreeMap<AgentId, AgentDoc>,
}

impl Desk {
    async fn open(stage: &Stage, actor: Actor) -> Self {
        let (seq, snapshot) = snapshot(&stage.ctx, &actor).await.unwrap();
        Self {
            actor,
            seq,
            interactions: snapshot.interactions.into_iter().map(|d| (d.id, d)).collect(),
            calls: snapshot.calls.into_iter().map(|c| (c.id, c)).collect(),
            agents: snapshot.agents.into_iter().map(|a| (a.id, a)).collect(),
        }
    }

    /// Applies what has happened since, as the desk's socket tells it.
    async fn follow(&mut self, stage: &Stage) {
        let (seq, actor) = (self.seq, self.actor.clone());
        let heard: Vec<(Event, bool)> = stage
            .ctx
            .read(move |tx| {
                let mut heard = Vec::new();
                for event in journal::after(tx, seq, 100_000)? {
                    let facts = access::event_facts(tx, &event)?;
                    let seen = access::event_visible(&actor, &facts);
                    heard.push((event, seen));
                }
                Ok(heard)
            })
            .await
            .unwrap();
        for (event, seen) in heard {
            assert_eq!(event.seq, self.seq + 1, "the journal has a gap");
            self.seq = event.seq;
            self.apply(event.what, seen);
        }
    }

    fn apply(&mut self, what: What, seen: bool) {
        match what {
            What::InteractionCreated(doc)
            | What::InteractionQueued(doc)
            | What::InteractionOffered(doc)
            | What::InteractionOfferEnded(doc)
            | What::InteractionAssigned(doc)
            | What::InteractionTransferred(doc)
            | What::InteractionWrapupStarted(doc)
            | What::InteractionClosed(doc)
            | What::InteractionChanged(doc) => {
                if seen && !matches!(doc.state, InteractionState::Closed { .. }) {
                    self.interactions.insert(doc.id, doc);
                } else {
                    self.interactions.remove(&doc.id);
                }
            }
            What::AgentChanged(doc) if seen => {
                self.agents.insert(doc.id, doc);
            }
            What::CallChanged(call) => {
                if seen && call.is_live() {
                    self.calls.insert(call.id, call);
                } else {
                    self.calls.remove(&call.id);
                }
            }
            // Messages, customers and configuration are not part of the compared state.
            What::AgentChanged(_)
            | What::InteractionDecided { .. }
            | What::MessageCreated(_)
            | What::MessageChanged(_)
            | What::CustomerChanged(_)
            | What::MatchChanged(_)
            | What::CaseCreated(_)
            | What::CaseChanged(_)
            | What::CustomerMerged(_)
            | What::CustomerUnmerged(_)
            | What::ForwardChanged(_)
            | What::NoticeChanged(_)
            | What::TopicChanged(_)
            | What::OrganizationChanged(_)
            | What::AttributeChanged(_)
            | What::NoteChanged(_)
            | What::OrderChanged(_)
            | What::LedgerChanged(_)
            | What::QueueChanged(_)
            | What::SkillChanged(_)
            | What::HoursChanged(_)
            | What::BlendingChanged(_)
            | What::ChannelChanged(_)
            | What::UserChanged(_)
            | What::RoleChanged(_)
            | What::TeamChanged(_)
            | What::PauseCodeChanged(_)
            | What::DispositionChanged(_)
            | What::PolicyChanged(_)
            | What::SlaWarned(_)
            | What::SlaBreached(_)
            | What::PromiseMade(_)
            | What::PromiseKept(_)
            | What::PromiseBroken(_)
            | What::PromiseNudged(_)
            | What::PromiseChanged(_)
            | What::WorkspaceChanged(_)
            | What::RecordingChanged(_)
            | What::TrunkChanged(_)
            | What::PhoneChanged(_)
            | What::PromptChanged(_)
            | What::DialPlanChanged(_) => {}
        }
    }

    async fn is_true(&mut self, stage: &Stage, after: &str) {
        self.follow(stage).await;
        let fresh = Self::open(stage, self.actor.clone()).await;
        assert_eq!(self.seq, fresh.seq, "{} after {after}", self.actor.name);
        assert_eq!(self.interactions, fresh.interactions, "{} after {after}", self.actor.name);
        assert_eq!(self.calls, fresh.calls, "{} after {after}", self.actor.name);
        assert_eq!(self.agents, fresh.agents, "{} after {after}", self.actor.name);
    }
}

/// A small generator, so that a failing walk can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// One random thing that people do; what is impossible just now is refused and changes nothing.
async fn something(stage: &Stage, dice: &mut Dice, visitors: &mut Vec<VisitorId>, n: usize) -> String {
    let open = stage.open().await;
    let any = open.get(dice.roll(open.len().max(1))).cloned();
    let user = [ANNA, BORIS][dice.roll(2)];
    let actor = stage.actor(user);
    let ctx = &stage.ctx;
    let what = dice.roll(19);
    let result: Result<(), AppError> = match (what, any) {
        (0, _) => {
            let (visitor, _) = stage.visitor().await;
            visitors.push(visitor);
            stage.try_say(visitor, &format!("v{n}"), "Hello").await.map(drop)
        }
        (1, _) if !visitors.is_empty() => stage.try_say(visitors[dice.roll(visitors.len())], &format!("v{n}"), "More").await.map(drop),
        (2, _) => {
            stage
                .mail(&format!("k{n}"), letter(&format!("k{n}@mail.example"), &format!("c{}@mail.example", dice.roll(4)), "Re: Lamp", "x"))
                .await;
            Ok(())
        }
        (3, _) => {
            stage.available(user).await;
            Ok(())
        }
        (4, Some(doc)) => match stage.offer(doc.id).await {
            Some((agent, offer)) => {
                let who = if agent == ANNA.into() { ANNA } else { BORIS };
                accept(ctx, &stage.actor(who), doc.id, offer).await.map(drop)
            }
            None => Ok(()),
        },
        (5, Some(doc)) => match stage.offer(doc.id).await {
            Some((_, offer)) => decline(ctx, &actor, doc.id, offer).await.map(drop),
            None => Ok(()),
        },
        (6, Some(doc)) => stage.reply(user, doc.id, &format!("r{n}"), "Answer").await.map(drop),
        (7, Some(doc)) => finish(ctx, &actor, doc.id, None).await.map(drop),
        (8, Some(doc)) => wrap_up(ctx, &actor, doc.id, WrapUp { disposition: None, note: Some("done".into()) }).await.map(drop),
        (9, Some(doc)) => {
            let to = [Transfer::Queue(SECOND), Transfer::Queue(QUEUE), Transfer::Agent(BORIS.into())][dice.roll(3)].clone();
            transfer(ctx, &stage.actor(CHIEF), doc.id, to, None).await.map(drop)
        }
        (10, _) if !visitors.is_empty() => visitors::left(ctx, visitors[dice.roll(visitors.len())]).await,
        (11, _) => {
            let presence = [Presence::Paused { code: None }, Presence::Offline, Presence::AvailableOnDemand][dice.roll(3)].clone();
            routing::set_presence(ctx, &actor, user.into(), presence).await.map(drop)
        }
        (12, _) => {
            stage.advance(dice.roll(90) as u64).await;
            Ok(())
        }
        (13, _) => routing::desk_disconnected(ctx, user.into()).await,
        (14, _) => {
            stage.incoming(&format!("c{n}"), &format!("+4822000000{}", dice.roll(4))).await;
            Ok(())
        }
        (17 | 18, _) => match stage.live_calls().await.pop() {
            Some(mut call) if what == 17 => {
                call.state = [CallState::Waiting, CallState::Talking, CallState::Held][dice.roll(3)].clone();
                call.connected = call.connected.or_else(|| (call.state == CallState::Talking).then(|| ctx.now()));
                calls::save(ctx, call).await.map(drop)
            }
            Some(call) => calls::ended(ctx, call, [CallEnder::Customer, CallEnder::Agent][dice.roll(2)], "normal").await.map(drop),
            None => Ok(()),
        },
        (15, _) => routing::set_phone(ctx, user.into(), dice.roll(3) > 0).await,
        (16, Some(doc)) => routing::unreached(ctx, doc.id, user.into()).await,
        _ => Ok(()),
    };
    let told = match &result {
        Ok(()) => String::new(),
        Err(error @ (AppError::Internal(_) | AppError::Unavailable { .. })) => panic!("step {n}, kind {what}: {error}"),
        Err(error) => format!(" ({error})"),
    };
    format!("step {n}, kind {what}{told}")
}

#[tokio::test]
async fn events_keep_a_snapshot_true() {
    // More walks than two take minutes; a soak asks for them.
    let walks = std::env::var("OKNO_WALKS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_u64);
    for seed in 1..=walks {
        for stage in stages().await {
            let (mut dice, mut visitors) = (Dice(seed), Vec::new());
            stage.available(ANNA).await;
            let mut desks = Vec::new();
            for user in [ANNA, CHIEF] {
                desks.push(Desk::open(&stage, stage.actor(user)).await);
            }
            // Who sees no more than what is in his own hands gains and loses sight most often.
            let mut narrow = stage.actor(BORIS);
            narrow.grants.retain(|grant| grant.right != Right::InteractionRead);
            narrow.grants.push(Grant { right: Right::InteractionRead, scope: Scope::Own });
            desks.push(Desk::open(&stage, narrow).await);
            stage.line(|_| {}).await;
            for n in 0..120 {
                let after = format!("seed {seed}: {}", something(&stage, &mut dice, &mut visitors, n).await);
                for desk in &mut desks {
                    desk.is_true(&stage, &after).await;
                }
            }
            let summary = stage.conserved().await;
            assert!(summary.received > 10, "{summary:?}");
        }
    }
}

#[tokio::test]
async fn an_outcome_belongs_to_its_queue_and_is_kept() {
    for stage in stages().await {
        let (good, foreign) = (DispositionId::from_u128(0xD1), DispositionId::from_u128(0xD2));
        stage
            .ctx
            .write(move |tx| {
                tx.put(&DispositionDoc { id: good, name: "Solved".into(), queue: Some(QUEUE), archived: false })?;
                tx.put(&DispositionDoc { id: foreign, name: "Sold".into(), queue: Some(SECOND), archived: false })?;
                Ok(())
            })
            .await
            .unwrap();
        stage.available(ANNA).await;
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        stage.accept(ANNA, id).await;
        let anna = stage.actor(ANNA);
        let wrong = finish(&stage.ctx, &anna, id, Some(foreign)).await.unwrap_err();
        assert!(matches!(wrong, AppError::Invalid { field: "disposition", .. }), "{wrong}");
        finish(&stage.ctx, &anna, id, None).await.unwrap();
        let doc = extend_wrap_up(&stage.ctx, &anna, id, None).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Wrapup { until: Some(_), .. }), "{doc:?}");
        let done = wrap_up(&stage.ctx, &anna, id, WrapUp { disposition: Some(good), note: Some("a new bulb".into()) }).await.unwrap();
        assert_eq!((done.disposition, done.state.word()), (Some(good), "closed"));
        assert!(stage.messages(id).await.iter().any(|m| m.text == "a new bulb"));
        let twice = wrap_up(&stage.ctx, &anna, id, WrapUp { disposition: None, note: None }).await.unwrap();
        assert_eq!(twice, done, "a second click changes nothing");
    }
}

#[tokio::test]
async fn what_is_out_of_sight_does_not_exist() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let outsider = Actor { queues: vec![SECOND], ..stage.actor(BORIS) };
        assert!(matches!(detail(&stage.ctx, &outsider, id).await.unwrap_err(), AppError::NotFound { .. }));
        assert!(matches!(messages::list(&stage.ctx, &outsider, id, None, 10).await.unwrap_err(), AppError::NotFound { .. }));
        assert!(list(&stage.ctx, &outsider, Filter::default(), None, 50).await.unwrap().is_empty());
        assert!(snapshot(&stage.ctx, &outsider).await.unwrap().1.interactions.is_empty());
        assert_eq!(list(&stage.ctx, &stage.actor(ANNA), Filter::default(), None, 50).await.unwrap().len(), 1);
        let pulled = pull(&stage.ctx, &stage.actor(ANNA), id).await.unwrap_err();
        assert!(matches!(pulled, AppError::Forbidden { .. }), "{pulled}");
    }
}

#[tokio::test]
async fn lists_are_paged_without_gaps_and_repeats() {
    for stage in stages().await {
        for n in 0..7 {
            stage.mail(&format!("{n}"), letter(&format!("m{n}@mail.example"), "olga@mail.example", &format!("Lamp {n}"), "x")).await;
            stage.clock.advance(std::time::Duration::from_millis((n % 2) * 5));
        }
        let chief = stage.actor(CHIEF);
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = list(&stage.ctx, &chief, Filter::default(), after, 3).await.unwrap();
            seen.extend(page.iter().map(|d| d.id));
            match page.last() {
                Some(last) if page.len() == 3 => after = Some(Position::from(last)),
                _ => break,
            }
        }
        let distinct: std::collections::BTreeSet<_> = seen.iter().copied().collect();
        assert_eq!((seen.len(), distinct.len()), (7, 7));
        let found = list(&stage.ctx, &chief, Filter { text: Some("LAMP 3".into()), ..Filter::default() }, None, 50).await.unwrap();
        assert_eq!(found.iter().map(|d| d.subject.as_str()).collect::<Vec<_>>(), ["Lamp 3"]);
    }
}
