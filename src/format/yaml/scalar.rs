//! What a plain YAML scalar means: text alone decides, quotes and tags were seen to by the caller.

use std::sync::Arc;

use crate::value::Value;

/// Which words are more than text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scalars {
    /// YAML 1.1 as Go's `yaml.v2` reads it, and with it Kubernetes, Compose and Terraform's `yamldecode`: `yes` and `on`
    /// are Booleans, `0777` is octal, `1_000` is a number. Dates stay text.
    Yaml11,
    /// The same, but `y`, `n` and `0888` are texts, as most readers of YAML 1.1 have it and CloudFormation with them: a
    /// DynamoDB attribute is of type `N`.
    Yaml11Words,
    /// The core schema of YAML 1.2: only `true` and `false` are Booleans, octal is `0o777`.
    Core,
}

/// The value of a plain scalar without a tag.
pub(super) fn plain(text: &str, scalars: Scalars) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if scalars != Scalars::Core {
        match text {
            "y" | "Y" if scalars == Scalars::Yaml11 => return Value::Bool(true),
            "n" | "N" if scalars == Scalars::Yaml11 => return Value::Bool(false),
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Value::Bool(true),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Value::Bool(false),
            _ => {}
        }
    }
    number(text, scalars).map_or_else(|| Value::String(Arc::from(text)), Value::Number)
}

/// The value of a scalar with one of YAML's own tags (`!!str`, `!!int`, …); none if the text is not of that type.
pub(super) fn tagged(tag: &str, text: &str, scalars: Scalars) -> Option<Value> {
    let value = plain(text, scalars);
    match (tag, value) {
        ("str", _) => Some(Value::String(Arc::from(text))),
        ("null", _) => Some(Value::Null),
        ("bool", value @ Value::Bool(_)) | ("int" | "float", value @ Value::Number(_)) => Some(value),
        _ => None,
    }
}

/// A number, or none.
fn number(text: &str, scalars: Scalars) -> Option<f64> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return None;
    }
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => (-1.0, text.get(1..)?),
        [b'+', ..] => (1.0, text.get(1..)?),
        _ => (1.0, text),
    };
    if matches!(digits, ".inf" | ".Inf" | ".INF") {
        return Some(sign * f64::INFINITY);
    }
    let unbroken;
    let digits = if scalars != Scalars::Core && digits.contains('_') {
        unbroken = digits.replace('_', "");
        unbroken.as_str()
    } else {
        digits
    };
    radix(digits, scalars).or_else(|| decimal(digits, scalars)).map(|number| sign * number)
}

/// `0x1f`, `0o17`, and in YAML 1.1 `017` and `0b11`.
fn radix(digits: &str, scalars: Scalars) -> Option<f64> {
    let rest = digits.strip_prefix('0')?;
    let (base, rest) = match rest.bytes().next()? {
        b'x' => (16, rest.get(1..)?),
        b'o' => (8, rest.get(1..)?),
        b'b' if scalars != Scalars::Core => (2, rest.get(1..)?),
        b'0'..=b'7' if scalars != Scalars::Core => (8, rest),
        _ => return None,
    };
    if !rest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "all numbers of a node are floats")]
    u64::from_str_radix(rest, base).ok().map(|number| number as f64)
}

/// `12`, `1.5`, `.5`, `5.`, `1e9`. But for Go a leading zero keeps it text, so that an account's id stays one.
fn decimal(digits: &str, scalars: Scalars) -> Option<f64> {
    let bytes = digits.as_bytes();
    let shaped = bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
        && matches!(bytes, [first, ..] if first.is_ascii_digit() || *first == b'.');
    let padded = scalars != Scalars::Yaml11 && matches!(bytes, [b'0', second, ..] if second.is_ascii_digit());
    if !shaped || padded { None } else { digits.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Value {
        Value::String(Arc::from(value))
    }

    #[test]
    fn plain_scalars_mean_what_the_profile_says() {
        let cases: &[(&str, Value, Value)] = &[
            // scalar, YAML 1.1, core
            ("yes", Value::Bool(true), text("yes")),
            ("Off", Value::Bool(false), text("Off")),
            ("n", Value::Bool(false), text("n")),
            ("True", Value::Bool(true), Value::Bool(true)),
            ("~", Value::Null, Value::Null),
            ("0777", Value::Number(511.0), text("0777")),
            ("0o777", Value::Number(511.0), Value::Number(511.0)),
            ("0888", Value::Number(888.0), text("0888")),
            ("0x1F", Value::Number(31.0), Value::Number(31.0)),
            ("0b11", Value::Number(3.0), text("0b11")),
            ("1_000", Value::Number(1000.0), text("1_000")),
            ("-12", Value::Number(-12.0), Value::Number(-12.0)),
            ("+1.5e3", Value::Number(1500.0), Value::Number(1500.0)),
            (".5", Value::Number(0.5), Value::Number(0.5)),
            ("1.2.3", text("1.2.3"), text("1.2.3")),
            ("10.0.0.0/8", text("10.0.0.0/8"), text("10.0.0.0/8")),
            ("2010-09-09", text("2010-09-09"), text("2010-09-09")),
            ("100m", text("100m"), text("100m")),
            ("1e", text("1e"), text("1e")),
            ("-", text("-"), text("-")),
            ("0x", text("0x"), text("0x")),
            (".", text("."), text(".")),
        ];
        for (scalar, old, core) in cases {
            assert_eq!(&plain(scalar, Scalars::Yaml11), old, "`{scalar}` in YAML 1.1");
            assert_eq!(&plain(scalar, Scalars::Core), core, "`{scalar}` in the core schema");
            let words = if matches!(*scalar, "n" | "0888") { &text(scalar) } else { old };
            assert_eq!(&plain(scalar, Scalars::Yaml11Words), words, "`{scalar}` where `y` and `n` are texts");
        }
    }

    #[test]
    fn a_tag_of_yaml_decides() {
        assert_eq!(tagged("str", "yes", Scalars::Yaml11), Some(text("yes")));
        assert_eq!(tagged("int", "12", Scalars::Yaml11), Some(Value::Number(12.0)));
        assert_eq!(tagged("bool", "12", Scalars::Yaml11), None);
    }
}
