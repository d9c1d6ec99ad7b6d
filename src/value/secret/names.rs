//! What a name says of the value that stands under it, and what of that value is no secret all the same.

use super::REDACTED;

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
    // the half of a pair that names it, which AWS counts among credentials in clear text:
    // https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-2
    if words.ends_with(&["access", "key", "id"]) {
        return true;
    }
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
pub(super) fn is_literal_secret(name: &str, value: &str) -> bool {
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
