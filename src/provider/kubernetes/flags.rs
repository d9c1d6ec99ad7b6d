//! The flags that a container's command gives to its program, and what its environment says in their place.

use std::sync::Arc;

use crate::value::{Known, Node, Origins, Why, all};

/// The flags of a command.
pub(super) struct Flags {
    pub found: Vec<(Arc<str>, Known<Arc<str>>)>,
    /// A word that cannot be told, and may be any flag.
    pub unknown: Option<Known<Arc<str>>>,
    pub here: Origins,
}

impl Flags {
    /// `--name=value`, `--name value`, `--name`.
    pub(super) fn of(words: &[Node], container: &Node) -> Self {
        let mut flags = Self { found: Vec::new(), unknown: None, here: container.origins.clone() };
        for (at, word) in words.iter().enumerate() {
            let text = word.text("");
            let Some(flag) = text.value().and_then(|text| text.strip_prefix("--")) else {
                if text.why().is_some() {
                    flags.unknown.get_or_insert(text);
                }
                continue;
            };
            let plain = |value: &str| Known::set(Arc::from(value), word.origins.clone());
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name, plain(value)),
                None => match words.get(at + 1).map(|next| next.text("")) {
                    // the value, or whatever follows a switch
                    Some(next) if next.why().is_some() => (flag, next),
                    Some(next) => {
                        (flag, plain(next.value().filter(|next| !next.starts_with('-')).map_or("true", |next| next)))
                    }
                    None => (flag, plain("true")),
                },
            };
            // `$(MODE)` of Kubernetes, `$MODE` of a shell
            let value = match value.value() {
                Some(written) if written.contains('$') => {
                    Known::because(Why::Expression(format!("a variable sets `--{name}`").into()), value.origins)
                }
                _ => value,
            };
            flags.found.push((Arc::from(name), value));
        }
        flags
    }

    /// What environment variables that begin with `prefix` say: `ETCD_CERT_FILE` for `--cert-file`; a flag goes before.
    #[must_use]
    pub(super) fn with_environment(mut self, prefix: &str, container: &Node) -> Self {
        let named = container.each("env").into_iter().filter_map(|entry| {
            let name = entry.text("name");
            let flag = name.value()?.strip_prefix(prefix)?.to_ascii_lowercase().replace('_', "-");
            Some((Arc::from(flag), entry.text("value")))
        });
        self.found = named.chain(self.found.drain(..).collect::<Vec<_>>()).collect();
        self
    }

    pub(super) fn text(&self, name: &str) -> Known<Arc<str>> {
        let found = self.found.iter().rev().find(|(flag, _)| &**flag == name).map(|(_, value)| value.clone());
        found.or_else(|| self.unknown.clone()).unwrap_or_else(|| Known::unset(self.here.clone()))
    }

    pub(super) fn bool(&self, name: &str) -> Known<bool> {
        self.text(name).try_map(
            |text| match &*text {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            || Why::Expression(format!("`--{name}` is neither true nor false").into()),
        )
    }

    /// Whether each of `names` was given something.
    pub(super) fn given(&self, names: &[&str]) -> Known<bool> {
        all(names.iter().map(|name| self.text(name).exists()))
    }

    /// A whole number.
    pub(super) fn int(&self, name: &str) -> Known<i64> {
        let why = || Why::Expression(format!("`--{name}` is no whole number").into());
        self.text(name).try_map(|text| text.parse().ok(), why)
    }

    /// `fact`, unless the flag is missing and a configuration file may say more.
    pub(super) fn unless_in_file<T>(&self, fact: Known<T>, file: &str) -> Known<T> {
        let file = self.text(file);
        match (fact.is_unset(), file.value()) {
            (true, Some(path)) => Known::because(Why::NotSeen(path.clone()), file.origins.clone()),
            _ => fact,
        }
    }
}
