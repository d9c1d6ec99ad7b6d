//! AWS accounts, read and never changed: what is asked of them stands in tables (`data/aws/services/`), and one engine
//! asks it. Only the tables, and the rights that they need, are in the default build.

#[cfg(feature = "aws")]
pub mod account;
#[cfg(feature = "aws")]
pub mod ask;
#[cfg(feature = "aws")]
mod change;
#[cfg(feature = "aws")]
pub mod client;
#[cfg(feature = "aws")]
mod conditions;
#[cfg(feature = "aws")]
mod detail;
#[cfg(feature = "aws")]
mod live;
pub mod path;
pub mod permissions;
#[cfg(feature = "aws")]
pub mod preflight;
#[cfg(feature = "aws")]
mod reply;
#[cfg(feature = "aws")]
pub mod scan;
#[cfg(feature = "aws")]
mod shape;
#[cfg(feature = "aws")]
pub mod snapshot;
pub mod table;
#[cfg(feature = "aws")]
mod template;
#[cfg(all(test, feature = "aws"))]
mod tests;
#[cfg(feature = "aws")]
mod unit;
#[cfg(feature = "aws")]
mod whereabouts;
