//! AWS accounts, read and never changed: what is asked of them stands in tables (`data/aws/services/`).

#[cfg(feature = "aws")]
pub mod client;
pub mod path;
pub mod table;
