//! Faults put into policies on purpose: each leaf condition negated, and dropped. Fixtures that tell none of them from
//! the rule do not test it.

use std::sync::Arc;

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, Template, UnaryOp};

use crate::engine::EngineError;
use crate::engine::policy::{templates, text};
use crate::engine::tree::kinds_of;

/// A rule with one fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mutant {
    /// What was done: `NET-OBJ-PUBLIC.write: unless negated: resource.public_write`.
    pub what: String,
    /// The policies of the rule, one of them with the fault.
    pub policy: String,
}

/// Every mutant of a rule's policies.
pub fn mutants(rule: &str, source: &str) -> Result<Vec<Mutant>, EngineError> {
    let policies = templates(rule, source)?;
    let texts = policies.iter().map(|policy| text(rule, policy.clone())).collect::<Result<Vec<_>, _>>()?;
    let mut found = Vec::new();
    for (at, policy) in policies.iter().enumerate() {
        let id = policy.annotations.get("id").map(ToString::to_string).unwrap_or_default();
        for (what, changed) in variants(policy) {
            let changed = policy
                .clone()
                .try_with_clauses(changed)
                .map_err(|error| EngineError::Syntax { rule: rule.to_owned(), message: error.to_string() })?;
            let mut all = texts.clone();
            if let Some(slot) = all.get_mut(at) {
                *slot = text(rule, changed)?;
            }
            found.push(Mutant { what: format!("{id}: {what}"), policy: all.join("\n") });
        }
    }
    Ok(found)
}

/// The clauses of a policy with one leaf changed.
fn variants(policy: &Template) -> Vec<(String, Vec<Clause>)> {
    let mut found = Vec::new();
    for (at, clause) in policy.clauses().iter().enumerate() {
        let (name, expr, empty) = match clause {
            Clause::When(expr) => ("when", expr, true),
            // a requirement that is gone is one that is never met
            Clause::Unless(expr) => ("unless", expr, false),
        };
        for (what, changed) in changes(expr, empty) {
            let mut clauses = policy.clauses().clone();
            if let Some(slot) = clauses.get_mut(at) {
                *slot = if name == "when" { Clause::When(changed) } else { Clause::Unless(changed) };
            }
            found.push((format!("{name} {what}"), clauses));
        }
    }
    found
}

/// `expr` with each of its leaves negated, and dropped: replaced by what changes nothing where it stands.
fn changes(expr: &Arc<Expr>, dropped: bool) -> Vec<(String, Arc<Expr>)> {
    if kinds_of(expr).is_some() {
        return Vec::new();
    }
    match expr.as_ref() {
        Expr::BinaryOp { op: op @ (BinaryOp::And | BinaryOp::Or), left, right } => {
            let neutral = *op == BinaryOp::And;
            let join = |left: Arc<Expr>, right: Arc<Expr>| Arc::new(Expr::BinaryOp { op: *op, left, right });
            let mut all: Vec<_> =
                changes(left, neutral).into_iter().map(|(what, left)| (what, join(left, right.clone()))).collect();
            all.extend(changes(right, neutral).into_iter().map(|(what, right)| (what, join(left.clone(), right))));
            all
        }
        Expr::UnaryOp { op: UnaryOp::Not, expr: inner } if is_compound(inner) => changes(inner, !dropped)
            .into_iter()
            .map(|(what, inner)| (what, Arc::new(Expr::UnaryOp { op: UnaryOp::Not, expr: inner })))
            .collect(),
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            let build = |cond: &Arc<Expr>, then_expr: &Arc<Expr>, else_expr: &Arc<Expr>| {
                Arc::new(Expr::IfThenElse {
                    cond: cond.clone(),
                    then_expr: then_expr.clone(),
                    else_expr: else_expr.clone(),
                })
            };
            let mut all: Vec<_> = changes(cond, true)
                .into_iter()
                .map(|(what, cond)| (what, build(&cond, then_expr, else_expr)))
                .collect();
            all.extend(
                changes(then_expr, dropped).into_iter().map(|(what, then)| (what, build(cond, &then, else_expr))),
            );
            all.extend(
                changes(else_expr, dropped).into_iter().map(|(what, other)| (what, build(cond, then_expr, &other))),
            );
            all
        }
        _ => {
            let negated = match expr.as_ref() {
                Expr::UnaryOp { op: UnaryOp::Not, expr } => expr.clone(),
                _ => Arc::new(Expr::UnaryOp { op: UnaryOp::Not, expr: expr.clone() }),
            };
            vec![
                (format!("negated: {expr}"), negated),
                (format!("dropped: {expr}"), Arc::new(Expr::Literal(Literal::Bool(dropped)))),
            ]
        }
    }
}

fn is_compound(expr: &Expr) -> bool {
    matches!(expr, Expr::BinaryOp { op: BinaryOp::And | BinaryOp::Or, .. } | Expr::IfThenElse { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_leaf_is_negated_and_dropped() {
        let rule = r#"@id("X") @message("x") forbid (principal, action == Action::"assess", resource)
            when { (resource is Disk || resource is Database) && resource.classified && resource.name != "a" }
            unless { !(resource.encrypted && resource.backed_up) };"#;
        let found: Vec<String> = mutants("X", rule).unwrap().into_iter().map(|mutant| mutant.what).collect();
        assert_eq!(
            found,
            [
                "X: when negated: resource.classified",
                "X: when dropped: resource.classified",
                "X: when negated: resource.name != \"a\"",
                "X: when dropped: resource.name != \"a\"",
                "X: unless negated: resource.encrypted",
                "X: unless dropped: resource.encrypted",
                "X: unless negated: resource.backed_up",
                "X: unless dropped: resource.backed_up",
            ]
        );
    }
}
