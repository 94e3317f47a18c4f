//! The same request gets the same answer.

use crate::samples::*;
use okno_model::UserId;
use okno_store::{
    StoreError,
    idempotency::{self, Found},
};

const ANNA: UserId = UserId::from_u128(1);
const BORIS: UserId = UserId::from_u128(2);

both_dbs! {
    async fn a_key_gives_the_saved_answer(fresh: &Fresh) {
        let key = "b7c1";
        fresh.write(WS, move |tx| {
            assert_eq!(idempotency::find(tx, ANNA, key, b"hash")?, Found::New);
            idempotency::save(tx, ANNA, key, b"hash", 201, "{\"id\":1}", at(10))
        }).await.unwrap();
        fresh.read(WS, move |tx| {
            assert_eq!(idempotency::find(tx, ANNA, key, b"hash")?, Found::Saved { status: 201, body: "{\"id\":1}".into() });
            assert_eq!(idempotency::find(tx, ANNA, key, b"another request")?, Found::Mismatch);
            assert_eq!(idempotency::find(tx, BORIS, key, b"hash")?, Found::New);
            Ok::<_, StoreError>(())
        }).await.unwrap();
        assert_eq!(fresh.read(OTHER, move |tx| idempotency::find(tx, ANNA, key, b"hash")).await.unwrap(), Found::New);
        let twice = fresh.write(WS, move |tx| idempotency::save(tx, ANNA, key, b"hash", 500, "", at(11))).await;
        assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
        assert_eq!(fresh.write(WS, |tx| idempotency::forget_before(tx, at(10))).await.unwrap(), 0);
        assert_eq!(fresh.write(WS, |tx| idempotency::forget_before(tx, at(11))).await.unwrap(), 1);
    }

    /// A hundred repeats of one request at once: the act happens once, all get the same answer.
    async fn concurrent_repeats_act_once(fresh: &Fresh) {
        let repeats: Vec<_> = (0..100u128).map(|n| {
            let store = fresh.store();
            tokio::spawn(async move {
                store.write(WS, move |tx| match idempotency::find(tx, ANNA, "k", b"h")? {
                    Found::Saved { body, .. } => Ok(body),
                    Found::Mismatch => panic!("the request is the same"),
                    Found::New => {
                        tx.put(&skill(n, "made"))?;
                        idempotency::save(tx, ANNA, "k", b"h", 201, &n.to_string(), at(1))?;
                        Ok::<_, StoreError>(n.to_string())
                    }
                }).await.unwrap()
            })
        }).collect();
        let mut bodies = std::collections::BTreeSet::new();
        for repeat in repeats {
            bodies.insert(repeat.await.unwrap());
        }
        assert_eq!(bodies.len(), 1);
        assert_eq!(skills(fresh, WS).await, 1);
    }
}
