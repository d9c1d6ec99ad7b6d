//! Language runtimes: whether a version still gets security fixes from those who make the language.

use std::sync::Arc;

use crate::value::{Known, Why};

/// The oldest version of each language that still gets security fixes, November 2026. Sources: the languages' own pages,
/// <https://devguide.python.org/versions/>, <https://nodejs.org/en/about/previous-releases>,
/// <https://dotnet.microsoft.com/platform/support/policy/dotnet-core>, <https://www.php.net/supported-versions.php>,
/// <https://www.ruby-lang.org/en/downloads/branches/>, <https://www.oracle.com/java/technologies/java-se-support-roadmap.html>.
const OLDEST: &[(&str, (u32, u32))] = &[
    ("python", (3, 11)),
    ("nodejs", (22, 0)),
    ("dotnet", (10, 0)),
    ("php", (8, 2)),
    ("ruby", (3, 3)),
    ("java", (11, 0)),
];

/// Names that stand for a line that ended, or for one that the provider keeps going by itself.
const NAMED: &[(&str, bool)] =
    &[("nodejs", false), ("go1.x", false), ("provided", false), ("provided.al2", false), ("provided.al2023", true)];

/// Whether the runtime called so (`python3.12`, `python312`, `nodejs22.x`, `dotnetcore3.1`, `java21`) is supported; true
/// where none is named, as there is nothing to support.
pub(super) fn supported(runtime: Known<Arc<str>>) -> Known<bool> {
    runtime.try_map(|name| judge(&name), || Why::Expression("the runtime is not a known one".into())).or_default(true)
}

fn judge(name: &str) -> Option<bool> {
    let name = name.trim().to_ascii_lowercase();
    if let Some((_, supported)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some(*supported);
    }
    let start = name.find(|letter: char| letter.is_ascii_digit())?;
    let (language, version) = (name.get(..start)?, name.get(start..)?);
    // all of .NET Core ended
    if language == "dotnetcore" {
        return Some(false);
    }
    let (_, oldest) = OLDEST.iter().find(|(known, _)| *known == language)?;
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let (major, minor) = match version.split_once('.') {
        Some((major, minor)) => (digits(major), digits(minor)),
        // `python312` and `php82` are 3.12 and 8.2
        None if oldest.1 > 0 && version.len() > 1 => (digits(version.get(..1)?), digits(version.get(1..)?)),
        None => (digits(version), String::new()),
    };
    // `PYTHON_3` is the newest minor version that the provider has
    let minor = if minor.is_empty() { oldest.1 } else { minor.parse().ok()? };
    Some((major.parse().ok()?, minor) >= *oldest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_is_judged_by_language_and_version() {
        for (name, supported) in [
            ("python3.12", Some(true)),
            ("python3.9", Some(false)),
            ("python39", Some(false)),
            ("python312", Some(true)),
            ("nodejs22.x", Some(true)),
            ("nodejs18.x", Some(false)),
            ("nodejs22-lts", Some(true)),
            ("dotnetcore3.1", Some(false)),
            ("dotnet8.0", Some(false)),
            ("java8.al2", Some(false)),
            ("java21", Some(true)),
            ("provided.al2023", Some(true)),
            ("go1.x", Some(false)),
            ("php81", Some(false)),
            ("cobol", None),
        ] {
            assert_eq!(judge(name), supported, "{name}");
        }
    }
}
