//! CloudFront: the whole distribution stands in one property.

use crate::provider::spelling::{
    Move::{Each, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::CloudFront::Distribution",
        "aws_cloudfront_distribution",
        &[
            To("DistributionConfig.CacheBehaviors", "ordered_cache_behavior"),
            To("DistributionConfig.DefaultCacheBehavior", "default_cache_behavior"),
            To("DistributionConfig.Logging", "logging_config"),
            To("DistributionConfig.Origins", "origin"),
            To("DistributionConfig.PriceClass", "price_class"),
            To("DistributionConfig.Restrictions", "restrictions"),
            Each(
                "DistributionConfig.ViewerCertificate",
                "viewer_certificate",
                &[To("CloudFrontDefaultCertificate", "cloudfront_default_certificate")],
            ),
            To("DistributionConfig.WebACLId", "web_acl_id"),
        ],
    ),
    Native::same("AWS::CloudFront::OriginAccessControl", "aws_cloudfront_origin_access_control"),
    Native::same("AWS::CloudFront::CloudFrontOriginAccessIdentity", "aws_cloudfront_origin_access_identity"),
    Native::same("AWS::CloudFront::CachePolicy", "aws_cloudfront_cache_policy"),
    Native::same("AWS::CloudFront::ResponseHeadersPolicy", "aws_cloudfront_response_headers_policy"),
    Native::same("AWS::Logs::DeliverySource", "aws_cloudwatch_log_delivery_source"),
    Native::same("AWS::Logs::Delivery", "aws_cloudwatch_log_delivery"),
];
