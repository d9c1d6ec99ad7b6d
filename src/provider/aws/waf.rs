//! AWS WAF: whether what guards an entry blocks, or only counts.

use super::Row;
use super::common::{default, not_seen};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_wafv2_web_acl", fragment),
    ("aws_wafv2_web_acl_association", fragment),
    ("aws_wafv2_web_acl_logging_configuration", fragment),
    ("aws_wafv2_rule_group", fragment),
    ("aws_wafv2_ip_set", fragment),
    ("aws_wafregional_web_acl", fragment),
    ("aws_wafregional_web_acl_association", fragment),
    ("aws_waf_web_acl", fragment),
];

/// The lists of both generations.
const LISTS: &[&str] = &["aws_wafv2_web_acl", "aws_wafregional_web_acl", "aws_waf_web_acl"];

/// Whether a list that blocks is associated with `block`.
pub(super) fn attached(block: &Block, context: &Context<'_>) -> Known<bool> {
    let fragments =
        [("aws_wafv2_web_acl_association", "resource_arn"), ("aws_wafregional_web_acl_association", "resource_arn")];
    let joined = context.blocks.joined_any(block, &fragments, &["arn", "id"]);
    let said = joined.blocks.iter().map(|association| {
        let path = if association.body.get("web_acl_arn").is_some() { "web_acl_arn" } else { "web_acl_id" };
        named(&association.body, path, context)
    });
    let mut said: Vec<Known<bool>> = said.collect();
    said.extend(joined.maybe());
    if said.is_empty() { default(block, false) } else { any(said) }
}

/// Whether the list that `path` names blocks.
pub(super) fn named(node: &Node, path: &str, context: &Context<'_>) -> Known<bool> {
    let there = node.text(path);
    if there.is_unset() || there.value().is_some_and(|name| name.is_empty()) {
        return Known::default_of(false, there.origins);
    }
    match context.blocks.follow(node, path, LISTS) {
        Some(list) => blocks(list).and_at(&there.origins),
        None => not_seen(node, path),
    }
}

/// A list blocks when its default does, or a rule of its own does, or a group of rules is not told to count only:
/// <https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-group-override-options.html>.
fn blocks(list: &Block) -> Known<bool> {
    let body = &list.body;
    let old = [body.text("default_action.type"), body.text("default_action.0.type")];
    let by_default = body
        .exists("default_action.block")
        .either(any(old.map(|kind| kind.map(|kind| &*kind == "BLOCK").or_default(false))));
    let rules = ["rule", "rules"].into_iter().flat_map(|path| body.each(path)).map(|rule| {
        let own = rule
            .exists("action.block")
            .either(rule.text("action.type").map(|kind| &*kind == "BLOCK").or_default(false));
        let group = rule
            .exists("override_action.none")
            .either(rule.text("override_action.type").map(|kind| &*kind == "NONE").or_default(false));
        any([own, group, rule.exists("action.captcha"), rule.exists("action.challenge")])
    });
    any([by_default].into_iter().chain(rules))
}
