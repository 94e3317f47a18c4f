//! Manifests: every crate inherits the lint table; every dependency of the workspace says why it is there.

use super::Source;

pub(super) fn check(sources: &[Source], faults: &mut Vec<String>) {
    for source in sources {
        if source.path == "Cargo.toml" {
            reasons(source, faults);
        } else if source.path.ends_with("/Cargo.toml") {
            inherits(source, faults);
        }
    }
}

fn inherits(source: &Source, faults: &mut Vec<String>) {
    let text: String = source.text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !text.contains("[lints] workspace = true") {
        faults.push(format!("{}: add `[lints]` with `workspace = true`: one lint table for every crate", source.path));
    }
}

/// Within `[workspace.dependencies]` every line but our own crates has a comment.
fn reasons(source: &Source, faults: &mut Vec<String>) {
    let mut inside = false;
    for (number, line) in source.text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.trim() == "[workspace.dependencies]";
            continue;
        }
        let dependency = inside && line.contains('=') && !line.trim_start().starts_with('#') && !line.contains("path = ");
        if dependency && !line.contains("# ") {
            faults.push(format!("Cargo.toml:{}: say in a comment on this line why the dependency is there", number + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;
    use super::check;

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let manifest = "[workspace.dependencies]\nown = { path = \"x\" }\na = \"1\" # letters\nb = \"2\"\n[other]\nc = 3\n";
        assert_eq!(faults_of(check, "Cargo.toml", manifest).len(), 1);
    }

    #[test]
    fn a_crate_without_the_lint_table_is_found() {
        assert_eq!(faults_of(check, "crates/a/Cargo.toml", "[package]\nname = \"a\"\n").len(), 1);
        assert_eq!(faults_of(check, "crates/a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n").len(), 0);
    }
}
