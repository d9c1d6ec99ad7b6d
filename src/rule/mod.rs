//! What is judged by and against: rules with their metadata, baselines, the estate file, waivers, the profile that
//! policies see. Knows no resource and no Cedar; a rule's policy is a text here.
//!
//! **Invariant:** the file system is the registry: `build.rs` embeds every rule and baseline that it finds.

mod baseline;
mod estate;
mod glob;
mod library;
mod metadata;
mod places;
mod profile;
mod waiver;

pub use baseline::{Assessment, Baseline, Requirement};
pub use estate::{
    Account, Agent, Asset, BreakGlass, CLASSES, Class, Estate, EstateError, Flow, Holder, NOT_REGULATED, Override,
    Selector, Vendor,
};
pub use glob::matches;
pub use library::{Library, LibraryError, Rule};
pub use metadata::{Confidence, Metadata, Severity};
pub use places::places;
pub use profile::{Profile, ProfileFact, ProfileValue};
pub use waiver::Waiver;
