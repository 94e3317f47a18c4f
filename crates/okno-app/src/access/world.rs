//! A set-up installation for tests, on each database.

use super::{Actor, Origin, Setup, setup, setup_token, sign_in};
use crate::{App, Ctx, SystemIds, Urls, clock::ManualClock, secrets::Secrets, users, workspace};
use okno_model::{RoleId, Timestamp, doc::UserDoc, input::UserInput};
use okno_store::{
    blobs::Blobs,
    testing::{Fresh, fresh_all},
};
use std::{net::IpAddr, sync::Arc};

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) ctx: Ctx,
    pub(crate) clock: Arc<ManualClock>,
    _fresh: Fresh,
}

/// Installations that nobody has set up.
pub(crate) async fn bare() -> Vec<World> {
    let mut worlds = Vec::new();
    for fresh in fresh_all().await {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_700_000_000_000)));
        let urls = Urls { app: "http://127.0.0.1:8088".into(), files: "http://127.0.0.1:8089".into() };
        let blobs = Blobs::open(fresh.dir().join("blobs")).unwrap();
        let app = App::new(fresh.store(), blobs, Secrets::new([7; 32]), urls, clock.clone(), Arc::new(SystemIds));
        let ctx = app.at(workspace::home(&app).await.unwrap());
        worlds.push(World { app, ctx, clock, _fresh: fresh });
    }
    worlds
}

/// Installations with their owner, `owner@example.com`, signed in.
pub(crate) async fn set_up() -> Vec<(World, Actor)> {
    let mut worlds = Vec::new();
    for world in bare().await {
        let token = setup_token(&world.app).await.unwrap().unwrap();
        let owner = setup(&world.ctx, first(token), from("127.0.0.1")).await.unwrap().actor;
        worlds.push((world, owner));
    }
    worlds
}

pub(crate) fn first(token: String) -> Setup {
    Setup {
        token,
        company: "Borealis".into(),
        time_zone: "Europe/Warsaw".into(),
        language: "en".into(),
        name: "Olga Owner".into(),
        email: "Owner@Example.com".into(),
        password: PASSWORD.into(),
    }
}

pub(crate) fn from(address: &str) -> Origin {
    Origin { address: address.parse::<IpAddr>().unwrap(), agent: "test".into(), token: None }
}

impl World {
    /// The id of a default role.
    pub(crate) async fn role(&self, by: &Actor, key: &str) -> RoleId {
        users::roles(&self.ctx, by).await.unwrap().into_iter().find(|role| role.key == key).unwrap().id
    }

    /// A new user with a default role.
    pub(crate) async fn user(&self, by: &Actor, name: &str, role: &str, more: UserInput) -> UserDoc {
        let input = UserInput {
            email: Some(format!("{name}@example.com")),
            name: Some(name.to_owned()),
            roles: Some(vec![self.role(by, role).await]),
            password: Some(PASSWORD.to_owned()),
            ..more
        };
        users::create(&self.ctx, by, input, None).await.unwrap()
    }

    /// Signs a user of [`World::user`] in.
    pub(crate) async fn enter(&self, name: &str) -> Actor {
        let address = format!("{name}@example.com");
        sign_in(&self.ctx, &address, PASSWORD.into(), from("127.0.0.1")).await.unwrap().unwrap().actor
    }

    /// A new user with a default role, signed in.
    pub(crate) async fn colleague(&self, by: &Actor, name: &str, role: &str) -> Actor {
        self.user(by, name, role, UserInput::default()).await;
        self.enter(name).await
    }
}
