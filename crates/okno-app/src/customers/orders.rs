//! Orders, as another system tells them. One number is one order: telling it again changes it.

use super::{identities, rows};
use crate::{
    AppError, Ctx,
    access::{self, Actor},
    act, audit, config,
};
use okno_model::{
    CustomerId, IdentityKind, OrderId, Timestamp,
    doc::{CustomerDoc, OrderDoc, OrderItem},
    event::What,
    limits,
    right::Right,
};
use okno_store::{Tx, customers as store, named, profiles};

/// Lines of one order.
const ITEMS: usize = 500;
/// Largest sum in minor units: what every client can hold exactly.
const SUM: i64 = 1 << 53;

/// An order as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderInput {
    /// Whose, if his id is known.
    pub customer: Option<CustomerId>,
    /// Whose, by his mail address; a customer is made if nobody has it.
    pub email: Option<String>,
    /// His name, for a new customer.
    pub name: Option<String>,
    /// Number.
    pub number: String,
    /// Placed when; now if it is not said.
    pub placed: Option<Timestamp>,
    /// State in the other system's words.
    pub state: String,
    /// Sum in minor units.
    pub total: i64,
    /// ISO 4217.
    pub currency: String,
    /// Where it can be seen.
    pub url: String,
    /// Lines.
    pub items: Vec<OrderItem>,
}

/// Makes an order, or changes the one with this number. Telling the same twice changes nothing.
///
/// # Errors
/// [`AppError::Forbidden`] without `customer.write`, 404 for a customer whom he may not see; [`AppError::Invalid`] with the field.
pub async fn put_order(ctx: &Ctx, actor: &Actor, input: OrderInput) -> Result<OrderDoc, AppError> {
    actor.require_any(&[Right::CustomerWrite])?;
    let who = actor.clone();
    act::run(ctx, actor.event(), move |act| {
        let number = config::name("number", &input.number)?;
        check(&input)?;
        let known = profiles::order_by_number(act.tx, &number)?;
        let (customer, part) = match (&known, input.customer, &input.email) {
            // What was told of it stays whose it is, unless it is told anew.
            (Some(known), None, None) => (access::customer(act.tx, &who, known.customer, Right::CustomerWrite)?.into_inner(), None),
            (_, Some(id), _) => {
                let named = access::customer(act.tx, &who, id, Right::CustomerWrite)?.into_inner();
                match named.part_of {
                    Some(root) => (act.tx.get::<CustomerDoc>(root)?.ok_or(AppError::not_found("customer"))?, Some(id)),
                    None => (named, None),
                }
            }
            (_, None, Some(email)) => by_email(act, &who, email, input.name.as_deref())?,
            (None, None, None) => return Err(AppError::invalid("customer", "required", "say whose order it is: `customer` or `email`")),
        };
        let order = OrderDoc {
            id: known.as_ref().map_or_else(|| act.id(OrderId::new), |known| known.id),
            customer: customer.id,
            number,
            placed: input.placed.or_else(|| known.as_ref().map(|known| known.placed)).unwrap_or(act.now),
            state: input.state.trim().to_owned(),
            total: input.total,
            currency: input.currency.trim().to_uppercase(),
            url: input.url.trim().to_owned(),
            items: input.items,
            changed: act.now,
        };
        if let Some(known) = &known
            && (OrderDoc { changed: known.changed, ..order.clone() }) == *known
        {
            return Ok(known.clone());
        }
        act.tx.put(&order)?;
        if let Some(part) = part {
            named::came_for::<OrderDoc>(act.tx, order.id, part)?;
        }
        act.tell(What::OrderChanged(order.clone()))?;
        let change = audit::change(known.as_ref(), Some(&order))?;
        audit::record(act.tx, act.now, &who, "order.changed", &order.number, &change)?;
        Ok(order)
    })
    .await
}

fn by_email(
    act: &mut act::Act<'_, '_>,
    who: &Actor,
    email: &str,
    name: Option<&str>,
) -> Result<(CustomerDoc, Option<CustomerId>), AppError> {
    let email = identities::normal(act.tx, IdentityKind::Email, email)?;
    if let Some(known) = store::by_verified(act.tx, IdentityKind::Email, &email)? {
        access::customer(act.tx, who, known.id, Right::CustomerWrite)?;
        let part = rows::part_by(&known, IdentityKind::Email, &email);
        return Ok((known, part));
    }
    let mut customer = rows::blank(act, name.filter(|name| !name.trim().is_empty()).unwrap_or(&email), None);
    customer.identities.push(rows::identity(act, IdentityKind::Email, &email, true, "order"));
    rows::save(act, &customer)?;
    rows::suggest(act, &customer, IdentityKind::Email, &email)?;
    Ok((customer, None))
}

fn check(input: &OrderInput) -> Result<(), AppError> {
    config::limited("state", &input.state, limits::NAME_CHARS)?;
    let currency = input.currency.trim();
    if currency.len() != 3 || !currency.chars().all(|c| c.is_ascii_alphabetic()) {
        return Err(AppError::invalid("currency", "bad_currency", "write the currency as three letters: `EUR`"));
    }
    let sums = std::iter::once(input.total).chain(input.items.iter().map(|item| item.price));
    if sums.into_iter().any(|sum| sum.abs() > SUM) {
        return Err(AppError::invalid("total", "out_of_range", "sums are whole minor units (cents) up to 2^53"));
    }
    if input.items.len() > ITEMS {
        return Err(AppError::invalid("items", "too_many", format!("an order has at most {ITEMS} lines")));
    }
    for item in &input.items {
        config::name("items", &item.name)?;
        if !(0..=1_000_000_000).contains(&item.quantity) {
            return Err(AppError::invalid("items", "out_of_range", "a quantity is 0 to 1000000000"));
        }
    }
    let url = input.url.trim();
    let fine = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !url.is_empty() && (!fine || url.len() > 2000) {
        return Err(AppError::invalid("url", "bad_url", "write the address as https://example.com/orders/7"));
    }
    Ok(())
}

/// Orders of a customer, newest first.
///
/// # Errors
/// 404 by `customer.read`.
pub async fn orders(ctx: &Ctx, actor: &Actor, id: CustomerId) -> Result<Vec<OrderDoc>, AppError> {
    let who = actor.clone();
    ctx.read(move |tx: &mut Tx<'_>| {
        access::customer(tx, &who, id, Right::CustomerRead)?;
        Ok(profiles::orders(tx, id, Timestamp(i64::MAX), limits::PAGE_MAX)?)
    })
    .await
}
