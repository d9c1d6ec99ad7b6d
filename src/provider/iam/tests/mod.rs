//! Each question with the documents that it tells apart. A hole `${x}` in a document is an unknown variable, `${&a.b.arn}` a
//! reference to the attribute of a block, `${@d.e.f}` what a data source gives.

mod documents;
mod trust;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::source::{FileId, Span};
use crate::value::{Node, Reference, State, TextPen, UnitId, Unknown, Value, Why};

fn unknown(name: &str) -> Arc<Unknown> {
    if let Some(path) = name.strip_prefix('&') {
        let (address, attribute) = path.rsplit_once('.').unwrap();
        let reference = Reference { unit: UnitId(0), address: address.into(), attribute: attribute.into() };
        return Unknown::reference(reference, Span::new(FileId(0), 0..1));
    }
    match name.strip_prefix('@') {
        Some(data) => Unknown::new(Why::DataSource(data.into())),
        None => Unknown::new(Why::Variable(format!("var.{name}").into())),
    }
}

fn node(text: &str) -> Node {
    let mut pen = TextPen::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) = after.split_once('}').unwrap();
        pen.known(before);
        pen.hole(unknown(name));
        rest = tail;
    }
    pen.known(rest);
    Node::at(pen.finish(), Span::new(FileId(0), 10..20))
}

/// A policy of one statement.
fn one(statement: &str) -> Policy {
    Policy::of(&node(&format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#)))
}

fn policy(statements: &[&str]) -> Policy {
    one(&format!("[{}]", statements.join(",")))
}

/// An `Allow` for everyone with a condition.
fn with_condition(condition: &str) -> Policy {
    one(&format!(
        r#"{{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", "Condition": {condition}}}"#
    ))
}

/// `Some` answer, or none where it cannot be told.
fn answer(fact: &Known<bool>) -> Option<bool> {
    match fact.state {
        State::Set(value) | State::Default(value) => Some(value),
        State::Unset => panic!("a question is always answered"),
        State::Unknown(_) => None,
    }
}

fn accounts(ids: &[&str]) -> BTreeSet<Arc<str>> {
    ids.iter().map(|id| Arc::from(*id)).collect()
}

const READ: &[&str] = &["s3:GetObject", "s3:ListBucket"];

#[test]
fn a_grant_to_everyone_is_open() {
    for principal in [
        r#""*""#,
        r#"{"AWS": "*"}"#,
        r#"{"AWS": ["arn:aws:iam::111122223333:root", "*"]}"#,
        r#"{"AWS": "arn:aws:iam::*:root"}"#,
    ] {
        let policy = one(&format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject", "Resource": "*"}}"#
        ));
        assert_eq!(answer(&policy.anyone_may(READ)), Some(true), "{principal}");
        assert_eq!(answer(&policy.anyone_may(&["s3:PutObject"])), Some(false), "{principal}");
    }
}

#[test]
fn a_grant_to_someone_is_not() {
    for principal in [
        r#"{"AWS": "111122223333"}"#,
        r#"{"Service": "cloudtrail.amazonaws.com"}"#,
        r#"{"AWS": "${&aws_iam_role.r.arn}"}"#,
        r#"{"AWS": "arn:aws:iam::${@data.aws_caller_identity.me.account_id}:root"}"#,
        r#"{"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}"#,
    ] {
        let policy =
            one(&format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "*", "Resource": "*"}}"#));
        assert_eq!(answer(&policy.anyone_may(READ)), Some(false), "{principal}");
    }
}

#[test]
fn an_unknown_principal_may_be_everyone() {
    for principal in
        [r#"{"AWS": "${x}"}"#, r#""${x}""#, r#"{"AWS": ["111122223333", "${x}"]}"#, r#"{"AWS": ${x}}"#, r#"${x}"#]
    {
        let policy =
            one(&format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:*", "Resource": "*"}}"#));
        assert_eq!(answer(&policy.anyone_may(READ)), None, "{principal}");
    }
}

#[test]
fn an_unknown_principal_hides_no_other() {
    let policy = one(r#"{"Effect": "Allow", "Principal": {"AWS": ["${x}", "*"]}, "Action": "s3:*", "Resource": "*"}"#);
    assert_eq!(answer(&policy.anyone_may(READ)), Some(true));
}

#[test]
fn all_but_some_is_everyone() {
    let policy =
        one(r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}"#);
    assert_eq!(answer(&policy.anyone_may(READ)), Some(true));
}

#[test]
fn conditions_that_narrow() {
    for condition in [
        r#"{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#,
        r#"{"StringEquals": {"aws:SourceAccount": "111122223333"}}"#,
        r#"{"StringEquals": {"AWS:SourceVpce": ["vpce-1", "vpce-2"]}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111122223333:*"}}"#,
        r#"{"ArnEquals": {"aws:SourceArn": "${&aws_sns_topic.t.arn}"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::${&aws_s3_bucket.b.id}"}}"#,
        r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/${x}"}}"#,
        r#"{"StringEquals": {"aws:PrincipalOrgID": "${@data.aws_organizations_organization.o.id}"}}"#,
        r#"{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}"#,
        r#"{"StringLike": {"aws:userid": "AROAEXAMPLEID:*"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32", "10.0.0.0/8"]}}"#,
        r#"{"StringEquals": {"kms:CallerAccount": "111122223333", "kms:ViaService": "s3.eu-west-1.amazonaws.com"}}"#,
        r#"{"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}"#,
        r#"{"StringEquals": {"${x}": "a"}, "IpAddress": {"aws:SourceIp": "203.0.113.7"}}"#,
    ] {
        assert_eq!(answer(&with_condition(condition).anyone_may(READ)), Some(false), "{condition}");
    }
}

#[test]
fn conditions_that_do_not() {
    for condition in [
        "{}",
        r#"{"Bool": {"aws:SecureTransport": "true"}}"#,
        r#"{"StringLike": {"aws:Referer": "https://example.com/*"}}"#,
        r#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}"#,
        r#"{"StringEqualsIfExists": {"aws:SourceAccount": "111122223333"}}"#,
        r#"{"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}"#,
        r#"{"StringLike": {"aws:SourceVpce": "vpce-*"}}"#,
        r#"{"StringEquals": {"aws:PrincipalOrgID": ["o-a1b2c3d4e5", "*"]}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}}"#,
        r#"{"StringEquals": {"aws:PrincipalTag/team": "web"}}"#,
        r#"{"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}"#,
        r#"{"Null": {"aws:SourceVpce": "false"}}"#,
        r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#,
    ] {
        assert_eq!(answer(&with_condition(condition).anyone_may(READ)), Some(true), "{condition}");
    }
}

#[test]
fn conditions_that_cannot_be_told() {
    for condition in [
        r#"${x}"#,
        r#"{"StringEquals": ${x}}"#,
        r#"{"StringEquals": {"aws:PrincipalOrgID": "${x}"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "${x}"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ${x}}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::${x}"}}"#,
        r#"{"StringEquals": {"${x}": "vpce-1"}}"#,
    ] {
        assert_eq!(answer(&with_condition(condition).anyone_may(READ)), None, "{condition}");
    }
    // an unknown value beside one that does not narrow changes nothing
    let known = with_condition(r#"{"IpAddress": {"aws:SourceIp": ["${x}", "0.0.0.0/0"]}}"#);
    assert_eq!(answer(&known.anyone_may(READ)), Some(true));
}

#[test]
fn a_deny_may_shut_everyone_out() {
    let open = r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": "*"}"#;
    let deny = |resource: &str, condition: &str| {
        format!(
            r#"{{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": {resource}, "Condition": {condition}}}"#
        )
    };
    let outside = r#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}"#;
    let objects = r#"["arn:aws:s3:::b", "arn:aws:s3:::b/*"]"#;
    let may = |deny: &str| answer(&policy(&[open, deny]).anyone_may(&["s3:GetObject"]));
    assert_eq!(may(&deny(objects, outside)), Some(false));
    assert_eq!(may(&deny(r#"["${&aws_s3_bucket.b.arn}", "${&aws_s3_bucket.b.arn}/*"]"#, outside)), Some(false));
    assert_eq!(may(&deny(r#""arn:aws:s3:::b/private/*""#, outside)), Some(true));
    assert_eq!(may(&deny(r#""arn:aws:s3:::b""#, outside)), Some(true));
    assert_eq!(may(&deny(objects, r#"{"Bool": {"aws:SecureTransport": "false"}}"#)), Some(true));
    assert_eq!(
        may(&deny(
            objects,
            r#"{"StringNotEquals": {"aws:SourceVpce": "vpce-1"}, "Bool": {"aws:SecureTransport": "false"}}"#
        )),
        Some(true)
    );
    assert_eq!(may(&deny(objects, r#"{"StringNotEquals": {"aws:SourceVpce": "${x}"}}"#)), None);
}

#[test]
fn actions_are_patterns() {
    let statement = |action: &str| {
        one(&format!(r#"{{"Effect": "Allow", "Action": {action}, "Resource": "*"}}"#)).statements.remove(0)
    };
    let covers = |action: &str, name: &str| answer(&statement(action).covers(name));
    assert_eq!(covers(r#""s3:Get*""#, "s3:GetObject"), Some(true));
    assert_eq!(covers(r#""S3:GETobject""#, "s3:GetObject"), Some(true));
    assert_eq!(covers(r#""s3:Get?bject""#, "s3:GetObject"), Some(true));
    assert_eq!(covers(r#""*:GetObject""#, "s3:GetObject"), Some(true));
    assert_eq!(covers(r#"["ec2:*", "s3:List*"]"#, "s3:GetObject"), Some(false));
    assert_eq!(covers(r#""s3:${x}""#, "s3:GetObject"), None);
    assert_eq!(covers(r#""ec2:${x}""#, "s3:GetObject"), Some(false));
    assert_eq!(covers(r#"["${x}", "s3:*"]"#, "s3:GetObject"), Some(true));
    let not = one(r#"{"Effect": "Allow", "NotAction": ["iam:*", "${x}"], "Resource": "*"}"#).statements.remove(0);
    assert_eq!(answer(&not.covers("iam:PassRole")), Some(false));
    assert_eq!(answer(&not.covers("s3:GetObject")), None);
}

#[test]
fn an_administrator_may_do_everything_everywhere() {
    let admin = |action: &str, resource: &str| {
        answer(&one(&format!(r#"{{"Effect": "Allow", "Action": {action}, "Resource": {resource}}}"#)).admin())
    };
    assert_eq!(admin(r#""*""#, r#""*""#), Some(true));
    assert_eq!(admin(r#""*:*""#, r#"["arn:aws:s3:::b", "*"]"#), Some(true));
    assert_eq!(admin(r#""s3:*""#, r#""*""#), Some(false));
    assert_eq!(admin(r#""*""#, r#""arn:aws:s3:::b/*""#), Some(false));
    assert_eq!(admin(r#""*""#, r#""${&aws_s3_bucket.b.arn}""#), Some(false));
    assert_eq!(admin(r#""*""#, r#""${x}""#), None);
    assert_eq!(admin(r#""${x}""#, r#""*""#), None);
    assert_eq!(admin(r#""s3:${x}""#, r#""*""#), Some(false));
    let deny = one(r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#);
    assert_eq!(answer(&deny.admin()), Some(false));
    let effect = one(r#"{"Effect": "${x}", "Action": "*", "Resource": "*"}"#);
    assert_eq!(answer(&effect.admin()), None);
}

#[test]
fn plain_http_is_refused() {
    let deny = |principal: &str, action: &str, resource: &str, condition: &str| {
        answer(&one(&format!(
            r#"{{"Effect": "Deny", "Principal": {principal}, "Action": {action}, "Resource": {resource}, "Condition": {condition}}}"#
        )).denies_plain_http("s3"))
    };
    let (all, both, plain) =
        (r#""*""#, r#"["arn:aws:s3:::b", "arn:aws:s3:::b/*"]"#, r#"{"Bool": {"aws:SecureTransport": "false"}}"#);
    assert_eq!(deny(all, r#""s3:*""#, both, plain), Some(true));
    assert_eq!(deny(r#"{"AWS": "*"}"#, all, all, r#"{"Bool": {"aws:SecureTransport": false}}"#), Some(true));
    assert_eq!(
        deny(all, r#""s3:*""#, r#"["${&aws_s3_bucket.b.arn}", "${&aws_s3_bucket.b.arn}/*"]"#, plain),
        Some(true)
    );
    assert_eq!(deny(all, r#""s3:*""#, both, r#"{"BoolIfExists": {"aws:SecureTransport": ["false"]}}"#), Some(true));
    // less than everything
    assert_eq!(deny(r#"{"AWS": "111122223333"}"#, r#""s3:*""#, both, plain), Some(false));
    assert_eq!(deny(all, r#""s3:PutObject""#, both, plain), Some(false));
    assert_eq!(deny(all, r#""s3:*""#, r#""arn:aws:s3:::b""#, plain), Some(false));
    assert_eq!(deny(all, r#""s3:*""#, r#""${&aws_s3_bucket.b.arn}""#, plain), Some(false));
    assert_eq!(deny(all, r#""s3:*""#, both, r#"{"Bool": {"aws:SecureTransport": "true"}}"#), Some(false));
    assert_eq!(
        deny(
            all,
            r#""s3:*""#,
            both,
            r#"{"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}"#
        ),
        Some(false)
    );
    // cannot be told
    assert_eq!(deny(r#"{"AWS": "${x}"}"#, r#""s3:*""#, both, plain), None);
    assert_eq!(deny(all, r#""s3:*""#, both, r#"{"Bool": {"aws:SecureTransport": "${x}"}}"#), None);
    assert_eq!(deny(all, r#""s3:*""#, both, "${x}"), None);
}
