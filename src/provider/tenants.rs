//! Which tenants workloads are labelled with.

use std::sync::Arc;

use crate::model::{Tags, UNKNOWN_TAG};
use crate::value::{Known, Origins, State, Unknown, Why};

/// Labels and tags by which people say whose a workload is; the last is that of Capsule
/// (<https://projectcapsule.dev/docs/tenants/>).
const KEYS: &[&str] =
    &["tenant", "tenant-id", "tenant_id", "tenant.id", "deodar.dev/tenant", "capsule.clastix.io/tenant"];

/// Whether two or more of workloads with these tags say whose they are, and whether they are of different tenants.
pub(super) fn of(tags: impl IntoIterator<Item = Known<Tags>>, here: &Origins) -> (Known<bool>, Known<bool>) {
    let mut named: Vec<(Arc<str>, Origins)> = Vec::new();
    let mut open: Option<Arc<Unknown>> = None;
    for known in tags {
        match &known.state {
            State::Set(tags) | State::Default(tags) => {
                let found = tags.iter().find(|(key, _)| KEYS.iter().any(|wanted| key.eq_ignore_ascii_case(wanted)));
                match found {
                    Some((key, value)) if **value == *UNKNOWN_TAG => {
                        open = Some(Unknown::new(Why::Expression(format!("the value of `{key}` is not known").into())));
                        named.push((Arc::from(UNKNOWN_TAG), known.origins.clone()));
                    }
                    Some((_, value)) => named.push((value.clone(), known.origins.clone())),
                    None => {}
                }
            }
            State::Unset | State::Unknown(_) => {}
        }
    }
    let declared = Known::default_of(named.len() > 1, here.clone());
    let (Some((first, _)), true) = (named.first(), named.len() > 1) else {
        return (declared, Known::default_of(false, here.clone()));
    };
    let known = |name: &Arc<str>| **name != *UNKNOWN_TAG;
    let other = named.iter().find(|(name, _)| known(name) && known(first) && name != first);
    let mixed = match (other, open) {
        (Some((_, at)), _) => Known::set(true, here.and(at)),
        (None, Some(open)) => Known::unknown(open, here.clone()),
        (None, None) => Known::default_of(false, here.clone()),
    };
    (declared, mixed)
}
