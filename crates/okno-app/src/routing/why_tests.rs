//! Questions to routing, on both databases: why does it wait, why not this agent, who would get it; and several offers at once.

use super::{preview, why, why_not};
use crate::{
    AppError, interactions,
    routing_config::update_queue,
    stage::{ANNA, BORIS, CHIEF, QUEUE, SECOND, Stage, stages},
};
use okno_model::{
    InteractionId, Medium, QueueId,
    doc::{DecisionDoc, InteractionState, Strategy, Tier},
    input::{QueueInput, QueuePreviewInput},
};

impl Stage {
    async fn new_chat(&self) -> InteractionId {
        let (visitor, _) = self.visitor().await;
        self.say(visitor, "first", "Hello").await.interaction
    }

    async fn asked(&self, id: InteractionId) -> DecisionDoc {
        why(&self.ctx, &self.actor(CHIEF), id).await.unwrap()
    }

    /// The filter that keeps an agent away.
    async fn kept_away(&self, id: InteractionId, agent: okno_model::UserId) -> String {
        why_not(&self.ctx, &self.actor(CHIEF), id, agent.into()).await.unwrap().filter
    }
}

fn chat_of(queue: QueueId) -> QueuePreviewInput {
    QueuePreviewInput { queue: Some(queue), medium: Some(Medium::Chat), ..QueuePreviewInput::default() }
}

#[tokio::test]
async fn a_wait_is_explained_from_its_beginning_to_its_end() {
    for stage in stages().await {
        let (first, second) = (stage.new_chat().await, stage.new_chat().await);
        let told = stage.asked(second).await;
        assert_eq!((&*told.act, told.position, told.queue), ("waits", Some(2), QUEUE));
        assert!(told.removed.iter().any(|removed| removed.filter == "not_available" && removed.agents.contains(&ANNA.into())), "{told:?}");
        assert_eq!(stage.kept_away(first, ANNA).await, "not_available");

        stage.available(ANNA).await;
        let told = stage.asked(first).await;
        assert_eq!((&*told.act, &*told.rule, told.agent), ("offered", "rings", Some(ANNA.into())));
        assert_eq!((stage.kept_away(first, ANNA).await, stage.kept_away(first, BORIS).await), ("rings".into(), "not_available".into()));
        assert_eq!(stage.asked(second).await.agent, Some(ANNA.into()), "she has room for both");

        stage.accept(ANNA, first).await;
        assert_eq!(stage.kept_away(first, ANNA).await, "has_it");
        interactions::finish(&stage.ctx, &stage.actor(ANNA), first, None).await.unwrap();
        // What is closed is no more a matter of routing: its history tells.
        stage.advance(120).await;
        for refused in [
            why(&stage.ctx, &stage.actor(CHIEF), first).await.map(drop),
            why_not(&stage.ctx, &stage.actor(CHIEF), first, ANNA.into()).await.map(drop),
        ] {
            assert!(matches!(refused, Err(AppError::Conflict { code: "not_in_routing", .. })), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn a_miss_is_named_with_its_end_and_survives_a_restart() {
    for mut stage in stages().await {
        stage.available(ANNA).await;
        let id = stage.new_chat().await;
        stage.advance(46).await;
        let reason = why_not(&stage.ctx, &stage.actor(CHIEF), id, ANNA.into()).await.unwrap();
        assert_eq!(reason.filter, "excluded_after_miss");
        assert!(reason.until.is_some_and(|until| until > stage.ctx.now()), "{reason:?}");
        stage.restart().await;
        crate::routing::desk_connected(&stage.ctx, ANNA.into()).await.unwrap();
        assert_eq!(stage.kept_away(id, ANNA).await, "excluded_after_miss");
    }
}

#[tokio::test]
async fn only_who_may_see_it_may_ask() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let id = stage.new_chat().await;
        stage.accept(ANNA, id).await;
        assert!(why(&stage.ctx, &stage.actor(ANNA), id).await.is_ok(), "her own");
        let mut stranger = stage.actor(BORIS);
        stranger.queues = vec![SECOND];
        for refused in [why(&stage.ctx, &stranger, id).await.map(drop), why_not(&stage.ctx, &stranger, id, BORIS.into()).await.map(drop)] {
            assert!(matches!(refused, Err(AppError::NotFound { .. } | AppError::Forbidden { .. })), "{refused:?}");
        }
        // An agent may ask about himself, and about those whom he may see; nobody is asked who does not exist.
        assert!(why_not(&stage.ctx, &stage.actor(ANNA), id, ANNA.into()).await.is_ok());
        let nobody = okno_model::AgentId::from_u128(0xDEAD);
        let refused = why_not(&stage.ctx, &stage.actor(CHIEF), id, nobody).await;
        assert!(matches!(refused, Err(AppError::NotFound { .. })), "{refused:?}");
        let refused = preview(&stage.ctx, &stage.actor(ANNA), chat_of(QUEUE)).await;
        assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    }
}

#[tokio::test]
async fn a_preview_decides_as_routing_would_and_changes_nothing() {
    for stage in stages().await {
        stage.available(ANNA).await;
        stage.advance(60).await;
        stage.available(BORIS).await;
        let before = (stage.events().await.len(), stage.agent(ANNA).await, stage.open().await.len());
        let chief = stage.actor(CHIEF);
        let told = preview(&stage.ctx, &chief, chat_of(QUEUE)).await.unwrap();
        assert_eq!((&*told.act, told.agent), ("offered", Some(ANNA.into())), "she is idle for longer: {told:?}");
        let tiers = vec![Tier { agent: BORIS.into(), tier: 0 }, Tier { agent: ANNA.into(), tier: 1 }];
        let changes = QueueInput { tiers: Some(tiers), ..QueueInput::default() };
        let changed = preview(&stage.ctx, &chief, QueuePreviewInput { changes: Some(changes), ..chat_of(QUEUE) }).await.unwrap();
        assert_eq!(changed.agent, Some(BORIS.into()), "{changed:?}");
        let preferred = preview(&stage.ctx, &chief, QueuePreviewInput { preferred: Some(BORIS.into()), ..chat_of(QUEUE) }).await.unwrap();
        assert_eq!(preferred.agent, Some(BORIS.into()), "{preferred:?}");
        let nobody = preview(&stage.ctx, &chief, chat_of(SECOND)).await.unwrap();
        assert_eq!((&*nobody.act, nobody.agent), ("waits", None), "nobody serves it: {nobody:?}");
        let after = (stage.events().await.len(), stage.agent(ANNA).await, stage.open().await.len());
        assert_eq!(before, after);
        // Routing decides as it was foretold.
        let id = stage.new_chat().await;
        assert_eq!(stage.offer(id).await.map(|(agent, _)| agent), Some(ANNA.into()));
    }
}

#[tokio::test]
async fn a_wrong_preview_is_refused_by_its_field() {
    let stage = stages().await.remove(0);
    let chief = stage.actor(CHIEF);
    let refused = preview(&stage.ctx, &chief, QueuePreviewInput { priority: Some(10), ..chat_of(QUEUE) }).await;
    assert!(matches!(&refused, Err(AppError::Invalid { field, .. }) if *field == "priority"), "{refused:?}");
    let nowhere = QueueId::from_u128(0xDEAD);
    let refused = preview(&stage.ctx, &chief, chat_of(nowhere)).await;
    assert!(matches!(refused, Err(AppError::NotFound { .. })), "{refused:?}");
    let changes = QueueInput { ring_seconds: Some(0), ..QueueInput::default() };
    let refused = preview(&stage.ctx, &chief, QueuePreviewInput { changes: Some(changes), ..chat_of(QUEUE) }).await;
    assert!(matches!(&refused, Err(AppError::Invalid { field, .. }) if *field == "ring_seconds"), "{refused:?}");
}

#[tokio::test]
async fn of_several_offers_the_first_answer_wins_and_the_others_end() {
    for stage in stages().await {
        let all = QueueInput { strategy: Some(Strategy::RingAll), ..QueueInput::default() };
        update_queue(&stage.ctx, &stage.actor(CHIEF), QUEUE, all).await.unwrap();
        super::tick(&stage.ctx).await.unwrap();
        stage.available(ANNA).await;
        stage.available(BORIS).await;
        let id = stage.new_chat().await;
        let InteractionState::Offered { agent, offer, others, .. } = stage.interaction(id).await.state else { panic!("it rings") };
        assert_eq!(others.len(), 1, "both are asked");
        assert_eq!((stage.kept_away(id, ANNA).await, stage.kept_away(id, BORIS).await), ("rings".into(), "rings".into()));
        let told = stage.asked(id).await;
        assert!(told.because.contains("and 1 more"), "{}", told.because);
        let mut both = [(agent, offer), (others[0].agent, others[0].offer)];
        both.sort_by_key(|(agent, _)| *agent);
        let [(_, to_anna), (_, to_boris)] = both;
        // Nobody answers with another's offer.
        assert!(interactions::accept(&stage.ctx, &stage.actor(BORIS), id, to_anna).await.is_err());
        interactions::accept(&stage.ctx, &stage.actor(BORIS), id, to_boris).await.unwrap();
        let late = interactions::accept(&stage.ctx, &stage.actor(ANNA), id, to_anna).await;
        assert!(matches!(late, Err(AppError::Conflict { .. })), "{late:?}");
        assert!(stage.agent(ANNA).await.slots.is_empty() && stage.agent(BORIS).await.slots.len() == 1);
        assert_eq!(stage.kept_away(id, BORIS).await, "has_it");
    }
}
