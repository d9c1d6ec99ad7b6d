//! `deodar baselines`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::error::CliError;
use super::typed::Baselines;
use crate::rule::{Baseline, Library};

/// Runs the command.
pub(super) fn run(command: Option<Baselines>, to: &mut dyn Write) -> miette::Result<io::Result<()>> {
    let library = Library::embedded();
    Ok(match command.unwrap_or(Baselines::List) {
        Baselines::List => list(&library, to),
        Baselines::Show { name } => match library.baseline(&name) {
            Some(baseline) => show(&library, baseline, to),
            None => {
                let known = library.baselines().iter().map(|baseline| baseline.name.as_str());
                return Err(CliError::unknown("baseline", &name, known, "see `deodar baselines`").into());
            }
        },
    })
}

fn list(library: &Library, to: &mut dyn Write) -> io::Result<()> {
    for baseline in library.baselines() {
        let count = baseline.requirements.len();
        writeln!(to, "{:8}  {} ({count} requirements, as of {})", baseline.name, baseline.title, baseline.as_of)?;
    }
    Ok(())
}

/// The most rules that stand in one line.
const FEW: usize = 12;

/// Each requirement with its class, its rules (by domain where they are many) and the evidence still wanted.
fn show(library: &Library, baseline: &Baseline, to: &mut dyn Write) -> io::Result<()> {
    writeln!(to, "{}, as of {}", baseline.title, baseline.as_of)?;
    for line in baseline.caveats.iter().chain(&baseline.sources) {
        writeln!(to, "  {line}")?;
    }
    for requirement in &baseline.requirements {
        writeln!(to, "\n{}: {} ({})", baseline.cite(requirement), requirement.title, requirement.assessment)?;
        let rules: Vec<&str> = baseline.rules_of(requirement).into_iter().collect();
        if rules.len() > FEW {
            for (domain, rules) in by_domain(library, &rules) {
                writeln!(to, "  {domain} ({}): {}", rules.len(), rules.join(", "))?;
            }
        } else if !rules.is_empty() {
            writeln!(to, "  rules: {}", rules.join(", "))?;
        }
        if let Some(evidence) = &requirement.human_evidence {
            writeln!(to, "  a person brings: {evidence}")?;
        }
    }
    Ok(())
}

/// Rules by the domain that they belong to.
fn by_domain<'r>(library: &Library, rules: &[&'r str]) -> BTreeMap<String, Vec<&'r str>> {
    let mut domains: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for rule in rules {
        let domain = library.rule(rule).map_or("other", |(_, found)| found.domain());
        domains.entry(domain.to_owned()).or_default().push(rule);
    }
    domains
}
