//! Whether a text is a credential: by the name it stands under, or by its own form. So low that whoever collects may
//! leave out what is one, and whoever reads tells it by the same measure.
//!
//! Errs on the side of silence: a name alone never makes a placeholder, a path or a reference to a vault a credential.

mod forms;
mod names;

pub use forms::{is_credential_text, without_credentials};
pub use names::names_credential;

use names::is_literal_secret;

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
            ("AWS_ACCESS_KEY_ID", "pages7"),
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
            ("KMS_KEY_ID", "pages7"),
            ("AWS_ACCESS_KEY_ID_FILE", "/run/secrets/id"),
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
