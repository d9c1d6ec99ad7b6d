//! Where a cluster's alerts go.

use super::{Object, resource};
use crate::model::{Alarm, Resource};
use crate::provider::Context;
use crate::value::{Known, Node, State, any};

/// The route's receiver must be there and have somewhere to send to:
/// <https://prometheus-operator.dev/docs/developer/alerting/#alertmanagerconfig-resource>.
pub(super) fn read_config(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let receivers = object.body.each("spec.receivers");
    let sends = |receiver: &Node| {
        let configured = receiver.entries().iter().filter(|entry| entry.key.ends_with("Configs"));
        any(configured.map(|entry| receiver.exists(&entry.key)))
    };
    let wanted = object.body.text("spec.route.receiver");
    let routed = match &wanted.state {
        State::Set(name) | State::Default(name) => {
            let found = receivers.into_iter().find(|receiver| receiver.text("name").value() == Some(name));
            found.map_or_else(|| Known::default_of(false, wanted.origins.clone()), sends)
        }
        State::Unset => Known::default_of(false, object.nowhere()),
        State::Unknown(unknown) => Known::unknown(unknown.clone(), wanted.origins.clone()),
    };
    let enabled = Known::default_of(true, object.nowhere());
    resources.push(resource(object, Alarm { enabled, routed: routed.and_at(&object.nowhere()) }));
}
