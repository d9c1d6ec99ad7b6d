//! Whether a text is a credential: by the name it stands under, or by its own form. So low that whoever collects may
//! leave out what is one, and whoever reads tells it by the same measure.
//!
//! Errs on the side of silence: a name alone never makes a placeholder, a path or a reference to a vault a credential.

use std::ops::Range;

use crate::value::HOLE_OPEN;

/// Stands in a snapshot for a value that is no credential by any sign, and may be one all the same.
pub const REDACTED: &str = "(redacted)";
/// Stands in a snapshot for a credential.
pub const REDACTED_SECRET: &str = "(redacted: secret)";

/// Whether `value`, written out under `name`, is a credential.
pub fn is_credential(name: &str, value: &str) -> bool {
    let value = value.trim();
    is_credential_text(value) || (names_credential(name) && is_literal_secret(name, value))
}

/// Whether a longer text (a script, a file, a command line) holds a credential: a known form of token, or an assignment
/// such as `PASSWORD=literal`.
pub fn text_holds_credential(text: &str) -> bool {
    is_credential_text(text)
        || text.lines().any(|line| assignments(line).any(|(name, value)| is_credential(name, value)))
}

/// `NAME=value`, `--name value`, `name: "value"` of a line.
fn assignments(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.match_indices(['=', ':']).filter_map(|(at, _)| {
        let (before, after) = (line.get(..at)?, line.get(at + 1..)?);
        let before = before.trim_end_matches([' ', '\t', '"', '\'', ':']);
        let word = before.rfind(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')));
        let name = before.get(
            word.map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8))..,
        )?;
        let after = after.trim_start_matches([' ', '\t']);
        let value = match after.chars().next()? {
            quote @ ('"' | '\'') => after.get(1..)?.split(quote).next()?,
            _ => after.split([' ', '\t', ';', ',', '&', '|', '"', '\'']).next()?,
        };
        (!name.is_empty() && !value.is_empty()).then_some((name, value))
    })
}

/// Last words of names that speak of what a credential is called, where it lies, or how it is handled.
const ABOUT: &[&str] = &[
    "file",
    "path",
    "dir",
    "name",
    "names",
    "arn",
    "url",
    "uri",
    "host",
    "endpoint",
    "ttl",
    "expiry",
    "expiration",
    "expires",
    "length",
    "enabled",
    "disabled",
    "type",
    "algorithm",
    "region",
    "version",
    "issuer",
    "audience",
    "policy",
    "prefix",
    "ref",
    "source",
    "store",
    "manager",
    "provider",
    "mount",
    "rotation",
    "limit",
    "count",
    "size",
    "id",
    "ids",
    "seconds",
    "minutes",
    "hours",
    "days",
    "required",
    "header",
    "field",
    "format",
    "namespace",
    "location",
    "project",
    "vault",
    "method",
    "mode",
];

/// Whether a name speaks of a credential: `DB_PASSWORD`, `apiKey`, `client-secret`; not `MAX_TOKENS`, `SECRET_NAME`.
pub fn names_credential(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(last) = words.last() else { return false };
    if ABOUT.contains(last) || words.contains(&"public") || words.contains(&"max") {
        return false;
    }
    let pair =
        |first: &str, second: &str| words.windows(2).any(|pair| matches!(pair, [a, b] if *a == first && *b == second));
    words.iter().any(|word| {
        matches!(
            *word,
            "password"
                | "passwd"
                | "pwd"
                | "pass"
                | "passphrase"
                | "passcode"
                | "secret"
                | "token"
                | "apikey"
                | "credential"
                | "credentials"
                | "pat"
                | "accesskey"
                | "secretkey"
                | "privatekey"
                | "authtoken"
                | "accesstoken"
                | "clientsecret"
        ) || word.ends_with("password")
            || word.ends_with("passwd")
    }) || pair("api", "key")
        || pair("access", "key")
        || pair("private", "key")
        || pair("secret", "key")
        || pair("encryption", "key")
        || pair("signing", "key")
        || pair("account", "key")
        || pair("master", "key")
        || pair("auth", "key")
}

/// The words of `snake_case`, `kebab-case`, `dotted.case` and `camelCase`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut fresh = true;
    let mut lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            fresh = true;
            lower = false;
            continue;
        }
        if fresh || (letter.is_uppercase() && lower) {
            words.push(String::new());
        }
        fresh = false;
        lower = letter.is_lowercase() || letter.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// Whether a value under a credential's name is a secret itself, not a placeholder, a switch, a path or a reference.
fn is_literal_secret(name: &str, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    if value.is_empty()
        || matches!(lower.as_str(), "true" | "false" | "null" | "none" | "nil" | "undefined" | "yes" | "no")
    {
        return false;
    }
    const PLACEHOLDERS: &[&str] =
        &["$", "<", "{{", "%", "#{", "@microsoft.keyvault", "@", "__", "***", "xxx", "...", REDACTED];
    const REFERENCES: &[&str] = &[
        "arn:",
        "projects/",
        "vault:",
        "ref+",
        "secretref:",
        "secret://",
        "ssm://",
        "gcp:",
        "aws:",
        "azurekv://",
        "op://",
        "keyvault",
        "/",
        "./",
        "../",
        "file:",
        "valuefrom",
        "secrets/",
        "resourceid(",
        "kv/",
        "sm://",
        "gsm:",
        "http://",
        "https://",
    ];
    if PLACEHOLDERS.iter().chain(REFERENCES).any(|prefix| lower.starts_with(prefix)) || lower.contains("{{") {
        return false;
    }
    // the name of a secret object: `db-credentials` for `DB_SECRET`
    let plain_words = value.split(['-', '_', '.']).count() > 1
        && lower.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.'))
        && ["secret", "credential", "password", "token", "key"].iter().any(|word| lower.contains(word));
    let words = words(name);
    let password = words
        .last()
        .is_some_and(|last| last.ends_with("password") || matches!(last.as_str(), "passwd" | "pwd" | "pass"));
    if plain_words && !password {
        return false;
    }
    password || value.parse::<f64>().is_err()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_literal_make_a_credential() {
        for (name, value) in [
            ("DB_PASSWORD", "hunter2"),
            ("dbPassword", "12345678"),
            ("MYSQL_ROOT_PASSWORD", "changeme"),
            ("api-key", "d3adb33fc0ffee"),
            ("OPENAI_API_KEY", "sk-abc"),
            ("AUTH_TOKEN", "f00ba7"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("client.secret", "s3cr3t!"),
        ] {
            assert!(is_credential(name, value), "{name}={value}");
        }
    }

    #[test]
    fn placeholders_references_and_settings_are_none() {
        for (name, value) in [
            ("DB_PASSWORD", "${DB_PASSWORD}"),
            ("DB_PASSWORD", "$(cat /run/secrets/db)"),
            ("DB_PASSWORD", "<from vault>"),
            ("DB_PASSWORD", ""),
            ("DB_PASSWORD_FILE", "/run/secrets/db"),
            ("SECRET_NAME", "prod/db"),
            ("DB_SECRET", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"),
            ("DB_SECRET", "db-credentials"),
            ("APP_SECRET", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/a)"),
            ("MAX_TOKENS", "4096"),
            ("TOKEN_TTL", "3600"),
            ("SECRET_ROTATION_ENABLED", "true"),
            ("PUBLIC_KEY", "abc"),
            ("COMPASS", "north"),
            ("LOG_LEVEL", "info"),
            ("PASSWORD_MIN_LENGTH", "12"),
            ("KEY_VAULT", "shop-kv"),
        ] {
            assert!(!is_credential(name, value), "{name}={value}");
        }
    }

    #[test]
    fn some_values_are_credentials_under_any_name() {
        for value in [
            "AKIAIOSFODNN7EXAMPLE",
            "postgres://app:hunter2@db:5432/shop",
            "Server=db;User Id=sa;Password=hunter2;",
            "-----BEGIN RSA PRIVATE KEY-----\nMII",
            "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ==",
        ] {
            assert!(is_credential("X", value), "{value}");
        }
        for value in
            ["postgres://app:${PW}@db/shop", "https://example.org/a:b@c", "AKIA", "eyJhbGciOi", "redis://cache:6379/0"]
        {
            assert!(!is_credential("X", value), "{value}");
        }
    }

    #[test]
    fn scripts_are_searched_for_assignments() {
        assert!(text_holds_credential("#!/bin/sh\nexport DB_PASSWORD=hunter2\n"));
        assert!(text_holds_credential("spring.datasource.password: \"hunter2\""));
        assert!(text_holds_credential("mysql --password=hunter2 -u root"));
        assert!(!text_holds_credential("export DB_PASSWORD=$(aws secretsmanager get-secret-value)\npassword: ${PW}\n"));
    }

    #[test]
    fn what_a_text_holds_is_cut_out_of_it_and_still_told() {
        for (text, kept) in [
            ("postgres://app:hunter2@db:5432/shop", "postgres://app:(redacted: secret)@db:5432/shop"),
            ("Server=db;Password=hunter2;Encrypt=true", "Server=db;Password=(redacted: secret);Encrypt=true"),
            ("key AKIAIOSFODNN7EXAMPLE and AKIAIOSFODNN7EXAMPLF.", "key (redacted: secret) and (redacted: secret)."),
            ("a\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb", "a\n(redacted: secret)\nb"),
            ("-----BEGIN PRIVATE KEY-----\nMII", "(redacted: secret)"),
        ] {
            assert_eq!(without_credentials(text).as_deref(), Some(kept));
            assert!(is_credential("X", kept) && text_holds_credential(kept), "{kept}");
        }
        assert_eq!(without_credentials("postgres://app:${PW}@db/shop"), None);
    }

    #[test]
    fn the_marks_say_what_they_stand_for() {
        assert!(is_credential("X", REDACTED_SECRET));
        assert!(!is_credential("DB_PASSWORD", REDACTED));
    }
}
