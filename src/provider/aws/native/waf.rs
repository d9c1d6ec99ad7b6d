//! AWS WAF, in its three generations.

use crate::provider::spelling::{Fragment, Move::To, Native};

pub(super) const TABLE: &[Native] = &[
    Native {
        native: "AWS::WAFv2::WebACL",
        reads_as: "aws_wafv2_web_acl",
        moves: &[],
        // a running account says whom it guards
        also: &[Fragment {
            from: "ResourceArns",
            reads_as: "aws_wafv2_web_acl_association",
            by: "web_acl_arn",
            moves: &[To("", "resource_arn")],
        }],
    },
    Native::same("AWS::WAFv2::WebACLAssociation", "aws_wafv2_web_acl_association"),
    Native::same("AWS::WAFv2::LoggingConfiguration", "aws_wafv2_web_acl_logging_configuration"),
    Native::same("AWS::WAFv2::RuleGroup", "aws_wafv2_rule_group"),
    Native::same("AWS::WAFv2::IPSet", "aws_wafv2_ip_set"),
    Native::same("AWS::WAFRegional::WebACL", "aws_wafregional_web_acl"),
    Native::same("AWS::WAFRegional::WebACLAssociation", "aws_wafregional_web_acl_association"),
    Native::same("AWS::WAF::WebACL", "aws_waf_web_acl"),
];
