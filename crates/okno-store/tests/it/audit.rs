//! The audit chain shows every change.

use crate::samples::*;
use okno_store::{StoreError, audit, params};
use serde_json::json;

both_dbs! {
    async fn tampering_is_found(fresh: &Fresh) {
        prepare(fresh).await;
        for n in 1..=600 {
            fresh.write(WS, move |tx| audit::append(tx, at(n), "anna", "queue.changed", "billing", &json!({"n": n, "text": "ł\0"}))).await.unwrap();
        }
        let verdict = fresh.read(WS, audit::verify).await.unwrap();
        assert_eq!((verdict.good, verdict.broken), (600, None));
        let page = fresh.read(WS, |tx| audit::list(tx, Some(11), 3)).await.unwrap();
        assert_eq!(page.iter().map(|e| e.seq).collect::<Vec<_>>(), [10, 9, 8]);
        assert_eq!(page[0].data["n"], 10);
        assert_eq!(fresh.read(WS, |tx| audit::list(tx, None, 1)).await.unwrap()[0].seq, 600);
        assert!(fresh.read(OTHER, |tx| audit::list(tx, None, 1)).await.unwrap().is_empty());

        let attacks = [
            ("UPDATE audit SET actor = 'boris' WHERE ws = $1 AND seq = 300", 300, "changed"),
            ("UPDATE audit SET data = '{}' WHERE ws = $1 AND seq = 1", 1, "changed"),
            ("DELETE FROM audit WHERE ws = $1 AND seq = 550", 550, "missing"),
            ("DELETE FROM audit WHERE ws = $1 AND seq > 590", 591, "ends at 590"),
            ("UPDATE audit SET prev_hash = 'x' WHERE ws = $1 AND seq = 2", 2, "does not follow"),
        ];
        for (attack, seq, word) in attacks {
            // Rolled back after the check, so that each attack stands alone.
            let verdict = fresh.write(WS, move |tx| {
                let mut verdict = None;
                let undone: Result<(), ActError> = tx.attempt(|tx| {
                    assert!(tx.exec(attack, params![WS])? > 0);
                    verdict = Some(audit::verify(tx)?);
                    Err(ActError::Refused)
                });
                assert_eq!(undone, Err(ActError::Refused));
                Ok::<_, StoreError>(verdict.unwrap())
            }).await.unwrap();
            let (broken, why) = verdict.broken.unwrap();
            assert_eq!(broken, seq, "{attack}");
            assert!(why.contains(word), "{attack}: {why}");
        }
        assert_eq!(fresh.read(WS, audit::verify).await.unwrap().broken, None);
    }

    async fn an_undone_act_leaves_no_entry_and_no_gap(fresh: &Fresh) {
        prepare(fresh).await;
        for n in 0..10 {
            let answer = fresh.write(WS, move |tx| {
                audit::append(tx, at(n), "anna", "x", "y", &json!({}))?;
                if n % 2 == 0 { Err(ActError::Refused) } else { Ok(()) }
            }).await;
            assert_eq!(answer.is_ok(), n % 2 == 1);
        }
        let verdict = fresh.read(WS, audit::verify).await.unwrap();
        assert_eq!((verdict.good, verdict.broken), (5, None));
    }
}
