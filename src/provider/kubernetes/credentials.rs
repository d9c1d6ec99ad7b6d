//! Credentials in plain sight: in environment values, arguments, config maps, and secrets written out in a manifest.

use super::pods::Template;
use super::{Object, any_of, resource};
use crate::model::{Certificate, Config, Resource};
use crate::provider::Context;
use crate::provider::certificates::ends_on;
use crate::provider::secrets::{credential, is_credential, names_credential, text_holds_credential};
use crate::value::{Dialect, Entry, Known, Node, Origins, Value, Why, any};

/// Whether a credential stands in the environment values or arguments of a workload.
pub(super) fn in_workload(template: &Template<'_>) -> Known<bool> {
    let nearest = template.at("spec.containers").origins;
    any_of(template.containers(), &nearest, |container| any([in_environment(container), in_arguments(container)]))
}

fn in_environment(container: &Node) -> Known<bool> {
    any_of(container.each("env"), &container.origins, |variable| match (&variable.value, variable.get("value")) {
        (Value::Unknown(unknown), _) => Known::unknown(unknown.clone(), variable.origins.clone()),
        (_, Some(value)) => credential(variable.text("name").value().map_or("", |name| name), value),
        (_, None) => Known::default_of(false, variable.origins.clone()),
    })
}

/// `--password=hunter2`, `--password hunter2`, `sh -c "export TOKEN=…"`.
fn in_arguments(container: &Node) -> Known<bool> {
    let items: Vec<&Node> = ["command", "args"].iter().flat_map(|field| container.each(field)).collect();
    let pairs = items.windows(2).find(|pair| match pair {
        [flag, value] => {
            let flag = flag.as_str().filter(|flag| flag.starts_with('-') && !flag.contains('='));
            let value = value.as_str().filter(|value| !value.starts_with('-'));
            flag.zip(value).is_some_and(|(flag, value)| is_credential(flag, value))
        }
        _ => false,
    });
    if let Some([_, value]) = pairs {
        return Known::set(true, value.origins.clone());
    }
    any_of(items, &container.origins, |item| match (item.as_str(), &item.value) {
        (Some(text), _) => Known::set(text_holds_credential(text), item.origins.clone()),
        (None, Value::Redacted(_)) => credential("", item),
        (None, _) => Known::default_of(false, item.origins.clone()),
    })
}

/// Whether an agent gets a credential other than from a secret store: as a value, or through a config map.
pub(super) fn of_agent(template: &Template<'_>, context: &Context<'_>) -> Known<bool> {
    let nearest = template.at("spec.containers").origins;
    any([
        in_workload(template),
        any_of(template.containers(), &nearest, |container| {
            any([from_map_key(container), from_whole_map(container, template.object, context)])
        }),
    ])
}

/// A variable that is called a credential and comes out of a config map.
fn from_map_key(container: &Node) -> Known<bool> {
    any_of(container.each("env"), &container.origins, |variable| {
        let named = variable.text("name").value().is_some_and(|name| names_credential(name));
        let from = variable.at_path("valueFrom.configMapKeyRef");
        Known::set(named && from.value().is_some(), from.origins)
    })
}

/// Everything of a config map as variables.
fn from_whole_map(container: &Node, object: &Object<'_>, context: &Context<'_>) -> Known<bool> {
    any_of(container.each("envFrom"), &container.origins, |source| {
        let name = source.text("configMapRef.name");
        if name.is_unset() {
            return Known::default_of(false, source.origins.clone());
        }
        let resolved = super::objects::resolved(&source.clone(), "configMapRef.name", context.blocks);
        let map = resolved
            .ok()
            .and_then(|name| context.blocks.objects().named(object.block.unit, "ConfigMap", &object.namespace, &name));
        match (map, name.value()) {
            (Some(map), _) => in_config_map(map).and_at(&name.origins),
            (None, Some(text)) => {
                let unseen = Why::NotSeen(format!("ConfigMap/{}/{text}", object.namespace).into());
                Known::because(unseen, name.origins.clone())
            }
            (None, None) => name.map(|_| false),
        }
    })
}

/// A config map.
pub(super) fn read_config_map(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    resources.push(resource(
        object,
        Config { plain_secret: in_config_map(object), ..crate::provider::data::config(&object.nowhere()) },
    ));
}

fn in_config_map(object: &Object<'_>) -> Known<bool> {
    entries(object, &["data"], |entry| match entry.value.as_str() {
        // a file under its name, or settings in one line
        Some(text) if text_holds_credential(text) => Known::set(true, entry.value.origins.clone()),
        _ => credential(&entry.key, &entry.value),
    })
}

/// A secret object: its values stand in the manifest, where everyone reads them who reads the repository. What is
/// encrypted or filled in later was left as it is where the manifest was read.
pub(super) fn read_secret(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let written_out = |entry: &Entry| {
        let written = match object.block.dialect {
            Dialect::Native => matches!(entry.value.value, Value::Redacted(_)),
            // a value that comes from elsewhere is known only when it is applied
            Dialect::Terraform => {
                matches!(&entry.value.value, Value::String(text) if !text.is_empty() && !text.starts_with(['$', '<', '{']))
            }
        };
        Known::set(written && !is_public(&entry.key), entry.value.origins.clone())
    };
    let plain_secret = entries(object, &["data", "stringData", "binaryData"], written_out);
    resources.push(resource(object, Config { plain_secret, ..crate::provider::data::config(&object.nowhere()) }));
    certificate(object, resources);
}

/// The certificate of a secret for TLS: <https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets>.
fn certificate(object: &Object<'_>, resources: &mut Vec<Resource>) {
    if object.body.text("type").value().is_none_or(|kind| &**kind != "kubernetes.io/tls") {
        return;
    }
    let maps = ["data", "stringData"].iter().flat_map(|path| object.body.each(path));
    let here = object.nowhere();
    let ends_on = match maps.filter_map(|map| map.get("tls.crt")).next() {
        Some(node) => ends_on(node.text("")),
        // what a cluster gave has a uid, and of a secret no values
        None if object.body.exists("metadata.uid").value() == Some(&true) => {
            Known::because(Why::Expression("the values of a cluster's secrets are not asked for".into()), here.clone())
        }
        None => return,
    };
    // cert-manager renews what it put there: <https://cert-manager.io/docs/reference/annotations/>
    let notes = object.body.each("metadata.annotations");
    let issued = notes.iter().find_map(|notes| notes.get("cert-manager.io/certificate-name"));
    let renews = issued.map_or_else(|| Known::default_of(false, here), |note| Known::set(true, note.origins.clone()));
    let facts = Certificate { renews, ends_on };
    let mut found = resource(object, facts);
    found.part = Some("certificate".into());
    resources.push(found);
}

/// A certificate that cert-manager asks for, and renews: <https://cert-manager.io/docs/usage/certificate/#renewal>.
pub(super) fn read_certificate(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let facts =
        Certificate { renews: Known::default_of(true, object.nowhere()), ends_on: Known::unset(object.nowhere()) };
    resources.push(resource(object, facts));
}

/// Whether what stands under a key of a secret is no secret by itself.
fn is_public(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.ends_with(".crt")
        || key.ends_with(".pub")
        || [
            "username",
            "user",
            "host",
            "hostname",
            "port",
            "database",
            "dbname",
            "endpoint",
            "region",
            "namespace",
            "email",
        ]
        .iter()
        .any(|word| key == *word || key.ends_with(&format!("_{word}")) || key.ends_with(&format!("-{word}")))
}

/// Whether any entry of the maps at `paths` is so.
fn entries(object: &Object<'_>, paths: &[&str], is: impl Fn(&Entry) -> Known<bool>) -> Known<bool> {
    let nearest: Origins = object.nowhere();
    let maps = paths.iter().flat_map(|path| object.body.each(path));
    any_of(maps, &nearest, |map| match &map.value {
        Value::Map(entries) => {
            let facts: Vec<Known<bool>> = entries.iter().map(&is).collect();
            let found = facts
                .iter()
                .find(|fact| fact.value() == Some(&true))
                .or_else(|| facts.iter().find(|fact| fact.why().is_some()));
            found.cloned().unwrap_or_else(|| Known::set(false, nearest.clone()))
        }
        _ => map.bool("").or_default(false),
    })
}
