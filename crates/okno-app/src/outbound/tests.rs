//! The life of a mail in the outbox.

use super::*;
use crate::stage::{ANNA, letter, stages};
use okno_model::doc::UnitState;

#[tokio::test]
async fn a_claimed_mail_comes_back_after_its_lease_with_the_same_message_id() {
    for stage in stages().await {
        stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "x")).await;
        let first = claim_mail(&stage.ctx, 10).await.unwrap().remove(0);
        assert!(claim_mail(&stage.ctx, 10).await.unwrap().is_empty());
        stage.clock.advance(LEASE + Duration::from_secs(1));
        let second = claim_mail(&stage.ctx, 10).await.unwrap().remove(0);
        assert_eq!((second.outbox, &second.message_id, second.date), (first.outbox, &first.message_id, first.date));
        // The first sender was only slow: what he says now counts for nothing.
        mail_result(&stage.ctx, first.outbox, first.attempt, SendOutcome::Failed("too late".into())).await.unwrap();
        mail_result(&stage.ctx, second.outbox, second.attempt, SendOutcome::Sent("250".into())).await.unwrap();
        assert_eq!(next_due(&stage.ctx).await.unwrap(), None);
    }
}

#[tokio::test]
async fn after_a_crash_a_node_sends_at_once() {
    for stage in stages().await {
        stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "x")).await;
        let first = claim_mail(&stage.ctx, 10).await.unwrap().remove(0);
        if stage.ctx.app.store.dialect() == Dialect::Postgres {
            reclaim(&stage.twin()).await.unwrap();
            assert!(claim_mail(&stage.ctx, 10).await.unwrap().is_empty(), "another node gives back what this one may be sending");
        }
        reclaim(&stage.ctx).await.unwrap();
        let again = claim_mail(&stage.ctx, 10).await.unwrap();
        assert_eq!((again[0].message_id.as_str(), again[0].attempt), (first.message_id.as_str(), 2));
    }
}

#[tokio::test]
async fn a_relay_that_is_away_for_three_days_is_a_failure_that_the_ledger_knows() {
    for stage in stages().await {
        let unit = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "x")).await;
        let receipt = claim_mail(&stage.ctx, 10).await.unwrap().remove(0);
        mail_result(&stage.ctx, receipt.outbox, receipt.attempt, SendOutcome::Sent("250".into())).await.unwrap();
        stage.available(ANNA).await;
        let id = stage.unit(unit).await.interaction.unwrap();
        stage.accept(ANNA, id).await;
        let sent = stage.reply(ANNA, id, "r1", "Hello").await.unwrap();
        let mut tries = 0;
        loop {
            let Some(due) = next_due(&stage.ctx).await.unwrap() else { break };
            stage.clock.advance(due.since(stage.ctx.now()));
            let Some(mail) = claim_mail(&stage.ctx, 10).await.unwrap().pop() else { break };
            tries += 1;
            mail_result(&stage.ctx, mail.outbox, mail.attempt, SendOutcome::Deferred("connection refused".into())).await.unwrap();
        }
        assert!((10..40).contains(&tries), "{tries} tries in three days");
        let failed = stage.messages(id).await.into_iter().find(|m| m.id == sent.id).unwrap();
        assert!(matches!(failed.delivery, Delivery::Failed { .. }), "{failed:?}");
        assert_eq!(stage.unit(unit).await.state, UnitState::Open);
        stage.conserved().await;
    }
}
