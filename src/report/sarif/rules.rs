//! The driver with every rule that was judged, and a taxonomy for each baseline.

use serde_sarif::sarif::{
    MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor, ReportingDescriptorReference,
    ReportingDescriptorRelationship, ToolComponent, ToolComponentReference,
};

use super::bag;
use super::results::level;
use crate::report::{Cited, JudgedRule, Output, escape, page};
use crate::rule::{Rule, Severity};

/// The most tags that GitHub shows.
const MOST_TAGS: usize = 10;
/// The most characters of a description.
const MOST_DESCRIPTION: usize = 1_000;

/// The taxonomies, and where each requirement stands in them.
pub(super) struct Taxonomies {
    pub(super) components: Vec<ToolComponent>,
    names: Vec<String>,
}

/// One taxonomy for each baseline that is reported on.
pub(super) fn taxonomies(output: &Output<'_>) -> Taxonomies {
    let baselines = &output.report.baselines;
    let components = baselines.iter().map(|baseline| {
        let taxa = baseline.requirements.iter().map(|requirement| ReportingDescriptor {
            name: Some(requirement.citation.clone()),
            short_description: Some(text(&requirement.title)),
            ..ReportingDescriptor::builder().id(requirement.id.clone()).build()
        });
        ToolComponent {
            full_name: Some(baseline.title.clone()),
            version: Some(baseline.as_of.clone()),
            short_description: Some(text(&baseline.title)),
            is_comprehensive: Some(false),
            taxa: Some(taxa.collect()),
            ..ToolComponent::builder().name(baseline.name.to_uppercase()).build()
        }
    });
    Taxonomies {
        components: components.collect(),
        names: baselines.iter().map(|baseline| baseline.name.clone()).collect(),
    }
}

impl Taxonomies {
    /// The reference to a requirement.
    pub(super) fn reference(&self, cited: &Cited) -> Option<ReportingDescriptorReference> {
        let at = self.names.iter().position(|name| *name == cited.baseline)?;
        let taxa = self.components.get(at)?.taxa.as_ref()?;
        let index = taxa.iter().position(|taxon| taxon.id == cited.id)?;
        Some(ReportingDescriptorReference {
            id: Some(cited.id.clone()),
            index: i64::try_from(index).ok(),
            tool_component: Some(self.component(at)?),
            ..ReportingDescriptorReference::default()
        })
    }

    fn component(&self, at: usize) -> Option<ToolComponentReference> {
        let name = self.components.get(at)?.name.clone();
        Some(ToolComponentReference {
            name: Some(name),
            index: i64::try_from(at).ok(),
            ..ToolComponentReference::default()
        })
    }
}

/// The driver, the same whether or not anything was found.
pub(super) fn driver(output: &Output<'_>, taxonomies: &Taxonomies) -> ToolComponent {
    let rules = output.report.rules.iter().filter_map(|judged| {
        let rule = output.library.rules().get(judged.rule)?;
        Some(descriptor(output, judged, rule, taxonomies))
    });
    let supported = (0..taxonomies.components.len()).filter_map(|at| taxonomies.component(at));
    ToolComponent {
        semantic_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        rules: Some(rules.collect()),
        supported_taxonomies: Some(supported.collect()),
        ..ToolComponent::builder().name("deodar").build()
    }
}

fn descriptor(output: &Output<'_>, judged: &JudgedRule, rule: &Rule, taxonomies: &Taxonomies) -> ReportingDescriptor {
    let metadata = rule.metadata();
    let cited = output.cited(judged.rule);
    let relationships = cited.iter().filter_map(|cited| {
        let target = taxonomies.reference(cited)?;
        Some(ReportingDescriptorRelationship::builder().target(target).kinds(vec!["relevant".to_owned()]).build())
    });
    let relationships: Vec<_> = relationships.collect();
    let full = format!("{} Violated when {}.", metadata.why.trim(), metadata.violated.trim_end_matches('.'));
    ReportingDescriptor {
        name: Some(escape::cut(&metadata.title, 200).into_owned()),
        short_description: Some(text(&metadata.title)),
        full_description: Some(text(&full)),
        help: Some(MultiformatMessageString {
            markdown: Some(page::page(output.library, rule, &[])),
            ..MultiformatMessageString::builder().text(help(rule)).build()
        }),
        help_uri: metadata.references.first().cloned(),
        default_configuration: Some(ReportingConfiguration {
            level: Some(level(judged.severity).into()),
            ..ReportingConfiguration::default()
        }),
        deprecated_ids: (!metadata.aliases.is_empty()).then(|| metadata.aliases.clone()),
        relationships: (!relationships.is_empty()).then_some(relationships),
        properties: Some(PropertyBag {
            tags: Some(tags(rule, cited)),
            ..bag([
                ("precision", metadata.confidence.name().into()),
                ("security-severity", security_severity(judged.severity).into()),
            ])
        }),
        ..ReportingDescriptor::builder().id(rule.id()).build()
    }
}

/// A number as a text, as GitHub wants it.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

fn tags(rule: &Rule, cited: &[Cited]) -> Vec<String> {
    let mut tags = vec!["security".to_owned(), rule.domain().to_owned()];
    for cited in cited {
        let tag = format!("{}/{}", cited.baseline, cited.id);
        if tags.len() < MOST_TAGS && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

fn help(rule: &Rule) -> String {
    let metadata = rule.metadata();
    let mut text = metadata.why.trim().to_owned();
    for (provider, remedy) in &metadata.remediation {
        text.push_str(&format!("\n\n{provider}:\n{}", remedy.trim_end()));
    }
    text
}

fn text(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(escape::cut(text.trim(), MOST_DESCRIPTION)).build()
}
