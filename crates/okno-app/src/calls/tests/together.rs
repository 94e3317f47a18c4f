//! What a call's beginning and end mean to routing is written with them.

use super::*;

/// Which numbers of events belong to one commit cannot be seen; that nothing had to be waited for can.
#[tokio::test]
async fn a_call_is_offered_when_it_is_recorded_and_the_next_one_when_it_ends() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        stage.at_the_phone(ANNA).await;
        let one = arrived(&stage.ctx, arrival("k1", "22 123 45 67")).await.unwrap();
        let (agent, offer) = stage.offer(one.interaction.id).await.expect("offered without a look into the journal");
        let two = arrived(&stage.ctx, arrival("k2", "22 123 45 68")).await.unwrap();
        assert_eq!(stage.interaction(two.interaction.id).await.state, InteractionState::Queued);
        // The journal tells of both once more.
        stage.advance(1).await;
        let queued = |id| move |event: &&okno_model::event::Event| matches!(&event.what, okno_model::event::What::InteractionQueued(doc) if doc.id == id);
        for id in [one.interaction.id, two.interaction.id] {
            assert_eq!(stage.events().await.iter().filter(queued(id)).count(), 1);
        }
        accept_by_phone(&stage.ctx, agent, one.interaction.id, offer).await.unwrap();
        stage.connect(one.call.id, ANNA).await;
        stage.hang_up(one.call.id, CallEnder::Agent).await;
        assert!(!matches!(stage.interaction(one.interaction.id).await.state, InteractionState::Active { .. }), "his part is over");
        stage.hang_up(two.call.id, CallEnder::Customer).await;
        assert!(closed_as(&stage.interaction(two.interaction.id).await).is_some(), "who hung up waits no more");
    }
}

#[tokio::test]
async fn a_call_is_recorded_while_routing_is_away() {
    for stage in stages().await {
        stage.line(|_| {}).await;
        routing::stop(&stage.ctx.app).await;
        let came = arrived(&stage.ctx, arrival("k1", "22 123 45 67")).await.unwrap();
        assert_eq!(stage.interaction(came.interaction.id).await.state, InteractionState::New);
        assert!(arrived(&stage.ctx, arrival("k1", "22 123 45 67")).await.unwrap().repeat);
        let over = stage.hang_up(came.call.id, CallEnder::Customer).await;
        assert!(!over.is_live());
    }
}
