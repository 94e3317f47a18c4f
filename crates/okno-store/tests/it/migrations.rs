//! The schema is brought up to date once, by whoever comes first.

use crate::samples::*;
use okno_store::{Store, StoreError};

async fn versions(store: &Store) -> i64 {
    store
        .read(WS, |tx| tx.query_one("SELECT COUNT(*) FROM schema_version", &[], |row| row.get(0)))
        .await
        .map_err(|e: StoreError| e)
        .unwrap()
}

both_dbs! {
    async fn opening_again_changes_nothing(fresh: &Fresh) {
        prepare(fresh).await;
        fresh.write(WS, |tx| tx.put(&skill(1, "x"))).await.unwrap();
        let before = versions(&fresh.store()).await;
        let second = Store::open(fresh.target()).await.unwrap();
        assert_eq!(skills(&second, WS).await, 1);
        assert_eq!(versions(&second).await, before);
    }

    async fn a_newer_schema_is_refused_in_words(fresh: &Fresh) {
        fresh.write(WS, |tx| tx.exec("INSERT INTO schema_version (version) VALUES (99)", &[])).await.map_err(|e: StoreError| e).unwrap();
        let error = Store::open(fresh.target()).await.unwrap_err();
        assert!(matches!(error, StoreError::NewerSchema { found: 99, .. }), "{error}");
        assert!(error.to_string().contains("start a newer okno"), "{error}");
    }

    async fn many_may_open_a_new_database_at_once(fresh: &Fresh) {
        // The fresh schema is taken away, so that all of them find nothing.
        fresh.write(WS, |tx| tx.exec("DELETE FROM schema_version", &[])).await.map_err(|e: StoreError| e).unwrap();
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let sqlite = fresh.dialect() == okno_store::Dialect::Sqlite;
        let all: Vec<String> = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        let tables: Vec<String> = all.iter().flat_map(|text| text.lines())
            .filter_map(|line| line.strip_prefix("CREATE TABLE ").or(line.strip_prefix("CREATE VIRTUAL TABLE ").filter(|_| sqlite))).map(|line| line.split([' ', '(']).next().unwrap().to_owned()).collect();
        assert!(tables.len() > 30, "{tables:?}");
        fresh.write(WS, move |tx| tables.iter().try_for_each(|t| tx.exec(&format!("DROP TABLE {t}"), &[]).map(drop))).await.map_err(|e: StoreError| e).unwrap();
        let opened: Vec<_> = (0..4).map(|_| tokio::spawn(Store::open(fresh.target()))).collect();
        for store in opened {
            let store = store.await.unwrap().unwrap();
            assert_eq!(skills(&store, WS).await, 0);
        }
    }
}
