//! One case after the other over the company of the stage.

use super::{
    Filter, Position, Reaction, Said, Whose, comment, create, create_topic, entries, forward, forwards, get, link, list, move_on,
    my_notices, react, reconcile, seen as seen_all, topics, undo, unlink, update, update_topic,
};
use crate::{
    AppError,
    access::Actor,
    customers,
    stage::{ANNA, BORIS, CHIEF, QUEUE, SECOND, Stage, letter, stages},
};
use okno_model::{
    CaseId, InteractionId, TeamId,
    doc::{CaseDoc, CaseEntry, CaseKind, CaseState, CustomerDoc, DepartmentDoc, ForwardState, NoticeKind, TeamDoc, UserDoc},
    input::{CaseInput, CaseStep, NewCase, TopicInput},
    right::default_roles,
};
use std::time::Duration;

pub(super) fn new(title: &str) -> NewCase {
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

pub(super) fn said(text: &str) -> Said {
    Said { text: text.into(), mentions: Vec::new() }
}

pub(super) async fn made(stage: &Stage, who: &Actor, title: &str) -> CaseDoc {
    create(&stage.ctx, who, new(title), None).await.unwrap()
}

pub(super) async fn conversation(stage: &Stage, key: &str) -> InteractionId {
    let unit = stage.mail(key, letter(&format!("{key}@mail.example"), "olga@mail.example", "Lamp", "It is dark")).await;
    stage.unit(unit).await.interaction.unwrap()
}

pub(super) async fn history(stage: &Stage, who: &Actor, id: CaseId) -> Vec<CaseEntry> {
    entries(&stage.ctx, who, id, None, 50).await.unwrap().into_iter().rev().map(|entry| entry.what).collect()
}

async fn seen(stage: &Stage, who: &Actor, filter: Filter) -> Vec<CaseId> {
    list(&stage.ctx, who, filter, None, 50).await.unwrap().into_iter().map(|case| case.id).collect()
}

pub(super) fn code(error: &AppError) -> &'static str {
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
        assert_eq!(
            told,
            vec![
                CaseEntry::Created,
                CaseEntry::Comment { text: "Third time".into(), mentions: Vec::new() },
                CaseEntry::Linked { interaction }
            ]
        );
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
        let said = comment(&stage.ctx, &anna, case.id, said("Hello"), None).await.unwrap();
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
        let change = customers::CustomerChange { name: Some("Olga".into()), language: Some("pl".into()), ..Default::default() };
        customers::update(&stage.ctx, &chief, customer, change).await.unwrap();
        let shown = get(&stage.ctx, &chief, case.id).await.unwrap().case;
        assert_eq!((shown.customer_name.as_str(), shown.language.as_deref()), ("Olga", Some("pl")));
        let whole = stage.ctx.read(move |tx| Ok(tx.get::<CustomerDoc>(customer)?)).await.unwrap().unwrap();
        assert_eq!(whole.name, "Olga");
    }
}

/// A department with Boris in it and the chief as its head: an hour to accept, two to answer.
async fn department(stage: &Stage) -> TeamId {
    let id = TeamId::from_u128(0xD1);
    let department = DepartmentDoc { head: Some(CHIEF), accept_minutes: 60, answer_minutes: 120, hours: None };
    stage
        .ctx
        .write(move |tx| {
            tx.put(&TeamDoc { id, name: "Repair".into(), department: Some(department) })?;
            let boris = tx.get::<UserDoc>(BORIS)?.unwrap();
            Ok(tx.put(&UserDoc { team: Some(id), ..boris })?)
        })
        .await
        .unwrap();
    id
}

/// Boris with the light role alone.
fn expert(stage: &Stage, team: TeamId) -> Actor {
    let (_, _, grants) = default_roles().into_iter().find(|role| role.0 == "expert").unwrap();
    Actor { grants, queues: Vec::new(), team: Some(team), ..stage.actor(BORIS) }
}

pub(super) async fn told(stage: &Stage, who: &Actor) -> Vec<NoticeKind> {
    my_notices(&stage.ctx, who, true, None, 50).await.unwrap().into_iter().rev().map(|notice| notice.kind).collect()
}

#[tokio::test]
async fn a_department_accepts_and_answers() {
    for stage in stages().await {
        let (anna, team) = (stage.actor(ANNA), department(&stage).await);
        let expert = expert(&stage, team);
        let case = made(&stage, &anna, "Broken").await;
        assert_eq!(code(&get(&stage.ctx, &expert, case.id).await.unwrap_err()), "not_found");
        let asked = forward(&stage.ctx, &anna, case.id, Some(1), team, " Which part? ".into()).await.unwrap();
        assert_eq!((asked.state.word(), asked.version), ("waiting_department", 2));
        let again = forward(&stage.ctx, &anna, case.id, None, team, "Again".into()).await.unwrap_err();
        assert_eq!(code(&again), "already_asked");
        // The expert sees it now, and nothing else; he may answer and not change.
        assert_eq!(seen(&stage, &expert, Filter::default()).await, vec![case.id]);
        let change = update(&stage.ctx, &expert, case.id, None, CaseInput::default()).await.unwrap_err();
        assert_eq!(code(&change), "forbidden");
        assert_eq!(told(&stage, &expert).await, [NoticeKind::Asked]);
        let question = asked.forward.unwrap();
        // Anna belongs to no department.
        assert_eq!(code(&react(&stage.ctx, &anna, question, Reaction::Accept).await.unwrap_err()), "forbidden");
        stage.advance(600).await;
        let taken = react(&stage.ctx, &expert, question, Reaction::Accept).await.unwrap();
        let ForwardState::Accepted { clock, by, .. } = taken.state else { panic!("{taken:?}") };
        assert_eq!((by, clock.due), (BORIS, stage.ctx.now() + Duration::from_secs(7200)));
        react(&stage.ctx, &expert, question, Reaction::Answer("The lid".into())).await.unwrap();
        let late = react(&stage.ctx, &expert, question, Reaction::Decline("No".into())).await.unwrap_err();
        assert_eq!(code(&late), "over");
        let back = get(&stage.ctx, &anna, case.id).await.unwrap().case;
        assert_eq!((back.state.word(), back.forward), ("open", None));
        assert_eq!(told(&stage, &anna).await, [NoticeKind::Next]);
        // He still sees what he answered, and undoing it is nobody's.
        assert_eq!(seen(&stage, &expert, Filter::default()).await, vec![case.id]);
        let last = entries(&stage.ctx, &anna, case.id, None, 1).await.unwrap().remove(0);
        assert_eq!(code(&undo(&stage.ctx, &stage.actor(CHIEF), case.id, last.id).await.unwrap_err()), "not_undoable");
    }
}

#[tokio::test]
async fn silence_is_heard_by_each_exactly_once() {
    for stage in stages().await {
        let (anna, chief, team) = (stage.actor(ANNA), stage.actor(CHIEF), department(&stage).await);
        let expert = expert(&stage, team);
        let case = made(&stage, &anna, "Broken").await;
        forward(&stage.ctx, &anna, case.id, None, team, "Which part?".into()).await.unwrap();
        seen_all(&stage.ctx, &expert, None).await.unwrap();
        for (seconds, experts, chiefs) in [(1790, 0, 0), (20, 1, 0), (1800, 1, 1), (1800, 1, 2), (100_000, 1, 2)] {
            stage.advance(seconds).await;
            for _ in 0..3 {
                reconcile(&stage.ctx).await.unwrap();
            }
            assert_eq!((told(&stage, &expert).await.len(), told(&stage, &chief).await.len()), (experts, chiefs), "after {seconds} s");
        }
        let levels: Vec<u8> = history(&stage, &anna, case.id)
            .await
            .into_iter()
            .filter_map(|entry| if let CaseEntry::Escalated { level, .. } = entry { Some(level) } else { None })
            .collect();
        assert_eq!(levels, [1, 2, 3]);
    }
}

#[tokio::test]
async fn a_question_that_is_not_needed_is_recalled() {
    for stage in stages().await {
        let (anna, team) = (stage.actor(ANNA), department(&stage).await);
        let case = made(&stage, &anna, "Broken").await;
        let asked = forward(&stage.ctx, &anna, case.id, None, team, "Which part?".into()).await.unwrap();
        move_on(&stage.ctx, &anna, case.id, None, CaseStep::Resolve).await.unwrap();
        let all = forwards(&stage.ctx, &anna, case.id).await.unwrap();
        assert_eq!(all.iter().map(|f| (Some(f.id), f.state.word())).collect::<Vec<_>>(), [(asked.forward, "recalled")]);
        let reaction = react(&stage.ctx, &expert(&stage, team), all[0].id, Reaction::Accept).await.unwrap_err();
        assert_eq!(code(&reaction), "over");
        let open = made(&stage, &anna, "Other").await;
        forward(&stage.ctx, &anna, open.id, None, team, "Hm".into()).await.unwrap();
        let entry = entries(&stage.ctx, &anna, open.id, None, 1).await.unwrap().remove(0);
        assert_eq!(undo(&stage.ctx, &anna, open.id, entry.id).await.unwrap().state.word(), "open");
    }
}

#[tokio::test]
async fn a_hold_ends_by_itself_and_somebody_learns_of_it() {
    for stage in stages().await {
        let anna = stage.actor(ANNA);
        let case = made(&stage, &anna, "Later").await;
        let until = Some(stage.ctx.now() + Duration::from_secs(3600));
        move_on(&stage.ctx, &anna, case.id, None, CaseStep::Hold { until, reason: "spare part".into() }).await.unwrap();
        reconcile(&stage.ctx).await.unwrap();
        assert_eq!(get(&stage.ctx, &anna, case.id).await.unwrap().case.state.word(), "on_hold");
        stage.advance(3600).await;
        reconcile(&stage.ctx).await.unwrap();
        assert_eq!(get(&stage.ctx, &anna, case.id).await.unwrap().case.state.word(), "open");
        assert_eq!(told(&stage, &anna).await, [NoticeKind::Next]);
    }
}

#[tokio::test]
async fn topics_are_a_tree_and_a_list_shows_what_is_below() {
    for stage in stages().await {
        let (anna, chief) = (stage.actor(ANNA), stage.actor(CHIEF));
        let topic = |name: &str, parent| TopicInput { name: Some(name.into()), parent: Some(parent), archived: None };
        let lamps = create_topic(&stage.ctx, &chief, topic("Lamps", None), None).await.unwrap();
        let dark = create_topic(&stage.ctx, &chief, topic("Dark", Some(lamps.id)), None).await.unwrap();
        assert_eq!(code(&create_topic(&stage.ctx, &anna, topic("Mine", None), None).await.unwrap_err()), "forbidden");
        assert_eq!(code(&create_topic(&stage.ctx, &chief, topic("dark", Some(lamps.id)), None).await.unwrap_err()), "taken");
        let circle = TopicInput { parent: Some(Some(dark.id)), ..Default::default() };
        assert_eq!(code(&update_topic(&stage.ctx, &chief, lamps.id, circle).await.unwrap_err()), "circle");
        let case = create(&stage.ctx, &anna, NewCase { topic: Some(dark.id), ..new("No light") }, None).await.unwrap();
        made(&stage, &anna, "Something else").await;
        assert_eq!(seen(&stage, &anna, Filter { topic: Some(lamps.id), ..Default::default() }).await, vec![case.id]);
        assert_eq!(topics(&stage.ctx, &anna).await.unwrap().len(), 2);
    }
}
