//! Snapshots of clusters: against a real API server with its store, where it can be built, and against a small server
//! that misbehaves on purpose.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::print_stderr,
    reason = "a test may panic"
)]

mod faults;
mod parity;
mod peer;
mod real;
mod recorded;
mod server;
mod support;
