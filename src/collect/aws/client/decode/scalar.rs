//! Texts of XML and of headers to truth values, numbers and times.

use jiff::Timestamp;
use serde_json::Value;

use crate::collect::aws::client::table::Kind;

/// `text` as `kind`. What does not look like its kind stays a text, which no reader takes for a number.
pub(super) fn read(text: &str, kind: &Kind) -> Value {
    let as_it_is = || Value::from(text);
    match kind {
        Kind::Bool | Kind::Int | Kind::Float | Kind::Time if text.trim().is_empty() => Value::Null,
        Kind::Bool => text.trim().to_ascii_lowercase().parse::<bool>().map_or_else(|_| as_it_is(), Value::from),
        Kind::Int => text.trim().parse::<i64>().map_or_else(|_| as_it_is(), Value::from),
        Kind::Float => text.trim().parse::<f64>().map_or_else(|_| as_it_is(), Value::from),
        Kind::Time => time(text).map_or_else(as_it_is, Value::from),
        _ => as_it_is(),
    }
}

/// A time in RFC 3339, whether written so, as in mails, or as seconds since 1970.
fn time(text: &str) -> Option<String> {
    let text = text.trim();
    let parsed = text.parse::<Timestamp>().ok();
    let parsed = parsed.or_else(|| Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp()));
    parsed.map(|time| time.to_string()).or_else(|| seconds(text.parse().ok()?))
}

/// Seconds since 1970, with fractions.
fn seconds(seconds: f64) -> Option<String> {
    #[expect(clippy::cast_possible_truncation, reason = "the answer is checked: a time beyond its range is none")]
    let milliseconds = (seconds * 1000.0).round() as i64;
    Some(Timestamp::from_millisecond(milliseconds).ok()?.to_string())
}

/// A time as JSON has it: a number of seconds, or a text.
pub(in crate::collect::aws::client) fn time_in_json(value: Value) -> Value {
    match &value {
        Value::Number(number) => number.as_f64().and_then(seconds).map_or(value, Value::from),
        Value::String(text) => time(text).map_or(value, Value::from),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_told_alike() {
        for text in ["2015-10-21T07:28:00Z", "2015-10-21T07:28:00.000Z", "Wed, 21 Oct 2015 07:28:00 GMT", "1445412480"]
        {
            assert_eq!(read(text, &Kind::Time), json!("2015-10-21T07:28:00Z"), "{text}");
        }
        assert_eq!(time_in_json(json!(1_445_412_480.5)), json!("2015-10-21T07:28:00.5Z"));
        assert_eq!(time_in_json(json!(1.445_412_48E9)), json!("2015-10-21T07:28:00Z"));
    }

    #[test]
    fn what_is_not_of_its_kind_stays_a_text() {
        assert_eq!(read("true", &Kind::Bool), json!(true));
        assert_eq!(read("maybe", &Kind::Bool), json!("maybe"));
        assert_eq!(read("12", &Kind::Int), json!(12));
        assert_eq!(read("no_information", &Kind::Time), json!("no_information"));
        assert_eq!(read("", &Kind::Int), Value::Null);
    }
}
