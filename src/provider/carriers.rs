//! The workloads that run as an identity which is made apart from them.

use crate::model::{ServiceIdentity, TextSet};
use crate::provider::Joined;
use crate::provider::address::without_keys;
use crate::value::{Block, Known, Origins, any};

/// The identity `block` with the workloads in `joins`, those of one type each; none where nothing runs as it. Instances of
/// one workload are one.
pub(super) fn carried<'b>(block: &Block, joins: impl IntoIterator<Item = Joined<'b>>) -> Option<ServiceIdentity> {
    let mut workloads = TextSet::new();
    let mut maybe = None;
    for joined in joins {
        workloads.extend(joined.blocks.iter().map(|block| without_keys(&block.address)));
        maybe = maybe.or_else(|| joined.maybe());
    }
    if workloads.is_empty() {
        return None;
    }
    let here = Origins::at(block.head);
    let no = || Known::default_of(false, here.clone());
    Some(ServiceIdentity {
        shared: any([Known::set(workloads.len() > 1, here.clone())].into_iter().chain(maybe)),
        tenants_declared: no(),
        tenants_mixed: no(),
        workloads: Known::set(workloads, here),
    })
}
