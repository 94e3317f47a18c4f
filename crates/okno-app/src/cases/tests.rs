//! One case after the other over the company of the stage.

use super::{Filter, Position, Whose, comment, create, entries, get, link, list, move_on, undo, unlink, update};
use crate::{
    AppError,
    access::Actor,
    customers,
    stage::{ANNA, BORIS, CHIEF, QUEUE, SECOND, Stage, letter, stages},
};
use okno_model::{
    CaseId, InteractionId,
    doc::{CaseDoc, CaseEntry, CaseKind, CaseState, CustomerDoc},
    input::{CaseInput, CaseStep, NewCase},
};

fn new(title: &str) -> NewCase {
    NewCase {
        kind: CaseKind::Complaint,
        title: title.into(),
        text: None,
        customer: None,
        interaction: None,
        topic: None,
        assignee: None,
        team: None,
        queue: Some(QUEUE),
        priority: None,
        tags: Vec::new(),
    }
}

async fn made(stage: &Stage, who: &Actor, title: &str) -> CaseDoc {
    create(&stage.ctx, who, new(title), None).await.unwrap()
}

async fn conversation(stage: &Stage, key: &str) -> InteractionId {
    let unit = stage.mail(key, letter(&format!("{key}@mail.example"), "olga@mail.example", "Lamp", "It is dark")).await;
    stage.unit(unit).await.interaction.unwrap()
}

async fn history(stage: &Stage, who: &Actor, id: CaseId) -> Vec<CaseEntry> {
    entries(&stage.ctx, who, id, None, 50).await.unwrap().into_iter().rev().map(|entry| entry.what).collect()
}

async fn seen(stage: &Stage, who: &Actor, filter: Filter) -> Vec<CaseId> {
    list(&stage.ctx, who, filter, None, 50).await.unwrap().into_iter().map(|case| case.id).collect()
}

fn code(error: &AppError) -> &'static str {
    match error {
        AppError::Conflict { code, .. } | AppError::Invalid { code, .. } => code,
        AppError::NotFound { .. } => "not_found",
        AppError::Forbidden { .. } => "forbidden",
        AppError::Unauthorized | AppError::Throttled { .. } | AppError::Unavailable { .. } | AppError::Internal(_) => "other",
    }
}

#[tokio::test]
async fn a_case_is_made_from_a_conversation_and_both_sides_say_so() {
    for stage in stages().await {
        let anna = stage.actor(ANNA);
        let interaction = conversation(&stage, "a1").await;
        let request =
            NewCase { interaction: Some(interaction), queue: None, text: Some(" Third time ".into()), ..new("  The lamp\n is dark ") };
        let case = create(&stage.ctx, &anna, request, None).await.unwrap();
        // The stage's clock stands in January 2027.
        assert_eq!((case.number.as_str(), case.title.as_str()), ("2027-000001", "The lamp is dark"));
        assert_eq!((case.queue, case.customer_name.as_str()), (Some(QUEUE), "Olga Ivanova"));
        assert_eq!(made(&stage, &anna, "Another").await.number, "2027-000002");
        let view = get(&stage.ctx, &anna, case.id).await.unwrap();
        assert_eq!(view.interactions.iter().map(|i| (i.id, i.case)).collect::<Vec<_>>(), vec![(interaction, Some(case.id))]);
        let told = history(&stage, &anna, case.id).await;
        assert_eq!(told, vec![CaseEntry::Created, CaseEntry::Comment { text: "Third time".into() }, CaseEntry::Linked { interaction }]);
        let second = made(&stage, &anna, "Second").await;
        let refused = link(&stage.ctx, &anna, second.id, interaction).await.unwrap_err();
        assert!(refused.to_string().contains("2027-000001"), "{refused}");
        unlink(&stage.ctx, &anna, case.id, interaction).await.unwrap();
        let linked = link(&stage.ctx, &anna, second.id, interaction).await.unwrap();
        assert_eq!(linked.interactions, vec![interaction]);
        assert_eq!(code(&unlink(&stage.ctx, &anna, case.id, interaction).await.unwrap_err()), "not_found");
    }
}

#[tokio::test]
async fn a_case_lives_and_every_step_is_in_its_history() {
    for stage in stages().await {
        let anna = stage.actor(ANNA);
        let case = made(&stage, &anna, "Invoice").await;
        let step = |version, to| move_on(&stage.ctx, &anna, case.id, version, to);
        let taken = step(Some(1), CaseStep::Take).await.unwrap();
        assert_eq!((taken.state.word(), taken.assignee, taken.version), ("open", Some(ANNA), 2));
        assert_eq!(code(&step(Some(1), CaseStep::Resolve).await.unwrap_err()), "changed");
        assert_eq!(code(&step(None, CaseStep::Close).await.unwrap_err()), "wrong_state");
        step(None, CaseStep::AwaitCustomer).await.unwrap();
        let past = CaseStep::Hold { until: Some(stage.ctx.now()), reason: "part".into() };
        assert_eq!(code(&step(None, past).await.unwrap_err()), "wrong_state");
        step(None, CaseStep::Resolve).await.unwrap();
        step(None, CaseStep::Close).await.unwrap();
        let open = step(None, CaseStep::Reopen).await.unwrap();
        assert_eq!((open.state, open.reopened), (CaseState::Open { since: stage.ctx.now() }, 1));
        let words: Vec<String> = history(&stage, &anna, case.id)
            .await
            .into_iter()
            .filter_map(|entry| if let CaseEntry::Changed { changes } = entry { Some(changes) } else { None })
            .flatten()
            .filter(|change| change.field == "state")
            .map(|change| change.after["kind"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(words, ["open", "waiting_customer", "resolved", "closed", "open"]);
    }
}

#[tokio::test]
async fn an_undo_is_an_entry_and_overwrites_nothing_newer() {
    for stage in stages().await {
        let (anna, boris, chief) = (stage.actor(ANNA), stage.actor(BORIS), stage.actor(CHIEF));
        let case = made(&stage, &anna, "Refund").await;
        let change = |who, input| update(&stage.ctx, who, case.id, None, input);
        change(&anna, CaseInput { priority: Some(9), tags: Some(vec!["VIP".into(), "vip".into()]), ..Default::default() }).await.unwrap();
        let entry = entries(&stage.ctx, &anna, case.id, None, 1).await.unwrap().remove(0);
        assert_eq!(code(&undo(&stage.ctx, &boris, case.id, entry.id).await.unwrap_err()), "forbidden");
        let back = undo(&stage.ctx, &anna, case.id, entry.id).await.unwrap();
        assert_eq!((back.priority, back.tags.len(), back.version), (5, 0, 3));
        assert_eq!(code(&undo(&stage.ctx, &anna, case.id, entry.id).await.unwrap_err()), "already_undone");
        // The undo itself can be taken back, and is.
        let last = entries(&stage.ctx, &anna, case.id, None, 1).await.unwrap().remove(0);
        let again = undo(&stage.ctx, &anna, case.id, last.id).await.unwrap();
        assert_eq!((again.priority, again.tags), (9, vec!["vip".to_owned()]));
        let title = |text: &str| CaseInput { title: Some(text.into()), ..Default::default() };
        change(&anna, title("First")).await.unwrap();
        let first = entries(&stage.ctx, &anna, case.id, None, 1).await.unwrap().remove(0);
        change(&boris, title("Second")).await.unwrap();
        assert_eq!(code(&undo(&stage.ctx, &chief, case.id, first.id).await.unwrap_err()), "changed_since");
        move_on(&stage.ctx, &boris, case.id, None, CaseStep::Resolve).await.unwrap();
        let resolved = entries(&stage.ctx, &anna, case.id, None, 1).await.unwrap().remove(0);
        assert_eq!(undo(&stage.ctx, &chief, case.id, resolved.id).await.unwrap().state, CaseState::New);
        let said = comment(&stage.ctx, &anna, case.id, "Hello".into(), None).await.unwrap();
        assert_eq!(code(&undo(&stage.ctx, &anna, case.id, said.id).await.unwrap_err()), "not_undoable");
    }
}

#[tokio::test]
async fn a_case_is_seen_by_whose_it_is_and_lists_agree() {
    for stage in stages().await {
        let (anna, chief) = (stage.actor(ANNA), stage.actor(CHIEF));
        let mine = made(&stage, &anna, "In my queue").await;
        let theirs = create(&stage.ctx, &chief, NewCase { queue: Some(SECOND), ..new("In another") }, None).await.unwrap();
        let given = NewCase { queue: Some(SECOND), assignee: Some(ANNA), ..new("Given to Anna") };
        let given = create(&stage.ctx, &chief, given, None).await.unwrap();
        assert_eq!(code(&get(&stage.ctx, &anna, theirs.id).await.unwrap_err()), "not_found");
        assert_eq!(seen(&stage, &anna, Filter::default()).await, vec![given.id, mine.id]);
        assert_eq!(seen(&stage, &chief, Filter::default()).await, vec![given.id, theirs.id, mine.id]);
        assert_eq!(seen(&stage, &chief, Filter { whose: Some(Whose::User(ANNA)), ..Default::default() }).await, vec![given.id]);
        assert_eq!(
            seen(&stage, &chief, Filter { whose: Some(Whose::Nobody), queue: Some(SECOND), ..Default::default() }).await,
            vec![theirs.id]
        );
        assert_eq!(seen(&stage, &chief, Filter { text: Some("ANOTHER".into()), ..Default::default() }).await, vec![theirs.id]);
        assert!(seen(&stage, &chief, Filter { text: Some("100%_".into()), ..Default::default() }).await.is_empty());
        assert_eq!(seen(&stage, &chief, Filter { state: Some("open".into()), ..Default::default() }).await, vec![given.id]);
        let mut after: Option<Position> = None;
        let mut walked = Vec::new();
        loop {
            let page = list(&stage.ctx, &chief, Filter::default(), after, 1).await.unwrap();
            let Some(case) = page.first() else { break };
            after = Some(case.into());
            walked.push(case.id);
        }
        assert_eq!(walked, vec![given.id, theirs.id, mine.id]);
        move_on(&stage.ctx, &chief, theirs.id, None, CaseStep::Resolve).await.unwrap();
        assert_eq!(seen(&stage, &chief, Filter { open: Some(false), ..Default::default() }).await, vec![theirs.id]);
    }
}

#[tokio::test]
async fn wrong_input_is_refused_by_its_field() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let bad: [(NewCase, &str); 5] = [
            (new(" "), "title"),
            (new(&"x".repeat(201)), "title"),
            (NewCase { tags: vec!["two words".into()], ..new("x") }, "tags"),
            (NewCase { priority: Some(10), ..new("x") }, "priority"),
            (NewCase { assignee: Some(okno_model::UserId::from_u128(99)), ..new("x") }, "assignee"),
        ];
        for (request, wanted) in bad {
            let refused = create(&stage.ctx, &chief, request, None).await.unwrap_err();
            assert!(matches!(refused, AppError::Invalid { field, .. } if field == wanted), "{refused}");
        }
        assert!(list(&stage.ctx, &chief, Filter::default(), None, 10).await.unwrap().is_empty(), "a refused case leaves nothing");
        assert_eq!(made(&stage, &chief, "First").await.number, "2027-000001");
    }
}

#[tokio::test]
async fn a_case_shows_its_customer_as_he_is_now() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let interaction = conversation(&stage, "b1").await;
        let case = create(&stage.ctx, &chief, NewCase { interaction: Some(interaction), ..new("Lamp") }, None).await.unwrap();
        let customer = case.customer.unwrap();
        let change = customers::CustomerChange { name: Some("Olga".into()), language: Some("pl".into()), notes: None };
        customers::update(&stage.ctx, &chief, customer, change).await.unwrap();
        let shown = get(&stage.ctx, &chief, case.id).await.unwrap().case;
        assert_eq!((shown.customer_name.as_str(), shown.language.as_deref()), ("Olga", Some("pl")));
        let whole = stage.ctx.read(move |tx| Ok(tx.get::<CustomerDoc>(customer)?)).await.unwrap().unwrap();
        assert_eq!(whole.name, "Olga");
    }
}
