//! Whether a value is a credential: by the name it stands under, by its own form, or by where it comes from. Shared by
//! every cloud's environment values, start-up scripts, arguments and configuration.
//!
//! What a text by itself says stands in `value/secret.rs`.

pub(super) use crate::value::secret::{is_credential, is_credential_text, names_credential, text_holds_credential};
use crate::value::{Known, Node, Origins, Redacted, Unknown, Value, Why};

/// Whether the value `node` under `name` is a credential in plain sight.
///
/// Unknown only where the name speaks of a credential and the value cannot be told.
pub fn credential(name: &str, node: &Node) -> Known<bool> {
    let origins = node.origins.clone();
    match &node.value {
        Value::Redacted(Redacted::Untold) => Known::set(names_credential(name), origins),
        Value::Redacted(kind) => Known::set(*kind == Redacted::Secret, origins),
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

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
