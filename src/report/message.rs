//! What a finding says: the policy's message with the resource's own name and values in it.

use crate::engine::{Outcome, Verdict};
use crate::model::Resource;
use crate::report::Material;
use crate::rule::Rule;
use crate::value::Why;

/// The message of a verdict.
pub(super) fn message(
    material: &Material<'_>,
    rule: &Rule,
    resource: &Resource,
    verdict: &Verdict,
    why: Option<&Why>,
) -> String {
    let noun = resource.kind_name().noun();
    let name = &resource.name;
    match &verdict.outcome {
        Outcome::Holds => lower_first(&rule.metadata().title),
        Outcome::Violated { .. } => {
            let mut said: Vec<String> = Vec::new();
            for (_, text) in (material.messages)(verdict) {
                if !said.contains(&text) {
                    said.push(text);
                }
            }
            if said.is_empty() { lower_first(&rule.metadata().violated) } else { said.join("; ") }
        }
        Outcome::Undetermined { .. } => match why {
            Some(why) => format!("{noun} `{name}`, because {why}"),
            None => format!("{noun} `{name}`, because a value that the rule reads is not known"),
        },
        Outcome::Failed { message } => format!("the rule could not be evaluated for {noun} `{name}`: {message}"),
    }
}

/// The text with its first letter small, unless the first word is an abbreviation.
pub(super) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
