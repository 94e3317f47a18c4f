//! The layout of the repository as a check: what architecture.md and style.md promise and no compiler holds.

mod graph;
mod lexer;
mod links;
mod manifests;
mod marks;
mod places;
mod sizes;
mod sql;
mod words;

use crate::repo;
use anyhow::Result;
use std::path::Path;

/// A text file of the repository.
pub(crate) struct Source {
    /// Path relative to the root, with slashes.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

impl Source {
    fn has_ending(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }
}

/// Every fault, as `file:line: what is wrong and what to do`.
pub(crate) fn check(root: &Path) -> Result<Vec<String>> {
    let mut sources = Vec::new();
    let files = repo::files(root)?;
    for path in &files {
        // Pictures and other binaries have no text to judge.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            sources.push(Source { path: path.clone(), text });
        }
    }
    let mut faults = Vec::new();
    graph::check(&sources, &mut faults);
    manifests::check(&sources, &mut faults);
    sizes::check(&sources, &mut faults);
    sql::check(&sources, &mut faults);
    words::check(&sources, &mut faults);
    marks::check(&sources, &mut faults);
    places::check(&sources, &mut faults);
    links::check(&sources, &files, &mut faults);
    faults.sort();
    Ok(faults)
}

#[cfg(test)]
pub(crate) fn faults_of(check: fn(&[Source], &mut Vec<String>), path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    check(&[Source { path: path.to_owned(), text: text.to_owned() }], &mut faults);
    faults
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_repository_is_tidy() {
        let faults = super::check(&crate::repo::root()).unwrap();
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }
}
