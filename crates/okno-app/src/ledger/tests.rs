//! The ends of units, recovery, refusal, sight. On both databases.

use super::*;
use crate::{
    AppError, interactions,
    stage::{ANNA, CHIEF, letter, stages},
    visitors,
};
use okno_model::{
    doc::{BlackHoleCause, Closed, InteractionState, UnitState},
    limits,
};

const OLGA: &str = "olga@mail.example";

#[tokio::test]
async fn closing_without_a_reply_is_a_black_hole() {
    for stage in stages().await {
        let unit = stage.mail("1", letter("a1@mail.example", OLGA, "Lamp", "x")).await;
        stage.available(ANNA).await;
        let id = stage.unit(unit).await.interaction.unwrap();
        stage.accept(ANNA, id).await;
        interactions::finish(&stage.ctx, &stage.actor(ANNA), id, None).await.unwrap();
        assert_eq!(stage.unit(unit).await.state, UnitState::Open, "a reply may still be written in the wrap-up");
        stage.advance(61).await;
        let lost = stage.unit(unit).await;
        assert_eq!((lost.state, lost.cause), (UnitState::BlackHole, Some(BlackHoleCause::ClosedWithoutReply)));
        let summary = stage.conserved().await;
        assert!((summary.black_holes_per_1000 - 1000.0).abs() < f64::EPSILON, "{summary:?}");

        // One click: a new interaction, first in line, that goes on from the old one.
        let back = recover(&stage.ctx, &stage.actor(CHIEF), unit, "please call it solved only when it shines").await.unwrap();
        assert_eq!((back.state, back.cause, back.owner), (UnitState::Open, Some(BlackHoleCause::ClosedWithoutReply), None));
        let next = stage.interaction(back.interaction.unwrap()).await;
        assert_eq!((next.previous, next.priority), (Some(id), limits::PRIORITY_MAX));
        crate::routing::tick(&stage.ctx).await.unwrap();
        stage.accept(ANNA, next.id).await;
        stage.reply(ANNA, next.id, "r1", "It was the bulb").await.unwrap();
        let mail = crate::outbound::claim_mail(&stage.ctx, 10).await.unwrap().pop().unwrap();
        assert_eq!(mail.to[0].address, OLGA);
        crate::outbound::mail_result(&stage.ctx, mail.outbox, mail.attempt, okno_model::wire::SendOutcome::Sent("250".into()))
            .await
            .unwrap();
        assert_eq!(stage.unit(unit).await.state, UnitState::Recovered);
        let again = recover(&stage.ctx, &stage.actor(CHIEF), unit, "").await.unwrap_err();
        assert!(matches!(again, AppError::Conflict { code: "not_recoverable", .. }), "{again}");
        stage.conserved().await;
    }
}

#[tokio::test]
async fn what_waits_too_long_is_overdue_and_then_in_limbo() {
    for stage in stages().await {
        let unit = stage.mail("1", letter("a1@mail.example", OLGA, "Lamp", "x")).await;
        stage.advance(601).await;
        assert_eq!(stage.conserved().await.overdue, 1);
        assert_eq!(stage.unit(unit).await.state, UnitState::Open);
        stage.advance(3600).await;
        stage.conserved().await;
        assert_eq!(stage.unit(unit).await.cause, Some(BlackHoleCause::QueueLimbo));
        // It still stands in its queue: recovering puts it first there, and nothing new is made.
        let before = stage.open().await.len();
        let back = recover(&stage.ctx, &stage.actor(CHIEF), unit, "").await.unwrap();
        assert_eq!((back.state, stage.open().await.len()), (UnitState::Open, before));
        assert_eq!(stage.interaction(back.interaction.unwrap()).await.priority, limits::PRIORITY_MAX);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn recovering_leaves_a_unit_with_its_agent_and_its_answer_recovers_it() {
    for stage in stages().await {
        let unit = stage.mail("1", letter("a1@mail.example", OLGA, "Lamp", "x")).await;
        stage.available(ANNA).await;
        let id = stage.unit(unit).await.interaction.unwrap();
        stage.accept(ANNA, id).await;
        stage.advance(601).await;
        let back = recover(&stage.ctx, &stage.actor(CHIEF), unit, "overdue").await.unwrap();
        assert_eq!((back.state, back.owner, back.cause), (UnitState::Open, Some(ANNA), None));
        stage.conserved().await;
        stage.reply(ANNA, id, "r1", "It was the bulb").await.unwrap();
        let mail = crate::outbound::claim_mail(&stage.ctx, 10).await.unwrap().pop().unwrap();
        crate::outbound::mail_result(&stage.ctx, mail.outbox, mail.attempt, okno_model::wire::SendOutcome::Sent("250".into()))
            .await
            .unwrap();
        assert_eq!(stage.unit(unit).await.state, UnitState::Recovered);
        stage.conserved().await;
    }
}

#[tokio::test]
async fn who_left_an_address_can_be_called_back_until_the_deadline() {
    for stage in stages().await {
        let (visitor, _) = stage.visitor().await;
        let told = visitors::Identify { email: Some(OLGA.into()), ..Default::default() };
        visitors::identify(&stage.ctx, visitor, told).await.unwrap();
        stage.say(visitor, "m1", "Hello").await;
        visitors::left(&stage.ctx, visitor).await.unwrap();
        let unit = stage.units().await.remove(0);
        assert_eq!(unit.state, UnitState::Open);
        stage.conserved().await;
        let back = recover(&stage.ctx, &stage.actor(CHIEF), unit.id, "").await.unwrap();
        let doc = stage.interaction(back.interaction.unwrap()).await;
        assert_eq!(doc.medium, okno_model::Medium::Email, "he is gone, so he gets a mail");

        let (other, _) = stage.visitor().await;
        visitors::identify(&stage.ctx, other, visitors::Identify { email: Some("b@mail.example".into()), ..Default::default() })
            .await
            .unwrap();
        let id = stage.say(other, "m1", "Hello").await.interaction;
        visitors::left(&stage.ctx, other).await.unwrap();
        stage.advance(4 * 3600 + 1).await;
        stage.conserved().await;
        let lost = stage.units().await.into_iter().find(|u| u.interaction == Some(id)).unwrap();
        assert_eq!(lost.cause, Some(BlackHoleCause::AbandonedNotCalledBack));
    }
}

#[tokio::test]
async fn spam_is_refused_with_a_reason_and_leaves_the_queue() {
    for stage in stages().await {
        let unit = stage.mail("1", letter("a1@mail.example", "spam@mail.example", "Win", "x")).await;
        let chief = stage.actor(CHIEF);
        assert!(matches!(refuse(&stage.ctx, &chief, unit, " ").await.unwrap_err(), AppError::Invalid { field: "why", .. }));
        let refused = refuse(&stage.ctx, &chief, unit, "lottery").await.unwrap();
        assert_eq!((refused.state, refused.detail.as_str()), (UnitState::Refused, "lottery"));
        let doc = stage.interaction(refused.interaction.unwrap()).await;
        assert!(matches!(doc.state, InteractionState::Closed { how: Closed::Refused, .. }), "{doc:?}");
        let twice = refuse(&stage.ctx, &chief, unit, "lottery").await.unwrap_err();
        assert!(matches!(twice, AppError::Conflict { code: "already_ended", .. }), "{twice}");
        stage.conserved().await;
    }
}

#[tokio::test]
async fn the_ledger_is_seen_as_far_as_the_right_reaches() {
    for stage in stages().await {
        for n in 0..5 {
            stage.mail(&format!("{n}"), letter(&format!("a{n}@mail.example"), OLGA, &format!("{n}"), "x")).await;
        }
        let (chief, anna) = (stage.actor(CHIEF), stage.actor(ANNA));
        assert!(matches!(list(&stage.ctx, &anna, Shown::All, None, 10).await.unwrap_err(), AppError::Forbidden { .. }));
        let first = list(&stage.ctx, &chief, Shown::Open, None, 3).await.unwrap();
        let rest = list(&stage.ctx, &chief, Shown::Open, first.last().map(Position::from), 3).await.unwrap();
        assert_eq!((first.len(), rest.len()), (3, 2));
        assert!(list(&stage.ctx, &chief, Shown::Ended, None, 10).await.unwrap().is_empty());
        assert!(list(&stage.ctx, &chief, Shown::BlackHole, None, 10).await.unwrap().is_empty());
        let raw = raw(&stage.ctx, &chief, first[0].id).await.unwrap();
        assert_eq!(raw.bytes, b"raw mail 4");
        assert_eq!(summary(&stage.ctx, &chief, 30).await.unwrap().received, 5);
        assert!(matches!(summary(&stage.ctx, &anna, 30).await.unwrap_err(), AppError::Forbidden { .. }));
    }
}
