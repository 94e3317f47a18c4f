//! Reading a spec: comments are allowed, and an error names its place.

use super::Spec;

/// Something is wrong with a spec, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct SpecError {
    /// Where: a path such as `queues[0].handle.mean`, with line and column if the text itself cannot be read.
    pub place: String,
    /// What, and what to do.
    pub problem: String,
}

impl SpecError {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into() }
    }
}

/// Reads a spec from JSON in which `//` begins a comment until the end of the line.
pub fn parse(text: &str) -> Result<Spec, SpecError> {
    let plain = without_comments(text);
    let mut json = serde_json::Deserializer::from_str(&plain);
    let spec: Spec = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.inner();
        let place = match (path.as_str(), inner.line()) {
            (".", 0) => "the model".to_owned(),
            (path, 0) => path.to_owned(),
            (".", line) => format!("line {line}, column {}", inner.column()),
            (path, line) => format!("line {line}, column {}, {path}", inner.column()),
        };
        let problem = inner.to_string();
        let problem = problem.rsplit_once(" at line ").map_or(problem.clone(), |(before, _)| before.to_owned());
        SpecError::new(place, problem)
    })?;
    json.end()
        .map_err(|error| SpecError::new(format!("line {}, column {}", error.line(), error.column()), "something follows the model"))?;
    Ok(spec)
}

/// Comments become spaces, so that lines and columns stay what they are.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut in_text, mut escaped, mut in_comment) = (false, false, false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if in_comment {
            in_comment = c != '\n';
            plain.push(if in_comment { ' ' } else { '\n' });
            continue;
        }
        if in_text {
            in_text = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            in_text = true;
        } else if c == '/' && chars.peek() == Some(&'/') {
            in_comment = true;
            plain.push(' ');
            continue;
        }
        plain.push(c);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_place() {
        let error = |text: &str| parse(text).unwrap_err().to_string();
        let missing = error("{\n  // nothing\n  \"queues\": [{\"name\": \"a\"}], \"groups\": []\n}");
        assert!(missing.starts_with("line 3, column") && missing.contains("queues[0]") && missing.contains("arrivals"), "{missing}");
        let unknown = error("{\"queues\": [], \"groups\": [], \"agnets\": 3}");
        assert!(unknown.contains("unknown field `agnets`"), "{unknown}");
        let broken = error("{\"queues\": [\n}");
        assert!(broken.starts_with("line 2"), "{broken}");
        let kind = error(
            "{\"queues\": [{\"name\":\"a\",\"arrivals\":{\"kind\":\"rate\",\"per_hour\":\"x\"},\"handle\":{\"kind\":\"constant\",\"seconds\":1}}], \"groups\": []}",
        );
        assert!(kind.contains("queues[0].arrivals"), "{kind}");
    }

    #[test]
    fn comments_are_spaces_but_not_inside_texts() {
        assert_eq!(without_comments("{\"a\": \"b//c\\\"//\"} // d\n1"), "{\"a\": \"b//c\\\"//\"}     \n1");
    }
}
