//! No paths of somebody's machine and no addresses of package registries.

use super::Source;

/// Folders that exist on one machine only, when they start an absolute path.
const FOLDERS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// Hosts of registries: who builds okno uses the ones that his clients are set up for.
const HOSTS: &[&str] = &[
    concat!("registry.", "npmjs"),
    concat!("registry.", "yarnpkg"),
    concat!("index.", "crates"),
    concat!("static.", "crates"),
    concat!("deb.", "debian"),
    concat!("files.", "pythonhosted"),
];

pub(super) fn check(sources: &[Source], faults: &mut Vec<String>) {
    for source in sources {
        for (number, line) in source.text.lines().enumerate() {
            let place = format!("{}:{}", source.path, number + 1);
            if FOLDERS.iter().any(|folder| starts_path(line, folder)) {
                faults.push(format!("{place}: a path of one machine; take it from the environment or make it relative"));
            }
            if HOSTS.iter().any(|host| line.contains(host)) {
                faults.push(format!("{place}: the address of a package registry; leave it to the client's settings"));
            }
        }
    }
}

/// Whether the folder starts a path here, and is not the middle of another (`{dir}/home/x`, `https://a/home/`).
fn starts_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '}' | '.' | '/' | '_' | '-' | '*' | ')'))
    })
}

#[cfg(test)]
mod tests {
    use super::super::faults_of;
    use super::check;

    #[test]
    fn paths_of_a_machine_are_found_and_parts_of_other_paths_are_not() {
        let home = concat!("/ho", "me/");
        assert_eq!(faults_of(check, "a.md", &format!("see {home}ann/x")).len(), 1);
        assert!(faults_of(check, "a.md", &format!("{{dir}}{home}ann")).is_empty());
        assert_eq!(faults_of(check, "a.json", concat!("https://registry.", "npmjs.org/x")).len(), 1);
    }
}
