//! Who a finding is and what it says, as hashes. Neither ever sees a line number.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::engine::Seen;
use crate::report::Fact;

/// The identity of a finding: its rule, its resource, the attribute that decides.
pub fn identity(rule: &str, resource: &str, attribute: &str) -> String {
    hash([rule, resource, attribute])
}

/// The deciding values: changes when what was written changes, and not when it moves.
pub fn content(facts: &[Fact]) -> String {
    let mut parts: Vec<String> = facts.iter().map(|fact| format!("{}={}", fact.path, value(&fact.value))).collect();
    parts.sort();
    hash(parts.iter().map(String::as_str))
}

/// A hash of texts, each set apart from the next; 32 hexadecimal digits.
pub fn hash<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        digest.update(part.as_bytes());
    }
    let mut text = String::with_capacity(32);
    for byte in digest.finalize().iter().take(16) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn value(seen: &Seen) -> String {
    match seen {
        Seen::Set(value) => format!("set {value}"),
        Seen::Default(value) => format!("default {value}"),
        Seen::Unset => "unset".to_owned(),
        Seen::Unknown(unknown) => format!("unknown {unknown}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
        assert_eq!(hash(["a"]).len(), 32);
    }
}
