//! From one page to the next, by the paging of the table.

use serde_json::{Map, Value};

use super::table::{Operation, Pages};

/// The input that asks for the page after `answer`; none where it was the last.
pub(super) fn next(operation: Operation, input: &Value, answer: &Value) -> Option<Value> {
    next_by(&operation.pages()?, input, answer)
}

fn next_by(pages: &Pages, input: &Value, answer: &Value) -> Option<Value> {
    if let Some(more) = pages.more
        && at(answer, more).and_then(Value::as_bool) != Some(true)
    {
        return None;
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
    any.then_some(Value::Object(next))
}

/// The tokens of `input`, to see that they do not come again.
pub(super) fn tokens(operation: Operation, input: &Value) -> String {
    let inputs = operation.pages().map(|pages| pages.inputs).unwrap_or_default();
    let tokens = inputs.into_iter().map(|name| input.get(name).map(ToString::to_string).unwrap_or_default());
    tokens.collect::<Vec<_>>().join(" ")
}

/// `input` with the largest page, where nothing is asked for by name: services refuse both together.
pub(super) fn sized(operation: Operation, input: &Value) -> Value {
    let none = Map::new();
    let members = input.as_object().unwrap_or(&none);
    let by_name = members.values().any(Value::is_array);
    match operation.pages().and_then(|pages| pages.size) {
        Some((name, largest)) if !by_name && !members.contains_key(name) => {
            let mut sized = members.clone();
            sized.insert(name.to_owned(), Value::from(largest));
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
        assert_eq!(next(rds, &input, &answer), Some(json!({"Filters": [], "Marker": "abc"})));
        assert_eq!(next(rds, &input, &json!({"DBInstances": []})), None);
        assert_eq!(next(rds, &input, &json!({"Marker": ""})), None);
    }

    #[test]
    fn a_list_inside_a_structure_is_paged_too() {
        let list = operation("cloudfront", "ListDistributions");
        let page = |more: bool| json!({"DistributionList": {"NextMarker": "n", "IsTruncated": more}});
        assert_eq!(next(list, &json!({}), &page(true)), Some(json!({"Marker": "n"})));
        assert_eq!(next(list, &json!({"Marker": "n"}), &page(false)), None);
    }

    #[test]
    fn several_tokens_are_taken_together_and_old_ones_left() {
        let (inputs, outputs) = (vec!["StartRecordName", "StartRecordType"], vec!["NextRecordName", "NextRecordType"]);
        let pages = Pages { inputs, outputs, more: Some("IsTruncated"), size: None };
        let before = json!({"HostedZoneId": "Z1", "StartRecordName": "a", "StartRecordType": "x"});
        let answer = json!({"IsTruncated": true, "NextRecordName": "b"});
        let after = json!({"HostedZoneId": "Z1", "StartRecordName": "b"});
        assert_eq!(next_by(&pages, &before, &answer), Some(after));
    }

    #[test]
    fn pages_are_as_large_as_they_may_be() {
        let keys = operation("kms", "ListKeys");
        assert_eq!(sized(keys, &json!({})), json!({"Limit": 1000}));
        assert_eq!(sized(keys, &json!({"Limit": 5})), json!({"Limit": 5}));
        let subnets = operation("ec2", "DescribeSubnets");
        assert_eq!(sized(subnets, &json!({"SubnetIds": ["s"]})), json!({"SubnetIds": ["s"]}));
    }
}
