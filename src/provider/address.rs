//! Addresses taken apart: `module.a["x.y"].aws_s3_bucket.logs["b.c"]`. Instance keys may hold dots and brackets of their
//! own.

use std::sync::Arc;

/// The letters that stand in no quotes, and where.
fn plain(address: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quoted = false;
    let mut escaped = false;
    address.char_indices().filter(move |(_, letter)| {
        let inside = quoted;
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ => {}
        }
        !inside && !quoted
    })
}

/// The last part: `logs["b.c"]`.
pub(in crate::provider) fn last_part(address: &str) -> &str {
    let dot = plain(address).filter(|(_, letter)| *letter == '.').last();
    dot.and_then(|(at, _)| address.get(at + 1..)).unwrap_or(address)
}

/// The address without any instance key, which copies of one block share: `module.a.aws_s3_bucket.logs`.
pub(in crate::provider) fn without_keys(address: &str) -> Arc<str> {
    let mut within = false;
    let kept = plain(address).filter(|(_, letter)| {
        within = *letter == '[' || within && *letter != ']';
        !within && *letter != ']'
    });
    kept.map(|(_, letter)| letter).collect::<String>().into()
}

/// The address without its last instance key.
pub(in crate::provider) fn base(address: &str) -> &str {
    let last = last_part(address);
    match last.find('[') {
        Some(key) if last.ends_with(']') => address.get(..address.len() - last.len() + key).unwrap_or(address),
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_hold_dots_and_brackets() {
        let names = [
            ("aws_s3_bucket.logs", "logs", "aws_s3_bucket.logs"),
            ("aws_s3_bucket.logs[0]", "logs[0]", "aws_s3_bucket.logs"),
            (r#"g.b["roles/iam.admin"]"#, r#"b["roles/iam.admin"]"#, "g.b"),
            (r#"module.a["x.y"].s3.logs"#, "logs", r#"module.a["x.y"].s3.logs"#),
            (r#"module.a["x.y"].s3.logs["k[1]"]"#, r#"logs["k[1]"]"#, r#"module.a["x.y"].s3.logs"#),
            (r#"s3.logs["a\"b.c"]"#, r#"logs["a\"b.c"]"#, "s3.logs"),
            ("LogsBucket", "LogsBucket", "LogsBucket"),
            ("", "", ""),
        ];
        for (address, last, plain) in names {
            assert_eq!((last_part(address), base(address)), (last, plain), "{address}");
        }
    }

    #[test]
    fn two_blocks_of_one_module_are_not_alike_and_copies_are() {
        assert_eq!(&*without_keys(r#"module.a["x.y"].s3.logs["k[1]"]"#), "module.a.s3.logs");
        assert_eq!(without_keys("module.a[0].s3.logs[1]"), without_keys("module.a[1].s3.logs"));
        assert_ne!(without_keys("module.a[0].s3.logs"), without_keys("module.a[0].s3.other"));
    }
}
