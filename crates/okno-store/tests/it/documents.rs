//! Documents as rows: what is put comes back, in its own workspace only.

use crate::samples::*;
use okno_model::{
    AgentId, AttachmentId, ChannelId, CustomerId, IdentityId, IdentityKind, InteractionId, UnitId, UserId,
    doc::{
        AttachmentDoc, Capacity, Closed, CustomerDoc, IdentityDoc, InteractionDoc, InteractionState, LedgerDoc, SkillDoc, UnitKind,
        UnitState, UserDoc, WorkspaceDoc,
    },
};
use okno_store::{Store, StoreError, params, workspaces};

fn user(n: u128, email: &str) -> UserDoc {
    UserDoc {
        id: UserId::from_u128(n),
        email: email.into(),
        name: "Anna".into(),
        team: None,
        roles: Vec::new(),
        disabled: false,
        language: "en".into(),
        skills: Vec::new(),
        queues: Vec::new(),
        capacity: Capacity::default(),
        created: at(1),
    }
}

fn identity(n: u128, value: &str, verified: bool) -> IdentityDoc {
    IdentityDoc::new(IdentityId::from_u128(n), IdentityKind::Email, value.into(), verified, "mail".into())
}

async fn customer_of(store: &Store, n: u128) -> CustomerDoc {
    store.read(WS, move |tx| tx.get::<CustomerDoc>(CustomerId::from_u128(n))).await.map_err(|e: StoreError| e).unwrap().unwrap()
}

both_dbs! {
    async fn workspaces_do_not_see_each_other(fresh: &Fresh) {
        prepare(fresh).await;
        fresh.write(WS, |tx| tx.put(&skill(1, "Polish"))).await.unwrap();
        fresh.write(OTHER, |tx| tx.put(&skill(2, "Russian"))).await.unwrap();
        let id = skill(1, "").id;
        fresh.write(OTHER, move |tx| {
            assert_eq!(tx.get::<SkillDoc>(id)?, None);
            assert_eq!(tx.lock::<SkillDoc>(id)?, None);
            assert_eq!(tx.list::<SkillDoc>()?, [skill(2, "Russian")]);
            assert!(!tx.delete::<SkillDoc>(id)?);
            assert!(matches!(tx.attempt(|tx| tx.replace(&skill(1, "stolen"), &[])), Err(StoreError::Missing)));
            assert!(matches!(tx.attempt(|tx| tx.put(&skill(1, "stolen"))), Err(StoreError::Conflict { .. })));
            Ok::<_, StoreError>(())
        }).await.unwrap();
        assert_eq!(fresh.read(WS, move |tx| tx.get::<SkillDoc>(id)).await.map_err(|e: StoreError| e).unwrap(), Some(skill(1, "Polish")));
        let all: Vec<WorkspaceDoc> = fresh.read(okno_model::WorkspaceId::from_u128(0), workspaces::all).await.unwrap();
        assert_eq!(all, [workspace(WS), workspace(OTHER)]);
    }

    async fn a_document_is_replaced_with_its_columns(fresh: &Fresh) {
        let mut doc = interaction(1);
        let first = doc.clone();
        fresh.write(WS, move |tx| tx.put(&first)).await.unwrap();
        doc.agent = Some(AgentId::from_u128(9));
        doc.state = InteractionState::Closed { at: at(99), how: Closed::Finished };
        let second = doc.clone();
        fresh.write(WS, move |tx| {
            assert!(tx.lock::<InteractionDoc>(second.id)?.is_some());
            tx.put(&second)
        }).await.unwrap();
        let found: Vec<InteractionDoc> = fresh.read(WS, |tx| {
            assert_eq!(tx.get::<InteractionDoc>(InteractionId::from_u128(2))?, None);
            tx.docs("SELECT doc FROM interactions WHERE ws = $1 AND agent = $2 AND state = $3", params![tx.ws(), AgentId::from_u128(9), "closed"])
        }).await.map_err(|e: StoreError| e).unwrap();
        assert_eq!(found, [doc]);
    }

    async fn columns_outside_the_document_stay(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            tx.put_with(&user(1, "Anna@Example.com"), &[("password_hash", "secret".into())])?;
            tx.put(&UserDoc { name: "Anna B.".into(), ..user(1, "Anna@Example.com") })
        }).await.unwrap();
        let row: (String, String, String) = fresh.read(WS, |tx| {
            tx.query_one("SELECT email, name, password_hash FROM users WHERE ws = $1", params![tx.ws()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        }).await.map_err(|e: StoreError| e).unwrap();
        assert_eq!(row, ("anna@example.com".into(), "Anna B.".into(), "secret".into()));
        let twice = fresh.write(WS, |tx| tx.put(&user(2, "anna@example.COM"))).await;
        assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
    }

    async fn identities_live_in_their_own_table(fresh: &Fresh) {
        let mut anna = customer(1, "Anna");
        anna.identities = vec![identity(1, "anna@example.com", true), identity(2, "old@example.com", false)];
        let stored = anna.clone();
        fresh.write(WS, move |tx| tx.put(&stored)).await.unwrap();
        assert_eq!(customer_of(fresh, 1).await, anna);

        anna.identities = vec![identity(1, "anna@example.com", true), identity(3, "new@example.com", false)];
        let stored = anna.clone();
        fresh.write(WS, move |tx| tx.put(&stored)).await.unwrap();
        assert_eq!(customer_of(fresh, 1).await, anna);

        // An unproven address may be anybody's; a proven one belongs to one customer.
        let mut boris = customer(2, "Boris");
        boris.identities = vec![identity(4, "anna@example.com", false)];
        let stored = boris.clone();
        fresh.write(WS, move |tx| tx.put(&stored)).await.unwrap();
        boris.identities = vec![identity(4, "anna@example.com", true)];
        let stolen = fresh.write(WS, move |tx| tx.put(&boris)).await;
        assert!(matches!(stolen, Err(StoreError::Conflict { .. })), "{stolen:?}");
        assert!(!customer_of(fresh, 2).await.identities[0].verified);
        let elsewhere = fresh.write(OTHER, |tx| tx.put(&CustomerDoc { identities: vec![identity(5, "anna@example.com", true)], ..customer(3, "Anna") })).await;
        assert!(elsewhere.is_ok(), "another workspace's Anna is another person: {elsewhere:?}");
    }

    async fn a_ledger_entry_is_born_once_per_key_and_twin(fresh: &Fresh) {
        let entry = |n| LedgerDoc {
            id: UnitId::from_u128(n),
            kind: UnitKind::Mail,
            channel: ChannelId::from_u128(1),
            received: at(1),
            state: UnitState::Received,
            cause: None,
            recovering: false,
            detail: String::new(),
            queue: None,
            owner: None,
            deadline: at(100),
            interaction: None,
            customer: None,
            from: "anna@example.com".into(),
            subject: "Hello".into(),
            ended: None,
        };
        fresh.write(WS, move |tx| {
            assert!(matches!(tx.attempt(|tx| tx.put(&entry(1))), Err(StoreError::Missing)), "it needs its key");
            assert!(tx.insert_with(&entry(1), &[("key", "imap:1:1".into()), ("twin", "mid:a".into())])?);
            assert!(!tx.insert_with(&entry(2), &[("key", "imap:1:1".into()), ("twin", "mid:b".into())])?, "the same key");
            assert!(!tx.insert_with(&entry(2), &[("key", "smtp:x".into()), ("twin", "mid:a".into())])?, "the same mail by another way");
            assert!(tx.insert_with(&entry(2), &[("key", "smtp:y".into())])?);
            assert!(tx.insert_with(&entry(3), &[("key", "smtp:z".into())])?, "no twin is no repeat");
            tx.put(&LedgerDoc { state: UnitState::Open, ..entry(1) })?;
            let open: i64 = tx.query_one("SELECT COUNT(*) FROM ledger WHERE ws = $1 AND state = $2", params![tx.ws(), UnitState::Open], |row| row.get(0))?;
            assert_eq!(open, 1);
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }

    async fn an_attachment_waits_for_its_message(fresh: &Fresh) {
        let doc = AttachmentDoc { id: AttachmentId::from_u128(1), name: "a.pdf".into(), mime: "application/pdf".into(), size: 5, inline: false };
        fresh.write(WS, move |tx| {
            let uploader = UserId::from_u128(7).0;
            assert!(tx.insert_with(&doc, &[("blob", "ab".into()), ("created", 1i64.into()), ("uploader", uploader.into())])?);
            tx.put(&doc)?;
            let row: (String, i64) = tx.query_one("SELECT blob, size FROM attachments WHERE ws = $1 AND message IS NULL", params![tx.ws()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            assert_eq!(row, ("ab".into(), 5));
            Ok::<_, StoreError>(())
        }).await.unwrap();
    }

    async fn a_damaged_document_is_an_error_and_not_an_answer(fresh: &Fresh) {
        fresh.write(WS, |tx| {
            tx.put(&skill(1, "x"))?;
            tx.exec("UPDATE skills SET doc = '{\"id\":' WHERE ws = $1", params![tx.ws()])
        }).await.unwrap();
        let answer = fresh.read(WS, all_skills).await;
        assert!(matches!(answer, Err(StoreError::Corrupt(_))), "{answer:?}");
    }
}
