//! The services that a person names, of those that there are tables for.

use super::error::CliError;
use crate::collect::aws::table::Service;

/// The tables of the named services; all of them, if none is named.
pub(super) fn chosen<'t>(tables: &'t [Service], names: &[String]) -> Result<Vec<&'t Service>, CliError> {
    for name in names {
        if !tables.iter().any(|table| table.service == *name) {
            let known = tables.iter().map(|table| table.service.as_str());
            let mut all: Vec<&str> = known.clone().collect();
            all.dedup();
            return Err(CliError::unknown("service", name, known, &format!("there are: {}", all.join(", "))));
        }
    }
    Ok(tables.iter().filter(|table| names.is_empty() || names.contains(&table.service)).collect())
}
