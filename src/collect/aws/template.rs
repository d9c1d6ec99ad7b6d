//! Inputs with holes: `$path` stands for what an item says there, alone for the value itself, within a text as its words.

use serde_json::{Map, Value};

use super::path::Path;

/// What a template may name.
#[derive(Clone, Copy)]
pub(super) struct Names<'n> {
    /// The item so far.
    pub(super) item: &'n Value,
    /// The item, where the list holds bare values.
    pub(super) bare: &'n Value,
    pub(super) id: Option<&'n str>,
    pub(super) arn: Option<&'n str>,
    pub(super) region: &'n str,
    pub(super) account: &'n str,
    pub(super) partition: &'n str,
    pub(super) parent: Option<&'n Parent>,
}

/// What a resource is to those that are asked of it.
pub(super) struct Parent {
    /// As the API names it, details merged.
    pub(super) item: Value,
    pub(super) id: String,
    pub(super) arn: Option<String>,
    /// Where it is.
    pub(super) region: Option<String>,
}

/// A name that stands for nothing here: the path in the item that is not there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing(pub(super) String);

/// The names in a text: where each begins and ends, and itself.
pub(super) fn holes(text: &str) -> Vec<(usize, usize, &str)> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('$') {
        let after = text.get(start + 1..).unwrap_or_default();
        let (name, end) = match after.strip_prefix('{') {
            Some(braced) => {
                let name = braced.split('}').next().unwrap_or_default();
                (name, start + name.len() + 3)
            }
            None => {
                let letter = |sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_'));
                let name = after.split(letter).next().unwrap_or_default().trim_end_matches('.');
                (name, start + name.len() + 1)
            }
        };
        if !name.is_empty() {
            found.push((start, end, name));
        }
    }
    found
}

impl Names<'_> {
    /// Fills every hole of an input.
    pub(super) fn fill(&self, template: &Map<String, Value>) -> Result<Value, Missing> {
        let filled = template.iter().map(|(key, value)| Ok((key.clone(), self.value(value)?)));
        Ok(Value::Object(filled.collect::<Result<_, _>>()?))
    }

    /// Fills the holes of one value.
    pub(super) fn value(&self, template: &Value) -> Result<Value, Missing> {
        match template {
            Value::String(text) => self.text(text),
            Value::Array(list) => {
                list.iter().map(|value| self.value(value)).collect::<Result<_, _>>().map(Value::Array)
            }
            Value::Object(map) => self.fill(map),
            other => Ok(other.clone()),
        }
    }

    fn text(&self, text: &str) -> Result<Value, Missing> {
        let holes = holes(text);
        if let [(0, end, name)] = holes.as_slice()
            && *end == text.len()
        {
            return self.named(name).ok_or_else(|| Missing((*name).to_owned()));
        }
        let (mut filled, mut at) = (String::new(), 0);
        for (start, end, name) in holes {
            filled.push_str(text.get(at..start).unwrap_or_default());
            match self.named(name).ok_or_else(|| Missing(name.to_owned()))? {
                Value::String(text) => filled.push_str(&text),
                other => filled.push_str(&other.to_string()),
            }
            at = end;
        }
        filled.push_str(text.get(at..).unwrap_or_default());
        Ok(Value::String(filled))
    }

    /// An `id` or an `arn` as tables write it: a path, or a template.
    pub(super) fn identity(&self, written: &str) -> Option<String> {
        let value = match written.contains('$') {
            true => self.text(written).ok()?,
            // what it is called in the item, whatever a template would mean by the word
            false => found(self.item, written)?,
        };
        match value {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn named(&self, name: &str) -> Option<Value> {
        let text = |text: &str| Some(Value::String(text.to_owned()));
        match name {
            "item" => (!self.bare.is_null()).then(|| self.bare.clone()),
            "id" => self.id.and_then(text),
            "arn" => self.arn.and_then(text),
            "region" => text(self.region),
            "account" => text(self.account),
            "partition" => text(self.partition),
            "parent.id" => self.parent.and_then(|parent| text(&parent.id)),
            "parent.arn" => self.parent.and_then(|parent| text(parent.arn.as_ref()?)),
            path => match (path.strip_prefix("parent."), path.strip_prefix("item.")) {
                (Some(path), _) => self.parent.and_then(|parent| found(&parent.item, path)),
                // `$item.id` is what the item calls so; the word alone is what the resource is called
                (None, path_in_item) => found(self.item, path_in_item.unwrap_or(path)),
            },
        }
    }
}

fn found(item: &Value, path: &str) -> Option<Value> {
    let value = Path::try_from(path.to_owned()).ok()?.get(item)?.clone();
    (!value.is_null()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names(item: &Value) -> Names<'_> {
        let bare = &Value::Null;
        Names { item, bare, id: Some("i-1"), arn: None, region: "r", account: "1", partition: "aws", parent: None }
    }

    #[test]
    fn a_hole_alone_is_the_value_itself() {
        let item = json!({"Ids": ["a"], "Name": "n", "Size": 3});
        let template =
            json!({"A": "$Ids", "B": ["$Name"], "C": "arn:$partition:x:$region:$account:${Name}s/$Size", "D": 1});
        let Value::Object(template) = template else { panic!() };
        let filled = names(&item).fill(&template).unwrap();
        assert_eq!(filled, json!({"A": ["a"], "B": ["n"], "C": "arn:aws:x:r:1:ns/3", "D": 1}));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let item = json!({"Key": null});
        assert_eq!(names(&item).value(&json!("$Key.Id")), Err(Missing("Key.Id".to_owned())));
        assert_eq!(names(&item).value(&json!("$Key")), Err(Missing("Key".to_owned())));
    }

    #[test]
    fn an_id_is_a_path_or_a_template() {
        let item = json!({"Name": "n", "Number": 7});
        assert_eq!(names(&item).identity("Name").as_deref(), Some("n"));
        assert_eq!(names(&item).identity("Number").as_deref(), Some("7"));
        assert_eq!(names(&item).identity("$Name|$id").as_deref(), Some("n|i-1"));
        assert_eq!(names(&item).identity("Other"), None);
        assert_eq!(names(&json!({"id": "own", "arn": "a"})).identity("id").as_deref(), Some("own"));
        assert_eq!(names(&json!({"id": "own"})).identity("$item.id of $id").as_deref(), Some("own of i-1"));
    }
}
