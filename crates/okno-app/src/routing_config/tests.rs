//! What a queue names exists.

use super::*;
use crate::{AppError, access::world::set_up, users};
use okno_model::{
    QueueId, SkillId,
    doc::{OverflowRule, OverflowWhen, RequiredSkill, WrapupMode},
    input::{DispositionInput, PauseCodeInput, QueueInput, SkillInput, UserInput},
};

fn named(name: &str) -> QueueInput {
    QueueInput { name: Some(name.into()), ..QueueInput::default() }
}

fn overflow(to: QueueId) -> QueueInput {
    QueueInput { overflows: Some(vec![OverflowRule { when: OverflowWhen::Wait { seconds: 60 }, to }]), ..QueueInput::default() }
}

#[tokio::test]
async fn overflows_never_lead_in_a_circle() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let mut ids = Vec::new();
        for name in ["a", "b", "c"] {
            ids.push(create_queue(ctx, &owner, named(name), None).await.unwrap().id);
        }
        update_queue(ctx, &owner, ids[0], overflow(ids[1])).await.unwrap();
        update_queue(ctx, &owner, ids[1], overflow(ids[2])).await.unwrap();
        for (from, to) in [(2, 0), (2, 1), (2, 2)] {
            let refused = update_queue(ctx, &owner, ids[from], overflow(ids[to])).await;
            assert!(matches!(refused, Err(AppError::Invalid { field: "overflows", code: "loop", .. })), "{from} to {to}");
        }
        let nowhere = update_queue(ctx, &owner, ids[2], overflow(QueueId::from_u128(1))).await;
        assert!(matches!(nowhere, Err(AppError::Invalid { code: "unknown", .. })));
        assert!(matches!(archive_queue(ctx, &owner, ids[2]).await, Err(AppError::Conflict { code: "in_use", .. })));
        let none = QueueInput { overflows: Some(Vec::new()), ..QueueInput::default() };
        update_queue(ctx, &owner, ids[1], none).await.unwrap();
        assert!(archive_queue(ctx, &owner, ids[2]).await.unwrap().archived);
        let archived = update_queue(ctx, &owner, ids[1], overflow(ids[2])).await;
        assert!(matches!(archived, Err(AppError::Invalid { code: "archived", .. })));
    }
}

#[tokio::test]
async fn queue_values_have_ranges() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let unknown = RequiredSkill { skill: SkillId::from_u128(1), level: 1 };
        let cases = [
            ("name", QueueInput::default()),
            ("name", named("GENERAL")),
            ("priority", QueueInput { priority: Some(10), ..named("x") }),
            ("chat_offer_seconds", QueueInput { chat_offer_seconds: Some(1), ..named("x") }),
            ("answer_within_seconds", QueueInput { answer_within_seconds: Some(0), ..named("x") }),
            ("wrapup", QueueInput { wrapup: Some(WrapupMode::Timed { seconds: 0 }), ..named("x") }),
            ("skills", QueueInput { skills: Some(vec![unknown]), ..named("x") }),
        ];
        for (expected, input) in cases {
            match create_queue(ctx, &owner, input, None).await {
                Err(AppError::Invalid { field, .. }) => assert_eq!(field, expected),
                other => panic!("{expected}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn used_skills_stay_and_codes_are_archived() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let skill = create_skill(ctx, &owner, SkillInput { name: Some("Polish".into()) }, None).await.unwrap();
        let level = okno_model::doc::SkillLevel { skill: skill.id, level: 7 };
        let with = UserInput { skills: Some(vec![level]), ..UserInput::default() };
        users::update(ctx, &owner, owner.user, with).await.unwrap();
        assert!(matches!(delete_skill(ctx, &owner, skill.id).await, Err(AppError::Conflict { code: "in_use", .. })));
        let without = UserInput { skills: Some(vec![]), ..UserInput::default() };
        users::update(ctx, &owner, owner.user, without).await.unwrap();
        delete_skill(ctx, &owner, skill.id).await.unwrap();

        let code = create_pause_code(ctx, &owner, PauseCodeInput { name: Some("Errand".into()), archived: None }, None).await.unwrap();
        assert!(archive_pause_code(ctx, &owner, code.id).await.unwrap().archived);
        assert_eq!(pause_codes(ctx, &owner).await.unwrap().len(), 5);
        let nowhere = DispositionInput { name: Some("Sold".into()), queue: Some(Some(QueueId::from_u128(1))), archived: None };
        assert!(matches!(create_disposition(ctx, &owner, nowhere, None).await, Err(AppError::Invalid { field: "queue", .. })));
    }
}

#[tokio::test]
async fn agents_see_queues_and_change_none() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let anna = world.colleague(&owner, "anna", "agent").await;
        let queue = queues(ctx, &anna).await.unwrap()[0].id;
        assert!(matches!(update_queue(ctx, &anna, queue, named("mine")).await, Err(AppError::Forbidden { .. })));
        let mut nobody = anna.clone();
        nobody.grants.clear();
        assert!(matches!(queues(ctx, &nobody).await, Err(AppError::Forbidden { .. })));
    }
}
