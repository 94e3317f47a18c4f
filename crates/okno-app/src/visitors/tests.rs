//! Tokens, identities, and what a visitor may see.

use super::*;
use crate::{
    AppError, customers,
    stage::{ANNA, CHIEF, MAILBOX, WIDGET, letter, stages},
};
use hmac::{Hmac, KeyInit, Mac};
use okno_model::{IdentityKind, InteractionId};
use sha2::Sha256;

#[tokio::test]
async fn a_token_opens_its_visitor_and_nobody_else() {
    for stage in stages().await {
        let (visitor, token) = stage.visitor().await;
        assert_eq!(resume(&stage.ctx, WIDGET, &token).await.unwrap().map(|v| v.id), Some(visitor));
        assert_eq!(resume(&stage.ctx, MAILBOX, &token).await.unwrap(), None);
        assert_eq!(resume(&stage.ctx, WIDGET, "guess").await.unwrap(), None);
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let (other, _) = stage.visitor().await;
        for error in [
            messages(&stage.ctx, other, id, 0, 10).await.unwrap_err(),
            read(&stage.ctx, other, id, 1).await.unwrap_err(),
            delivered(&stage.ctx, other, id, 1).await.unwrap_err(),
            messages(&stage.ctx, visitor, InteractionId::from_u128(5), 0, 10).await.unwrap_err(),
        ] {
            assert!(matches!(error, AppError::NotFound { .. }), "{error}");
        }
    }
}

#[tokio::test]
async fn a_signed_identity_is_proven_and_a_forged_one_is_refused() {
    for stage in stages().await {
        let sign = |text: &str| {
            let key = identity_secret(&stage.ctx, WIDGET);
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_bytes()).unwrap();
            mac.update(text.as_bytes());
            hex::encode(mac.finalize().into_bytes())
        };
        let told = |hash: String| Identify { external_id: Some("cust-7".into()), hash: Some(hash), ..Default::default() };
        let (visitor, _) = stage.visitor().await;
        for forged in [String::new(), "00".into(), sign("cust-8")] {
            let refused = identify(&stage.ctx, visitor, told(forged)).await.unwrap_err();
            assert!(matches!(refused, AppError::Invalid { field: "hash", .. }), "{refused}");
        }
        identify(&stage.ctx, visitor, told(sign("cust-7"))).await.unwrap();
        let one = stage.say(visitor, "m1", "Hello").await.interaction;
        // The same person in another browser is the same customer: his company says so.
        let (second, _) = stage.visitor().await;
        identify(&stage.ctx, second, told(sign("cust-7"))).await.unwrap();
        let two = stage.say(second, "m1", "Hello again").await.interaction;
        let (one, two) = (stage.interaction(one).await, stage.interaction(two).await);
        assert_eq!(one.customer, two.customer);
        let customer = customers::get(&stage.ctx, &stage.actor(CHIEF), one.customer.unwrap()).await.unwrap();
        let proven = customer.identities.iter().find(|i| i.kind == IdentityKind::External).unwrap();
        assert!(proven.verified && proven.source == "widget_signed", "{proven:?}");
        // A browser that had already become a customer of its own is only suggested.
        let (third, _) = stage.visitor().await;
        let three = stage.say(third, "m1", "Hi").await.interaction;
        identify(&stage.ctx, third, told(sign("cust-7"))).await.unwrap();
        let own = stage.interaction(three).await.customer.unwrap();
        let found = customers::matches(&stage.ctx, &stage.actor(CHIEF), own).await.unwrap();
        assert_eq!((found.len(), found[0].confidence, found[0].reason.as_str()), (1, 100, "same_external_id"));
    }
}

fn signature(ctx: &crate::Ctx, text: &str) -> String {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(identity_secret(ctx, WIDGET).as_bytes()).unwrap();
    mac.update(text.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

fn signed(ctx: &crate::Ctx, email: &str, text: &str) -> Identify {
    Identify { external_id: Some("cust-7".into()), email: Some(email.into()), hash: Some(signature(ctx, text)), ..Default::default() }
}

#[tokio::test]
async fn a_signed_address_is_proven_and_a_typed_one_beside_a_signed_id_is_not() {
    for stage in stages().await {
        let (ctx, chief) = (&stage.ctx, stage.actor(CHIEF));
        let (visitor, _) = stage.visitor().await;
        // The page signs the id alone, and the visitor types an address.
        identify(ctx, visitor, signed(ctx, "Olga@Mail.example", "cust-7")).await.unwrap();
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let id = stage.interaction(id).await.customer.unwrap();
        let customer = customers::get(ctx, &chief, id).await.unwrap();
        let email = customer.identities.iter().find(|i| i.kind == IdentityKind::Email).unwrap();
        assert!(!email.verified && email.source == "widget_form", "{email:?}");
        assert!(customer.identities.iter().any(|i| i.kind == IdentityKind::External && i.verified));
        for (address, text) in [("olga@mail.example", "cust-7\nother@mail.example"), ("olga@mail.example", "cust-8\nolga@mail.example")] {
            let forged = identify(ctx, visitor, signed(ctx, address, text)).await.unwrap_err();
            assert!(matches!(forged, AppError::Invalid { field: "hash", .. }), "{forged}");
        }
        // Then it signs both: the same address becomes proven, and stays so when it is typed again.
        let both = signed(ctx, "Olga@Mail.example", "cust-7\nOlga@Mail.example");
        identify(ctx, visitor, both.clone()).await.unwrap();
        identify(ctx, visitor, Identify { email: Some("olga@mail.example".into()), ..Default::default() }).await.unwrap();
        let customer = customers::get(ctx, &chief, id).await.unwrap();
        let emails: Vec<_> = customer.identities.iter().filter(|i| i.kind == IdentityKind::Email).collect();
        assert!(matches!(emails[..], [one] if one.verified && one.source == "widget_signed"), "{emails:?}");
        // His mail is his.
        let unit = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "x")).await;
        assert_eq!(stage.unit(unit).await.customer, Some(id));
        let split = Identify { external_id: Some("cust-7\nolga@mail.example".into()), email: None, ..both };
        let refused = identify(ctx, visitor, split).await.unwrap_err();
        assert!(matches!(refused, AppError::Invalid { field: "external_id", .. }), "{refused}");
    }
}

#[tokio::test]
async fn a_signed_address_of_another_customer_is_suggested_and_never_joined() {
    for stage in stages().await {
        let (ctx, chief) = (&stage.ctx, stage.actor(CHIEF));
        let unit = stage.mail("1", letter("a1@mail.example", "olga@mail.example", "Lamp", "x")).await;
        let writer = stage.unit(unit).await.customer.unwrap();
        let both = signed(ctx, "olga@mail.example", "cust-7\nolga@mail.example");
        // Typed first: a weak suggestion, which the signature makes strong.
        let (visitor, _) = stage.visitor().await;
        identify(ctx, visitor, Identify { email: both.email.clone(), ..Default::default() }).await.unwrap();
        let id = stage.say(visitor, "m1", "Hello").await.interaction;
        let own = stage.interaction(id).await.customer.unwrap();
        let found = customers::matches(ctx, &chief, own).await.unwrap();
        assert_eq!((found.len(), found[0].confidence), (1, 80));
        identify(ctx, visitor, both.clone()).await.unwrap();
        identify(ctx, visitor, both).await.unwrap();
        let found = customers::matches(ctx, &chief, own).await.unwrap();
        assert_eq!((found.len(), found[0].confidence, found[0].reason.as_str()), (1, 95, "same_email_signed"));
        assert_ne!(own, writer);
        let email = |c: okno_model::doc::CustomerDoc| c.identities.into_iter().find(|i| i.kind == IdentityKind::Email).unwrap();
        assert!(email(customers::get(ctx, &chief, writer).await.unwrap()).verified);
        assert!(!email(customers::get(ctx, &chief, own).await.unwrap()).verified);
    }
}

#[tokio::test]
async fn a_widget_is_online_while_somebody_serves_its_queue() {
    for stage in stages().await {
        assert!(!online(&stage.ctx, WIDGET).await.unwrap());
        stage.available(ANNA).await;
        assert!(online(&stage.ctx, WIDGET).await.unwrap());
        crate::routing::desk_disconnected(&stage.ctx, ANNA.into()).await.unwrap();
        assert!(!online(&stage.ctx, WIDGET).await.unwrap());
    }
}

#[tokio::test]
async fn the_view_tells_place_and_agent() {
    for stage in stages().await {
        let (first, _) = stage.visitor().await;
        stage.say(first, "m1", "Hello").await;
        stage.clock.advance(std::time::Duration::from_secs(1));
        let (second, _) = stage.visitor().await;
        let id = stage.say(second, "m1", "Hello").await.interaction;
        assert_eq!(view(&stage.ctx, second).await.unwrap().position, Some(2));
        disconnected(&stage.ctx, second).await.unwrap();
        assert!(!stage.interaction(id).await.customer_online);
        connected(&stage.ctx, second, "http://shop.example/2").await.unwrap();
        stage.available(ANNA).await;
        stage.accept(ANNA, id).await;
        let seen = view(&stage.ctx, second).await.unwrap();
        assert_eq!((seen.agent_name.as_deref(), seen.position, seen.online), (Some("Anna"), None, true));
    }
}
