//! Kafka clusters that the Strimzi operator runs (<https://strimzi.io/docs/operators/latest/configuring.html>).

use super::{Object, any_of, resource};
use crate::model::{Resource, Topic};
use crate::provider::{Context, data};
use crate::value::{Known, Node, Origins, State, Value, Why, all};

/// A Kafka cluster: its listeners are what clients speak to. Brokers speak TLS among themselves always.
pub(super) fn read_kafka(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let here = object.nowhere();
    let listeners = object.body.at_path("spec.kafka.listeners");
    let facts = Topic {
        public: open_to_all(object, &here),
        shared_foreign: Known::default_of(false, here.clone()),
        encrypted: Known::because(Why::NotRead(object.block.native_type.clone()), here.clone()),
        own_protocol: Known::default_of(true, here.clone()),
        tls_clients: match listeners.state {
            State::Set(node) | State::Default(node) => tls_only(node, &listeners.origins),
            State::Unset => Known::unset(here.clone()).or_default(false),
            State::Unknown(unknown) => Known::unknown(unknown, listeners.origins),
        },
        tls_brokers: Known::default_of(true, here.clone()),
        ..data::topic_at(here, true)
    };
    resources.push(resource(object, facts));
}

/// Every listener has `tls`; in the older form, a map, a listener called `plain` has none.
fn tls_only(listeners: &Node, origins: &Origins) -> Known<bool> {
    let by_name = listeners.entries().iter().find(|entry| &*entry.key == "plain");
    if let Some(plain) = by_name {
        return Known::set(false, plain.value.origins.clone());
    }
    match &listeners.value {
        Value::Map(_) => Known::set(true, origins.clone()),
        _ => all(listeners.each("").into_iter().map(|listener| listener.bool("tls").or_default(false))),
    }
}

/// A listener outside the cluster that asks nobody who they are.
fn open_to_all(object: &Object<'_>, here: &Origins) -> Known<bool> {
    any_of(object.body.each("spec.kafka.listeners"), here, |listener| {
        let outside =
            listener.text("type").map(|kind| &*kind != "internal" && &*kind != "cluster-ip").or_default(false);
        all([outside, listener.exists("authentication").not()])
    })
}
