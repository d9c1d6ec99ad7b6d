//! From one page to the next, by the paging of the table.
//!
//! **Invariant:** a list ends where its service says that it ends. An answer that says that there is more and not where,
//! or that leads back to the page that it is itself, is no end.

use serde_json::{Map, Value};

use super::table::{Operation, Pages};

/// A list that is not at its end and does not say how it goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoToken {
    /// There is more, and nothing that asks for it.
    #[error("the answer says that there is more, and not how to ask for it")]
    Missing,
    /// What asks for the next page has asked for one before.
    #[error("its pages go round in a circle")]
    Again,
}

/// The input that asks for the page after `answer`; none where it was the last.
pub(super) fn next(operation: Operation, input: &Value, answer: &Value) -> Result<Option<Value>, NoToken> {
    operation.pages().map_or(Ok(None), |pages| next_by(&pages, input, answer))
}

fn next_by(pages: &Pages, input: &Value, answer: &Value) -> Result<Option<Value>, NoToken> {
    let said = pages.more.and_then(|more| at(answer, more)).and_then(Value::as_bool);
    if said == Some(false) {
        return Ok(None);
    }
    let mut next = input.as_object().cloned().unwrap_or_default();
    let mut any = false;
    for (name, path) in pages.inputs.iter().zip(&pages.outputs) {
        next.shift_remove(*name);
        if let Some(token) = at(answer, path).filter(|token| !is_nothing(token)) {
            next.insert((*name).to_owned(), token.clone());
            any = true;
        }
    }
    let next = Value::Object(next);
    match any {
        true if next == *input => Err(NoToken::Again),
        true => Ok(Some(next)),
        false if said == Some(true) => Err(NoToken::Missing),
        false => Ok(None),
    }
}

/// The smallest page that every service gives: some have none of fewer.
const SMALL: i64 = 20;

/// `input` with a small page.
pub(super) fn small(operation: Operation, input: &Value) -> Value {
    of_size(operation, input, SMALL)
}

/// `input` with the largest page, where nothing is asked for by name: services refuse both together.
pub(super) fn sized(operation: Operation, input: &Value) -> Value {
    of_size(operation, input, i64::MAX)
}

fn of_size(operation: Operation, input: &Value, most: i64) -> Value {
    let none = Map::new();
    let members = input.as_object().unwrap_or(&none);
    let by_name = members.values().any(Value::is_array);
    match operation.pages().and_then(|pages| pages.size) {
        Some((name, largest)) if !by_name && !members.contains_key(name) => {
            let mut sized = members.clone();
            sized.insert(name.to_owned(), Value::from(largest.min(most)));
            Value::Object(sized)
        }
        _ => Value::Object(members.clone()),
    }
}

fn is_nothing(token: &Value) -> bool {
    token.is_null() || token.as_str().is_some_and(str::is_empty)
}

/// What is at `path`: names with dots, `[-1]` for the last of a list, `||` before what is taken instead.
fn at<'a>(answer: &'a Value, path: &str) -> Option<&'a Value> {
    path.split("||").find_map(|path| {
        let found = path.trim().split('.').try_fold(answer, |value, part| match part.strip_suffix("[-1]") {
            Some(name) => value.get(name)?.as_array()?.last(),
            None => value.get(part),
        });
        found.filter(|value| !is_nothing(value))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::collect::aws::client::table::Service;

    fn operation(service: &str, name: &str) -> Operation {
        Service::named(service).unwrap().operation(name).unwrap()
    }

    #[test]
    fn tokens_go_from_answers_to_questions() {
        let rds = operation("rds", "DescribeDBInstances");
        let input = json!({"Filters": []});
        let answer = json!({"Marker": "abc", "DBInstances": []});
        assert_eq!(next(rds, &input, &answer), Ok(Some(json!({"Filters": [], "Marker": "abc"}))));
        assert_eq!(next(rds, &input, &json!({"DBInstances": []})), Ok(None));
        assert_eq!(next(rds, &input, &json!({"Marker": ""})), Ok(None));
    }

    #[test]
    fn more_without_a_token_is_no_end_nor_is_the_same_token_again() {
        let list = operation("cloudfront", "ListDistributions");
        let lost = json!({"DistributionList": {"IsTruncated": true}});
        assert_eq!(next(list, &json!({}), &lost), Err(NoToken::Missing));
        let rds = operation("rds", "DescribeDBInstances");
        assert_eq!(next(rds, &json!({"Marker": "a"}), &json!({"Marker": "a"})), Err(NoToken::Again));
    }

    #[test]
    fn a_list_inside_a_structure_is_paged_too() {
        let list = operation("cloudfront", "ListDistributions");
        let page = |more: bool| json!({"DistributionList": {"NextMarker": "n", "IsTruncated": more}});
        assert_eq!(next(list, &json!({}), &page(true)), Ok(Some(json!({"Marker": "n"}))));
        assert_eq!(next(list, &json!({"Marker": "n"}), &page(false)), Ok(None));
    }

    #[test]
    fn several_tokens_are_taken_together_and_old_ones_left() {
        let (inputs, outputs) = (vec!["StartRecordName", "StartRecordType"], vec!["NextRecordName", "NextRecordType"]);
        let pages = Pages { inputs, outputs, more: Some("IsTruncated"), size: None };
        let before = json!({"HostedZoneId": "Z1", "StartRecordName": "a", "StartRecordType": "x"});
        let answer = json!({"IsTruncated": true, "NextRecordName": "b"});
        let after = json!({"HostedZoneId": "Z1", "StartRecordName": "b"});
        assert_eq!(next_by(&pages, &before, &answer), Ok(Some(after)));
    }

    #[test]
    fn pages_are_as_large_as_they_may_be() {
        let keys = operation("kms", "ListKeys");
        assert_eq!(sized(keys, &json!({})), json!({"Limit": 1000}));
        assert_eq!(sized(keys, &json!({"Limit": 5})), json!({"Limit": 5}));
        assert_eq!(small(keys, &json!({})), json!({"Limit": 20}));
        let subnets = operation("ec2", "DescribeSubnets");
        assert_eq!(sized(subnets, &json!({"SubnetIds": ["s"]})), json!({"SubnetIds": ["s"]}));
    }
}
