//! A set-up installation behind its router.

use crate::{ApiConfig, ApiState, router};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode, header},
};
use okno_app::{
    App, Ctx, SystemClock, SystemIds, Urls,
    access::{self, Actor, Origin, Setup},
    secrets::Secrets,
    users, workspace,
};
use okno_model::{WorkspaceId, doc::WorkspaceDoc, input::UserInput};
use okno_store::{
    blobs::Blobs,
    testing::{Fresh, fresh_all},
};
use serde_json::Value;
use std::{net::SocketAddr, sync::Arc};
use tower::ServiceExt as _;

pub(super) const PASSWORD: &str = "correct horse battery";

pub(super) struct Site {
    pub(super) app: Arc<App>,
    pub(super) state: ApiState,
    pub(super) router: Router,
    _fresh: Fresh,
}

/// A workspace with its owner signed in.
pub(super) struct Tenant {
    pub(super) ctx: Ctx,
    pub(super) owner: Actor,
    pub(super) cookie: String,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) json: Value,
}

/// Installations that nobody has set up.
pub(super) async fn bare(config: ApiConfig) -> Vec<Site> {
    let mut sites = Vec::new();
    for fresh in fresh_all().await {
        let urls = Urls { app: "http://127.0.0.1:8088".into(), files: "http://127.0.0.1:8089".into() };
        let blobs = Blobs::open(fresh.dir().join("blobs")).unwrap();
        let (clock, ids) = (Arc::new(SystemClock::default()), Arc::new(SystemIds));
        let app = App::new(fresh.store(), blobs, Secrets::new([7; 32]), urls, clock, ids);
        let home = workspace::home(&app).await.unwrap();
        let state = ApiState::new(Arc::clone(&app), home, config.clone());
        sites.push(Site { app, router: router(&state), state, _fresh: fresh });
    }
    sites
}

/// Installations with their first workspace set up. No limits of rate, for tests that ask a lot.
pub(super) async fn set_up() -> Vec<(Site, Tenant)> {
    let free = ApiConfig { requests_per_second: 0, user_requests_per_second: 0, sign_ins_per_minute: 0, ..ApiConfig::default() };
    let mut all = Vec::new();
    for site in bare(free).await {
        let tenant = tenant(&site.state.ctx(), "owner@example.com").await;
        all.push((site, tenant));
    }
    all
}

async fn tenant(ctx: &Ctx, email: &str) -> Tenant {
    let token = access::setup_token_of(ctx).await.unwrap().unwrap();
    let setup = Setup {
        token,
        company: "Borealis".into(),
        time_zone: "Europe/Warsaw".into(),
        language: "en".into(),
        name: "Olga Owner".into(),
        email: email.into(),
        password: PASSWORD.into(),
    };
    let signed = access::setup(ctx, setup, from_here()).await.unwrap();
    Tenant { ctx: ctx.clone(), owner: signed.actor, cookie: cookie(&signed.token) }
}

fn from_here() -> Origin {
    Origin { address: [127, 0, 0, 1].into(), agent: "test".into(), token: None }
}

pub(super) fn cookie(token: &str) -> String {
    format!("okno_session={token}")
}

impl Tenant {
    /// A user with this input, signed in: his cookie.
    pub(super) async fn colleague(&self, name: &str, more: UserInput) -> String {
        let email = format!("{name}@example.com");
        let input = UserInput { email: Some(email.clone()), name: Some(name.into()), password: Some(PASSWORD.into()), ..more };
        users::create(&self.ctx, &self.owner, input, None).await.unwrap();
        let signed = access::sign_in(&self.ctx, &email, PASSWORD.into(), from_here()).await.unwrap().unwrap();
        cookie(&signed.token)
    }
}

impl Site {
    /// A second company in the same database.
    pub(super) async fn neighbor(&self) -> Tenant {
        let id = WorkspaceId::new(self.app.uuid());
        let ctx = self.app.at(id);
        let doc = WorkspaceDoc { id, name: String::new(), time_zone: "UTC".into(), language: "en".into() };
        ctx.write(move |tx| Ok(tx.put(&doc)?)).await.unwrap();
        tenant(&ctx, "other@example.com").await
    }

    /// One request of a browser on our own page.
    pub(super) async fn call(&self, method: &str, path: &str, cookie: Option<&str>, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header("x-okno", "1");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.send(request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap()).await
    }

    pub(super) async fn send(&self, mut request: Request<Body>) -> Reply {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 5000))));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10 << 20).await.unwrap();
        Reply { status: parts.status, headers: parts.headers, json: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }
}

impl Reply {
    /// The session that the answer sets.
    pub(super) fn session(&self) -> String {
        let set = self.headers[header::SET_COOKIE].to_str().unwrap();
        set.split(';').next().unwrap().to_owned()
    }

    pub(super) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or("")
    }
}
