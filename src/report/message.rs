//! What a finding says: the policy's message with the resource's own name and values in it.

use crate::engine::{Outcome, Verdict};
use crate::model::{Resource, Scalar};
use crate::report::Material;
use crate::rule::Rule;
use crate::value::{State, Why};

/// The message of a verdict.
pub(super) fn message(material: &Material<'_>, rule: &Rule, resource: &Resource, verdict: &Verdict, why: Option<&Why>) -> String {
    let noun = resource.kind_name().noun();
    let name = &resource.name;
    match &verdict.outcome {
        Outcome::Holds => lower_first(&rule.metadata().title),
        Outcome::Violated { policies } => {
            let mut said: Vec<String> = Vec::new();
            for policy in policies {
                let template = (material.message)(verdict.rule, *policy).unwrap_or_else(|| lower_first(&rule.metadata().violated));
                let text = fill(&template, resource);
                if !said.contains(&text) {
                    said.push(text);
                }
            }
            said.join("; ")
        }
        Outcome::Undetermined { .. } => match why {
            Some(why) => format!("{noun} `{name}`, because {why}"),
            None => format!("{noun} `{name}`, because a value that the rule reads is not known"),
        },
        Outcome::Failed { message } => format!("the rule could not be evaluated for {noun} `{name}`: {message}"),
    }
}

/// `template` with `{name}`, `{kind}`, `{type}` and `{<fact>}` replaced.
fn fill(template: &str, resource: &Resource) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((word, tail)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        text.push_str(&placeholder(word, resource));
        rest = tail;
    }
    text.push_str(rest);
    text
}

fn placeholder(word: &str, resource: &Resource) -> String {
    match word {
        "name" => resource.name.to_string(),
        "kind" => resource.kind_name().noun().to_owned(),
        "type" => resource.native_type.to_string(),
        "provider" => resource.provider.to_string(),
        fact => match resource.fact(fact) {
            Some((_, State::Set(value) | State::Default(value), _)) => scalar(value),
            Some((_, State::Unset, _)) => "nothing".to_owned(),
            Some((_, State::Unknown(_), _)) => "what is not known".to_owned(),
            None => format!("{{{fact}}}"),
        },
    }
}

/// A value as a person reads it.
pub fn scalar(value: Scalar<'_>) -> String {
    match value {
        Scalar::Bool(flag) => flag.to_string(),
        Scalar::Long(number) => number.to_string(),
        Scalar::Text(text) => text.to_owned(),
        Scalar::Texts(texts) => texts.iter().map(|text| &**text).collect::<Vec<_>>().join(", "),
        Scalar::Place(place) => place.region.to_string(),
        Scalar::Link(link) => match &link.target {
            crate::model::Target::Block(reference) => reference.address.to_string(),
            crate::model::Target::Name(name) => name.to_string(),
        },
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
