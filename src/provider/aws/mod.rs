//! Amazon Web Services: one file a service family.

mod account;
mod agents;
mod ai;
mod alarms;
mod apigateway;
mod backup;
mod cache;
mod certificates;
mod cloudfront;
mod codebuild;
mod common;
mod data_events;
mod detect;
mod dynamodb;
mod ec2;
mod ec2_care;
mod ec2_copies;
mod ecr;
mod ecs;
mod eks;
mod elb;
mod escalate;
mod files;
mod groups;
mod guardrails;
mod iam;
mod kms;
mod lambda;
mod lifecycle;
mod logs;
mod messaging;
mod native;
mod networks;
mod observed;
mod peerings;
mod pipelines;
mod plain;
mod policy;
mod principals;
mod rds;
mod rds_copies;
mod rds_tls;
mod redshift;
mod s3;
mod s3_kept;
mod search;
mod secretsmanager;
mod stages;
mod trails;
mod vpc;
mod waf;

use super::Row;

pub(super) use detect::beside;
pub(super) use guardrails::account;
pub(super) use native::{ANSWERED_WITHIN, SPELLING};
pub(super) use observed::settle;

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[
    account::ROWS,
    agents::ROWS,
    ai::ROWS,
    alarms::ROWS,
    apigateway::ROWS,
    stages::ROWS,
    backup::ROWS,
    cache::ROWS,
    certificates::ROWS,
    detect::ROWS,
    cloudfront::ROWS,
    codebuild::ROWS,
    dynamodb::ROWS,
    ec2::ROWS,
    ec2_care::ROWS,
    ec2_copies::ROWS,
    ecr::ROWS,
    ecs::ROWS,
    eks::ROWS,
    elb::ROWS,
    files::ROWS,
    groups::ROWS,
    guardrails::ROWS,
    iam::ROWS,
    kms::ROWS,
    lambda::ROWS,
    lifecycle::ROWS,
    logs::ROWS,
    messaging::ROWS,
    networks::ROWS,
    peerings::ROWS,
    pipelines::ROWS,
    principals::ROWS,
    rds::ROWS,
    rds_copies::ROWS,
    redshift::ROWS,
    s3::ROWS,
    search::ROWS,
    secretsmanager::ROWS,
    trails::ROWS,
    vpc::ROWS,
    waf::ROWS,
];
