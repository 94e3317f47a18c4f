//! Relative links in the documents lead to files that exist.

use super::Source;
use std::collections::BTreeSet;

pub(super) fn check(sources: &[Source], files: &[String], faults: &mut Vec<String>) {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for file in files {
        let mut path = file.as_str();
        while known.insert(path) {
            let Some((folder, _)) = path.rsplit_once('/') else { break };
            path = folder;
        }
    }
    for source in sources.iter().filter(|source| source.has_ending(&["md"])) {
        let mut fenced = false;
        for (number, line) in source.text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue;
            }
            for target in targets(line) {
                let path = target.split(['#', '?']).next().unwrap_or_default();
                if !path.is_empty() && !known.contains(resolve(&source.path, path).as_str()) {
                    faults.push(format!("{}:{}: the link to `{target}` leads nowhere", source.path, number + 1));
                }
            }
        }
    }
}

/// Targets of `[text](target)` on this line that are not addresses.
fn targets(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find("](") {
        rest = &rest[at + 2..];
        let Some(end) = rest.find(')') else { break };
        let target = rest[..end].split_whitespace().next().unwrap_or_default();
        if !target.contains("://") && !target.starts_with("mailto:") && !target.starts_with('#') && !target.is_empty() {
            found.push(target);
        }
        rest = &rest[end..];
    }
    found
}

/// The target as a path from the root.
fn resolve(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_links_are_found() {
        let text = "[a](b.md) [c](../README.md#x) [d](https://x.org/y) [e](gone.md) `x`\n```\n[f](gone2.md)\n```\n";
        let source = Source { path: "docs/a.md".into(), text: text.into() };
        let files = ["README.md", "docs/a.md", "docs/b.md"].map(str::to_owned);
        let mut faults = Vec::new();
        check(&[source], &files, &mut faults);
        assert_eq!(faults, ["docs/a.md:1: the link to `gone.md` leads nowhere"]);
    }
}
