//! What a rule's policies must keep to, so that whatever is unknown or absent can never pass for compliance.

use std::sync::{Arc, LazyLock};

use cedar_policy::pst::{
    ActionConstraint, BinaryOp, Clause, Effect, Expr, Literal, PrincipalConstraint, Template, UnaryOp,
};
use cedar_policy::{PolicyId, PolicySet, Schema, ValidationMode, Validator};

use crate::engine::evidence::{may_stand, placeholders};
use crate::engine::policy::templates;
use crate::engine::schema::{SchemaForm, schema};
use crate::engine::tree::{self, kinds_of, operands};

static VALIDATOR: LazyLock<Option<Validator>> = LazyLock::new(|| {
    Schema::from_cedarschema_str(&schema(SchemaForm::Strict)).ok().map(|(schema, _)| Validator::new(schema))
});

/// Every fault of the policies of rule `rule`; none if they may be judged with.
pub fn lint(rule: &str, text: &str) -> Vec<String> {
    let policies = match templates(rule, text) {
        Ok(policies) => policies,
        Err(error) => return vec![error.to_string()],
    };
    let mut faults = validate(text);
    if policies.is_empty() {
        faults.push("there is no policy".to_owned());
    }
    let mut ids: Vec<String> = Vec::new();
    for (at, policy) in policies.iter().enumerate() {
        let id = policy.annotations.get("id").map(ToString::to_string).unwrap_or_default();
        let mut found = Vec::new();
        let suffix =
            id.strip_prefix(rule).and_then(|rest| rest.strip_prefix('.')).is_some_and(|suffix| !suffix.is_empty());
        if !(id == rule && at == 0 || suffix && at > 0) || ids.contains(&id) {
            found.push(format!("its `@id` must be `{rule}` for the first policy and `{rule}.suffix` for the others"));
        }
        scope(policy, &mut found);
        clauses(policy, &mut found);
        message(policy, &mut found);
        faults.extend(found.into_iter().map(|fault| format!("policy `{id}`: {fault}")));
        ids.push(id);
    }
    faults
}

/// Strict validation against the schema, warnings as errors.
fn validate(text: &str) -> Vec<String> {
    let Some(validator) = VALIDATOR.as_ref() else { return vec!["the schema cannot be read".to_owned()] };
    let Ok(parsed) = text.parse::<PolicySet>() else { return Vec::new() };
    let named = PolicySet::from_policies(parsed.policies().map(|policy| match policy.annotation("id") {
        Some(id) => policy.new_id(PolicyId::new(id)),
        None => policy.clone(),
    }));
    let set = named.unwrap_or(parsed);
    let result = validator.validate(&set, ValidationMode::Strict);
    let mut faults: Vec<String> = result.validation_errors().map(ToString::to_string).collect();
    faults.extend(result.validation_warnings().map(ToString::to_string));
    faults.sort();
    faults
}

fn scope(policy: &Template, faults: &mut Vec<String>) {
    if policy.effect != Effect::Forbid {
        faults.push("it must be a `forbid`".to_owned());
    }
    if policy.principal != PrincipalConstraint::Any {
        faults.push("its scope must say `principal` and no more".to_owned());
    }
    if !matches!(&policy.action, ActionConstraint::Eq(uid) if uid.to_string() == "Action::\"assess\"") {
        faults.push("its scope must say `action == Action::\"assess\"`".to_owned());
    }
    if tree::kinds(policy).is_none() {
        faults.push(
            "its scope must say `resource is Kind`, or its `when` must begin with `resource is A || resource is B`"
                .to_owned(),
        );
    }
    for name in policy.annotations.keys().filter(|name| !matches!(name.as_str(), "id" | "message")) {
        faults.push(format!("`@{name}` is not known"));
    }
}

fn clauses(policy: &Template, faults: &mut Vec<String>) {
    let (whens, unlesses): (Vec<&Clause>, Vec<&Clause>) =
        policy.clauses().iter().partition(|clause| matches!(clause, Clause::When(_)));
    if unlesses.len() != 1 || whens.len() > 1 || matches!(policy.clauses().last(), Some(Clause::When(_))) {
        faults.push("it must have at most one `when`, then one `unless`".to_owned());
    }
    for clause in policy.clauses() {
        let (Clause::When(expr) | Clause::Unless(expr)) = clause;
        let mut kinds = Vec::new();
        match clause {
            Clause::Unless(expr) if several(expr) => {
                faults.push("its `unless` has more than one requirement: write a policy for each".to_owned())
            }
            Clause::When(expr) => {
                let terms = operands(expr, BinaryOp::And);
                if terms.iter().any(|term| operands(term, BinaryOp::Or).len() > 1 && kinds_of(term).is_none()) {
                    faults.push("its `when` has alternatives: write a policy for each".to_owned());
                }
                kinds = terms
                    .into_iter()
                    .filter(|term| kinds_of(term).is_some())
                    .flat_map(|term| operands(term, BinaryOp::Or))
                    .collect();
            }
            Clause::Unless(_) => {}
        }
        tree::walk(expr, &mut |part| {
            if let Some(banned) = banned(part)
                && !kinds.iter().any(|kind| std::ptr::eq(Arc::as_ptr(kind), part))
            {
                faults.push(banned);
            }
        });
    }
}

/// Whether an `unless` asks for more than one thing. A link and what it leads to (`has_key && key.rotates`) are one.
fn several(expr: &Arc<Expr>) -> bool {
    if let Expr::UnaryOp { op: UnaryOp::Not, expr } = expr.as_ref() {
        return operands(expr, BinaryOp::Or).len() > 1;
    }
    match operands(expr, BinaryOp::And).as_slice() {
        [_] => false,
        [guard, guarded] => {
            let Some(link) = tree::path(guard)
                .and_then(|path| path.rsplit_once(".has_").map(|(before, link)| format!("{before}.{link}.")))
            else {
                return true;
            };
            let mut reads = Vec::new();
            tree::reads(guarded, &mut reads);
            !reads.iter().any(|path| path.starts_with(&link))
        }
        _ => true,
    }
}

/// What is silently false on an absent thing, or names an entity that may not exist.
fn banned(expr: &Expr) -> Option<String> {
    let name = match expr {
        Expr::HasAttr { .. } => "has",
        Expr::Is { in_expr: Some(_), .. } => "is … in",
        Expr::BinaryOp { op: BinaryOp::In, .. } => "in",
        Expr::BinaryOp { op: BinaryOp::GetTag, .. } => "getTag",
        Expr::BinaryOp { op: BinaryOp::HasTag, .. } => "hasTag",
        Expr::Is { .. } => return Some("`is` belongs to the scope, or to the beginning of `when`".to_owned()),
        Expr::Literal(Literal::EntityUID(uid)) => return Some(format!("no entity may be named: `{uid}`")),
        _ => return None,
    };
    Some(format!("`{name}` is silently false where a thing is absent: read the fact itself"))
}

fn message(policy: &Template, faults: &mut Vec<String>) {
    let message = policy.annotations.get("message").map(ToString::to_string).unwrap_or_default();
    if message.is_empty() {
        faults.push("it has no `@message`".to_owned());
    }
    let mut letters = message.chars();
    // a first word in capitals is an acronym
    if letters.next().is_some_and(char::is_uppercase) && !letters.next().is_some_and(char::is_uppercase) {
        faults.push("its `@message` must begin in lower case".to_owned());
    }
    if message.ends_with('.') {
        faults.push("its `@message` must not end with a full stop".to_owned());
    }
    let kinds = tree::kinds(policy).unwrap_or_default();
    for name in placeholders(&message).filter(|name| !kinds.iter().all(|kind| may_stand(name, *kind))) {
        faults.push(format!("`{{{name}}}` in its `@message` is no fact of every kind it speaks of"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(clauses: &str) -> Vec<String> {
        lint(
            "X",
            &format!(
                "@id(\"X\") @message(\"x\") forbid (principal, action == Action::\"assess\", resource is Disk) {clauses};"
            ),
        )
    }

    #[test]
    fn a_plain_rule_is_clean() {
        assert_eq!(faults("unless { resource.encrypted }"), Vec::<String>::new());
        assert_eq!(
            faults("when { resource.classified } unless { resource.has_key && resource.key.rotates }"),
            Vec::<String>::new()
        );
        assert_eq!(faults("unless { !(resource.ephemeral && resource.encrypted) }"), Vec::<String>::new());
    }

    #[test]
    fn what_hides_the_unknown_is_refused() {
        let all = [
            ("unless { resource has encrypted }", "`has` is silently false"),
            ("unless { resource.key in resource }", "`in` is silently false"),
            ("unless { resource.key == Key::\"1\" }", "no entity may be named"),
            ("unless { resource is Disk }", "`is` belongs to the scope"),
            ("when { resource.encrypted }", "then one `unless`"),
            ("unless { resource.encrypted } when { resource.classified }", "then one `unless`"),
            ("unless { resource.encrypted && resource.backed_up }", "more than one requirement"),
            ("unless { !(resource.encrypted || resource.backed_up) }", "more than one requirement"),
            ("when { resource.encrypted || resource.classified } unless { resource.backed_up }", "has alternatives"),
            ("unless { resource.encripted }", "encripted"),
            ("unless { resource.encrypted || true }", "impossible"),
        ];
        for (clauses, expected) in all {
            let found = faults(clauses);
            assert!(found.iter().any(|fault| fault.contains(expected)), "{clauses}: {found:?}");
        }
    }

    #[test]
    fn kinds_stand_at_the_beginning_of_when() {
        let text = |when: &str| {
            format!(
                "@id(\"X\") @message(\"{{name}}\") forbid (principal, action == Action::\"assess\", resource) when {{ {when} }} unless {{ resource.encrypted }};"
            )
        };
        assert_eq!(lint("X", &text("resource is Disk || resource is Database")), Vec::<String>::new());
        assert_eq!(
            lint("X", &text("(resource is Disk || resource is Database) && resource.classified")),
            Vec::<String>::new()
        );
        assert!(!lint("X", &text("resource.classified")).is_empty());
    }

    #[test]
    fn ids_and_messages_keep_to_the_house() {
        let text = |id: &str, message: &str| {
            format!(
                "@id(\"{id}\") @message(\"{message}\") forbid (principal, action == Action::\"assess\", resource is Disk) unless {{ resource.encrypted }};"
            )
        };
        assert_eq!(lint("X", &text("X", "HMAC key `{name}` of {kind} {type} is {encrypted}")), Vec::<String>::new());
        for (id, message) in [("Y", "x"), ("X.a", "x"), ("X", "Xylophone"), ("X", "x."), ("X", ""), ("X", "{engine}")] {
            assert!(!lint("X", &text(id, message)).is_empty(), "{id} {message}");
        }
    }
}
