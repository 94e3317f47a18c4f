//! Suggestions, organizations, attributes, notes, orders and the one history, on both databases.

use super::*;
use crate::{
    AppError,
    access::Actor,
    attributes,
    stage::{ANNA, CHIEF, Stage, letter, stages},
};
use okno_model::{
    CustomerId, IdentityKind, Timestamp,
    doc::{AttributeKind, AttributeValue, CustomerDoc, HistoryEntry, OrderItem},
    input::{AttributeInput, OrganizationInput},
};
use std::collections::{BTreeMap, BTreeSet};

async fn mail(stage: &Stage, key: &str, from: &str) -> CustomerId {
    let unit = stage.mail(key, letter(&format!("{key}@id.example"), from, key, "x")).await;
    stage.unit(unit).await.customer.unwrap()
}

async fn queue(stage: &Stage) -> Vec<(u8, Vec<String>)> {
    let pairs = review(&stage.ctx, &stage.actor(CHIEF), None, 50).await.unwrap();
    pairs.into_iter().map(|pair| (pair.suggestion.confidence, pair.reasons)).collect()
}

#[tokio::test]
async fn addresses_that_may_be_one_mailbox_are_suggested_and_never_joined() {
    for stage in stages().await {
        let dots = mail(&stage, "1", "olga.ivanova@gmail.com").await;
        let plain = mail(&stage, "2", "OlgaIvanova+shop@googlemail.com").await;
        assert_ne!(dots, plain);
        mail(&stage, "3", "olga.ivanova@mail.example").await;
        assert_eq!(queue(&stage).await, [(70, vec!["similar_email".to_owned()])]);
        // A merge decides it; what is one already is no question.
        merge(&stage.ctx, &stage.actor(CHIEF), plain, dots).await.unwrap();
        assert_eq!(queue(&stage).await, []);
    }
}

#[tokio::test]
async fn an_address_of_two_customers_is_written_down_and_asked_about() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let olga = mail(&stage, "1", "olga@mail.example").await;
        let work = mail(&stage, "2", "ivanova@work.example").await;
        let add = |id, kind, value: &str| add_identity(&stage.ctx, &chief, id, kind, value.to_owned());
        let with_phone = add(olga, IdentityKind::Phone, "+48 (22) 123-45-67").await.unwrap();
        let phone = with_phone.identities.iter().find(|i| i.kind == IdentityKind::Phone).unwrap();
        assert_eq!((phone.value.as_str(), phone.verified, phone.confidence, phone.by), ("+48221234567", true, 90, Some(CHIEF)));
        assert_eq!(phone.at, Some(stage.ctx.now()));
        // The same number at another one: unproven, and a question.
        let other = add(work, IdentityKind::Phone, "0048 22 123 45 67").await.unwrap();
        assert!(!other.identities.iter().find(|i| i.kind == IdentityKind::Phone).unwrap().verified);
        assert_eq!(queue(&stage).await, [(90, vec!["agent_said_same".to_owned(), "same_phone".to_owned()])]);
        for (kind, value) in [(IdentityKind::Email, "olga"), (IdentityKind::Phone, "me"), (IdentityKind::Visitor, "x")] {
            assert!(matches!(add(olga, kind, value).await, Err(AppError::Invalid { .. })), "{value}");
        }
        let gone = remove_identity(&stage.ctx, &chief, olga, phone.id).await.unwrap();
        assert_eq!(gone.identities.len(), 1);
        assert!(add_identity(&stage.ctx, &stage.actor(ANNA), olga, IdentityKind::Email, "a@b.example".into()).await.is_err());
    }
}

#[tokio::test]
async fn an_organization_is_suggested_by_its_domain_and_assigned_by_a_person() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let input = |name: &str, domains: &[&str]| OrganizationInput {
            name: Some(name.into()),
            domains: Some(domains.iter().map(|d| (*d).to_owned()).collect()),
            ..Default::default()
        };
        let create = |input| organizations::create(&stage.ctx, &chief, input, None);
        let lamps = create(input("Lamps", &["@Lamps.Example"])).await.unwrap();
        assert_eq!(lamps.domains, ["lamps.example"]);
        for bad in [input("", &[]), input("Other", &["gmail.com"]), input("Other", &["lamps.example"]), input("Other", &["no domain"])] {
            assert!(matches!(create(bad).await, Err(AppError::Invalid { .. })));
        }
        let olga = mail(&stage, "1", "olga@pl.lamps.example").await;
        let suggested = organizations::suggested(&stage.ctx, &chief, olga).await.unwrap();
        assert_eq!(suggested.iter().map(|o| o.id).collect::<Vec<_>>(), [lamps.id]);
        let assign = CustomerChange { organization: Some(Some(lamps.id)), ..Default::default() };
        assert_eq!(update(&stage.ctx, &chief, olga, assign).await.unwrap().organization, Some(lamps.id));
        assert_eq!(organizations::suggested(&stage.ctx, &chief, olga).await.unwrap(), []);
        let members = organizations::customers(&stage.ctx, &chief, lamps.id, None, 10).await.unwrap();
        assert_eq!(members.len(), 1);
        assert!(matches!(organizations::delete(&stage.ctx, &chief, lamps.id).await, Err(AppError::Conflict { code: "in_use", .. })));
        update(&stage.ctx, &chief, olga, CustomerChange { organization: Some(None), ..Default::default() }).await.unwrap();
        organizations::delete(&stage.ctx, &chief, lamps.id).await.unwrap();
        assert_eq!(organizations::list(&stage.ctx, &chief, "").await.unwrap(), []);
        create(input("Lamps again", &["lamps.example"])).await.unwrap();
    }
}

#[tokio::test]
async fn two_birthdays_stand_side_by_side_and_part_again() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let field = |key: &str, required| AttributeInput {
            key: Some(key.into()),
            label: Some(key.into()),
            kind: Some(AttributeKind::Date),
            required: Some(required),
            ..Default::default()
        };
        attributes::create(&stage.ctx, &stage.owner(), field("birthday", false), None).await.unwrap();
        let born = attributes::list(&stage.ctx, &chief).await.unwrap()[0].clone();
        let (a, b) = (mail(&stage, "1", "a@mail.example").await, mail(&stage, "2", "b@mail.example").await);
        let set = |key: &str, day: Option<&str>| CustomerChange {
            attributes: BTreeMap::from([(key.to_owned(), day.map(|day| AttributeValue::Text(day.into())))]),
            ..Default::default()
        };
        for (key, day) in [("birthday", "31.12.1990"), ("nothing", "1990-12-31")] {
            let refused = update(&stage.ctx, &chief, a, set(key, Some(day))).await.unwrap_err();
            assert!(matches!(refused, AppError::Invalid { field: "attributes", .. }), "{refused}");
        }
        update(&stage.ctx, &chief, a, set("birthday", Some("1990-12-31"))).await.unwrap();
        update(&stage.ctx, &chief, b, set("birthday", Some("1990-12-13"))).await.unwrap();
        let in_use = attributes::delete(&stage.ctx, &stage.owner(), born.id).await.unwrap_err();
        assert!(matches!(in_use, AppError::Conflict { code: "in_use", .. }));
        let edge = merge(&stage.ctx, &chief, a, b).await.unwrap();
        let one = get(&stage.ctx, &chief, b).await.unwrap();
        let differ = one.contradictions.iter().find(|c| c.field == "attribute:birthday").unwrap();
        assert_eq!(differ.values.iter().map(|v| v.value.as_str()).collect::<Vec<_>>(), ["1990-12-13", "1990-12-31"]);
        // Taking his own away shows the part's; undone, it leaves with the part.
        let shown = update(&stage.ctx, &chief, b, set("birthday", None)).await.unwrap();
        assert_eq!(shown.attributes.get("birthday"), Some(&AttributeValue::Text("1990-12-31".into())));
        undo_merge(&stage.ctx, &chief, edge.id).await.unwrap();
        let (a, b): (CustomerDoc, CustomerDoc) = (get(&stage.ctx, &chief, a).await.unwrap(), get(&stage.ctx, &chief, b).await.unwrap());
        assert_eq!((a.attributes.len(), b.attributes.len(), b.gained.len()), (1, 0, 0));
    }
}

fn order(number: &str, state: &str) -> OrderInput {
    OrderInput {
        customer: None,
        email: Some("olga@mail.example".into()),
        name: Some("Olga".into()),
        number: number.into(),
        placed: Some(Timestamp(1_799_000_000_000)),
        state: state.into(),
        total: 1250,
        currency: "eur".into(),
        url: "https://shop.example/7".into(),
        items: vec![OrderItem { name: "Lamp".into(), quantity: 1, price: 1250 }],
    }
}

#[tokio::test]
async fn an_order_told_twice_is_one_and_a_new_state_changes_it() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let first = put_order(&stage.ctx, &chief, order("7", "paid")).await.unwrap();
        let seen = stage.events().await.len();
        assert_eq!(put_order(&stage.ctx, &chief, order("7", "paid")).await.unwrap(), first);
        assert_eq!(stage.events().await.len(), seen, "a repeat tells nothing");
        let sent = put_order(&stage.ctx, &chief, OrderInput { email: None, ..order("7", "sent") }).await.unwrap();
        assert_eq!((sent.id, sent.customer, sent.state.as_str()), (first.id, first.customer, "sent"));
        // His mail finds him.
        assert_eq!(mail(&stage, "1", "olga@mail.example").await, first.customer);
        for bad in [
            OrderInput { currency: "euro".into(), ..order("8", "") },
            OrderInput { email: None, ..order("8", "") },
            OrderInput { number: " ".into(), ..order("8", "") },
            OrderInput { url: "javascript:alert(1)".into(), ..order("8", "") },
        ] {
            assert!(matches!(put_order(&stage.ctx, &chief, bad).await, Err(AppError::Invalid { .. })));
        }
    }
}

#[tokio::test]
async fn the_history_has_everything_once_over_pages_and_follows_merges() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let told = put_order(&stage.ctx, &chief, order("7", "paid")).await.unwrap();
        let olga = mail(&stage, "1", "olga@mail.example").await;
        assert_eq!(olga, told.customer);
        let note = add_note(&stage.ctx, &chief, olga, " likes lamps ".into(), true, None).await.unwrap();
        assert_eq!(note.text, "likes lamps");
        let other = mail(&stage, "2", "o@work.example").await;
        let edge = merge(&stage.ctx, &chief, olga, other).await.unwrap();
        let all = pages(&stage, other, BTreeSet::new()).await;
        assert_eq!(all, ["interaction", "interaction", "merge", "note", "order"]);
        assert_eq!(pages(&stage, other, BTreeSet::from([HistoryKind::Order])).await, ["order"]);
        undo_merge(&stage.ctx, &chief, edge.id).await.unwrap();
        assert_eq!(notes(&stage.ctx, &chief, olga).await.unwrap().len(), 1);
        assert_eq!(orders(&stage.ctx, &chief, other).await.unwrap(), []);
        let foreign = Actor { user: ANNA, ..chief.clone() };
        let mine = NoteChange { text: Some("hates lamps".into()), pinned: None };
        let refused = update_note(&stage.ctx, &foreign, note.id, mine.clone()).await.unwrap_err();
        assert!(matches!(refused, AppError::Conflict { code: "not_yours", .. }));
        let changed = update_note(&stage.ctx, &chief, note.id, mine).await.unwrap();
        assert_eq!((changed.text.as_str(), changed.edited.is_some(), changed.pinned), ("hates lamps", true, true));
    }
}

/// The kinds of all entries, read two at a time, sorted; none comes twice.
async fn pages(stage: &Stage, customer: CustomerId, kinds: BTreeSet<HistoryKind>) -> Vec<String> {
    let (mut after, mut found, mut times): (Option<HistoryPosition>, Vec<String>, Vec<Timestamp>) = (None, Vec::new(), Vec::new());
    loop {
        let page = history(&stage.ctx, &stage.actor(CHIEF), customer, kinds.clone(), after.clone(), 2).await.unwrap();
        for item in &page {
            times.push(item.at);
            found.push(
                match item.entry {
                    HistoryEntry::Interaction(_) => "interaction",
                    HistoryEntry::Case(_) => "case",
                    HistoryEntry::Note(_) => "note",
                    HistoryEntry::Order(_) => "order",
                    HistoryEntry::Merge(_) => "merge",
                }
                .to_owned(),
            );
        }
        if page.len() < 2 {
            break;
        }
        after = history_position(after.as_ref(), &page);
    }
    assert!(times.is_sorted_by(|a, b| a >= b), "the newest first");
    found.sort();
    found
}
