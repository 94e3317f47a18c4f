//! Files in the repository that are made from the code.

use crate::{openapi, permissions, permissions_page};
use std::{collections::BTreeSet, path::Path};

/// Compares a file with what the code makes; `OKNO_BLESS=1` rewrites it.
fn golden(path: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("OKNO_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(&path, made).unwrap();
        return;
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == made, "{} is old; look at the change, then run this test with OKNO_BLESS=1", path.display());
}

#[test]
fn openapi_is_committed() {
    golden("openapi.json", &format!("{}\n", openapi().to_pretty_json().unwrap()));
}

#[test]
fn permissions_are_committed() {
    golden("docs/permissions.md", &permissions_page());
}

#[test]
fn every_route_has_exactly_one_rule() {
    let routes: BTreeSet<String> = super::walls::routes().into_iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    let named: Vec<String> = permissions::rules().iter().map(|rule| format!("{} {}", rule.method, rule.path)).collect();
    let rules: BTreeSet<String> = named.iter().cloned().collect();
    assert_eq!(named.len(), rules.len(), "a route is named twice in RULES");
    assert_eq!(routes.difference(&rules).collect::<Vec<_>>(), Vec::<&String>::new(), "routes without a rule in their feature's RULES");
    assert_eq!(rules.difference(&routes).collect::<Vec<_>>(), Vec::<&String>::new(), "rules of routes that do not exist");
}
