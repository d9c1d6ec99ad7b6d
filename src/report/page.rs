//! The page of a rule, as `deodar explain` prints it and as it stands in `docs/rules/`: all of it derived.

use std::fmt::Write as _;

use crate::report::message::lower_first;
use crate::rule::{Library, Rule};

/// The page of `rule` in Markdown, with `fixtures` as examples: pairs of a file name and its text.
pub fn page(library: &Library, rule: &Rule, fixtures: &[(String, String)]) -> String {
    let metadata = rule.metadata();
    let mut page = String::new();
    let mut put = |text: &str| {
        page.push_str(text);
        page.push('\n');
    };
    put(&format!("# {}: {}\n", rule.id(), metadata.title));
    put(&format!(
        "| severity | confidence | domain | since |\n|---|---|---|---|\n| {} | {} | {} | {} |\n",
        metadata.severity,
        metadata.confidence.name(),
        rule.domain(),
        metadata.since
    ));
    put(&format!("{}\n", metadata.why.trim()));
    put(&format!("- **Applies to** {}", lower_first(metadata.applies.trim())));
    put(&format!("- **Violated when** {}", lower_first(metadata.violated.trim())));
    put(&format!("- **Cannot be told when** {}\n", lower_first(metadata.unknown.trim())));
    put("## What mends it\n");
    for (provider, remedy) in &metadata.remediation {
        let language = language_of_remedy(provider);
        put(&format!("{}:\n\n```{language}\n{}\n```\n", name_of_remedy(provider), remedy.trim_end()));
    }
    put("## What it supports\n");
    let mut supports = 0;
    for baseline in library.baselines() {
        for requirement in baseline.supported_by(rule.id()) {
            put(&format!("- {}: {}", baseline.cite(requirement), requirement.title));
            supports += 1;
        }
    }
    match &metadata.no_baseline {
        Some(reason) => put(&format!("No baseline: {}", lower_first(reason.trim()))),
        None if supports == 0 => put("No requirement."),
        None => {}
    }
    put("\n## Policies\n");
    put(&format!("```cedar\n{}\n```", rule.policy().trim_end()));
    if !fixtures.is_empty() {
        put("\n## Examples\n");
        for (name, text) in fixtures {
            let language = language_of_file(name);
            put(&format!("`{name}`:\n\n```{language}\n{}\n```\n", text.trim_end()));
        }
    }
    if !metadata.references.is_empty() {
        put("\n## References\n");
        for reference in &metadata.references {
            put(&format!("- <{reference}>"));
        }
    }
    if !metadata.aliases.is_empty() {
        let _ = writeln!(page, "\nFormer ids: {}", metadata.aliases.join(", "));
    }
    page
}

fn language_of_remedy(key: &str) -> &'static str {
    match key {
        "kubernetes" | "cloudformation" | "compose/Service" => "yaml",
        "dockerfile/Image" => "dockerfile",
        "bicep" => "bicep",
        native_type if native_type.starts_with("AWS::") => "yaml",
        native_type if native_type.starts_with("Microsoft.") => "bicep",
        _ => "hcl",
    }
}

fn language_of_file(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("tf") => "hcl",
        Some("bicep") => "bicep",
        Some("json") => "json",
        Some("dockerfile") => "dockerfile",
        _ => "yaml",
    }
}

fn name_of_remedy(key: &str) -> String {
    match key {
        "aws" => "AWS".to_owned(),
        "azure" => "Azure".to_owned(),
        "gcp" => "Google Cloud".to_owned(),
        "kubernetes" => "Kubernetes".to_owned(),
        "cloudformation" => "CloudFormation".to_owned(),
        "bicep" => "Bicep".to_owned(),
        "compose/Service" => "Compose".to_owned(),
        "dockerfile/Image" => "Dockerfile".to_owned(),
        native_type => format!("`{native_type}`"),
    }
}
