//! What all database services of Azure share: firewall rules, server parameters, diagnostic settings, and what stands
//! for a server that is not among the files.

use std::net::Ipv4Addr;
use std::sync::Arc;

use crate::model::{Database, Resource};
use crate::provider::azure::read::{always, by_type, here, not_seen, parent, region_of, resource};
use crate::provider::{Context, Joined, data};
use crate::value::{Block, Known, Node, Origins, State, Unknown, any};

/// Whether one of the rules admits every address.
pub(super) fn opened(rules: &Joined<'_>) -> Known<bool> {
    any(rules.blocks.iter().map(|rule| rule_opens(&rule.body)).chain(rules.maybe()))
}

/// Whether one of the rules admits every customer of Azure.
pub(super) fn opened_to_cloud(rules: &Joined<'_>) -> Known<bool> {
    any(rules.blocks.iter().map(|rule| rule_admits_cloud(&rule.body)).chain(rules.maybe()))
}

/// Whether one firewall rule admits more addresses than anybody was ever given: the largest blocks are a 256th of them
/// all, <https://www.iana.org/assignments/ipv4-address-space/ipv4-address-space.xhtml>.
pub(super) fn rule_opens(rule: &Node) -> Known<bool> {
    range(rule, |from, to| to.saturating_sub(from) > u32::MAX / 256)
}

/// Whether one firewall rule is the one (`0.0.0.0` to `0.0.0.0`) that admits everything that runs in Azure, other customers'
/// machines included: <https://learn.microsoft.com/azure/azure-sql/database/firewall-configure>.
pub(super) fn rule_admits_cloud(rule: &Node) -> Known<bool> {
    range(rule, |from, to| from == 0 && to == 0)
}

/// What `ask` says of the first and the last address of a rule; false where they are none.
fn range(rule: &Node, ask: impl Fn(u32, u32) -> bool) -> Known<bool> {
    let text = |name: &str| rule.text(name).required(name);
    let (start, end) = (text("start_ip_address"), text("end_ip_address"));
    let (Some(from), Some(to)) = (start.value(), end.value()) else {
        let cause = if start.value().is_none() { start } else { end };
        return cause.map(|_| false);
    };
    // a range in the place of an address means its beginning
    let address = |text: &str| text.split('/').next().unwrap_or(text).trim().parse::<Ipv4Addr>();
    let open = match (address(from), address(to)) {
        (Ok(from), Ok(to)) => ask(u32::from(from), u32::from(to)),
        _ => false,
    };
    Known::set(open, start.origins.and(&end.origins))
}

/// The value of the server parameter `name`, as separate resources set it; unset where none does.
pub(super) fn parameter(settings: &Joined<'_>, name: &str) -> Known<Arc<str>> {
    let mut unknown: Option<Known<Arc<str>>> = None;
    let mut nowhere = Origins::NONE;
    for setting in &settings.blocks {
        let called = setting.body.text("name");
        match &called.state {
            State::Set(found) | State::Default(found) if found.eq_ignore_ascii_case(name) => {
                return setting.body.text("value");
            }
            State::Unknown(why) => unknown = Some(Known::unknown(why.clone(), called.origins.clone())),
            _ => nowhere = Origins::at(setting.head),
        }
    }
    if let Some(open) = &settings.open {
        unknown.get_or_insert(Known::unknown(open.clone(), nowhere.clone()));
    }
    unknown.unwrap_or_else(|| Known::unset(nowhere))
}

/// Whether a diagnostic setting sends its logs somewhere.
pub(super) fn diagnosed(block: &Block, context: &Context<'_>) -> Known<bool> {
    context.blocks.joined(block, "azurerm_monitor_diagnostic_setting", "target_resource_id", &["id"]).exists()
}

/// A database of which nothing can be told, for `why`.
pub(super) fn unseen(why: &Arc<Unknown>, origins: &Origins) -> Database {
    let flag = || Known::unknown(why.clone(), origins.clone());
    Database {
        engine: Known::unknown(why.clone(), origins.clone()),
        encrypted: flag(),
        customer_key: flag(),
        key: Known::unknown(why.clone(), origins.clone()),
        public: flag(),
        open_allowlist: flag(),
        admits_cloud: flag(),
        own_protocol: flag(),
        tls_required: flag(),
        backed_up: flag(),
        backup_days: Known::unknown(why.clone(), origins.clone()),
        has_audit_log: flag(),
        audit_logged: flag(),
        geo_paired: flag(),
        pair_jurisdictions: Known::unknown(why.clone(), origins.clone()),
        ..data::database_at(origins)
    }
}

/// A firewall rule or a parameter is judged as a part of its server (one of `servers`, named at `path`); where that is
/// not among the files, as what is left to see of it.
pub(super) fn orphan(
    block: &Block,
    context: &Context<'_>,
    path: &str,
    servers: &[&str],
    engine: &str,
    seen: impl FnOnce(&mut Database),
) -> Option<Resource> {
    if parent(context.blocks, block, path, servers).is_some() {
        return None;
    }
    let mut database = unseen(&not_seen(block, path), &block.body.at_path(path).origins);
    database.engine = by_type(block, engine);
    // https://learn.microsoft.com/azure/security/fundamentals/encryption-atrest: all of Azure's database services do
    database.encrypted = always(block, true);
    seen(&mut database);
    let mut resource = resource(block, database);
    resource.region = region_of(block, None, path);
    Some(resource)
}

/// An absent thing, at the block's head.
pub(super) fn none<T>(block: &Block) -> Known<T> {
    Known::unset(here(block))
}
