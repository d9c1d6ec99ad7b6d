//! Whether a value is a credential: by the name it stands under, by its own form, or by where it comes from. Shared by
//! every cloud's environment values, start-up scripts, arguments and configuration.
//!
//! Errs on the side of silence: a name alone never makes a placeholder, a path or a reference to a vault a credential.

use crate::value::{Known, Node, Origins, Unknown, Value, Why};

/// Whether the value `node` under `name` is a credential in plain sight.
///
/// Unknown only where the name speaks of a credential and the value cannot be told.
pub fn credential(name: &str, node: &Node) -> Known<bool> {
    let origins = node.origins.clone();
    match &node.value {
        Value::Redacted => Known::set(names_credential(name), origins),
        Value::Unknown(unknown) => from_unknown(names_credential(name), unknown, origins),
        Value::Text(text) => {
            // a hole stands for a word: what is around it may tell by itself
            let filled: String =
                text.text.split([crate::value::HOLE_OPEN, crate::value::HOLE_CLOSE]).collect::<Vec<_>>().join("x9");
            if is_credential_text(&text.text) {
                return Known::set(true, origins);
            }
            from_unknown(names_credential(name) || is_credential_text(&filled), &text.as_unknown(), origins)
        }
        _ => match node.text("").value() {
            Some(text) => Known::set(is_credential(name, text), origins),
            None => Known::set(false, origins),
        },
    }
}

/// A value that is not known as text: where it comes from may still tell.
fn from_unknown(named: bool, unknown: &std::sync::Arc<Unknown>, origins: Origins) -> Known<bool> {
    let secret_resource = unknown.refers.iter().any(|reference| {
        let resource = reference.address.rsplit("module.").next().unwrap_or(&reference.address);
        let keyed = names_credential(&reference.attribute)
            || ["connection_string", "primary_key", "secondary_key"]
                .iter()
                .any(|part| reference.attribute.contains(part));
        keyed
            || SECRET_RESULTS
                .iter()
                .any(|(kind, attribute)| resource.contains(kind) && *attribute == &*reference.attribute)
    });
    let secret_data =
        matches!(&unknown.why, Why::DataSource(name) if SECRET_DATA.iter().any(|data| name.contains(data)));
    if secret_resource || secret_data {
        return Known::set(true, origins);
    }
    // what refers to any other resource is its name or address
    if !named || !unknown.refers.is_empty() {
        return Known::set(false, origins);
    }
    Known::unknown(unknown.clone(), origins)
}

/// Resource types and the attribute that is the secret itself, though its name does not say so.
const SECRET_RESULTS: &[(&str, &str)] = &[
    ("random_password.", "result"),
    ("random_string.", "result"),
    ("aws_iam_access_key.", "secret"),
    ("aws_secretsmanager_secret_version.", "secret_string"),
    ("aws_secretsmanager_secret_version.", "secret_binary"),
    ("aws_ssm_parameter.", "value"),
    ("azurerm_key_vault_secret.", "value"),
    ("azuread_application_password.", "value"),
    ("google_secret_manager_secret_version.", "secret_data"),
    ("google_service_account_key.", "private_key"),
    ("tls_private_key.", "private_key_pem"),
];

/// Data sources whose result is a secret's value.
const SECRET_DATA: &[&str] = &[
    "aws_secretsmanager_secret_version.",
    "azurerm_key_vault_secret.",
    "google_secret_manager_secret_version.",
    "resolve:secretsmanager:",
    "resolve:ssm-secure:",
    "vault_generic_secret.",
    "vault_kv_secret",
];

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
    const PLACEHOLDERS: &[&str] = &["$", "<", "{{", "%", "#{", "@microsoft.keyvault", "@", "__", "***", "xxx", "..."];
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
    let token = TOKENS.iter().any(|(prefix, least, alphabet)| {
        text.match_indices(prefix).any(|(at, _)| {
            let own_word =
                !text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(char::is_alphanumeric);
            let rest = text.get(at + prefix.len()..).unwrap_or("");
            let run = rest.chars().take_while(|letter| alphabet(*letter));
            let (mut length, mut dots) = (0, 0);
            run.for_each(|letter| {
                length += 1;
                dots += usize::from(letter == '.');
            });
            own_word && length >= *least && (*prefix != "eyJ" || dots == 2)
        })
    });
    token || private_key(text) || url_password(text) || connection_password(text)
}

fn private_key(text: &str) -> bool {
    text.match_indices("-----BEGIN ").any(|(at, _)| {
        let head = text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or("");
        head.contains("PRIVATE KEY")
    })
}

/// `scheme://user:password@host`, with a password that is written out.
fn url_password(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = text.get(at + 3..).unwrap_or("");
        let authority = rest.split(['/', ' ', '"', '\'', '\n', '?']).next().unwrap_or("");
        let Some((login, _)) = authority.rsplit_once('@') else { return false };
        let Some((_, password)) = login.split_once(':') else { return false };
        !password.is_empty() && !password.contains(['$', '<', '{', '%', '*', crate::value::HOLE_OPEN])
    })
}

/// `Password=…;` of a connection string.
fn connection_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    if !(lower.contains("server=") || lower.contains("data source=") || lower.contains("host=")) {
        return false;
    }
    ["password=", "pwd="].iter().any(|key| {
        lower.match_indices(key).any(|(at, _)| {
            let value =
                lower.get(at + key.len()..).and_then(|rest| rest.split([';', '"', '\'', ' ']).next()).unwrap_or("");
            !value.is_empty() && !value.starts_with(['$', '<', '{', '%', '#', crate::value::HOLE_OPEN])
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

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
    fn where_an_unknown_value_comes_from_may_tell() {
        let node = |unknown| Node { value: Value::Unknown(unknown), origins: Origins::NONE };
        let variable = node(Unknown::new(Why::Variable("var.x".into())));
        assert!(credential("DB_PASSWORD", &variable).why().is_some());
        assert_eq!(credential("LOG_LEVEL", &variable).value(), Some(&false));
        let data =
            node(Unknown::new(Why::DataSource(Arc::from("data.aws_secretsmanager_secret_version.a.secret_string"))));
        assert_eq!(credential("X", &data).value(), Some(&true));
    }
}
