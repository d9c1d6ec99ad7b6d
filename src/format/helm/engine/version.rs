//! Semantic versions and constraints on them, as Helm's library reads them.
//! See <https://github.com/Masterminds/semver#checking-version-constraints>.

use std::cmp::Ordering;

/// A version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::format::helm) struct Version {
    /// Major, minor and patch.
    pub numbers: [u64; 3],
    /// What follows a `-`.
    pub pre: String,
    /// What follows a `+`.
    pub build: String,
    /// As it was written.
    pub written: String,
    /// Whether it is a cluster's, whose parts are texts.
    pub kube: bool,
}

impl Version {
    /// Reads `1`, `1.2`, `v1.2.3-rc.1+build`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let bare = text.strip_prefix('v').unwrap_or(text);
        let (bare, build) = bare.split_once('+').unwrap_or((bare, ""));
        let (core, pre) = bare.split_once('-').unwrap_or((bare, ""));
        let mut numbers = [0; 3];
        let mut parts = core.split('.');
        for (at, number) in numbers.iter_mut().enumerate() {
            match parts.next() {
                Some(part) if part.bytes().all(|byte| byte.is_ascii_digit()) => *number = part.parse().ok()?,
                None if at > 0 => {}
                _ => return None,
            }
        }
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        if parts.next().is_some() || !plain(pre) || !plain(build) || (bare.ends_with('-')) {
            return None;
        }
        Some(Self { numbers, pre: pre.into(), build: build.into(), written: text.into(), kube: false })
    }

    /// `1.2.3-pre+build`.
    pub fn plain(&self) -> String {
        let [major, minor, patch] = self.numbers;
        let mut text = format!("{major}.{minor}.{patch}");
        for (mark, part) in [('-', &self.pre), ('+', &self.build)] {
            if !part.is_empty() {
                text.push(mark);
                text.push_str(part);
            }
        }
        text
    }

    pub fn compare(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        })
    }
}

fn compare_pre(one: &str, other: &str) -> Ordering {
    let mut theirs = other.split('.');
    for part in one.split('.') {
        let Some(their) = theirs.next() else { return Ordering::Greater };
        let order = match (part.parse::<u64>(), their.parse::<u64>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => part.cmp(their),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    if theirs.next().is_some() { Ordering::Less } else { Ordering::Equal }
}

/// Whether `version` keeps to `constraint`; none if that cannot be read.
pub(in crate::format::helm) fn keeps(constraint: &str, version: &Version) -> Option<bool> {
    let mut any = false;
    for group in constraint.split("||") {
        any |= group_keeps(group, version)?;
    }
    Some(any)
}

fn group_keeps(group: &str, version: &Version) -> Option<bool> {
    let ranged;
    let mut group = group.trim();
    if let Some((low, high)) = group.split_once(" - ") {
        ranged = format!(">={} <={}", low.trim(), high.trim());
        group = &ranged;
    }
    let mut all = true;
    let mut words = group.split([' ', ',', '\t']).filter(|word| !word.is_empty()).peekable();
    words.peek()?;
    while let Some(word) = words.next() {
        let end = word.find(|letter| !"=!<>~^".contains(letter)).unwrap_or(word.len());
        let (sign, mut bound) = word.split_at(end);
        if bound.is_empty() {
            bound = words.next()?;
        }
        all &= one_keeps(sign, bound, version)?;
    }
    Some(all)
}

fn one_keeps(sign: &str, bound: &str, version: &Version) -> Option<bool> {
    let bare = bound.strip_prefix('v').unwrap_or(bound);
    let core = bare.split(['-', '+']).next().unwrap_or("");
    let wild = |part: &str| matches!(part, "x" | "X" | "*");
    let parts: Vec<&str> = core.split('.').collect();
    // how many parts are numbers: the rest is open
    let fixed = parts.iter().take_while(|part| !wild(part)).count().min(3);
    let numbers = parts.iter().take(fixed).copied().collect::<Vec<_>>().join(".");
    let rest = bare.get(core.len()..).unwrap_or("");
    let mut low = Version::read(&format!("{}{rest}", if fixed == 0 { "0" } else { &numbers }))?;
    // a version before its release is only meant where the constraint speaks of one
    if !version.pre.is_empty() && low.pre.is_empty() {
        return Some(false);
    }
    let order = version.compare(&low);
    let [major, minor, patch] = low.numbers;
    let below = |numbers: [u64; 3]| version.numbers < numbers;
    let within = match fixed {
        0 => true,
        1 => version.numbers.first() == Some(&major),
        _ => version.numbers.first() == Some(&major) && version.numbers.get(1) == Some(&minor),
    };
    Some(match sign {
        "" | "=" | "==" if fixed < 3 => within,
        "" | "=" | "==" => order == Ordering::Equal,
        "!=" if fixed < 3 => !within,
        "!=" => order != Ordering::Equal,
        ">" if fixed < 3 => order == Ordering::Greater && !within,
        ">" => order == Ordering::Greater,
        ">=" | "=>" => order != Ordering::Less,
        "<" => order == Ordering::Less,
        "<=" | "=<" if fixed < 3 => order == Ordering::Less || within,
        "<=" | "=<" => order != Ordering::Greater,
        "~" | "~>" => match fixed {
            0 => true,
            1 => order != Ordering::Less && within,
            _ => order != Ordering::Less && below([major, minor + 1, 0]),
        },
        "^" => {
            let top = match (fixed, major, minor) {
                (0, ..) => return Some(true),
                (_, 1.., _) | (1, 0, _) => [major + 1, 0, 0],
                (_, 0, 1..) | (2, 0, 0) => [0, minor + 1, 0],
                _ => [0, 0, patch + 1],
            };
            low.pre.clear();
            order != Ordering::Less && below(top)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_hold_as_helm_reads_them() {
        let cases = [
            (">=1.19-0", "v1.36.0", Some(true)),
            (">=1.19.0-0", "1.18.9", Some(false)),
            ("<1.14-0", "1.36.0", Some(false)),
            ("^1.2", "1.9.3", Some(true)),
            ("^1.2", "2.0.0", Some(false)),
            ("^0.2.3", "0.3.0", Some(false)),
            ("~1.2.3", "1.2.9", Some(true)),
            ("~1.2.3", "1.3.0", Some(false)),
            ("1.x", "1.36.0", Some(true)),
            (">= 1.16, < 1.20", "1.19.3", Some(true)),
            (">=1.16 <1.20 || ^2", "2.1.0", Some(true)),
            ("1.2 - 1.4", "1.3.9", Some(true)),
            ("!=1.2.3", "1.2.3", Some(false)),
            (">=1.19", "1.20.0-gke.1", Some(false)),
            (">=1.19-0", "1.20.0-gke.1", Some(true)),
            ("=1.5", "1.5.7", Some(true)),
            (">1.5", "1.5.7", Some(false)),
            ("*", "1.0.0", Some(true)),
            ("what", "1.0.0", None),
        ];
        for (constraint, version, keep) in cases {
            assert_eq!(keeps(constraint, &Version::read(version).unwrap()), keep, "{constraint} of {version}");
        }
    }
}
