//! Walking a policy's syntax tree: the parts of an expression, the paths it reads, the kinds it names.

use std::sync::Arc;

use cedar_policy::pst::{BinaryOp, Clause, EntityType, Expr, ResourceConstraint, Template, Var};

use crate::model::KindName;

/// The expressions directly inside `expr`.
pub(super) fn parts(expr: &Expr) -> Vec<&Arc<Expr>> {
    match expr {
        Expr::UnaryOp { expr, .. }
        | Expr::GetAttr { expr, .. }
        | Expr::HasAttr { expr, .. }
        | Expr::Like { expr, .. } => vec![expr],
        Expr::Is { expr, in_expr, .. } => std::iter::once(expr).chain(in_expr).collect(),
        Expr::BinaryOp { left, right, .. } => vec![left, right],
        Expr::IfThenElse { cond, then_expr, else_expr } => vec![cond, then_expr, else_expr],
        Expr::Set(items) => items.iter().collect(),
        Expr::Record(entries) => entries.values().collect(),
        _ => Vec::new(),
    }
}

/// Calls `seen` with `expr` and everything inside it, the outer before the inner, left before right.
pub(super) fn walk<'e>(expr: &'e Expr, seen: &mut impl FnMut(&'e Expr)) {
    seen(expr);
    for part in parts(expr) {
        walk(part, seen);
    }
}

/// The path that `expr` is, such as `resource.key.rotates`.
pub(super) fn path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Var(Var::Resource) => Some("resource".to_owned()),
        Expr::Var(Var::Principal) => Some("principal".to_owned()),
        Expr::Var(Var::Context) => Some("context".to_owned()),
        Expr::GetAttr { expr, attr } => Some(format!("{}.{attr}", path(expr)?)),
        _ => None,
    }
}

/// Adds the longest paths that `expr` reads, each once, in the order of the text.
pub(super) fn reads(expr: &Expr, into: &mut Vec<String>) {
    if let Some(path) = path(expr) {
        if path.contains('.') && !into.contains(&path) {
            into.push(path);
        }
        return;
    }
    for part in parts(expr) {
        reads(part, into);
    }
}

/// The operands of a chain of `op`, left to right; the expression itself if it is none.
pub(super) fn operands(expr: &Arc<Expr>, op: BinaryOp) -> Vec<&Arc<Expr>> {
    match expr.as_ref() {
        Expr::BinaryOp { op: found, left, right } if *found == op => {
            let mut all = operands(left, op);
            all.extend(operands(right, op));
            all
        }
        _ => vec![expr],
    }
}

/// The kind that a type's name stands for.
fn kind(of: &EntityType) -> Option<KindName> {
    KindName::parse(&of.to_string())
}

/// The kinds in `resource is A || resource is B`, if `expr` is nothing else.
pub(super) fn kinds_of(expr: &Arc<Expr>) -> Option<Vec<KindName>> {
    operands(expr, BinaryOp::Or)
        .into_iter()
        .map(|operand| match operand.as_ref() {
            Expr::Is { expr, entity_type, in_expr: None } if matches!(expr.as_ref(), Expr::Var(Var::Resource)) => {
                kind(entity_type)
            }
            _ => None,
        })
        .collect()
}

/// The kinds that a policy speaks of: its scope's, or the ones that its `when` names. None when it names no kind.
pub(super) fn kinds(policy: &Template) -> Option<Vec<KindName>> {
    match &policy.resource {
        ResourceConstraint::Is(of) => Some(vec![kind(of)?]),
        ResourceConstraint::Any => policy.clauses().iter().find_map(|clause| match clause {
            Clause::When(expr) => operands(expr, BinaryOp::And).into_iter().find_map(kinds_of),
            Clause::Unless(_) => None,
        }),
        _ => None,
    }
}

/// Whether a policy's `when` says nothing but kinds, so that it applies to every resource that it is indexed under.
pub(super) fn applies_always(policy: &Template) -> bool {
    policy.clauses().iter().all(|clause| match clause {
        Clause::When(expr) => kinds_of(expr).is_some(),
        Clause::Unless(_) => true,
    })
}
