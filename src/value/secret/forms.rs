//! Credentials that are told by their own form: tokens, private keys, passwords in addresses and connection strings.

use std::ops::Range;

use super::REDACTED_SECRET;
use crate::value::HOLE_OPEN;

/// A form of token: what it begins with, how many letters of its alphabet follow at least.
type Token = (&'static str, usize, fn(char) -> bool);

const TOKENS: &[Token] = &[
    ("AKIA", 16, |c| c.is_ascii_uppercase() || c.is_ascii_digit()),
    ("ASIA", 16, |c| c.is_ascii_uppercase() || c.is_ascii_digit()),
    ("ghp_", 30, |c| c.is_ascii_alphanumeric()),
    ("gho_", 30, |c| c.is_ascii_alphanumeric()),
    ("ghs_", 30, |c| c.is_ascii_alphanumeric()),
    ("github_pat_", 30, |c| c.is_ascii_alphanumeric() || c == '_'),
    ("glpat-", 16, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
    ("xoxb-", 16, |c| c.is_ascii_alphanumeric() || c == '-'),
    ("xoxp-", 16, |c| c.is_ascii_alphanumeric() || c == '-'),
    ("sk-ant-", 20, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
    ("sk-proj-", 20, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
    ("sk-", 32, |c| c.is_ascii_alphanumeric()),
    ("sk_live_", 16, |c| c.is_ascii_alphanumeric()),
    ("rk_live_", 16, |c| c.is_ascii_alphanumeric()),
    ("AIza", 35, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
    ("hf_", 30, |c| c.is_ascii_alphanumeric()),
    ("npm_", 30, |c| c.is_ascii_alphanumeric()),
    ("SG.", 40, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')),
    ("dckr_pat_", 20, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
    ("hvs.", 24, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')),
    ("eyJ", 40, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')),
    ("AccountKey=", 40, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')),
    ("SharedAccessKey=", 30, |c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')),
];

/// Whether a text is or holds a credential by its own form, whatever it is called.
pub fn is_credential_text(text: &str) -> bool {
    text.contains(REDACTED_SECRET) || !parts(text).is_empty()
}

/// The text with each credential that it holds by its own form replaced; none if it holds none.
pub fn without_credentials(text: &str) -> Option<String> {
    let mut parts = parts(text);
    parts.sort_by_key(|part| (part.start, part.end));
    let (mut kept, mut end) = (String::new(), 0);
    for part in &parts {
        if part.start >= end {
            kept.push_str(text.get(end..part.start)?);
            kept.push_str(REDACTED_SECRET);
        }
        end = end.max(part.end);
    }
    kept.push_str(text.get(end..)?);
    (!parts.is_empty()).then_some(kept)
}

/// Where a text holds credentials by their own form.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut found = tokens(text);
    found.extend(private_keys(text));
    found.extend(url_passwords(text));
    found.extend(connection_passwords(text));
    found
}

fn tokens(text: &str) -> Vec<Range<usize>> {
    let of = |(prefix, least, alphabet): &Token| {
        let one = |(at, _): (usize, &str)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let rest = text.get(at + prefix.len()..).unwrap_or("");
            let run = rest.find(|letter: char| !alphabet(letter)).unwrap_or(rest.len());
            let run = rest.get(..run).unwrap_or("");
            let whole = *prefix != "eyJ" || run.matches('.').count() == 2;
            let is = !before.is_some_and(char::is_alphanumeric) && run.chars().count() >= *least && whole;
            is.then(|| at..at + prefix.len() + run.len())
        };
        text.match_indices(prefix).filter_map(one).collect::<Vec<_>>()
    };
    TOKENS.iter().flat_map(of).collect()
}

/// From the head of a private key to its foot, or to the end.
fn private_keys(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("-----BEGIN ").filter_map(move |(at, _)| {
        let rest = text.get(at..)?;
        let head = rest.lines().next()?;
        head.contains("PRIVATE KEY").then_some(())?;
        let foot = rest.find("-----END ").map(|foot| foot + rest.get(foot..).map_or(0, line));
        Some(at..at + foot.unwrap_or(rest.len()))
    })
}

/// The length of the first line.
fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// `scheme://user:password@host`, with a password that is written out.
fn url_passwords(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.match_indices("://").filter_map(move |(at, _)| {
        let rest = text.get(at + 3..)?;
        let authority = rest.split(['/', ' ', '"', '\'', '\n', '?']).next()?;
        let (login, _) = authority.rsplit_once('@')?;
        let (user, password) = login.split_once(':')?;
        let start = at + 3 + user.len() + 1;
        let written = !password.is_empty() && !password.contains(['$', '<', '{', '%', '*', HOLE_OPEN]);
        written.then(|| start..start + password.len())
    })
}

/// `Password=…;` of a connection string.
fn connection_passwords(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    if !(lower.contains("server=") || lower.contains("data source=") || lower.contains("host=")) {
        return Vec::new();
    }
    let of = |key: &str| {
        let one = |(at, _): (usize, &str)| {
            let value = lower.get(at + key.len()..)?.split([';', '"', '\'', ' ']).next()?;
            let written = !value.is_empty() && !value.starts_with(['$', '<', '{', '%', '#', HOLE_OPEN]);
            written.then(|| at + key.len()..at + key.len() + value.len())
        };
        lower.match_indices(key).filter_map(one).collect::<Vec<_>>()
    };
    ["password=", "pwd="].into_iter().flat_map(of).collect()
}
