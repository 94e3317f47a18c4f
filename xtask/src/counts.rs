//! Reads from the output of a test runner how many tests passed and failed.

/// Tests that passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// Adds up every closing line of the runners that are used here: nextest, cargo test, vitest, node, and our own.
pub(crate) fn read(output: &str) -> Counts {
    let lines: Vec<String> = output.lines().map(|line| plain(line).trim().to_owned()).collect();
    // nextest shows the output of a failed test, which has a closing line of its own: only the summary counts then.
    let by_nextest = lines.iter().any(|line| line.starts_with("Summary ["));
    let mut all = Counts::default();
    for line in lines.iter().filter(|line| !by_nextest || line.starts_with("Summary [")) {
        let one = closing_line(line);
        all.passed += one.passed;
        all.failed += one.failed;
    }
    all
}

fn closing_line(line: &str) -> Counts {
    let words: Vec<&str> = line.split([' ', ',', ';', '|', '(', ')']).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        ["Summary" | "Tests", ..] | ["test", "result:", ..] | [_, "passed", _, "failed", ..] => before(&words),
        ["\u{2139}" | "#", "pass", n] => Counts { passed: n.parse().unwrap_or(0), failed: 0 },
        ["\u{2139}" | "#", "fail", n] => Counts { passed: 0, failed: n.parse().unwrap_or(0) },
        _ => Counts::default(),
    }
}

/// `12 passed` is a number before its word.
fn before(words: &[&str]) -> Counts {
    let mut counts = Counts::default();
    for pair in words.windows(2) {
        let Ok(n) = pair[0].parse::<u64>() else { continue };
        match pair[1] {
            "passed" => counts.passed += n,
            "failed" | "timed" => counts.failed += n,
            _ => {}
        }
    }
    counts
}

/// The line without colors.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_every_runner_are_read() {
        for (line, passed, failed) in [
            ("     Summary [   4.978s] 7 tests run: 7 passed, 0 skipped", 7, 0),
            ("     Summary [   4.978s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 0 skipped", 7, 2),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s", 3, 2),
            ("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m\u{1b}[22m | \u{1b}[32m35 passed\u{1b}[39m (36)", 35, 1),
            ("\u{2139} pass 5", 5, 0),
            ("# fail 2", 0, 2),
            ("40 passed, 0 failed", 40, 0),
            ("the tests passed", 0, 0),
        ] {
            assert_eq!(read(line), Counts { passed, failed }, "{line}");
        }
    }

    #[test]
    fn the_output_of_a_failed_test_is_not_counted_beside_the_summary() {
        let output = "test result: FAILED. 0 passed; 1 failed\n     Summary [ 1.0s] 7 tests run: 6 passed, 1 failed, 0 skipped\n";
        assert_eq!(read(output), Counts { passed: 6, failed: 1 });
    }
}
