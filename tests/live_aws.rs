//! The AWS collector against peers on loopback: a moto server, and a server of our own that breaks in every way.
//!
//! Started by `.ci/run` with `--features aws`. Without Python 3 what needs moto says so and is skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test may panic"
)]

#[path = "live_aws/client.rs"]
mod client;
#[path = "live_aws/collect.rs"]
mod collect;
#[path = "live_aws/command.rs"]
mod command;
#[path = "live_aws/facts.rs"]
mod facts;
#[path = "live_aws/faults.rs"]
mod faults;
#[path = "live_aws/measure.rs"]
mod measure;
#[path = "live_aws/moto.rs"]
mod moto;
#[path = "live_aws/parity.rs"]
mod parity;
#[path = "live_aws/proxy.rs"]
mod proxy;
#[path = "live_aws/recorded.rs"]
mod recorded;
#[path = "live_aws/replay.rs"]
mod replay;
#[path = "support/parity.rs"]
mod sides;
