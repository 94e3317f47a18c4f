//! Changing and finding customers.

use super::*;
use crate::{
    AppError,
    stage::{ANNA, CHIEF, letter, stages},
};

#[tokio::test]
async fn customers_are_changed_by_who_may_and_found_in_any_case() {
    for stage in stages().await {
        let unit = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "x")).await;
        let id = stage.unit(unit).await.customer.unwrap();
        let chief = stage.actor(CHIEF);
        let change = CustomerChange {
            name: Some("  Ольга\nИванова ".into()),
            notes: Some("likes lamps".into()),
            language: Some("ru".into()),
            ..Default::default()
        };
        let changed = update(&stage.ctx, &chief, id, change).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.language.as_deref()), ("Ольга Иванова", Some("ru")));
        let open = stage.open().await;
        assert_eq!(open[0].customer_name, "Ольга Иванова");
        for (change, wanted) in [
            (CustomerChange { name: Some(" ".into()), ..Default::default() }, "name"),
            (CustomerChange { language: Some("<script>".into()), ..Default::default() }, "language"),
            (CustomerChange { notes: Some("x".repeat(50_000)), ..Default::default() }, "notes"),
        ] {
            let refused = update(&stage.ctx, &chief, id, change).await.unwrap_err();
            assert!(matches!(refused, AppError::Invalid { field, .. } if field == wanted), "{refused}");
        }
        let foreign = update(&stage.ctx, &stage.actor(ANNA), id, CustomerChange::default()).await.unwrap_err();
        assert!(matches!(foreign, AppError::Forbidden { .. }), "{foreign}");
        for text in ["ИВАНОВА", "olga@mail", ""] {
            assert_eq!(search(&stage.ctx, &chief, text, None, 10).await.unwrap().len(), 1, "{text}");
        }
        assert!(search(&stage.ctx, &chief, "petrov", None, 10).await.unwrap().is_empty());
    }
}
