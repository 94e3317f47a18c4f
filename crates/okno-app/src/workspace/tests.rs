//! The workspace.

use super::*;
use crate::{
    AppError,
    access::world::{bare, set_up},
};
use okno_model::input::WorkspaceInput;

#[tokio::test]
async fn an_installation_keeps_its_workspace() {
    for world in bare().await {
        assert_eq!(home(&world.app).await.unwrap(), world.ctx.ws);
        answers(&world.ctx).await.unwrap();
    }
}

#[tokio::test]
async fn only_known_zones_and_languages_are_taken() {
    for (world, owner) in set_up().await {
        let ctx = &world.ctx;
        let change = |name: Option<&str>, zone: Option<&str>, language: Option<&str>| {
            let input = WorkspaceInput { name: name.map(Into::into), time_zone: zone.map(Into::into), language: language.map(Into::into) };
            update(ctx, &owner, input)
        };
        assert!(matches!(change(None, Some("Mars/Olympus"), None).await, Err(AppError::Invalid { field: "time_zone", .. })));
        assert!(matches!(change(None, None, Some("xx")).await, Err(AppError::Invalid { field: "language", .. })));
        assert!(matches!(change(Some(""), None, None).await, Err(AppError::Invalid { field: "name", .. })));
        let doc = change(Some("Aurora"), Some("Asia/Tokyo"), Some("pl")).await.unwrap();
        assert_eq!(get(ctx, &owner).await.unwrap(), doc);
        let agent = world.colleague(&owner, "anna", "agent").await;
        assert!(matches!(update(ctx, &agent, WorkspaceInput::default()).await, Err(AppError::Forbidden { .. })));
    }
}
