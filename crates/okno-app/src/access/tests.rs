//! Set-up, signing in, sessions, scopes, visibility.

use super::{
    world::{PASSWORD, bare, first, from, set_up},
    *,
};
use crate::{AppError, users};
use okno_model::{
    AgentId, ChannelId, InteractionId, Medium, OfferId, QueueId, SessionId, TeamId, Timestamp, UserId,
    doc::{InteractionDoc, InteractionState},
    event::{Actor as By, What},
    input::UserInput,
    right::{Grant, Right, Scope},
};
use okno_store::journal;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn the_set_up_link_works_once() {
    for world in bare().await {
        let ctx = &world.ctx;
        assert!(setup_needed(ctx).await.unwrap());
        let old = setup_token(&world.app).await.unwrap().unwrap();
        let token = setup_token(&world.app).await.unwrap().unwrap();
        let wrong = setup(ctx, first(old), from("127.0.0.1")).await.unwrap_err();
        assert!(matches!(wrong, AppError::Invalid { field: "token", .. }), "{wrong}");
        let weak = Setup { password: "borealis 2026".into(), ..first(token.clone()) };
        assert!(matches!(setup(ctx, weak, from("127.0.0.1")).await.unwrap_err(), AppError::Invalid { code: "own_words", .. }));
        let nowhere = Setup { time_zone: "Europe/Atlantis".into(), ..first(token.clone()) };
        assert!(matches!(setup(ctx, nowhere, from("127.0.0.1")).await.unwrap_err(), AppError::Invalid { field: "time_zone", .. }));

        let signed = setup(ctx, first(token.clone()), from("127.0.0.1")).await.unwrap();
        assert!(signed.actor.scope(Right::UserConfigure) == Some(Scope::All));
        assert_eq!(authenticate(&world.app, &signed.token).await.unwrap().1, signed.actor);
        assert!(!setup_needed(ctx).await.unwrap());
        assert_eq!(setup_token(&world.app).await.unwrap(), None);
        let again = setup(ctx, first(token), from("127.0.0.1")).await.unwrap_err();
        assert!(matches!(again, AppError::Conflict { code: "already_set_up", .. }));
        let me = users::me(ctx, &signed.actor).await.unwrap();
        assert_eq!((me.user.email.as_str(), me.workspace.name.as_str(), me.user.queues.len()), ("owner@example.com", "Borealis", 1));
    }
}

#[tokio::test]
async fn wrong_and_unknown_names_are_answered_alike_and_delayed() {
    for (world, _) in set_up().await {
        let ctx = &world.ctx;
        let tries =
            |email: &'static str, password: &'static str, address: &'static str| sign_in(ctx, email, password.into(), from(address));
        assert!(tries("owner@example.com", "wrong horse battery", "10.0.0.1").await.unwrap().is_none());
        assert!(tries("nobody@example.com", PASSWORD, "10.0.0.1").await.unwrap().is_none());
        for _ in 0..5 {
            assert!(tries("owner@example.com", "wrong horse battery", "10.0.0.1").await.unwrap().is_none());
        }
        let refused = tries("owner@example.com", PASSWORD, "10.0.0.1").await.unwrap_err();
        assert!(matches!(refused, AppError::Throttled { retry_after } if retry_after <= Duration::from_secs(1)), "{refused}");
        // The owner himself, from elsewhere, is not locked out.
        assert!(tries(" OWNER@example.com ", PASSWORD, "10.0.0.2").await.unwrap().is_some());
        world.clock.advance(Duration::from_secs(2));
        assert!(tries("owner@example.com", PASSWORD, "10.0.0.1").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn strangers_who_guess_on_purpose_cannot_keep_the_owner_out() {
    for (world, _) in set_up().await {
        let ctx = &world.ctx;
        let tries = |password: &'static str, address: String| sign_in(ctx, "owner@example.com", password.into(), from(&address));
        assert!(tries(PASSWORD, "192.0.2.7".to_owned()).await.unwrap().is_some());
        for n in 0..45 {
            let _ = tries("wrong horse battery", format!("10.0.{n}.1")).await;
        }
        let stranger = tries("wrong horse battery", "10.1.0.1".to_owned()).await.unwrap_err();
        assert!(matches!(stranger, AppError::Throttled { .. }), "guesses from everywhere together are slowed down");
        assert!(tries(PASSWORD, "192.0.2.7".to_owned()).await.unwrap().is_some(), "where he has signed in before he still can");
    }
}

#[tokio::test]
async fn signing_in_ends_the_session_that_the_browser_had() {
    for (world, _) in set_up().await {
        let ctx = &world.ctx;
        let one = sign_in(ctx, "owner@example.com", PASSWORD.into(), from("127.0.0.1")).await.unwrap().unwrap();
        let with = Origin { token: Some(one.token.clone()), ..from("127.0.0.1") };
        let two = sign_in(ctx, "owner@example.com", PASSWORD.into(), with).await.unwrap().unwrap();
        assert_ne!(one.token, two.token);
        assert!(matches!(authenticate(&world.app, &one.token).await, Err(AppError::Unauthorized)));
        assert!(authenticate(&world.app, &two.token).await.is_ok());
        for forged in ["", ".", "x.y", &two.token[..two.token.len() - 1], &"9".repeat(500)] {
            assert!(matches!(authenticate(&world.app, forged).await, Err(AppError::Unauthorized)), "{forged}");
        }
    }
}

#[tokio::test]
async fn sessions_end_when_idle_and_after_a_week() {
    for (world, _) in set_up().await {
        let ctx = &world.ctx;
        let idle = sign_in(ctx, "owner@example.com", PASSWORD.into(), from("127.0.0.1")).await.unwrap().unwrap();
        let used = sign_in(ctx, "owner@example.com", PASSWORD.into(), from("127.0.0.1")).await.unwrap().unwrap();
        for _ in 0..15 {
            world.clock.advance(HOUR * 11);
            assert!(authenticate(&world.app, &used.token).await.is_ok());
        }
        assert!(matches!(authenticate(&world.app, &idle.token).await, Err(AppError::Unauthorized)));
        world.clock.advance(HOUR * 4);
        assert!(matches!(authenticate(&world.app, &used.token).await, Err(AppError::Unauthorized)), "169 hours are more than a week");
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let other = world.enter("owner").await;
        let wrong = change_password(ctx, &owner, "not my password".into(), "another fine sentence".into()).await.unwrap_err();
        assert!(matches!(wrong, AppError::Invalid { field: "current", .. }));
        let weak = change_password(ctx, &owner, PASSWORD.into(), "olga owner".into()).await.unwrap_err();
        assert!(matches!(weak, AppError::Invalid { field: "new", code: "own_words", .. }));
        change_password(ctx, &owner, PASSWORD.into(), "another fine sentence".into()).await.unwrap();
        assert!(refresh(ctx, &owner).await.is_ok());
        assert!(matches!(refresh(ctx, &other).await, Err(AppError::Unauthorized)));
        assert!(sign_in(ctx, "owner@example.com", PASSWORD.into(), from("127.0.0.1")).await.unwrap().is_none());
        assert_eq!(sessions(ctx, &owner).await.unwrap().len(), 1);
        sign_out(ctx, &owner).await.unwrap();
        assert!(matches!(refresh(ctx, &owner).await, Err(AppError::Unauthorized)));
    }
}

#[tokio::test]
async fn only_ones_own_session_can_be_ended() {
    for (world, owner) in set_up().await {
        let anna = world.colleague(&owner, "anna", "admin").await;
        let not_his = revoke_session(&world.ctx, &anna, owner.session).await.unwrap_err();
        assert!(matches!(not_his, AppError::NotFound { what: "session" }));
        revoke_session(&world.ctx, &owner, owner.session).await.unwrap();
        assert!(refresh(&world.ctx, &owner).await.is_err());
    }
}

fn actor(user: u128, team: Option<u128>, queues: &[u128], right: Right, scope: Scope) -> Actor {
    Actor {
        user: UserId::from_u128(user),
        session: SessionId::from_u128(1),
        name: "Anna".into(),
        team: team.map(TeamId::from_u128),
        queues: queues.iter().map(|&q| QueueId::from_u128(q)).collect(),
        grants: vec![Grant { right, scope }],
    }
}

#[test]
fn each_scope_includes_the_narrower_ones() {
    let place = |people: &[u128], teams: &[u128], queues: &[u128]| Place {
        people: people.iter().map(|&n| UserId::from_u128(n)).collect(),
        teams: teams.iter().map(|&n| TeamId::from_u128(n)).collect(),
        queues: queues.iter().map(|&n| QueueId::from_u128(n)).collect(),
    };
    let places = [place(&[1], &[], &[]), place(&[2], &[7], &[]), place(&[], &[], &[9]), place(&[3], &[8], &[10])];
    let reach = |scope| {
        let anna = actor(1, Some(7), &[9], Right::InteractionRead, scope);
        places.iter().map(|place| anna.covers(Right::InteractionRead, place)).collect::<Vec<_>>()
    };
    assert_eq!(reach(Scope::Own), [true, false, false, false]);
    assert_eq!(reach(Scope::Team), [true, true, false, false]);
    assert_eq!(reach(Scope::Queue), [true, true, true, false]);
    assert_eq!(reach(Scope::All), [true, true, true, true]);
    assert!(!actor(1, None, &[9], Right::AgentRead, Scope::All).covers(Right::InteractionRead, &places[0]));
}

fn some_interaction(queue: u128, state: InteractionState, agent: Option<UserId>) -> InteractionDoc {
    let at = Timestamp::from_millis(1);
    InteractionDoc {
        id: InteractionId::from_u128(77),
        medium: Medium::Chat,
        channel: ChannelId::from_u128(1),
        customer: None,
        customer_name: "Ewa".into(),
        subject: String::new(),
        preview: String::new(),
        language: None,
        queue: QueueId::from_u128(queue),
        agent: agent.map(AgentId::from),
        state,
        priority: 5,
        created: at,
        enqueued: at,
        due: None,
        answered: None,
        case: None,
        customer_waits: None,
        last_message: 0,
        last_at: at,
        agent_read: 0,
        customer_read: 0,
        previous: None,
        disposition: None,
        customer_online: false,
        outbound: false,
        callback: None,
        promise: None,
        called_back: None,
    }
}

#[tokio::test]
async fn what_one_may_not_see_is_not_found_and_what_one_may_not_do_is_forbidden() {
    for (world, owner) in set_up().await {
        let anna = world.colleague(&owner, "anna", "agent").await;
        let ctx = &world.ctx;
        let id = InteractionId::from_u128(77);
        let put = async |state, agent| {
            let doc = some_interaction(5, state, agent);
            ctx.write(move |tx| Ok(tx.put(&doc)?)).await.unwrap();
        };
        let read = || access_interaction(ctx, &anna, id, Right::InteractionRead);
        assert!(matches!(read().await, Err(AppError::NotFound { .. })), "not there");
        put(InteractionState::Queued, None).await;
        assert!(matches!(read().await, Err(AppError::NotFound { .. })), "in a queue that is not hers");
        let (offer, until) = (OfferId::from_u128(1), Timestamp::from_millis(9));
        let offered = InteractionState::Offered { offer, agent: anna.agent(), until, others: Vec::new() };
        put(offered, None).await;
        assert_eq!(read().await.unwrap().customer_name, "Ewa", "it rings at her");
        put(InteractionState::Active { agent: anna.agent(), since: Timestamp::from_millis(2), wrapup_requested: false }, Some(anna.user))
            .await;
        assert!(access_interaction(ctx, &anna, id, Right::InteractionWrite).await.is_ok());
        let manage = access_interaction(ctx, &anna, id, Right::InteractionManage).await;
        assert!(matches!(manage, Err(AppError::Forbidden { right: Right::InteractionManage })));
        let elsewhere = world.app.at(okno_model::WorkspaceId::from_u128(3));
        assert!(matches!(access_interaction(&elsewhere, &owner, id, Right::InteractionRead).await, Err(AppError::NotFound { .. })));
    }
}

#[tokio::test]
async fn events_are_shown_by_right() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let queue = crate::routing_config::queues(ctx, &owner).await.unwrap()[0].id;
        let inside = UserInput { queues: Some(vec![queue]), ..UserInput::default() };
        world.user(&owner, "anna", "agent", inside).await;
        let (anna, boris) = (world.enter("anna").await, world.colleague(&owner, "boris", "agent").await);
        let doc = InteractionDoc { queue, ..some_interaction(5, InteractionState::Queued, None) };
        let ctx_in = ctx.clone();
        let (seen, roles) = ctx
            .write(move |tx| {
                tx.put(&doc)?;
                let seq = tx.append(ctx_in.now(), ctx_in.id(okno_model::EventId::new), &By::System, What::InteractionQueued(doc))?;
                let all = journal::after(tx, 0, 1000)?;
                let mut seen = Vec::new();
                for who in [&anna, &boris, &owner] {
                    let event = all.iter().find(|e| e.seq == seq).unwrap();
                    seen.push(event_visible(who, &event_facts(tx, event)?));
                }
                let role = all.iter().find(|e| matches!(e.what, What::RoleChanged(_))).unwrap();
                let facts = event_facts(tx, role)?;
                Ok((seen, [event_visible(&anna, &facts), event_visible(&owner, &facts)]))
            })
            .await
            .unwrap();
        assert_eq!(seen, [true, false, true]);
        assert_eq!(roles, [false, true]);
    }
}

#[tokio::test]
async fn a_repeated_request_is_done_once() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let once = |body: &str| Some(Once::new("key-1".into(), "POST /teams", body.as_bytes()));
        let team = |name: &str| okno_model::input::TeamInput { name: Some(name.into()), department: None };
        let first = users::create_team(ctx, &owner, team("Night"), once("a")).await.unwrap();
        let again = users::create_team(ctx, &owner, team("Night"), once("a")).await.unwrap();
        assert_eq!(first, again);
        let other = users::create_team(ctx, &owner, team("Day"), once("b")).await.unwrap_err();
        assert!(matches!(other, AppError::Conflict { code: "idempotency_mismatch", .. }));
        assert_eq!(users::teams(ctx, &owner).await.unwrap().len(), 2);
    }
}
