//! The log and the stream.

use super::*;
use crate::{access::world::set_up, users};
use okno_model::{event::What, input::TeamInput};
use std::time::Duration;

#[tokio::test]
async fn the_log_needs_its_right_and_pages_backwards() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let anna = world.colleague(&owner, "anna", "agent").await;
        assert!(matches!(entries(ctx, &anna, None, 10).await, Err(AppError::Forbidden { .. })));
        assert!(matches!(verify(ctx, &anna).await, Err(AppError::Forbidden { .. })));
        let all = entries(ctx, &owner, None, 200).await.unwrap();
        let newest = entries(ctx, &owner, None, 1).await.unwrap();
        let rest = entries(ctx, &owner, Some(newest[0].seq), 200).await.unwrap();
        assert_eq!([newest, rest].concat(), all);
        let verified = verify(ctx, &owner).await.unwrap();
        assert_eq!((verified.intact, verified.good), (true, all[0].seq));
    }
}

#[tokio::test]
async fn a_changed_entry_is_found() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        world.colleague(&owner, "anna", "agent").await;
        let sql = "UPDATE audit SET subject = 'somebody else' WHERE ws = $1 AND seq = 2";
        ctx.write(move |tx| Ok(tx.exec(sql, &[tx.ws().into()])?)).await.unwrap();
        let verified = verify(ctx, &owner).await.unwrap();
        assert_eq!((verified.intact, verified.broken), (false, Some(2)));
    }
}

#[tokio::test]
async fn the_stream_waits_for_the_next_event() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let head = events(ctx, &owner, 0, 200, Duration::ZERO).await.unwrap();
        assert_eq!(head.items.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=head.head).collect::<Vec<_>>());
        let team = TeamInput { name: Some("Night".into()), department: None };
        let (page, made) =
            tokio::join!(events(ctx, &owner, head.head, 200, Duration::from_secs(30)), users::create_team(ctx, &owner, team, None));
        let page = page.unwrap();
        assert_eq!(page.items.len(), 1);
        assert!(matches!(&page.items[0].what, What::TeamChanged(team) if *team == made.unwrap()));
        assert_eq!((page.next, page.head), (head.head + 1, head.head + 1));

        // An auditor follows the same numbers with other eyes: roles are not his.
        let auditor = world.colleague(&owner, "aron", "auditor").await;
        let his = events(ctx, &auditor, 0, 200, Duration::ZERO).await.unwrap();
        assert!(his.items.iter().all(|event| !matches!(event.what, What::RoleChanged(_))));
        assert_eq!(his.next, his.head);
    }
}
