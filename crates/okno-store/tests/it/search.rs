//! Both databases find the same texts in the same order.

use crate::samples::*;
use okno_model::{CustomerId, InteractionId};
use okno_store::{
    StoreError, Tx,
    search::{self, Ask, Text, Wanted},
    testing::Fresh,
};
use std::collections::BTreeSet;
use uuid::Uuid;

const OLGA: CustomerId = CustomerId::from_u128(9);

fn put(tx: &mut Tx<'_>, n: u128, kind: &str, terms: &str) -> Result<(), StoreError> {
    let terms: BTreeSet<String> = terms.split_whitespace().map(str::to_owned).collect();
    let customer = n.is_multiple_of(2).then_some(OLGA);
    let interaction = customer.is_none().then_some(InteractionId::from_u128(100 + n));
    search::put(tx, &Text { kind, reference: Uuid::from_u128(n), interaction, customer, at: at(n as i64), terms: &terms })
}

/// `lamp*|lampa order -refund`, as the index is asked.
fn ask(text: &str) -> Ask {
    let mut ask = Ask::default();
    for group in text.split_whitespace() {
        let (list, group) = group.strip_prefix('-').map_or((&mut ask.all, group), |group| (&mut ask.none, group));
        let wanted = |term: &str| Wanted { term: term.trim_end_matches('*').to_owned(), begins: term.ends_with('*') };
        list.push(group.split('|').map(wanted).collect());
    }
    ask
}

async fn found(fresh: &Fresh, ask: Ask) -> Vec<u128> {
    let hits = fresh.read(WS, move |tx| search::find(tx, &ask, 10)).await.unwrap();
    hits.into_iter().map(|hit| hit.reference.as_u128()).collect()
}

both_dbs! {
    async fn texts_are_found_by_their_terms(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            put(tx, 1, "message", "elamp plamp eorder")?;
            put(tx, 2, "message", "rламп rзаказ x4711")?;
            put(tx, 3, "customer", "xolga x48221234567")?;
            put(tx, 4, "interaction", "eorder erefund")
        }).await.unwrap();
        fresh.write(OTHER, |tx| put(tx, 5, "message", "elamp")).await.unwrap();
        for (text, expected) in [
            ("elamp", vec![1]),
            ("eorder", vec![4, 1]),
            ("eorder erefund", vec![4]),
            ("eorder -erefund", vec![1]),
            ("elamp|rламп", vec![2, 1]),
            ("rла*", vec![2]),
            ("rл*|eor*", vec![4, 2, 1]),
            ("x4822*", vec![3]),
            ("x47", vec![]),
            ("lamp", vec![]),
            ("'|\" OR *", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(fresh, ask(text)).await, expected, "{text}");
        }
        assert_eq!(found(fresh, Ask { kinds: vec!["interaction", "customer"], ..ask("eorder") }).await, [4]);
        assert_eq!(found(fresh, Ask { customer: Some(OLGA), ..ask("eorder|rламп") }).await, [4, 2]);
        assert_eq!(found(fresh, Ask { from: Some(at(2)), until: Some(at(4)), ..ask("eorder|rламп|xolga") }).await, [3, 2]);
        assert_eq!(found(fresh, Ask { within: Some(okno_store::interactions::Within::default()), ..ask("eorder") }).await, [4], "no part of an interaction");

        let first = fresh.read(WS, |tx| search::find(tx, &ask("eorder|rламп|xolga"), 2)).await.unwrap();
        let before = first.last().map(|hit| hit.n);
        assert_eq!(found(fresh, Ask { before, ..ask("eorder|rламп|xolga") }).await, [2, 1], "the next page");
    }

    async fn a_text_is_replaced_in_its_place_and_forgotten(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            put(tx, 1, "message", "eold")?;
            put(tx, 2, "message", "enew")?;
            put(tx, 1, "message", "enew")
        }).await.unwrap();
        assert_eq!(found(fresh, ask("eold")).await, [0u128; 0]);
        assert_eq!(found(fresh, ask("enew")).await, [2, 1]);
        fresh.write(WS, |tx| put(tx, 1, "message", "")).await.unwrap();
        assert_eq!(found(fresh, ask("enew")).await, [2]);
        assert_eq!(fresh.write(WS, |tx| search::remove_of(tx, OLGA)).await.unwrap(), 1);
        assert_eq!(found(fresh, ask("enew")).await, [0u128; 0]);
    }

    async fn the_cursor_stays_and_clearing_begins_anew(fresh: &Fresh) {
        assert_eq!(fresh.read(WS, search::cursor).await.unwrap(), 0);
        fresh.write(WS, |tx| {
            put(tx, 1, "message", "elamp")?;
            search::advance(tx, 7)?;
            search::advance(tx, 9)
        }).await.unwrap();
        fresh.write(OTHER, |tx| put(tx, 2, "message", "elamp")).await.unwrap();
        assert_eq!(fresh.read(WS, search::cursor).await.unwrap(), 9);
        fresh.write(WS, search::clear).await.unwrap();
        assert_eq!(fresh.read(WS, search::cursor).await.unwrap(), 0);
        assert_eq!(found(fresh, ask("elamp")).await, [0u128; 0]);
        let other = fresh.read(OTHER, |tx| search::find(tx, &ask("elamp"), 10)).await.unwrap();
        assert_eq!(other.len(), 1, "other workspaces keep theirs");
    }
}
