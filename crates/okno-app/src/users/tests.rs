//! Who may change whom.

use super::*;
use crate::{
    AppError,
    access::{
        refresh,
        world::{PASSWORD, set_up},
    },
    audit,
};
use okno_model::{
    input::{RoleInput, TeamInput, UserInput},
    right::{Grant, Right, Scope},
};

#[tokio::test]
async fn the_last_owner_stays() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let agent = world.role(&owner, "agent").await;
        for input in
            [UserInput { disabled: Some(true), ..UserInput::default() }, UserInput { roles: Some(vec![agent]), ..UserInput::default() }]
        {
            let refused = update(ctx, &owner, owner.user, input).await.unwrap_err();
            assert!(matches!(refused, AppError::Conflict { code: "last_owner", .. }), "{refused}");
        }
        world.user(&owner, "second", "owner", UserInput::default()).await;
        update(ctx, &owner, owner.user, UserInput { roles: Some(vec![agent]), ..UserInput::default() }).await.unwrap();
        let now = refresh(ctx, &owner).await.unwrap();
        assert!(!now.has(Right::UserConfigure));
    }
}

#[tokio::test]
async fn nobody_gives_what_he_does_not_have() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let role = RoleInput { name: Some("Hiring".into()), grants: Some(vec![Grant { right: Right::UserConfigure, scope: Scope::All }]) };
        create_role(ctx, &owner, role, None).await.unwrap();
        let hiring = roles(ctx, &owner).await.unwrap().into_iter().find(|r| r.name == "Hiring").unwrap().id;
        let anna = world.user(&owner, "anna", "agent", UserInput::default()).await;
        update(ctx, &owner, anna.id, UserInput { roles: Some(vec![hiring]), ..UserInput::default() }).await.unwrap();
        let anna = world.enter("anna").await;

        let give = |role| UserInput { roles: Some(vec![hiring, role]), ..UserInput::default() };
        for key in ["admin", "owner", "supervisor"] {
            let role = world.role(&owner, key).await;
            assert!(matches!(update(ctx, &anna, anna.user, give(role)).await, Err(AppError::Forbidden { .. })), "{key}");
        }
        let takeover = UserInput { password: Some("a password of my own".into()), ..UserInput::default() };
        assert!(matches!(update(ctx, &anna, owner.user, takeover.clone()).await, Err(AppError::Forbidden { .. })));
        let more = RoleInput { grants: Some(vec![Grant { right: Right::AuditRead, scope: Scope::All }]), ..RoleInput::default() };
        assert!(matches!(update_role(ctx, &anna, hiring, more).await, Err(AppError::Forbidden { right: Right::AuditRead })));

        // An administrator has every power, but owners are for owners.
        let admin = world.colleague(&owner, "adam", "admin").await;
        world.user(&admin, "boris", "agent", UserInput::default()).await;
        assert!(matches!(update(ctx, &admin, owner.user, takeover).await, Err(AppError::Forbidden { .. })));
        let owner_role = world.role(&owner, "owner").await;
        assert!(matches!(update(ctx, &admin, admin.user, give(owner_role)).await, Err(AppError::Forbidden { .. })));
    }
}

#[tokio::test]
async fn a_team_leader_reaches_his_team_only() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let grants = vec![Grant { right: Right::UserConfigure, scope: Scope::Team }];
        let leader = create_role(ctx, &owner, RoleInput { name: Some("Leader".into()), grants: Some(grants) }, None).await.unwrap();
        let night = create_team(ctx, &owner, TeamInput { name: Some("Night".into()), department: None }, None).await.unwrap();
        let inside = || UserInput { team: Some(Some(night.id)), ..UserInput::default() };
        let lena = world.user(&owner, "lena", "agent", inside()).await;
        update(ctx, &owner, lena.id, UserInput { roles: Some(vec![leader.id]), ..UserInput::default() }).await.unwrap();
        let mate = world.user(&owner, "mate", "agent", inside()).await;
        let stranger = world.user(&owner, "stranger", "agent", UserInput::default()).await;
        let lena = world.enter("lena").await;

        let names: Vec<String> = list(ctx, &lena).await.unwrap().into_iter().map(|u| u.name).collect();
        assert_eq!(names, ["lena", "mate"]);
        assert!(matches!(get(ctx, &lena, stranger.id).await, Err(AppError::NotFound { .. })));
        let rename = || UserInput { name: Some("renamed".into()), ..UserInput::default() };
        assert!(matches!(update(ctx, &lena, stranger.id, rename()).await, Err(AppError::NotFound { .. })));
        // Her mate may more than she may, as an agent: she must not take his place.
        assert!(matches!(update(ctx, &lena, mate.id, rename()).await, Err(AppError::Forbidden { .. })));
        let bare = UserInput { email: Some("new@example.com".into()), name: Some("New".into()), ..UserInput::default() };
        assert!(matches!(create(ctx, &lena, bare.clone(), None).await, Err(AppError::Forbidden { .. })), "outside of her team");
        assert!(create(ctx, &lena, UserInput { team: Some(Some(night.id)), ..bare }, None).await.is_ok());
    }
}

#[tokio::test]
async fn wrong_input_names_its_field() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let base = || UserInput { email: Some("anna@example.com".into()), name: Some("Anna".into()), ..UserInput::default() };
        let unknown = okno_model::QueueId::from_u128(1);
        let level = okno_model::doc::SkillLevel { skill: okno_model::SkillId::from_u128(1), level: 3 };
        let cases = [
            ("email", UserInput { email: None, ..base() }),
            ("email", UserInput { email: Some("anna".into()), ..base() }),
            ("email", UserInput { email: Some("OWNER@example.com".into()), ..base() }),
            ("name", UserInput { name: Some(" ".into()), ..base() }),
            ("name", UserInput { name: Some("two\nlines".into()), ..base() }),
            ("language", UserInput { language: Some("de".into()), ..base() }),
            ("queues", UserInput { queues: Some(vec![unknown]), ..base() }),
            ("skills", UserInput { skills: Some(vec![level]), ..base() }),
            ("roles", UserInput { roles: Some(vec![okno_model::RoleId::from_u128(1)]), ..base() }),
            ("password", UserInput { password: Some("anna@example".into()), ..base() }),
        ];
        for (expected, input) in cases {
            match create(ctx, &owner, input.clone(), None).await {
                Err(AppError::Invalid { field, .. }) => assert_eq!(field, expected, "{input:?}"),
                other => panic!("{input:?}: {other:?}"),
            }
        }
        assert_eq!(list(ctx, &owner).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn disabling_ends_sessions_and_the_log_tells_it_without_secrets() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let anna = world.colleague(&owner, "anna", "agent").await;
        update(ctx, &owner, anna.user, UserInput { disabled: Some(true), ..UserInput::default() }).await.unwrap();
        assert!(matches!(refresh(ctx, &anna).await, Err(AppError::Unauthorized)));
        let refused = crate::access::sign_in(ctx, "anna@example.com", PASSWORD.into(), crate::access::world::from("127.0.0.1")).await;
        assert!(refused.unwrap().is_none());
        let log = audit::entries(ctx, &owner, None, 200).await.unwrap();
        let acts: Vec<&str> = log.iter().map(|entry| entry.act.as_str()).collect();
        assert_eq!(acts[..3], ["user.sign_in_failed", "user.disabled", "user.changed"]);
        assert_eq!(log[2].data["after"], serde_json::json!({"disabled": true}));
        assert_eq!(log[2].actor, "Olga Owner");
        let text = serde_json::to_string(&log).unwrap();
        assert!(!text.contains(PASSWORD) && !text.contains("argon2id"));
        assert!(audit::verify(ctx, &owner).await.unwrap().intact);
    }
}

#[tokio::test]
async fn roles_and_teams_in_use_stay() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let agent = world.role(&owner, "agent").await;
        let anna = world.user(&owner, "anna", "agent", UserInput::default()).await;
        assert!(matches!(delete_role(ctx, &owner, agent).await, Err(AppError::Conflict { code: "in_use", .. })));
        update(ctx, &owner, anna.id, UserInput { roles: Some(vec![]), ..UserInput::default() }).await.unwrap();
        delete_role(ctx, &owner, agent).await.unwrap();
        assert!(matches!(role(ctx, &owner, agent).await, Err(AppError::NotFound { .. })));
        let owners = world.role(&owner, "owner").await;
        let weaker = RoleInput { grants: Some(vec![]), ..RoleInput::default() };
        assert!(matches!(update_role(ctx, &owner, owners, weaker).await, Err(AppError::Conflict { code: "owner_role", .. })));
        let team = teams(ctx, &owner).await.unwrap()[0].id;
        assert!(matches!(delete_team(ctx, &owner, team).await, Err(AppError::Conflict { code: "in_use", .. })));
        update(ctx, &owner, owner.user, UserInput { team: Some(None), ..UserInput::default() }).await.unwrap();
        delete_team(ctx, &owner, team).await.unwrap();
    }
}
