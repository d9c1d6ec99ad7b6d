//! `deodar permissions aws`: the IAM policy that a snapshot needs.

use std::io::{self, Write};

use super::error::CliError;
use super::services_aws::chosen;
use super::typed::PermissionsAws as Typed;
use crate::collect::aws::{permissions, table};
use crate::engine::kinds_read;
use crate::rule::Library;

/// Runs the command.
pub(super) fn run(typed: &Typed, to: &mut impl Write) -> miette::Result<io::Result<()>> {
    let tables = table::all();
    let services = chosen(&tables, &typed.services)?;
    let library = Library::embedded();
    let rules = super::rules::chosen(&library, &typed.rule, &typed.baseline)?;
    let types = rules.map(|rules| {
        let rules = rules.into_iter().filter_map(|at| library.rules().get(at));
        let kinds = rules.flat_map(|rule| kinds_read(rule.id())).collect();
        permissions::types_of(&services, &kinds)
    });
    let policies = permissions::policies(&services, types.as_ref(), typed.role.as_deref());
    let count = policies.len();
    let shown = match (typed.part, policies.as_slice()) {
        (Some(part), policies) => match part.checked_sub(1).and_then(|part| policies.get(part)) {
            Some(policy) => format!("{policy:#}"),
            None => {
                let help = format!("there are {count}; the first is 1");
                return Err(CliError::Form { word: part.to_string(), form: "the number of a policy", help }.into());
            }
        },
        (None, [policy]) => format!("{policy:#}"),
        (None, policies) => {
            // a managed policy holds so much and no more
            let said = format!(
                "{count} policies, as one managed policy holds at most {} characters: attach all of them; `--part 1` prints the first alone",
                permissions::MOST
            );
            // the policies themselves are what counts
            let _ = writeln!(io::stderr().lock(), "{said}");
            format!("{:#}", serde_json::Value::Array(policies.to_vec()))
        }
    };
    Ok(writeln!(to, "{shown}"))
}
