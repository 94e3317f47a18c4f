//! One owner per cell; an old owner can change nothing.

use crate::samples::*;
use okno_store::{StoreError, lease};

both_dbs! {
    async fn a_cell_has_one_owner_and_each_take_over_a_new_epoch(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            assert_eq!(lease::current(tx, CELL)?, None);
            assert_eq!(lease::acquire(tx, CELL, "a", at(0), at(100))?, Some(1));
            assert_eq!(lease::acquire(tx, CELL, "b", at(99), at(200))?, None);
            lease::renew(tx, CELL, 1, at(150))?;
            assert_eq!(lease::acquire(tx, CELL, "b", at(149), at(200))?, None);
            assert_eq!(lease::acquire(tx, CELL, "b", at(150), at(250))?, Some(2));
            assert_eq!(lease::acquire(tx, CELL, "b", at(151), at(300))?, Some(3), "b restarted");
            lease::release(tx, CELL, 3)?;
            assert_eq!(lease::acquire(tx, CELL, "a", at(160), at(300))?, Some(4));
            assert_eq!(lease::current(tx, CELL)?.unwrap().owner, "a");
            Ok::<_, StoreError>(())
        }).await.unwrap();
        let stolen = fresh.write(OTHER, |tx| lease::acquire(tx, CELL, "thief", at(9999), at(99999))).await.unwrap();
        assert_eq!(stolen, None, "a cell belongs to its workspace");
    }

    async fn a_write_with_an_old_epoch_changes_nothing(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            lease::acquire(tx, CELL, "frozen", at(0), at(10))?;
            lease::acquire(tx, CELL, "next", at(10), at(20))
        }).await.unwrap();
        for drop_error in [false, true] {
            let answer = fresh.write(WS, move |tx| {
                tx.put(&skill(1, "decided by the frozen owner"))?;
                let checked = lease::check_epoch(tx, CELL, 1);
                assert!(matches!(checked, Err(StoreError::StaleEpoch { cell: CELL, epoch: 1 })), "{checked:?}");
                if drop_error { Ok(()) } else { checked }
            }).await;
            assert!(answer.is_err());
        }
        assert_eq!(skills(fresh, WS).await, 0);
        let answer = fresh.write(WS, |tx| lease::renew(tx, CELL, 1, at(99))).await;
        assert!(matches!(answer, Err(StoreError::StaleEpoch { .. })), "{answer:?}");
        let answer = fresh.write(WS, |tx| lease::release(tx, CELL, 1)).await;
        assert!(matches!(answer, Err(StoreError::StaleEpoch { .. })), "{answer:?}");
        fresh.write(WS, |tx| {
            lease::check_epoch(tx, CELL, 2)?;
            tx.put(&skill(1, "decided by the owner"))
        }).await.unwrap();
    }

    async fn many_want_it_one_gets_it(fresh: &Fresh) {
        let tries: Vec<_> = (0..50).map(|n| {
            let store = fresh.store();
            tokio::spawn(async move { store.write(WS, move |tx| lease::acquire(tx, CELL, &format!("node {n}"), at(0), at(100))).await.unwrap() })
        }).collect();
        let mut epochs = Vec::new();
        for one in tries {
            epochs.extend(one.await.unwrap());
        }
        assert_eq!(epochs, [1]);
    }
}
