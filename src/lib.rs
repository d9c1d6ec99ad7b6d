//! Deodar as a library: the rooms from the ground up. Read `pipeline` first.
//!
//! **Invariant:** a room imports only rooms below it; `tests/architecture.rs` holds it.

pub mod source;
pub mod value;

pub mod collect;
pub mod format;
pub mod model;

pub mod provider;
pub mod rule;

pub mod graph;

pub mod engine;

pub mod report;

pub mod pipeline;

pub mod cli;
