//! Walls, walked along `openapi.json`: without a session, without rights, and with another company's ids.

use super::{bodies::smallest, others::one_of_everything, site::set_up};
use crate::{
    openapi,
    permissions::{Needs, rules},
};
use axum::http::StatusCode;
use okno_model::input::UserInput;
use serde_json::Value;
use std::collections::BTreeMap;

/// One route of `openapi.json`.
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
    body: Option<Value>,
}

impl Route {
    /// The path with ids by the segment before each parameter.
    fn with(&self, ids: &BTreeMap<&'static str, String>) -> String {
        let segments: Vec<&str> = self.path.split('/').collect();
        let fill = |(index, segment): (usize, &&str)| {
            if !segment.starts_with('{') {
                return (*segment).to_owned();
            }
            let collection = segments[index - 1];
            ids.get(collection).unwrap_or_else(|| panic!("teach others.rs to make one of `{collection}`")).clone()
        };
        segments.iter().enumerate().map(fill).collect::<Vec<_>>().join("/")
    }

    fn needs(&self) -> Needs {
        rules().iter().find(|rule| rule.method == self.method && rule.path == self.path).expect("another test says what is missing").needs
    }
}

pub(super) fn routes() -> Vec<Route> {
    let api: Value = serde_json::to_value(openapi()).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let body = schema.is_object().then(|| written(path, smallest(&api, schema)));
            routes.push(Route { method: method.to_uppercase(), path: path.clone(), body });
        }
    }
    assert!(routes.len() > 40);
    routes
}

/// What the schema leaves open and the act wants: a body must be good, so that the wall is what refuses it.
fn written(path: &str, mut body: Value) -> Value {
    match path.rsplit('/').next() {
        Some("messages") => body["text"] = "hello".into(),
        Some("transfer") => body["queue"] = "00000000-0000-7000-8000-000000000001".into(),
        _ => {}
    }
    body
}

#[tokio::test]
async fn nothing_without_a_session() {
    for (site, tenant) in set_up().await {
        let ids = one_of_everything(&tenant).await;
        for route in routes() {
            if matches!(route.needs(), Needs::Public(_) | Needs::Visitor) {
                continue;
            }
            for cookie in [None, Some("okno_session=0.x"), Some("okno_session=019aa0000000700080000000000000aa.AAAA")] {
                let reply = site.call(&route.method, &route.with(&ids), cookie, route.body.clone()).await;
                assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{} {}: {}", route.method, route.path, reply.json);
            }
        }
    }
}

#[tokio::test]
async fn nothing_without_a_right() {
    for (site, tenant) in set_up().await {
        let ids = one_of_everything(&tenant).await;
        let cookie = tenant.colleague("nobody", UserInput::default()).await;
        let mut open = Vec::new();
        for route in routes() {
            if !matches!(route.needs(), Needs::OneOf(_)) {
                continue;
            }
            let reply = site.call(&route.method, &route.with(&ids), Some(&cookie), route.body.clone()).await;
            if ![StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&reply.status) {
                open.push(format!("{} {} answered {} {}", route.method, route.path, reply.status, reply.json));
            }
        }
        assert!(open.is_empty(), "open to a user without rights: {open:#?}");
    }
}

#[tokio::test]
async fn nothing_of_another_company() {
    for (site, tenant) in set_up().await {
        let neighbor = site.neighbor().await;
        let theirs = one_of_everything(&neighbor).await;
        let mut holes = Vec::new();
        for route in routes() {
            if !route.path.contains('{') || matches!(route.needs(), Needs::Public(_) | Needs::Visitor) {
                continue;
            }
            let reply = site.call(&route.method, &route.with(&theirs), Some(&tenant.cookie), route.body.clone()).await;
            if reply.status != StatusCode::NOT_FOUND {
                holes.push(format!("{} {} answered {} {}", route.method, route.path, reply.status, reply.json));
            }
        }
        assert!(holes.is_empty(), "holes in the wall: {holes:#?}");
        // Their own world is untouched and open to them.
        for path in [
            "queues",
            "skills",
            "hours",
            "channels",
            "users",
            "roles",
            "teams",
            "pause-codes",
            "dispositions",
            "trunks",
            "phones",
            "prompts",
        ] {
            let reply = site.call("GET", &format!("/api/v1/{path}/{}", theirs[path]), Some(&neighbor.cookie), None).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.json);
        }
    }
}

#[tokio::test]
async fn lists_hold_nothing_of_another_company() {
    for (site, tenant) in set_up().await {
        let neighbor = site.neighbor().await;
        let theirs = one_of_everything(&neighbor).await;
        for route in routes().into_iter().filter(|r| r.method == "GET" && !r.path.contains('{')) {
            if matches!(route.needs(), Needs::Public(_) | Needs::Visitor) || route.path.ends_with("/socket") {
                continue;
            }
            let reply = site.call("GET", &route.path, Some(&tenant.cookie), None).await;
            let text = reply.json.to_string();
            // A language is no secret.
            for (collection, id) in theirs.iter().filter(|(collection, _)| **collection != "parts") {
                assert!(!text.contains(id.as_str()), "GET {} shows one of their {collection}", route.path);
            }
        }
    }
}

#[tokio::test]
async fn bodies_cannot_name_rows_of_another_company() {
    for (site, tenant) in set_up().await {
        let neighbor = site.neighbor().await;
        let theirs = one_of_everything(&neighbor).await;
        let widget = serde_json::json!({"name": "Site", "queue": theirs["queues"], "settings": {"kind": "widget", "sites": ["*"]}});
        let user = serde_json::json!({"name": "Anna", "email": "anna@example.com", "queues": [theirs["queues"]]});
        let role = serde_json::json!({"name": "Anna", "email": "anna@example.com", "roles": [theirs["roles"]]});
        let team = serde_json::json!({"name": "Anna", "email": "anna@example.com", "team": theirs["teams"]});
        let queue = serde_json::json!({"name": "x", "overflows": [{"when": {"kind": "wait", "seconds": 60}, "to": theirs["queues"]}]});
        let skill = serde_json::json!({"name": "x", "skills": [{"skill": theirs["skills"], "level": 3}]});
        let phone = serde_json::json!({"name": "x", "login": "x1", "password": "violet-harbor-91", "agent": theirs["users"]});
        let line =
            serde_json::json!({"name": "x", "queue": tenant.owner.queues[0], "settings": {"kind": "phone", "music": theirs["prompts"]}});
        for (path, body, field) in [
            ("channels", widget, "queue"),
            ("users", user, "queues"),
            ("users", role, "roles"),
            ("users", team, "team"),
            ("queues", queue, "overflows"),
            ("queues", skill, "skills"),
            ("phones", phone, "agent"),
            ("channels", line, "music"),
        ] {
            let reply = site.call("POST", &format!("/api/v1/{path}"), Some(&tenant.cookie), Some(body)).await;
            assert_eq!((reply.status, reply.json["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(field)), "{}", reply.json);
        }
    }
}
