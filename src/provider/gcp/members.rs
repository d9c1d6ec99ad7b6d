//! Who a binding speaks of: `allUsers`, `allAuthenticatedUsers`, and the rest.
//! <https://cloud.google.com/iam/docs/principal-identifiers>

use crate::provider::{Blocks, Joined};
use crate::value::{Block, Known, Node, Origins, State, any};

/// Everyone, or everyone with a Google account, which anyone can have.
pub(super) fn is_public(member: &str) -> bool {
    matches!(member, "allUsers" | "allAuthenticatedUsers")
}

/// Whether the member at `node` is everyone. What comes from another resource is that resource's own identity: nothing in
/// Google Cloud computes `allUsers`.
pub(super) fn public(node: &Node) -> Known<bool> {
    let member = node.text("");
    match member.why() {
        Some(unknown) if unknown.is_reference() => Known::set(false, member.origins),
        _ => member.map(|member| is_public(&member)),
    }
}

/// One grant on a resource: a role, and members as written.
pub(super) struct Grant<'b> {
    /// The role's node.
    pub role: Option<&'b Node>,
    /// The members' nodes; an unknown list comes as one unknown node.
    pub members: Vec<&'b Node>,
    /// The block that grants.
    pub block: &'b Block,
}

impl Grant<'_> {
    /// Whether everyone is among its members.
    pub(super) fn to_everyone(&self) -> Known<bool> {
        any(self.members.iter().map(|member| public(member)))
    }

    /// Whether its role matches `test`.
    pub(super) fn role_is(&self, test: impl Fn(&str) -> bool) -> Known<bool> {
        match self.role {
            Some(role) => role.text("").map(|role| test(&role)),
            None => Known::default_of(false, Origins::at(self.block.head)),
        }
    }
}

/// The grants in an `_iam_member`, `_iam_binding` or `_iam_policy` block.
pub(super) fn grants<'b>(block: &'b Block) -> Vec<Grant<'b>> {
    let role = block.body.get("role");
    let mut members: Vec<&Node> = block.body.each("member");
    members.extend(block.body.each("members"));
    if !members.is_empty() || role.is_some() {
        return vec![Grant { role, members, block }];
    }
    Vec::new()
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
            &["name", "id", "dataset_id", "repository", "repository_id"],
        );
        maybe.extend(joined.maybe());
        for fragment in &joined.blocks {
            if form == "policy" {
                maybe.extend(policy_unknown(fragment));
            }
            found.extend(grants(fragment));
        }
    }
    (found, maybe)
}

/// Why the members of a whole policy cannot be told, if they cannot.
fn policy_unknown(block: &Block) -> Option<Known<bool>> {
    let policy = block.body.text("policy_data");
    match &policy.state {
        State::Unknown(unknown) => Some(Known::unknown(unknown.clone(), policy.origins.clone())),
        State::Set(text) | State::Default(text) => {
            // the text is JSON; everyone can only be named in it literally
            Some(Known::set(
                text.contains("\"allUsers\"") || text.contains("\"allAuthenticatedUsers\""),
                policy.origins.clone(),
            ))
        }
        State::Unset => None,
    }
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
