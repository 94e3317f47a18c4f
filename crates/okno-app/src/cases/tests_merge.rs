//! Merges, splits and what customers write into cases that are over.

use super::{
    Said, comment, complain, create, entries, get,
    here::here,
    link, merge, move_on, my_notices,
    page::{self, Stage as PageStage},
    set_settings, split,
    tests::{code, conversation, history, made, new, said, told},
    undo, update,
};
use crate::stage::{ANNA, BORIS, CHIEF, SECOND, Stage, letter, stages};
use okno_model::{
    CaseId, InteractionId,
    doc::{
        CaseDoc, CaseEntry, CaseKind, CaseLink, CaseLinkKind, CaseSettings, CaseState, CheckItem, ComplaintStage, InteractionDoc,
        NoticeKind,
    },
    input::{CaseInput, CaseStep, NewCase},
};

async fn of(stage: &Stage, interaction: InteractionId) -> Option<CaseId> {
    stage.ctx.read(move |tx| Ok(tx.get::<InteractionDoc>(interaction)?.unwrap().case)).await.unwrap()
}

async fn about(stage: &Stage, key: &str, title: &str) -> (CaseDoc, InteractionId) {
    let interaction = conversation(stage, key).await;
    let from = NewCase { interaction: Some(interaction), ..new(title) };
    (create(&stage.ctx, &stage.actor(CHIEF), from, None).await.unwrap(), interaction)
}

#[tokio::test]
async fn a_merge_moves_nothing_for_good_and_its_undo_gives_back_what_came_by_it() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let ((part, first), (whole, second)) = (about(&stage, "m1", "Dark").await, about(&stage, "m2", "Lamp").await);
        assert_eq!(code(&merge(&stage.ctx, &stage.actor(ANNA), part.id, whole.id).await.unwrap_err()), "forbidden");
        assert_eq!(code(&merge(&stage.ctx, &chief, part.id, part.id).await.unwrap_err()), "circle");
        comment(&stage.ctx, &chief, part.id, said("before"), None).await.unwrap();
        let one = merge(&stage.ctx, &chief, part.id, whole.id).await.unwrap();
        assert_eq!((one.interactions, of(&stage, first).await), (vec![second, first], Some(whole.id)));
        let refused = update(&stage.ctx, &chief, part.id, None, CaseInput::default()).await.unwrap_err();
        assert_eq!(code(&refused), "wrong_state");
        let seen = history(&stage, &chief, whole.id).await;
        assert!(
            seen.iter().any(|entry| matches!(entry, CaseEntry::Comment { text, .. } if text == "before")),
            "its history is seen in the whole"
        );
        // What comes in afterwards belongs to the whole.
        let third = conversation(&stage, "m3").await;
        link(&stage.ctx, &chief, whole.id, third).await.unwrap();
        let entry = entries(&stage.ctx, &chief, whole.id, None, 50).await.unwrap();
        let entry = entry.into_iter().find(|entry| matches!(entry.what, CaseEntry::Merged { .. })).unwrap();
        let back = undo(&stage.ctx, &chief, whole.id, entry.id).await.unwrap();
        assert_eq!(back.interactions, vec![second, third]);
        let part = get(&stage.ctx, &chief, part.id).await.unwrap().case;
        assert_eq!((part.state, part.interactions, of(&stage, first).await), (CaseState::New, vec![first], Some(part.id)));
        assert!(!history(&stage, &chief, whole.id).await.iter().any(|entry| matches!(entry, CaseEntry::Comment { .. })));
        assert_eq!(code(&undo(&stage.ctx, &chief, whole.id, entry.id).await.unwrap_err()), "already_undone");
    }
}

#[tokio::test]
async fn a_split_takes_conversations_and_can_be_taken_back() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let (case, first) = about(&stage, "s1", "Two things").await;
        let second = conversation(&stage, "s2").await;
        link(&stage.ctx, &chief, case.id, second).await.unwrap();
        let nothing = split(&stage.ctx, &chief, case.id, vec![InteractionId::from_u128(u128::MAX)], "x".into()).await.unwrap_err();
        assert_eq!(code(&nothing), "unknown");
        let out = split(&stage.ctx, &chief, case.id, vec![second], "The other thing".into()).await.unwrap();
        assert_eq!((out.interactions, of(&stage, second).await), (vec![second], Some(out.id)));
        assert_eq!(get(&stage.ctx, &chief, case.id).await.unwrap().case.interactions, vec![first]);
        let entry = entries(&stage.ctx, &chief, case.id, None, 1).await.unwrap().remove(0);
        let back = undo(&stage.ctx, &chief, case.id, entry.id).await.unwrap();
        assert_eq!((back.interactions, of(&stage, second).await), (vec![first, second], Some(case.id)));
        assert_eq!(get(&stage.ctx, &chief, out.id).await.unwrap().case.state.word(), "merged");
    }
}

#[tokio::test]
async fn the_customers_answer_opens_the_case_again_or_begins_a_linked_one() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        set_settings(&stage.ctx, &chief, CaseSettings { reopen_days: 2, close_days: 0 }).await.unwrap();
        let (case, _) = about(&stage, "r1", "Dark").await;
        let write = |key: &'static str, from: &'static str, subject: String| {
            let stage = &stage;
            async move {
                let unit = stage.mail(key, letter(&format!("{key}@mail.example"), from, &subject, "Still dark")).await;
                stage.unit(unit).await.interaction.unwrap()
            }
        };
        move_on(&stage.ctx, &chief, case.id, None, CaseStep::Resolve).await.unwrap();
        // Somebody else who names the number gets no way in.
        let stranger = write("r2", "eve@mail.example", format!("Re: Lamp [{}]", case.number)).await;
        assert_eq!((of(&stage, stranger).await, get(&stage.ctx, &chief, case.id).await.unwrap().case.state.word()), (None, "resolved"));
        write("r3", "olga@mail.example", format!("Re: Lamp [{}]", case.number)).await;
        let open = get(&stage.ctx, &chief, case.id).await.unwrap().case;
        assert_eq!((open.state.word(), open.reopened), ("open", 1));
        move_on(&stage.ctx, &chief, case.id, None, CaseStep::Resolve).await.unwrap();
        stage.advance(3 * 86_400).await;
        let late = write("r4", "olga@mail.example", format!("Something new [{}]", case.number)).await;
        let next = of(&stage, late).await.unwrap();
        assert_ne!(next, case.id);
        let next = get(&stage.ctx, &chief, next).await.unwrap().case;
        assert_eq!((next.state.word(), next.links), ("new", vec![CaseLink { kind: CaseLinkKind::Follows, case: case.id }]));
        assert_eq!(get(&stage.ctx, &chief, case.id).await.unwrap().case.state.word(), "resolved");
    }
}

#[tokio::test]
async fn who_is_named_learns_of_it_and_sees_the_case() {
    for stage in stages().await {
        let (boris, chief) = (stage.actor(BORIS), stage.actor(CHIEF));
        let case = create(&stage.ctx, &chief, NewCase { queue: Some(SECOND), ..new("Elsewhere") }, None).await.unwrap();
        assert_eq!(code(&get(&stage.ctx, &boris, case.id).await.unwrap_err()), "not_found");
        let named = Said { text: "Boris, look".into(), mentions: vec![BORIS] };
        comment(&stage.ctx, &chief, case.id, named, None).await.unwrap();
        assert_eq!(told(&stage, &boris).await, [NoticeKind::Mention]);
        get(&stage.ctx, &boris, case.id).await.unwrap();
        comment(&stage.ctx, &chief, case.id, said("more"), None).await.unwrap();
        comment(&stage.ctx, &chief, case.id, said("and more"), None).await.unwrap();
        assert_eq!(told(&stage, &boris).await, [NoticeKind::Mention, NoticeKind::Watched], "one line until it is seen");
        assert!(my_notices(&stage.ctx, &chief, true, None, 10).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn lists_of_a_case_are_checked_and_taken_back_like_everything() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let case = made(&stage, &chief, "Steps").await;
        let checklist = |text: &str, done| Some(vec![CheckItem { text: text.into(), done }]);
        let change = |input| update(&stage.ctx, &chief, case.id, None, input);
        let to_itself = Some(vec![CaseLink { kind: CaseLinkKind::Relates, case: case.id }]);
        assert_eq!(code(&change(CaseInput { links: to_itself, ..Default::default() }).await.unwrap_err()), "circle");
        assert_eq!(code(&change(CaseInput { checklist: checklist(" ", false), ..Default::default() }).await.unwrap_err()), "required");
        change(CaseInput { checklist: checklist(" Call ", false), ..Default::default() }).await.unwrap();
        change(CaseInput { checklist: checklist("Call", true), ..Default::default() }).await.unwrap();
        let entry = entries(&stage.ctx, &chief, case.id, None, 1).await.unwrap().remove(0);
        let back = undo(&stage.ctx, &chief, case.id, entry.id).await.unwrap();
        assert_eq!(back.checklist, checklist("Call", false).unwrap());
    }
}

#[tokio::test]
async fn colleagues_see_who_else_is_there() {
    for stage in stages().await {
        let (anna, boris) = (stage.actor(ANNA), stage.actor(BORIS));
        let case = made(&stage, &anna, "Both").await;
        assert!(here(&stage.ctx, &anna, case.id, true, true).await.unwrap().is_empty());
        let others = here(&stage.ctx, &boris, case.id, true, false).await.unwrap();
        assert_eq!(others.iter().map(|one| (one.user, one.writes)).collect::<Vec<_>>(), [(ANNA, true)]);
        stage.advance(60).await;
        assert!(here(&stage.ctx, &boris, case.id, true, false).await.unwrap().is_empty(), "who says nothing is gone");
    }
}

#[tokio::test]
async fn a_link_opens_the_page_until_it_is_closed() {
    for stage in stages().await {
        let chief = stage.actor(CHIEF);
        let (case, _) = about(&stage, "p1", "Internal words about the customer").await;
        let token = |url: &str| url.strip_prefix("http://desk.example/status/").unwrap().to_owned();
        let first = token(&page::open(&stage.ctx, &chief, case.id).await.unwrap());
        assert_eq!(token(&page::open(&stage.ctx, &chief, case.id).await.unwrap()), first, "asked twice, it is the same link");
        let shown = page::shown(&stage.ctx.app, &first).await.unwrap();
        assert_eq!((shown.number, shown.stage, shown.company.as_str()), (case.number, PageStage::Received, "Borealis"));
        assert!(shown.promised.is_some(), "he waits, and was told until when");
        move_on(&stage.ctx, &chief, case.id, None, CaseStep::Resolve).await.unwrap();
        assert_eq!(page::shown(&stage.ctx.app, &first).await.unwrap().stage, PageStage::Done(stage.ctx.now()));
        page::close(&stage.ctx, &chief, case.id).await.unwrap();
        assert_eq!(code(&page::shown(&stage.ctx.app, &first).await.unwrap_err()), "not_found");
        let second = token(&page::open(&stage.ctx, &chief, case.id).await.unwrap());
        assert_ne!(first, second);
        assert_eq!(code(&page::shown(&stage.ctx.app, &first).await.unwrap_err()), "not_found", "a closed link stays closed");
        page::shown(&stage.ctx.app, &second).await.unwrap();
        for guess in ["", "x.y", &second[1..]] {
            assert_eq!(code(&page::shown(&stage.ctx.app, guess).await.unwrap_err()), "not_found");
        }
    }
}

#[tokio::test]
async fn a_complaint_leaves_evidence_in_its_order() {
    for stage in stages().await {
        let (anna, case) = (stage.actor(ANNA), made(&stage, &stage.actor(ANNA), "Not content").await);
        let step = |stage_of, text: &str| complain(&stage.ctx, &anna, case.id, stage_of, text.into());
        assert_eq!(code(&step(ComplaintStage::Respond, "Sorry").await.unwrap_err()), "wrong_step");
        assert_eq!(code(&step(ComplaintStage::Acknowledge, " ").await.unwrap_err()), "required");
        for one in ComplaintStage::ALL {
            step(*one, "done").await.unwrap();
        }
        let again = step(ComplaintStage::Acknowledge, "It came back").await.unwrap();
        assert_eq!(again.complaint.len(), 6);
        assert!(again.complaint.iter().all(|step| step.by == ANNA && step.at == stage.ctx.now()));
        let kind = CaseInput { kind: Some(CaseKind::Question), ..Default::default() };
        update(&stage.ctx, &anna, case.id, None, kind).await.unwrap();
        assert_eq!(code(&step(ComplaintStage::Assess, "x").await.unwrap_err()), "not_a_complaint");
    }
}
