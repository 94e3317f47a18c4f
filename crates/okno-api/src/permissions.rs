//! Who may call which endpoint: the table beside the routes, and the page `docs/permissions.md` made from it.

use okno_model::right::{Right, Scope, default_roles};
use std::fmt::Write;

/// What a caller of an endpoint needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Anybody; why that is right.
    Public(&'static str),
    /// A widget token or a public channel key, no user.
    Visitor,
    /// Any signed-in user: it is about himself.
    Session,
    /// One of these rights; its scope decides which rows. No right at all: 403 or 404.
    OneOf(&'static [Right]),
}

/// One endpoint with its need. A feature's `RULES` stand in its `mod.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// `GET`, ...
    pub method: &'static str,
    /// Path as in `openapi.json`.
    pub path: &'static str,
    /// Need.
    pub needs: Needs,
}

/// Short form of a rule for the tables.
pub(crate) const fn rule(method: &'static str, path: &'static str, needs: Needs) -> Rule {
    Rule { method, path, needs }
}

/// All rules, by path.
pub fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = crate::v1::RULES.concat();
    rules.sort_by_key(|rule| (rule.path, rule.method));
    rules
}

/// The page `docs/permissions.md`: roles x rights, then routes x rights x roles.
pub fn permissions_page() -> String {
    let roles = default_roles();
    let mut page = String::from(
        "# Permissions\n\nGenerated from the tables beside the routes (`OKNO_BLESS=1 cargo test -p okno-api permissions`); a test compares it.\n\n\
         A right reaches as far as its scope: `own` (mine, or ringing at me), `team` (of a member of my team), `queue` (in a queue that I serve), `all`.\n\
         Each scope includes the ones before it. What lies outside does not exist for the caller: 404. What he may see but not change: 403.\n\n\
         ## Rights of the default roles\n\n| right |",
    );
    let line = |page: &mut String, cells: usize| {
        page.push_str("\n|");
        page.push_str(&"---|".repeat(cells));
        page.push('\n');
    };
    for (_, name, _) in &roles {
        let _ = write!(page, " {name} |");
    }
    line(&mut page, roles.len() + 1);
    for right in Right::ALL {
        let _ = write!(page, "| `{right}` |");
        for (_, _, grants) in &roles {
            let scope = grants.iter().find(|g| g.right == *right).map_or("", |g| g.scope.word());
            let _ = write!(page, " {scope} |");
        }
        page.push('\n');
    }
    page.push_str("\n## Routes\n\nEach cell: how far the role reaches there.\n\n| route | needs |");
    for (_, name, _) in &roles {
        let _ = write!(page, " {name} |");
    }
    line(&mut page, roles.len() + 2);
    for rule in rules() {
        let needs = match rule.needs {
            Needs::Public(why) => format!("public: {why}"),
            Needs::Visitor => "visitor's token or channel key".to_owned(),
            Needs::Session => "signed in".to_owned(),
            Needs::OneOf(rights) if rights.len() == Right::ALL.len() => "any right".to_owned(),
            Needs::OneOf(rights) => rights.iter().map(|right| format!("`{right}`")).collect::<Vec<_>>().join(" or "),
        };
        let _ = write!(page, "| `{} {}` | {needs} |", rule.method, rule.path);
        for (_, _, grants) in &roles {
            let reach: Option<Scope> = match rule.needs {
                Needs::OneOf(rights) if rights.len() == Right::ALL.len() => Some(Scope::All).filter(|_| !grants.is_empty()),
                Needs::Public(_) | Needs::Visitor => None,
                Needs::Session => Some(Scope::Own),
                Needs::OneOf(rights) => grants.iter().filter(|g| rights.contains(&g.right)).map(|g| g.scope).max(),
            };
            let _ = write!(page, " {} |", reach.map_or("", Scope::word));
        }
        page.push('\n');
    }
    page
}
