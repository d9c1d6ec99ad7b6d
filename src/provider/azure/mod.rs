//! Azure and Entra ID: Terraform's `azurerm_*` and `azuread_*` resources. One file a service family.

mod read;
mod storage;

use crate::provider::Row;

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[storage::ROWS];
