//! How Resource Manager spells what the readers of this cloud read: one file a service family, beside its reader's name.

use crate::provider::spelling::{Native, Spelling};

/// The spelling of Resource Manager's API, which templates, Bicep and Resource Graph share:
/// <https://learn.microsoft.com/azure/templates/>.
pub(in crate::provider) const SPELLING: Spelling =
    Spelling { free: FREE, paired: &[], lifted: "properties", tables: TABLES };

/// Maps of Resource Manager whose keys are a person's own.
const FREE: &[&str] = &["metadata", "parameters", "tags", "userAssignedIdentities"];

/// Every family's types in Resource Manager's spelling.
const TABLES: &[&[Native]] = &[];
