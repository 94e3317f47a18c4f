//! Policies and the clocks of interactions, on both databases.

use super::{Question, archive, clocks_of_case, clocks_of_interaction, create, preview, update};
use crate::{
    AppError, cases, deadlines,
    stage::{ANNA, CHIEF, QUEUE, SECOND, START, Stage, letter, stages},
};
use okno_model::{
    doc::{CaseKind, ClockKind, ClockState, Phase, PolicyDoc, SlaAct, SlaAction, SlaKind, SlaSelector, SlaTarget},
    event::What,
    input::{CaseStep, NewCase, PolicyInput},
};
use std::time::Duration;

fn target(kind: ClockKind, minutes: u32, warn: &[u8]) -> SlaTarget {
    SlaTarget { kind, minutes, warn: warn.to_vec() }
}

async fn policy(stage: &Stage, name: &str, selector: SlaSelector, targets: Vec<SlaTarget>) -> PolicyDoc {
    let input = PolicyInput { name: Some(name.into()), selector: Some(selector), targets: Some(targets), ..PolicyInput::default() };
    create(&stage.ctx, &stage.actor(CHIEF), input, None).await.unwrap()
}

#[tokio::test]
async fn a_preview_says_which_policy_and_why() {
    for stage in stages().await {
        let all = policy(&stage, "All", SlaSelector::default(), vec![target(ClockKind::FirstResponse, 60, &[50])]).await;
        let of_queue = SlaSelector { queues: vec![QUEUE], ..SlaSelector::default() };
        let targets = ClockKind::ALL.iter().map(|&kind| target(kind, 30, &[])).collect();
        let narrow = policy(&stage, "Support", of_queue, targets).await;
        let question =
            Question { kind: SlaKind::Complaint, queue: Some(QUEUE), priority: 5, tags: vec![], language: None, at: Some(START) };
        let found = preview(&stage.ctx, &stage.actor(CHIEF), question.clone()).await.unwrap();
        assert_eq!(found.policy, Some(narrow.id));
        assert!(found.considered.iter().all(|choice| choice.matches), "both are for it, one is more specific");
        let kinds: Vec<ClockKind> = found.clocks.iter().map(|clock| clock.kind).collect();
        assert_eq!(kinds, ClockKind::ALL, "every target shows when it would be due");
        assert!(found.clocks.iter().all(|clock| clock.due == Some(START + Duration::from_secs(1800)) && !clock.why.is_empty()));
        let elsewhere = Question { queue: None, ..question };
        assert_eq!(preview(&stage.ctx, &stage.actor(CHIEF), elsewhere.clone()).await.unwrap().policy, Some(all.id));
        archive(&stage.ctx, &stage.actor(CHIEF), all.id).await.unwrap();
        let none = preview(&stage.ctx, &stage.actor(CHIEF), elsewhere.clone()).await.unwrap();
        assert_eq!((none.policy, none.clocks.len()), (None, 0));
        assert!(matches!(preview(&stage.ctx, &stage.actor(ANNA), elsewhere).await, Err(AppError::Forbidden { .. })));
    }
}

#[tokio::test]
async fn clocks_of_an_interaction_follow_what_is_said() {
    for stage in stages().await {
        let targets = vec![target(ClockKind::FirstResponse, 10, &[50]), target(ClockKind::NextResponse, 20, &[])];
        let made = policy(&stage, "All", SlaSelector::default(), targets).await;
        stage.available(ANNA).await;
        let unit = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "Where is it?")).await;
        let id = stage.unit(unit).await.interaction.unwrap();
        let clocks = clocks_of_interaction(&stage.ctx, &stage.actor(ANNA), id).await.unwrap();
        assert_eq!(clocks.len(), 1);
        assert_eq!((clocks[0].due, clocks[0].state), (Some(START + Duration::from_secs(600)), ClockState::Running));
        stage.accept(ANNA, id).await;
        stage.advance(300).await;
        stage.reply(ANNA, id, "r1", "On its way.").await.unwrap();
        stage.advance(300).await;
        let mut second = letter("a2@mail.example", "olga@mail.example", "Re: Lamp", "When?");
        second.references = vec![stage.messages(id).await.pop().unwrap().mail.unwrap().message_id];
        stage.mail("2", second).await;
        stage.advance(1201).await;
        let clocks = clocks_of_interaction(&stage.ctx, &stage.actor(ANNA), id).await.unwrap();
        assert_eq!(clocks[0].state, ClockState::Met { at: START + Duration::from_secs(300) });
        let due = START + Duration::from_secs(1800);
        assert_eq!((clocks[1].kind, clocks[1].state), (ClockKind::NextResponse, ClockState::Breached { at: due, met: None }));
        // A changed policy computes anew from the same facts.
        let longer = PolicyInput { targets: Some(vec![target(ClockKind::NextResponse, 60, &[])]), ..PolicyInput::default() };
        update(&stage.ctx, &stage.actor(CHIEF), made.id, longer).await.unwrap();
        let clocks = clocks_of_interaction(&stage.ctx, &stage.actor(ANNA), id).await.unwrap();
        assert_eq!((clocks.len(), clocks[0].due), (1, Some(START + Duration::from_secs(600 + 3600))));
    }
}

#[tokio::test]
async fn bad_policies_are_explained() {
    for stage in stages().await {
        let good = PolicyInput {
            name: Some("Gold".into()),
            targets: Some(vec![target(ClockKind::FirstResponse, 60, &[50, 80])]),
            actions: Some(vec![SlaAction { kinds: vec![], at: 80, act: SlaAct::NotifyOwner }]),
            ..PolicyInput::default()
        };
        let twice = vec![target(ClockKind::Update, 1, &[]), target(ClockKind::Update, 2, &[])];
        let action = |at| Some(vec![SlaAction { kinds: vec![], at, act: SlaAct::NotifyOwner }]);
        for (input, field, code) in [
            (PolicyInput { name: None, ..good.clone() }, "name", "required"),
            (PolicyInput { targets: Some(vec![]), ..good.clone() }, "targets", "required"),
            (PolicyInput { targets: Some(twice), ..good.clone() }, "targets", "repeated"),
            (PolicyInput { targets: Some(vec![target(ClockKind::Update, 0, &[])]), ..good.clone() }, "targets", "out_of_range"),
            (PolicyInput { targets: Some(vec![target(ClockKind::Update, 5, &[80, 50])]), ..good.clone() }, "targets", "bad_warn"),
            (PolicyInput { pauses: Some(vec![Phase::Closed]), ..good.clone() }, "pauses", "always"),
            (PolicyInput { actions: action(70), ..good.clone() }, "actions", "no_warn_point"),
            (PolicyInput { actions: action(0), ..good.clone() }, "actions", "out_of_range"),
        ] {
            let refused = create(&stage.ctx, &stage.actor(CHIEF), input, None).await;
            assert!(
                matches!(refused, Err(AppError::Invalid { field: f, code: c, .. }) if (f, c) == (field, code)),
                "{field} {code}: {refused:?}"
            );
        }
        create(&stage.ctx, &stage.actor(CHIEF), good.clone(), None).await.unwrap();
        let taken = create(&stage.ctx, &stage.actor(CHIEF), good.clone(), None).await;
        assert!(matches!(taken, Err(AppError::Invalid { field: "name", code: "taken", .. })));
        assert!(matches!(create(&stage.ctx, &stage.actor(ANNA), good, None).await, Err(AppError::Forbidden { .. })));
    }
}

/// What the journal says of warn points and breaches: clock and percent.
async fn told(stage: &Stage) -> Vec<(ClockKind, u8)> {
    let events = stage.events().await;
    let notices = events.into_iter().filter_map(|event| {
        let (What::SlaWarned(notice) | What::SlaBreached(notice)) = event.what else { return None };
        Some((notice.clock, notice.percent))
    });
    notices.collect()
}

#[tokio::test]
async fn warn_points_and_breaches_happen_once_and_do_what_the_policy_says() {
    for mut stage in stages().await {
        let act = |at, act| SlaAction { kinds: vec![], at, act };
        let input = PolicyInput {
            name: Some("Requests".into()),
            selector: Some(SlaSelector { kinds: vec![SlaKind::Request], ..SlaSelector::default() }),
            targets: Some(vec![target(ClockKind::Resolution, 60, &[50])]),
            actions: Some(vec![
                act(50, SlaAct::NotifyOwner),
                act(100, SlaAct::RaisePriority { by: 9 }),
                act(100, SlaAct::Reassign { queue: SECOND }),
            ]),
            ..PolicyInput::default()
        };
        create(&stage.ctx, &stage.actor(CHIEF), input, None).await.unwrap();
        let new = NewCase {
            kind: CaseKind::Request,
            title: "A new lamp".into(),
            queue: Some(QUEUE),
            customer: None,
            interaction: None,
            topic: None,
            assignee: None,
            team: None,
            priority: None,
            tags: Vec::new(),
            text: None,
        };
        let case = cases::create(&stage.ctx, &stage.actor(CHIEF), new, None).await.unwrap();
        deadlines::sweep(&stage.ctx).await.unwrap();
        stage.advance(1801).await;
        let twin = stage.twin();
        let (a, b) = tokio::join!(deadlines::sweep(&stage.ctx), deadlines::sweep(&twin));
        a.unwrap();
        b.unwrap();
        stage.restart().await;
        deadlines::sweep(&stage.ctx).await.unwrap();
        assert_eq!(told(&stage).await, [(ClockKind::Resolution, 50)]);
        // A pause moves the end: an hour of it counts nothing.
        let step = CaseStep::Hold { until: None, reason: "parts".into() };
        cases::move_on(&stage.ctx, &stage.actor(CHIEF), case.id, None, step).await.unwrap();
        stage.advance(3600).await;
        deadlines::sweep(&stage.ctx).await.unwrap();
        cases::move_on(&stage.ctx, &stage.actor(CHIEF), case.id, None, CaseStep::Resume).await.unwrap();
        let clocks = clocks_of_case(&stage.ctx, &stage.actor(CHIEF), case.id).await.unwrap();
        assert_eq!(clocks[0].due, Some(START + Duration::from_secs(7200)));
        deadlines::sweep(&stage.ctx).await.unwrap();
        stage.clock.advance(Duration::from_secs(40 * 86_400));
        deadlines::sweep(&stage.ctx).await.unwrap();
        deadlines::sweep(&stage.ctx).await.unwrap();
        assert_eq!(told(&stage).await, [(ClockKind::Resolution, 50), (ClockKind::Resolution, 100)]);
        let found = cases::get(&stage.ctx, &stage.actor(CHIEF), case.id).await.unwrap().case;
        assert_eq!((found.priority, found.queue, found.assignee), (9, Some(SECOND), None));
        assert!(matches!(
            clocks_of_case(&stage.ctx, &stage.actor(CHIEF), case.id).await.unwrap()[0].state,
            ClockState::Breached { met: None, .. }
        ));
    }
}
