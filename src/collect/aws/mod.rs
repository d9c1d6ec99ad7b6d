//! AWS accounts, read and never changed: what is asked of them stands in tables (`data/aws/services/`).

pub mod path;
pub mod table;
