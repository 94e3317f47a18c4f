//! The smallest body that a schema of `openapi.json` allows.

use serde_json::{Map, Value, json};

/// A body for the schema; ids in it name nothing.
pub(super) fn smallest(api: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/schemas/")) {
        return smallest(api, &api["components"]["schemas"][name]);
    }
    for choice in ["oneOf", "anyOf"] {
        if let Some(first) = schema[choice].as_array().and_then(|all| all.iter().find(|one| one["type"] != "null")) {
            return smallest(api, first);
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(fields) = smallest(api, part) {
                whole.extend(fields);
            }
        }
        return Value::Object(whole);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|words| words.first()) {
        return first.clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].as_array()?.iter().find_map(|t| t.as_str().filter(|t| *t != "null")));
    match kind {
        Some("string") if schema["format"] == "uuid" => json!("00000000-0000-7000-8000-000000000001"),
        Some("string") => json!("something"),
        Some("integer" | "number") => json!(schema["minimum"].as_i64().unwrap_or(1).max(1)),
        Some("boolean") => json!(false),
        Some("array") => json!([]),
        _ => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let field = |name: &Value| {
                let name = name.as_str()?;
                Some((name.to_owned(), smallest(api, &schema["properties"][name])))
            };
            Value::Object(required.iter().filter_map(field).collect())
        }
    }
}
