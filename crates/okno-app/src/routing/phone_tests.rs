//! Phones and calls in routing, on both databases.

use crate::{
    AppError, interactions, routing,
    stage::{ANNA, BORIS, QUEUE, SECOND, START, Stage, WIDGET, stages},
};
use okno_model::{
    AgentId, InteractionId, Medium,
    doc::{Closed, InteractionDoc, InteractionState, Presence, PresenceBy, SegmentDoc, SegmentOutcome},
    event::What,
};
use okno_store::journal;

/// A call as its row is when it begins.
fn call(n: u128) -> InteractionDoc {
    InteractionDoc {
        id: InteractionId::from_u128(0xCA11_0000 + n),
        medium: Medium::Voice,
        channel: WIDGET,
        customer: None,
        customer_name: "+48 22 123 45 67".into(),
        subject: String::new(),
        preview: String::new(),
        language: None,
        queue: QUEUE,
        agent: None,
        state: InteractionState::New,
        priority: 5,
        created: START,
        enqueued: START,
        due: None,
        answered: None,
        case: None,
        customer_waits: None,
        last_message: 0,
        last_at: START,
        agent_read: 0,
        customer_read: 0,
        previous: None,
        disposition: None,
        customer_online: true,
        outbound: false,
        callback: None,
        promise: None,
        called_back: None,
    }
}

impl Stage {
    /// A call comes in.
    pub(crate) async fn ring(&self, n: u128) -> InteractionId {
        self.line(|_| {}).await;
        self.incoming(&format!("ring {n}"), &format!("+4822{n:07}")).await.interaction.id
    }

    async fn segments(&self, id: InteractionId) -> Vec<SegmentDoc> {
        self.ctx.read(move |tx| Ok(okno_store::interactions::segments(tx, id)?)).await.unwrap()
    }
}

#[tokio::test]
async fn a_call_rings_only_at_who_has_a_phone() {
    for mut stage in stages().await {
        stage.available(ANNA).await;
        let id = stage.ring(1).await;
        assert_eq!(stage.interaction(id).await.state, InteractionState::Queued);
        let decisions = interactions::decisions(&stage.ctx, &stage.actor(ANNA), id).await.unwrap();
        assert!(decisions.iter().any(|d| d.removed.iter().any(|r| r.filter == "no_phone" && r.agents == [ANNA.into()])), "{decisions:?}");
        assert!(!stage.agent(ANNA).await.phone);

        routing::set_phone(&stage.ctx, ANNA.into(), true).await.unwrap();
        assert!(stage.agent(ANNA).await.phone);
        assert_eq!(stage.offer(id).await.unwrap().0, ANNA.into());
        routing::set_phone(&stage.ctx, ANNA.into(), false).await.unwrap();
        assert_eq!(stage.interaction(id).await.state, InteractionState::Queued, "it is taken back");
        assert_eq!(stage.segments(id).await[0].offers, 0, "and nobody missed anything");
        routing::set_phone(&stage.ctx, ANNA.into(), true).await.unwrap();
        stage.accept(ANNA, id).await;

        // A phone is not kept over a restart: the telephone door says again who has one.
        stage.restart().await;
        assert!(!stage.agent(ANNA).await.phone);
        routing::set_phone(&stage.ctx, ANNA.into(), true).await.unwrap();
        assert!(stage.agent(ANNA).await.phone);
        routing::set_phone(&stage.ctx, AgentId::from_u128(77), true).await.unwrap();
    }
}

#[tokio::test]
async fn a_panic_of_the_engine_forgets_no_phone() {
    for stage in stages().await {
        stage.available(ANNA).await;
        routing::set_phone(&stage.ctx, ANNA.into(), true).await.unwrap();
        super::handle::panic_once(&stage.ctx).await.unwrap_err();
        super::handle::owned(&stage.ctx).await;
        let id = stage.ring(1).await;
        assert_eq!(stage.offer(id).await.map(|(agent, _)| agent), Some(ANNA.into()));
    }
}

#[tokio::test]
async fn who_cannot_be_reached_gives_the_call_back_with_its_place() {
    for mut stage in stages().await {
        stage.available(ANNA).await;
        routing::set_phone(&stage.ctx, ANNA.into(), true).await.unwrap();
        let id = stage.ring(1).await;
        let enqueued = stage.interaction(id).await.enqueued;
        stage.advance(3).await;
        stage.accept(ANNA, id).await;
        let other = routing::unreached(&stage.ctx, id, BORIS.into()).await.unwrap_err();
        assert!(matches!(other, AppError::Conflict { code: "not_yours", .. }), "{other}");
        stage.advance(5).await;
        routing::unreached(&stage.ctx, id, ANNA.into()).await.unwrap();

        let doc = stage.interaction(id).await;
        assert_eq!((doc.state, doc.agent, doc.enqueued), (InteractionState::Queued, None, enqueued));
        let anna = stage.agent(ANNA).await;
        assert_eq!((anna.presence, anna.by, anna.slots.len()), (Presence::Paused { code: None }, PresenceBy::NoPhone, 0));
        let segments = stage.segments(id).await;
        assert_eq!(segments.len(), 1);
        assert_eq!((segments[0].agent, segments[0].answered, segments[0].offers), (None, None, 1), "they never talked");
        let twice = routing::unreached(&stage.ctx, id, ANNA.into()).await.unwrap_err();
        assert!(matches!(twice, AppError::Conflict { code: "wrong_state", .. }), "{twice}");

        // Also after a restart she is not asked again for a while.
        stage.restart().await;
        stage.available(ANNA).await;
        routing::set_phone(&stage.ctx, ANNA.into(), true).await.unwrap();
        assert_eq!(stage.offer(id).await, None);
        stage.available(BORIS).await;
        routing::set_phone(&stage.ctx, BORIS.into(), true).await.unwrap();
        stage.accept(BORIS, id).await;
        stage.conserved().await;
    }
}

/// Anna calls somebody.
async fn begin(stage: &Stage, doc: &InteractionDoc) -> Result<(), AppError> {
    let row = doc.clone();
    let rows: super::Extra = Box::new(move |act| {
        act.tx.put(&row)?;
        act.tell(What::InteractionCreated(row))
    });
    routing::begin(&stage.ctx, stage.actor(ANNA).event(), doc, ANNA.into(), rows).await
}

#[tokio::test]
async fn an_outgoing_call_is_active_at_once_and_ends_like_any_other() {
    for stage in stages().await {
        stage.available(ANNA).await;
        let doc = InteractionDoc { outbound: true, queue: SECOND, ..call(1) };
        begin(&stage, &doc).await.unwrap();
        routing::tick(&stage.ctx).await.unwrap();
        let id = doc.id;
        let now = stage.interaction(id).await;
        assert!(matches!(now.state, InteractionState::Active { agent, .. } if agent == AgentId::from(ANNA)), "{now:?}");
        let names: Vec<_> = stage.ctx.read(|tx| Ok(journal::after(tx, 0, 1000)?)).await.unwrap().iter().map(|e| e.what.name()).collect();
        assert!(!names.contains(&"interaction.queued"), "it never waited: {names:?}");

        let second = InteractionDoc { id: InteractionId::from_u128(0xCA12), ..doc.clone() };
        let busy = begin(&stage, &second).await.unwrap_err();
        assert!(matches!(busy, AppError::Conflict { code: "no_capacity", .. }), "{busy}");
        let row = stage.ctx.read(move |tx| Ok(tx.get::<InteractionDoc>(second.id)?)).await.unwrap();
        assert_eq!(row, None, "what routing refuses is not written");

        let doc = interactions::finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        assert!(matches!(doc.state, InteractionState::Wrapup { .. }), "{doc:?}");
        stage.advance(61).await;
        assert!(matches!(stage.interaction(id).await.state, InteractionState::Closed { how: Closed::Finished, .. }));
        let segments = stage.segments(id).await;
        assert_eq!(segments.len(), 1);
        assert_eq!((segments[0].queue, segments[0].agent, segments[0].outcome), (SECOND, Some(ANNA.into()), Some(SegmentOutcome::Handled)));
        stage.conserved().await;
    }
}
