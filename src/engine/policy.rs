//! A rule's file taken apart: for each policy its kinds, the paths it reads, its plain text, and the policy that tells
//! whether it applies (the same without `unless`).

use cedar_policy::pst::{Clause, StaticPolicy, Template};
use cedar_policy::{Policy, PolicySet, pst};
use miette::Diagnostic;
use thiserror::Error;

use crate::engine::tree;
use crate::model::KindName;

/// A rule that cannot be judged with.
#[derive(Clone, PartialEq, Eq, Debug, Error, Diagnostic)]
pub enum EngineError {
    /// Its text is not Cedar.
    #[error("the policies of `{rule}` cannot be read: {message}")]
    Syntax {
        /// The rule.
        rule: String,
        /// What the parser said.
        message: String,
    },
    /// It breaks the house rules or does not fit the schema.
    #[error("the policies of `{rule}` cannot be used: {}", .faults.join("; "))]
    Refused {
        /// The rule.
        rule: String,
        /// Each fault.
        faults: Vec<String>,
    },
}

/// One policy of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Parted {
    /// Its `@id`.
    pub id: String,
    /// Its `@message`.
    pub message: String,
    /// The kinds it speaks of.
    pub kinds: Vec<KindName>,
    /// What `unless` reads: `resource.key.rotates`, `principal.min_backup_days`.
    pub primary: Vec<String>,
    /// What `when` reads.
    pub related: Vec<String>,
    /// The policy without annotations and comments.
    pub text: String,
    /// The policy that tells whether it applies; none where it always does.
    pub applies: Option<String>,
}

/// The syntax trees of the policies in `text`, in order.
pub(super) fn templates(rule: &str, text: &str) -> Result<Vec<Template>, EngineError> {
    let wrong = |message: String| EngineError::Syntax { rule: rule.to_owned(), message };
    let set: PolicySet = text.parse().map_err(|error: cedar_policy::ParseErrors| wrong(error.to_string()))?;
    if set.templates().next().is_some() {
        return Err(wrong("a policy with slots is no rule".to_owned()));
    }
    // the parser numbers them `policy0`, `policy1`, … in the order of the text
    let mut all: Vec<&Policy> = set.policies().collect();
    all.sort_by_key(|policy| {
        let id: &str = policy.id().as_ref();
        id.trim_start_matches("policy").parse::<usize>().unwrap_or(usize::MAX)
    });
    all.into_iter()
        .map(|policy| match policy.to_pst() {
            Ok(pst::Policy::Static(policy)) => Ok(policy.body().clone()),
            Ok(_) => Err(wrong("a linked policy is no rule".to_owned())),
            Err(error) => Err(wrong(error.to_string())),
        })
        .collect()
}

/// The plain text of a policy.
pub(super) fn text(rule: &str, policy: Template) -> Result<String, EngineError> {
    let wrong = |message: String| EngineError::Syntax { rule: rule.to_owned(), message };
    let plain = StaticPolicy::try_from(policy.with_annotations([].into())).map_err(|error| wrong(error.to_string()))?;
    let policy = Policy::from_pst(pst::Policy::Static(plain)).map_err(|error| wrong(error.to_string()))?;
    policy.to_cedar().ok_or_else(|| wrong("it has no text".to_owned()))
}

/// Takes the policies of a rule apart.
pub(super) fn part(rule: &str, source: &str) -> Result<Vec<Parted>, EngineError> {
    templates(rule, source)?.into_iter().map(|policy| part_one(rule, policy)).collect()
}

fn part_one(rule: &str, policy: Template) -> Result<Parted, EngineError> {
    let wrong = |message: String| EngineError::Syntax { rule: rule.to_owned(), message };
    let annotation = |name: &str| policy.annotations.get(name).map(ToString::to_string).unwrap_or_default();
    let (mut primary, mut related) = (Vec::new(), Vec::new());
    for clause in policy.clauses() {
        match clause {
            Clause::When(expr) => tree::reads(expr, &mut related),
            Clause::Unless(expr) => tree::reads(expr, &mut primary),
        }
    }
    related.retain(|path| !primary.contains(path));
    let applies = if tree::applies_always(&policy) {
        None
    } else {
        let whens: Vec<Clause> =
            policy.clauses().iter().filter(|clause| matches!(clause, Clause::When(_))).cloned().collect();
        let test = policy.clone().try_with_clauses(whens).map_err(|error| wrong(error.to_string()))?;
        Some(text(rule, test)?)
    };
    Ok(Parted {
        id: annotation("id"),
        message: annotation("message"),
        kinds: tree::kinds(&policy).ok_or_else(|| wrong("a policy names no known kind of resource".to_owned()))?,
        primary,
        related,
        applies,
        text: text(rule, policy)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_taken_apart() {
        let parts = part(
            "X",
            r#"
            // a comment
            @id("X") @message("no")
            forbid (principal, action == Action::"assess", resource is ObjectStore)
            when { resource.classified && resource.has_key }
            unless { resource.key.rotates || resource.key.deletion_days >= principal.min_key_deletion_days };
            @id("X.many") @message("no")
            forbid (principal, action == Action::"assess", resource)
            when { resource is Disk || resource is Database }
            unless { resource.encrypted };"#,
        )
        .unwrap();
        assert_eq!(parts[0].kinds, [KindName::ObjectStore]);
        assert_eq!(
            parts[0].primary,
            ["resource.key.rotates", "resource.key.deletion_days", "principal.min_key_deletion_days"]
        );
        assert_eq!(parts[0].related, ["resource.classified", "resource.has_key"]);
        let applies = parts[0].applies.as_deref().unwrap();
        assert!(
            applies.contains("classified") && !applies.contains("rotates") && !applies.contains("@id"),
            "{applies}"
        );
        assert_eq!(parts[1].kinds, [KindName::Disk, KindName::Database]);
        assert_eq!(parts[1].applies, None);
        println!("{parts:#?}");
    }
}
