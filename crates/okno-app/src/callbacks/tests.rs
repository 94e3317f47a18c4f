//! Who left a chat is written to, on both databases.

use super::report;
use crate::{
    routing,
    stage::{ANNA, CHIEF, QUEUE, START, Stage, letter, stages},
    visitors::{self, Identify},
};
use okno_model::{
    InteractionId, Medium,
    doc::{BlackHoleCause, Closed, InteractionState, QueueDoc, UnitState},
};

/// Owed, kept, failed, canceled, open.
async fn counts(stage: &Stage) -> [u32; 5] {
    stage.conserved().await;
    let found = report(&stage.ctx, &stage.actor(CHIEF), 30).await.unwrap();
    found.iter().fold([0; 5], |sum, day| {
        let day = [day.owed, day.kept + day.late, day.failed, day.canceled, day.open];
        std::array::from_fn(|n| sum[n] + day[n])
    })
}

/// Somebody who wrote in the widget with his address, waited, and went.
async fn gone(stage: &Stage, waited: u64) -> InteractionId {
    let (visitor, _) = stage.visitor().await;
    let email = Some("olga@mail.example".to_owned());
    visitors::identify(&stage.ctx, visitor, Identify { email, ..Identify::default() }).await.unwrap();
    let chat = stage.say(visitor, "m1", "Where is my lamp?").await.interaction;
    stage.advance(waited).await;
    visitors::left(&stage.ctx, visitor).await.unwrap();
    routing::tick(&stage.ctx).await.unwrap();
    chat
}

#[tokio::test]
async fn who_left_a_chat_is_written_to_with_his_place() {
    for stage in stages().await {
        let chat = gone(&stage, 60).await;
        let unit = stage.units().await[0].id;
        stage.advance(290).await;
        assert_eq!(counts(&stage).await, [0; 5], "he may come again");
        assert_eq!(stage.unit(unit).await.state, UnitState::Open);
        stage.advance(11).await;
        assert_eq!(counts(&stage).await, [1, 0, 0, 0, 1]);
        assert_eq!(counts(&stage).await, [1, 0, 0, 0, 1], "once");
        routing::tick(&stage.ctx).await.unwrap();
        let back = stage.open().await.pop().unwrap();
        assert_eq!((back.medium, back.queue, back.enqueued, back.previous), (Medium::Email, QUEUE, START, Some(chat)));
        assert_eq!((stage.unit(unit).await.interaction, back.due), (Some(back.id), Some(stage.unit(unit).await.deadline)));
        stage.available(ANNA).await;
        stage.accept(ANNA, back.id).await;
        let reply = stage.reply(ANNA, back.id, "r1", "It is on its way.").await.unwrap();
        let to: Vec<_> = reply.mail.unwrap().to.into_iter().map(|to| to.address).collect();
        assert_eq!(to, ["olga@mail.example"]);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn who_comes_again_is_written_to_by_nobody() {
    for stage in stages().await {
        gone(&stage, 60).await;
        let unit = stage.units().await[0].id;
        stage.advance(301).await;
        stage.conserved().await;
        routing::tick(&stage.ctx).await.unwrap();
        let back = stage.open().await.pop().unwrap();
        stage.advance(1).await;
        let mail = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "Nobody answers in your chat")).await;
        let came = stage.unit(mail).await.interaction.unwrap();
        assert_ne!(came, back.id);
        assert_eq!(counts(&stage).await, [1, 0, 0, 1, 0]);
        routing::tick(&stage.ctx).await.unwrap();
        assert!(matches!(stage.interaction(back.id).await.state, InteractionState::Closed { how: Closed::Joined, .. }));
        let unit = stage.unit(unit).await;
        assert_eq!((unit.state, unit.interaction, unit.detail.as_str()), (UnitState::Joined, Some(came), "came_again"));
        assert_eq!(stage.open().await.into_iter().map(|doc| doc.id).collect::<Vec<_>>(), [came]);
    }
}

#[tokio::test]
async fn who_has_come_by_another_way_is_not_written_to() {
    for stage in stages().await {
        gone(&stage, 60).await;
        stage.advance(100).await;
        stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "Nobody answers in your chat")).await;
        stage.advance(400).await;
        assert_eq!(counts(&stage).await, [0; 5]);
        assert_eq!(stage.open().await.len(), 1);
    }
}

#[tokio::test]
async fn a_queue_that_comes_back_to_nobody_loses_them_honestly() {
    for stage in stages().await {
        let queue = stage.ctx.read(|tx| Ok(tx.get::<QueueDoc>(QUEUE)?.unwrap())).await.unwrap();
        stage.ctx.write(move |tx| Ok(tx.put(&QueueDoc { recovery: None, ..queue })?)).await.unwrap();
        gone(&stage, 60).await;
        stage.advance(4 * 3600 + 1).await;
        assert_eq!(counts(&stage).await, [0; 5]);
        let unit = stage.units().await.pop().unwrap();
        assert_eq!((unit.state, unit.cause), (UnitState::BlackHole, Some(BlackHoleCause::AbandonedNotCalledBack)));
    }
}
