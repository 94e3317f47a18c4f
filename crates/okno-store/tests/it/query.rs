//! Conditions find the same rows on both databases, and nothing typed gets into a statement.

use crate::samples::*;
use okno_model::query::{Condition, Test};
use okno_store::{
    StoreError, Value, params,
    query::{self, Columns, Stored},
};
use uuid::Uuid;

const COLUMNS: Columns = Columns {
    fields: &[
        ("state", Stored::Column("state")),
        ("owner", Stored::Column("owner")),
        ("due", Stored::Column("due")),
        ("vip", Stored::Column("vip")),
        ("tag", Stored::Rows { from: "things_tags t", on: "t.thing = things.n", column: "t.tag" }),
    ],
    text: "search",
};

fn field(field: &str, test: Test) -> Condition {
    Condition::Field { field: field.to_owned(), test }
}

fn within(from: Option<i64>, until: Option<i64>) -> Test {
    Test::Within { from, until }
}

both_dbs! {
    async fn a_condition_finds_the_rows_that_it_describes(fresh: &Fresh) {
        let anna = Uuid::from_u128(7);
        fresh.write(WS, move |tx| {
            tx.exec("CREATE TABLE things (n BIGINT, state TEXT, owner UUID, due BIGINT, vip BIGINT, search TEXT)", &[])?;
            tx.exec("CREATE TABLE things_tags (thing BIGINT, tag TEXT)", &[])?;
            let add = "INSERT INTO things (n, state, owner, due, vip, search) VALUES ($1, $2, $3, $4, $5, $6)";
            tx.exec(add, params![1i64, "open", anna, 100i64, true, "сломан экран"])?;
            tx.exec(add, params![2i64, "open", Value::Null, 200i64, false, "100% refund_now"])?;
            tx.exec(add, params![3i64, "closed", anna, Value::Null, false, "it's a \\ thing'; drop table things; --"])?;
            for (thing, tag) in [(1i64, "vip"), (1, "late"), (3, "late")] {
                tx.exec("INSERT INTO things_tags (thing, tag) VALUES ($1, $2)", params![thing, tag])?;
            }
            Ok::<_, StoreError>(())
        }).await.unwrap();
        let not = |inner| Condition::Not(Box::new(inner));
        let text = |text: &str| Condition::Text(text.to_owned());
        for (condition, expected) in [
            (Condition::everything(), vec![1, 2, 3]),
            (Condition::Any(vec![]), vec![]),
            (field("state", Test::Word("open".into())), vec![1, 2]),
            (not(field("state", Test::Word("open".into()))), vec![3]),
            (field("owner", Test::Absent), vec![2]),
            (not(field("owner", Test::Absent)), vec![1, 3]),
            (field("owner", Test::Ids(vec![anna, Uuid::from_u128(8)])), vec![1, 3]),
            (field("owner", Test::Ids(vec![])), vec![]),
            // What has no owner is not Anna's; what has no due time is not due before 150.
            (not(field("owner", Test::Ids(vec![anna]))), vec![2]),
            (not(field("due", within(None, Some(150)))), vec![2, 3]),
            (field("due", within(Some(100), Some(200))), vec![1]),
            (field("due", within(None, None)), vec![1, 2]),
            (field("vip", Test::Flag(true)), vec![1]),
            (field("tag", Test::Word("late".into())), vec![1, 3]),
            (field("tag", Test::Contains("vi".into())), vec![1]),
            (field("tag", Test::Absent), vec![2]),
            (not(field("tag", Test::Word("vip".into()))), vec![2, 3]),
            (text("экран"), vec![1]),
            (text("0%"), vec![2]),
            (text("d_n"), vec![2]),
            (text("%"), vec![2]),
            (text("\\"), vec![3]),
            (text("'; drop table things; --"), vec![3]),
            (Condition::Any(vec![text("refund"), Condition::All(vec![field("state", Test::Word("closed".into())), text("thing")])]), vec![2, 3]),
        ] {
            let asked = condition.clone();
            let found = fresh.read(WS, move |tx| {
                let mut values: Vec<Value> = vec![0i64.into()];
                let clause = query::sql(&asked, &COLUMNS, &mut values);
                tx.query(&format!("SELECT n FROM things WHERE n > $1 AND {clause} ORDER BY n"), &values, |row| row.get::<i64>(0))
            }).await.unwrap();
            assert_eq!(found, expected, "{condition:?}");
        }
    }
}
