//! The policies that speak of a resource, inline or in fragments of their own, and what is asked of them.

use std::sync::Arc;

use crate::provider::iam::Policy;
use crate::provider::{Context, OwnAccounts};
use crate::value::{Block, Known, Node, Origins, State, Text, Value, Why, any};

/// The policies of one resource.
pub(super) struct Policies<'c> {
    policies: Vec<Policy>,
    /// Set when another fragment may hold one.
    maybe: Option<Known<bool>>,
    own: OwnAccounts<'c>,
    nowhere: Origins,
}

impl<'c> Policies<'c> {
    /// The policy in attribute `inline` of `block` (none if empty), and those of the fragments that name it:
    /// (type, attribute that names the target, attribute that holds the document).
    pub fn of(
        context: &Context<'c>,
        block: &Block,
        inline: &str,
        fragments: &[(&str, &str, &str)],
        names: &[&str],
    ) -> Self {
        let mut all = Self { policies: Vec::new(), maybe: None, own: context.own(), nowhere: Origins::at(block.head) };
        if !inline.is_empty() {
            all.read(&block.body, inline);
        }
        for (fragment, by, document) in fragments {
            let joined = context.blocks.joined(block, fragment, by, names);
            for found in &joined.blocks {
                all.read(&found.body, document);
            }
            all.maybe = all.maybe.or_else(|| joined.maybe());
        }
        all
    }

    /// The policy in attribute `document` of `block` alone.
    pub fn in_block(context: &Context<'c>, block: &Block, document: &str) -> Self {
        Self::of(context, block, document, &[], &[])
    }

    fn read(&mut self, body: &Node, path: &str) {
        let document = body.at_path(path);
        if !document.is_unset() {
            self.policies.push(Policy::read(&document));
        }
    }

    /// Whether it is so of any of them.
    pub fn ask(&self, ask: impl Fn(&Policy) -> Known<bool>) -> Known<bool> {
        any(self.policies.iter().map(ask).chain(self.maybe.clone())).and_at(&self.nowhere)
    }

    /// Whether everyone may do one of `actions`.
    pub fn public(&self, actions: &[&str]) -> Known<bool> {
        self.ask(|policy| policy.anyone_may(actions))
    }

    /// Whether an account that is not one's own may do one of `actions`.
    pub fn foreign(&self, actions: &[&str]) -> Known<bool> {
        self.own.asked(|own| self.ask(|policy| policy.foreign_may(own, actions)))
    }

    /// Whether `action` is refused to whoever comes from another network than those that are named.
    pub fn only_from_networks(&self, action: &str) -> Known<bool> {
        self.ask(|policy| policy.any(|statement| statement.shuts_out(action).and(statement.names_networks())))
    }

    /// Whether requests to `service` over plain HTTP are refused.
    pub fn denies_plain_http(&self, service: &str) -> Known<bool> {
        self.ask(|policy| policy.denies_plain_http(service))
    }
}

/// Whether `account`, an id, is not one's own; false where none is written, unknown where the estate file lists none.
pub(super) fn foreign_account(context: &Context<'_>, account: Known<Arc<str>>) -> Known<bool> {
    context.own().asked(|own| match (&account.state, own) {
        (State::Unset, _) => account.clone().map(|_| false).or_default(false),
        // the account that the files are deployed to, or one that they make
        (State::Unknown(unknown), _) if is_own(&unknown.why) => Known::set(false, account.origins.clone()),
        (_, Some(own)) => account.clone().map(|id| !own.contains(&id)),
        (State::Unknown(_), None) => account.clone().map(|_| true),
        (_, None) => Known::because(Why::Undeclared("which accounts are one's own".into()), account.origins.clone()),
    })
}

fn is_own(why: &Why) -> bool {
    matches!(why, Why::DataSource(name) if name.contains("aws_caller_identity") || &**name == "AWS::AccountId")
}

/// Whether a principal, by its ARN, belongs to an account that is not one's own. What the files make is one's own.
pub(super) fn foreign_principal(context: &Context<'_>, arn: Known<Arc<str>>) -> Known<bool> {
    if let State::Unknown(unknown) = &arn.state
        && !unknown.refers.is_empty()
    {
        return Known::set(false, arn.origins);
    }
    if arn.value().is_some_and(|arn| !arn.starts_with("arn:")) {
        return Known::set(false, arn.origins);
    }
    foreign_account(context, arn.map(|arn| Arc::from(arn.split(':').nth(4).unwrap_or(""))))
}

/// The JSON document at `path`.
pub(super) fn json(body: &Node, path: &str) -> Known<Node> {
    let found = body.at_path(path);
    let origins = found.origins;
    let node = match found.state {
        State::Set(node) | State::Default(node) => node,
        State::Unset => return Known::unset(origins),
        State::Unknown(unknown) => return Known::unknown(unknown, origins),
    };
    let text = match &node.value {
        Value::String(text) => Text { text: text.clone(), holes: Arc::from([]) },
        Value::Text(text) => text.clone(),
        _ => return Known::set(node.clone(), origins),
    };
    match text.json(&|_| origins.clone()) {
        Ok(document) => Known::set(document, origins),
        Err(_) if !text.holes.is_empty() => Known::unknown(text.as_unknown(), origins),
        Err(_) => Known::because(Why::Expression(format!("`{path}` is not JSON").into()), origins),
    }
}
