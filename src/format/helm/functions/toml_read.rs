//! `fromToml`: TOML as a value (<https://toml.io/en/v1.0.0>). Dates stay texts.

use std::rc::Rc;

use toml::{Table, Value};

use crate::format::helm::engine::val::{Map, Val};

/// The document as a map; what is wrong with it otherwise, with its line.
pub(super) fn document(text: &str) -> Result<Val, String> {
    let told = |error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        format!("line {}: {}", before.matches('\n').count() + 1, error.message())
    };
    text.parse::<Table>().map(table).map_err(told)
}

fn table(table: Table) -> Val {
    Val::from(table.into_iter().map(|(key, item)| (Rc::from(key), value(item))).collect::<Map>())
}

fn value(held: Value) -> Val {
    match held {
        Value::String(text) => Val::from(text),
        Value::Integer(number) => Val::from(number),
        Value::Float(number) => Val::from(number),
        Value::Boolean(flag) => Val::from(flag),
        Value::Datetime(time) => Val::from(time.to_string()),
        Value::Array(items) => Val::from(items.into_iter().map(value).collect::<Vec<_>>()),
        Value::Table(held) => table(held),
    }
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::format::helm::engine::print::show;

    #[test]
    fn documents_are_read() {
        let text = "# a\ntitle = \"a \\u00e9\\n\" # b\nn.m = 1_000\nhex = 0xff\nf = -1.5e3\non = true\nday = 2026-11-27\n\
            list = [1, [\"x\", 'y\\z'],\n  2, # c\n]\nin = {a = 1, b.c = 'd'}\nlong = \"\"\"\nx \\\n  y\"\"\"\n\
            [t.u]\nk = 1\n[[rows]]\nn = 1\n[[rows]]\nn = 2\n[rows.sub]\ns = ''\n";
        let shown = "map[day:2026-11-27 f:-1500 hex:255 in:map[a:1 b:map[c:d]] list:[1 [x y\\z] 2] long:x y n:map[m:1000] on:true \
            rows:[map[n:1] map[n:2 sub:map[s:]]] t:map[u:map[k:1]] title:a é\n]";
        assert_eq!(show(&document(text).unwrap()).as_str(), shown);
    }

    #[test]
    fn what_is_no_document_says_where() {
        for (text, reason) in [
            ("a = 1\nb", "line 2: key with no value, expected `=`"),
            ("a = 1\na = 2", "line 2: duplicate key"),
            ("a = \"x", "line 1: invalid basic string, expected `\"`"),
            ("a = x", "line 1: string values must be quoted, expected literal string"),
            ("a = 1 2", "line 1: string values must be quoted, expected literal string"),
            ("a = 1\n[a.b]\n", "line 2: cannot extend value of type integer with a dotted key"),
        ] {
            assert_eq!(document(text).unwrap_err(), reason, "{text}");
        }
        let deep = format!("a = {}", "[".repeat(100_000));
        assert!(document(&deep).is_err());
        assert!(document(&"a.".repeat(100_000)).is_err());
    }
}
