//! Elastic Load Balancing: attributes are a list of keys and values, a classic balancer's policies a part of it.

use super::attribute;
use crate::provider::spelling::{
    Fragment,
    Move::{By, Each, Flag, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "aws_lb",
        &[
            Flag("Scheme", "internal", &["internal"]),
            To("Type", "load_balancer_type"),
            To("SubnetMappings", "subnet_mapping"),
            By(|body| attribute(body, "LoadBalancerAttributes", "access_logs.s3.enabled"), "access_logs.enabled"),
            By(|body| attribute(body, "LoadBalancerAttributes", "access_logs.s3.bucket"), "access_logs.bucket"),
            By(
                |body| attribute(body, "LoadBalancerAttributes", "deletion_protection.enabled"),
                "enable_deletion_protection",
            ),
            By(
                |body| attribute(body, "LoadBalancerAttributes", "routing.http.drop_invalid_header_fields.enabled"),
                "drop_invalid_header_fields",
            ),
        ],
    ),
    Native::moved(
        "AWS::ElasticLoadBalancingV2::Listener",
        "aws_lb_listener",
        &[Each("DefaultActions", "default_action", &[To("RedirectConfig", "redirect")])],
    ),
    Native {
        native: "AWS::ElasticLoadBalancing::LoadBalancer",
        reads_as: "aws_elb",
        moves: &[
            To("LoadBalancerName", "name"),
            Each("AccessLoggingPolicy", "access_logs", &[To("S3BucketName", "bucket")]),
            Each("Listeners", "listener", &[To("Protocol", "lb_protocol")]),
        ],
        also: &[Fragment {
            from: "Policies",
            reads_as: "aws_load_balancer_policy",
            by: "load_balancer_name",
            moves: &[To("PolicyType", "policy_type_name"), To("Attributes", "policy_attribute")],
        }],
    },
    Native::same("AWS::ElasticLoadBalancingV2::TargetGroup", "aws_lb_target_group"),
    Native::same("AWS::ElasticLoadBalancingV2::ListenerRule", "aws_lb_listener_rule"),
    Native::same("AWS::ElasticLoadBalancingV2::ListenerCertificate", "aws_lb_listener_certificate"),
];
