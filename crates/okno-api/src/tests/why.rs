//! Questions to routing and to the simulator, as a browser asks them: answers, and who may ask.

use super::{others::one_of_everything, site::set_up};
use axum::http::StatusCode;
use okno_app::{routing, users};
use okno_model::input::UserInput;
use serde_json::{Value, json};

#[tokio::test]
async fn routing_answers_why_it_waits_and_why_not_this_agent() {
    for (site, tenant) in set_up().await {
        let ids = one_of_everything(&tenant).await;
        routing::start(&tenant.ctx).await.unwrap();
        let roles = users::roles(&tenant.ctx, &tenant.owner).await.unwrap();
        let agent = roles.iter().find(|role| role.key == "agent").unwrap().id;
        // An agent of no queue sees nobody's work but his own.
        let stranger =
            tenant.colleague("Sam", UserInput { roles: Some(vec![agent]), queues: Some(Vec::new()), ..UserInput::default() }).await;
        let (owner, id, me) = (tenant.cookie.as_str(), &ids["interactions"], tenant.owner.agent());
        let get = async |cookie: Option<&str>, path: String| site.call("GET", &path, cookie, None).await;
        let why = format!("/api/v1/interactions/{id}/why");
        let why_not = format!("/api/v1/interactions/{id}/why-not/{me}");
        for path in [&why, &why_not] {
            let told = get(Some(owner), path.clone()).await;
            // It has an agent already: that, too, is an answer.
            assert_eq!(told.status, StatusCode::OK, "{path}: {}", told.json);
            assert!(told.json["because"].as_str().is_some_and(|words| !words.is_empty()), "{}", told.json);
            assert_eq!(get(None, path.clone()).await.status, StatusCode::UNAUTHORIZED);
            let refused = get(Some(&stranger), path.clone()).await;
            assert!(matches!(refused.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{path}: {}", refused.json);
        }
        let nobody = "01890000-0000-7000-8000-000000000000";
        assert_eq!(get(Some(owner), format!("/api/v1/interactions/{nobody}/why")).await.status, StatusCode::NOT_FOUND);
        let unknown = get(Some(owner), format!("/api/v1/interactions/{id}/why-not/{nobody}")).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{}", unknown.json);
    }
}

#[tokio::test]
async fn a_preview_is_for_who_configures_routing() {
    for (site, tenant) in set_up().await {
        routing::start(&tenant.ctx).await.unwrap();
        let queue = tenant.owner.queues[0];
        let ask = async |cookie: Option<&str>, body: Value| site.call("POST", "/api/v1/queues/preview", cookie, Some(body)).await;
        let owner = Some(tenant.cookie.as_str());
        let told = ask(owner, json!({"queue": queue, "medium": "chat"})).await;
        assert_eq!((told.status, told.json["act"].as_str()), (StatusCode::OK, Some("waits")), "{}", told.json);
        let new = ask(owner, json!({"changes": {"name": "New", "strategy": "skill_rank"}, "medium": "email"})).await;
        assert_eq!((new.status, new.json["agent"].clone()), (StatusCode::OK, Value::Null), "{}", new.json);
        for (body, field) in [
            (json!({"queue": queue, "priority": 10}), "priority"),
            (json!({"queue": queue, "changes": {"ring_seconds": 0}}), "ring_seconds"),
        ] {
            let refused = ask(owner, body).await;
            assert_eq!(
                (refused.status, refused.json["field"].as_str()),
                (StatusCode::UNPROCESSABLE_ENTITY, Some(field)),
                "{}",
                refused.json
            );
        }
        let roles = users::roles(&tenant.ctx, &tenant.owner).await.unwrap();
        let agent = roles.iter().find(|role| role.key == "agent").unwrap().id;
        let agent = tenant.colleague("Sam", UserInput { roles: Some(vec![agent]), ..UserInput::default() }).await;
        assert_eq!(ask(Some(&agent), json!({"queue": queue})).await.status, StatusCode::FORBIDDEN);
        assert_eq!(ask(None, json!({"queue": queue})).await.status, StatusCode::UNAUTHORIZED);
        // Nothing was kept of the questions.
        let queues = site.call("GET", "/api/v1/queues", owner, None).await;
        assert_eq!(queues.json["items"].as_array().map(Vec::len), Some(1), "{}", queues.json);
    }
}

#[tokio::test]
async fn the_example_of_the_simulator_can_be_run_as_it_is() {
    let (site, tenant) = set_up().await.remove(0);
    let owner = Some(tenant.cookie.as_str());
    let mut example = site.call("GET", "/api/v1/sim/example", owner, None).await;
    assert_eq!(example.status, StatusCode::OK, "{}", example.json);
    example.json["replications"] = 2.into();
    let begun = site.call("POST", "/api/v1/sim", owner, Some(json!({"spec": example.json}))).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.json);
    let history = site.call("GET", "/api/v1/sim/model?days=1", owner, None).await;
    assert_eq!(history.status, StatusCode::OK, "a company without history has a model, too: {}", history.json);
    let mut wrong = example.json;
    wrong["queues"][0]["rules"]["hours"] = "never".into();
    let refused = site.call("POST", "/api/v1/sim", owner, Some(json!({"spec": wrong}))).await;
    assert_eq!(refused.json["field"].as_str(), Some("spec"), "{}", refused.json);
    assert!(refused.json.to_string().contains("queues[0].rules.hours: there is no calendar `never`"), "{}", refused.json);
}
