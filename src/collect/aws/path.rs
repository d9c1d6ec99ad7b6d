//! Places in an answer, as the service tables write them: `A.B[].C`, `*` for every key, `[Key=value]` for those elements
//! of a list.

use serde::Deserialize;
use serde_json::Value;

/// A place in an answer.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Path(pub(super) Vec<Step>);

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Key(String),
    /// Every key of an object.
    Any,
    /// Every element of a list.
    Each,
    /// The elements of a list in which a key has a value.
    Where(String, String),
}

/// A place that is not written as one.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a path: write it like `A.B[].C`")]
pub struct PathError(String);

impl TryFrom<String> for Path {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        let wrong = || PathError(text.clone());
        let mut steps = Vec::new();
        // a dot within brackets is part of a value: `[Key=access_logs.s3.enabled]`
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            match name {
                "" if steps.is_empty() && !after.starts_with('[') => return Err(wrong()),
                "" => {}
                "*" => steps.push(Step::Any),
                name => steps.push(Step::Key(name.to_owned())),
            }
            rest = match after.strip_prefix('[') {
                Some(bracket) => {
                    let (inside, after) = bracket.split_once(']').ok_or_else(wrong)?;
                    steps.push(match inside.split_once('=') {
                        None if inside.is_empty() => Step::Each,
                        Some((key, value)) => Step::Where(key.to_owned(), value.to_owned()),
                        None => return Err(wrong()),
                    });
                    after
                }
                None => after,
            };
            rest = rest.strip_prefix('.').unwrap_or(rest);
        }
        if steps.is_empty() { Err(wrong()) } else { Ok(Self(steps)) }
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            match step {
                Step::Key(key) => write!(to, "{dot}{key}")?,
                Step::Any => write!(to, "{dot}*")?,
                Step::Each => write!(to, "[]")?,
                Step::Where(key, value) => write!(to, "[{key}={value}]")?,
            }
        }
        Ok(())
    }
}

impl Path {
    /// The one value there; none where the path leads through a list.
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::Any | Step::Each | Step::Where(..) => None,
        })
    }

    /// All values there.
    pub fn all<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut found = vec![value];
        for step in &self.0 {
            found = found.into_iter().flat_map(|value| step.below(value)).collect();
        }
        found
    }

    /// Whether it leads to more than one value.
    pub fn many(&self) -> bool {
        !self.0.iter().all(|step| matches!(step, Step::Key(_)))
    }
}

impl Step {
    fn below<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match (self, value) {
            (Self::Key(key), Value::Object(map)) => map.get(key).into_iter().collect(),
            (Self::Any, Value::Object(map)) => map.values().collect(),
            (Self::Each, Value::Array(list)) => list.iter().collect(),
            (Self::Where(key, wanted), Value::Array(list)) => {
                list.iter().filter(|element| is(element, key, wanted)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Whether the element's `key` reads `wanted`.
pub(super) fn is(element: &Value, key: &str, wanted: &str) -> bool {
    match element.get(key) {
        Some(Value::String(text)) => text == wanted,
        Some(Value::Bool(found)) => (wanted == "true") == *found,
        Some(Value::Number(found)) => found.to_string() == wanted,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path(text: &str) -> Path {
        Path::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn reads_as_it_is_written() {
        for text in ["A", "A.B", "A[].B", "A[].B[].C", "A.*", "A[Key=x.y].Value", "[].A"] {
            assert_eq!(path(text).to_string(), text);
        }
        for text in ["", ".A", "A[", "A[x]"] {
            assert!(Path::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn finds_one_and_all() {
        let value = json!({"A": {"B": [{"C": 1}, {"C": 2}]}});
        assert_eq!(path("A.B[].C").all(&value), [&json!(1), &json!(2)]);
        assert_eq!(path("A.B[C=2].C").all(&value), [&json!(2)]);
        assert_eq!(path("A.B").get(&value), Some(&json!([{"C": 1}, {"C": 2}])));
    }
}
