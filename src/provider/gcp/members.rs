//! Who a binding speaks of: `allUsers`, `allAuthenticatedUsers`, and the rest.
//! <https://cloud.google.com/iam/docs/principal-identifiers>

use std::borrow::Cow;
use std::sync::Arc;

use crate::provider::gcp::service_agents::{Whose, whose};
use crate::provider::{Blocks, Context, Joined};
use crate::value::{Block, Known, Node, NotJson, Origins, Text, Unknown, Value, Why, all, any};

/// Everyone, or everyone with a Google account, which anyone can have.
pub(super) fn is_public(member: &str) -> bool {
    matches!(member, "allUsers" | "allAuthenticatedUsers")
}

/// Whether the member at `node` is everyone. What comes from another resource is that resource's own identity: nothing in
/// Google Cloud computes `allUsers`.
pub(super) fn public(node: &Node) -> Known<bool> {
    let member = node.text("");
    match (member.why(), &node.value) {
        (Some(unknown), _) if unknown.is_reference() => Known::set(false, member.origins),
        // whoever it is, it is one of a kind: `serviceAccount:…`
        (_, Value::Text(text)) if text.lead().contains(':') => Known::set(false, member.origins),
        _ => member.map(|member| is_public(&member)),
    }
}

/// Whether the member at `node` is a service account of a project that is not one's own, or an agent of Google's that acts
/// for one. Persons, groups and domains belong to no project and are not asked about.
/// <https://cloud.google.com/iam/docs/service-account-types>
pub(super) fn foreign(node: &Node, block: &Block, context: &Context<'_>) -> Known<bool> {
    let member = node.text("");
    // a key says it in its ring: `projects/clinic/locations/europe-west3/keyRings/records`
    let in_ring = block.body.text("key_ring").value().and_then(|ring| ring.split('/').nth(1).map(Arc::from));
    let in_ring = in_ring.map_or(Known::unset(Origins::NONE), |project| Known::set(project, Origins::NONE));
    let own_project = block.body.text("project").or(in_ring).or(block.context.text("project"));
    let account = member.value().and_then(|member| member.strip_prefix("serviceAccount:"));
    // the owner, and why it may be one's own although nothing says so
    let (owner, unsure) = match account.and_then(whose) {
        Some(Whose::Project(id)) => (id, None),
        Some(Whose::Number(number)) => match numbered(context.blocks, number) {
            Some(id) => (id.to_string().into(), None),
            None => (number.into(), Some(Why::Undeclared(format!("whose number `{number}` is").into()))),
        },
        Some(Whose::Unlisted(project)) => {
            (project.into(), Some(Why::Expression(format!("`{project}` may be a project of Google's").into())))
        }
        Some(Whose::Google) => return Known::set(false, member.origins),
        None => {
            return match member.why() {
                Some(unknown) if !unknown.is_reference() => Known::unknown(unknown.clone(), member.origins),
                _ => Known::set(false, member.origins),
            };
        }
    };
    let same = own_project.value().is_some_and(|own| **own == *owner);
    match (context.own_accounts, unsure) {
        _ if same => Known::set(false, member.origins),
        (Some(own), _) if own.contains(&*owner) => Known::set(false, member.origins),
        (Some(_), Some(why)) => Known::because(why, member.origins),
        (Some(_), None) => Known::set(true, member.origins),
        (None, _) => Known::because(Why::Undeclared("which projects are one's own".into()), member.origins),
    }
}

/// The id of the project that has this number, where a plan or state has read it.
fn numbered(blocks: &Blocks<'_>, number: &str) -> Option<Arc<str>> {
    let projects = ["google_project", "data.google_project"].into_iter().flat_map(|kind| blocks.of_type(kind));
    let has = |project: &&Block| project.body.text("number").value().is_some_and(|own| **own == *number);
    projects.into_iter().find(has)?.body.text("project_id").value().cloned()
}

/// One grant on a resource: a role, and members as written.
pub(super) struct Grant<'b> {
    /// The role's node.
    pub role: Option<Cow<'b, Node>>,
    /// The members' nodes; an unknown list comes as one unknown node.
    pub members: Vec<Cow<'b, Node>>,
    /// The text of the condition under which it holds.
    pub condition: Option<Cow<'b, Node>>,
    /// The block that grants.
    pub block: &'b Block,
}

impl Grant<'_> {
    /// Whether everyone is among its members.
    pub(super) fn to_everyone(&self) -> Known<bool> {
        any(self.members.iter().map(|member| public(member.as_ref())))
    }

    /// Whether its role matches `test`.
    pub(super) fn role_is(&self, test: impl Fn(&str) -> bool) -> Known<bool> {
        match &self.role {
            Some(role) => role.text("").map(|role| test(&role)),
            None => Known::default_of(false, Origins::at(self.block.head)),
        }
    }

    /// Whether its condition keeps whoever holds it from handing out a role that is not `harmless`; what a role of one's own
    /// holds is not asked.
    /// <https://cloud.google.com/iam/docs/setting-limits-on-granting-roles>
    pub(super) fn hands_out_only(&self, harmless: impl Fn(&str) -> bool) -> Known<bool> {
        let Some(condition) = &self.condition else {
            return Known::default_of(false, Origins::at(self.block.head));
        };
        let text = condition.text("");
        let origins = text.origins.clone();
        let Some(roles) = text.value().map(|text| handed_out(text)) else { return text.map(|_| false) };
        let one = |role: &&str| match role.starts_with("roles/") {
            true => Known::set(harmless(role), origins.clone()),
            false => {
                Known::because(Why::Expression(format!("what role `{role}` holds is not read").into()), origins.clone())
            }
        };
        let named = Known::set(!roles.is_empty(), origins.clone());
        all(std::iter::once(named).chain(roles.iter().map(one)))
    }
}

/// The roles that a condition lets somebody hand out; none where it says anything else.
fn handed_out(condition: &str) -> Vec<&str> {
    whole_list(condition).unwrap_or_default()
}

fn whole_list(condition: &str) -> Option<Vec<&str>> {
    let (before, after) = condition.split_once("iam.googleapis.com/modifiedGrantsByRole")?;
    let plain: String = before.chars().filter(|letter| !letter.is_whitespace() && *letter != '"').collect();
    let between: String = after.split('(').next()?.chars().filter(|letter| letter.is_ascii_alphabetic()).collect();
    let (list, rest) = after.split_once('(')?.1.split_once(')')?;
    let whole = plain.trim_end_matches('\'') == "api.getAttribute(" && between == "hasOnly" && rest.trim().is_empty();
    whole.then(|| list.split(['\'', '"']).skip(1).step_by(2).collect())
}

/// The grants in an `_iam_member`, `_iam_binding` or `_iam_policy` block. A policy that cannot be read is one grant of
/// which neither the role nor the members are known.
pub(super) fn grants<'b>(block: &'b Block) -> Vec<Grant<'b>> {
    let body = &block.body;
    let members = |node: &'b Node| -> Vec<Cow<'b, Node>> {
        ["member", "members"].iter().flat_map(|path| node.each(path)).map(Cow::Borrowed).collect()
    };
    if let Some(policy) = body.get("policy_data").filter(|node| !node.is_null()) {
        let bindings = whole(policy).into_iter();
        return bindings.map(|(role, members, condition)| Grant { role, members, condition, block }).collect();
    }
    let (role, members) = (body.get("role").map(Cow::Borrowed), members(body));
    if members.is_empty() && (role.is_none() || is_to_nobody(body)) {
        return Vec::new();
    }
    let condition = body.each("condition.expression").into_iter().next().map(Cow::Borrowed);
    vec![Grant { role, members, condition, block }]
}

/// A binding that takes a role from whoever holds it.
fn is_to_nobody(binding: &Node) -> bool {
    matches!(binding.get("members").map(|members| &members.value), Some(Value::List(members)) if members.is_empty())
}

/// A role, its members, and the condition.
type Binding<'b> = (Option<Cow<'b, Node>>, Vec<Cow<'b, Node>>, Option<Cow<'b, Node>>);

/// The bindings of a whole policy, which is JSON: <https://cloud.google.com/iam/docs/reference/rest/v1/Policy>.
fn whole<'b>(policy: &Node) -> Vec<Binding<'b>> {
    let text = match &policy.value {
        Value::String(text) => Text { text: text.clone(), holes: Arc::from([]) },
        Value::Text(text) => text.clone(),
        _ => return open(policy, None),
    };
    let parsed = match text.json_lenient(&|_| policy.origins.clone()) {
        Ok(parsed) => parsed,
        Err(NotJson::Holes(unknown)) => return open(policy, Some(unknown)),
        Err(NotJson::Wrong(..)) => return open(policy, None),
    };
    let binding = |binding: &Node| {
        let role = binding.get("role").cloned().map(Cow::Owned);
        let condition = binding.each("condition.expression").into_iter().next().cloned().map(Cow::Owned);
        (role, binding.each("members").into_iter().cloned().map(Cow::Owned).collect(), condition)
    };
    parsed.each("bindings").into_iter().filter(|binding| !is_to_nobody(binding)).map(binding).collect()
}

fn open<'b>(policy: &Node, unknown: Option<Arc<Unknown>>) -> Vec<Binding<'b>> {
    let unknown = match (&policy.value, unknown) {
        (_, Some(unknown)) => unknown,
        (Value::Unknown(unknown), None) => unknown.clone(),
        _ => Unknown::new(Why::Expression("the text is not a policy".into())),
    };
    let node = Node { value: Value::Unknown(unknown), origins: policy.origins.clone() };
    vec![(Some(Cow::Owned(node.clone())), vec![Cow::Owned(node)], None)]
}

/// Every grant on `block` by the three IAM resources whose names begin with `prefix`, and whether another may exist:
/// a whole policy that is read from the cloud, or a grant whose target cannot be told.
pub(super) fn grants_on<'b>(
    blocks: &Blocks<'b>,
    block: &Block,
    prefix: &str,
    by: &str,
) -> (Vec<Grant<'b>>, Vec<Known<bool>>) {
    let mut found = Vec::new();
    let mut maybe = Vec::new();
    for form in ["member", "binding", "policy"] {
        let joined: Joined<'b> = blocks.joined(
            block,
            &format!("{prefix}_iam_{form}"),
            by,
            &["name", "id", "dataset_id", "repository", "repository_id", "secret_id"],
        );
        maybe.extend(joined.maybe());
        for fragment in &joined.blocks {
            found.extend(grants(fragment));
        }
    }
    (found, maybe)
}

/// Whether a service account of somebody else's project holds a role on `block`.
pub(super) fn foreign_holds(context: &Context<'_>, block: &Block, prefix: &str, by: &str) -> Known<bool> {
    let (grants, maybe) = grants_on(context.blocks, block, prefix, by);
    let members = grants.iter().flat_map(|grant| grant.members.iter());
    let held = members.map(|member| foreign(member, block, context));
    any(std::iter::once(Known::default_of(false, Origins::at(block.head))).chain(held).chain(maybe))
}

/// Whether everyone holds any role on `block` that passes `test`.
pub(super) fn everyone_holds(
    blocks: &Blocks<'_>,
    block: &Block,
    prefix: &str,
    by: &str,
    test: impl Fn(&str) -> bool,
) -> Known<bool> {
    let (grants, maybe) = grants_on(blocks, block, prefix, by);
    let held = grants.iter().map(|grant| grant.to_everyone().and(grant.role_is(&test)));
    let held: Vec<_> = held.chain(maybe).collect();
    if held.is_empty() {
        return Known::default_of(false, Origins::at(block.head));
    }
    any(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_condition_that_names_every_role_bounds_what_is_handed_out() {
        let limit =
            "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/a', \n 'roles/b'])";
        assert_eq!(handed_out(limit), ["roles/a", "roles/b"]);
        let spread = "api.getAttribute(\"iam.googleapis.com/modifiedGrantsByRole\",\n[])\n.hasOnly([\"roles/a\"]\n)\n";
        assert_eq!(handed_out(spread), ["roles/a"]);
        for other in [
            format!("!{limit}"),
            format!("{limit} || request.time > timestamp('2030-01-01T00:00:00Z')"),
            limit.replace("hasOnly", "hasAny"),
            "request.time < timestamp('2030-01-01T00:00:00Z')".to_owned(),
        ] {
            assert!(handed_out(&other).is_empty(), "{other}");
        }
    }
}
