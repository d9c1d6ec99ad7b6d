//! Accounts, external ids, federations.

use super::*;

#[test]
fn accounts_that_are_not_ones_own() {
    let own = accounts(&["111122223333"]);
    let foreign = |principal: &str, own: Option<&BTreeSet<Arc<str>>>| {
        answer(
            &one(&format!(
                r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "sqs:SendMessage", "Resource": "*"}}"#
            ))
            .foreign_may(own, &["sqs:SendMessage"]),
        )
    };
    assert_eq!(foreign(r#"{"AWS": "arn:aws:iam::444455556666:role/x"}"#, Some(&own)), Some(true));
    assert_eq!(foreign(r#"{"AWS": ["${x}", "444455556666"]}"#, Some(&own)), Some(true));
    assert_eq!(foreign(r#"{"AWS": "arn:aws:iam::111122223333:root"}"#, Some(&own)), Some(false));
    assert_eq!(foreign(r#"{"AWS": "arn:aws:iam::444455556666:role/${x}"}"#, Some(&own)), Some(true));
    assert_eq!(foreign(r#"{"AWS": "${&aws_iam_role.r.arn}"}"#, Some(&own)), Some(false));
    assert_eq!(
        foreign(r#"{"AWS": "arn:aws:iam::${@data.aws_caller_identity.me.account_id}:root"}"#, Some(&own)),
        Some(false)
    );
    assert_eq!(foreign(r#"{"Service": "events.amazonaws.com"}"#, Some(&own)), Some(false));
    assert_eq!(foreign(r#"{"AWS": "${x}"}"#, Some(&own)), None);
    assert_eq!(foreign(r#"{"AWS": "arn:aws:iam::${x}:root"}"#, Some(&own)), None);
    assert_eq!(foreign(r#"{"AWS": "AIDAEXAMPLE"}"#, Some(&own)), None);
    // without an estate file nobody knows whose an account is
    assert_eq!(foreign(r#"{"AWS": "444455556666"}"#, None), None);
    assert_eq!(foreign(r#"{"Service": "events.amazonaws.com"}"#, None), Some(false));
    let by_condition = with_condition(r#"{"StringEquals": {"aws:PrincipalAccount": "444455556666"}}"#);
    assert_eq!(answer(&by_condition.foreign_may(Some(&own), &[])), Some(true));
}

#[test]
fn external_ids() {
    let trust = |condition: &str| {
        answer(&one(&format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "444455556666"}}, "Action": "sts:AssumeRole", "Condition": {condition}}}"#
        )).any(Statement::external_id))
    };
    assert_eq!(trust(r#"{"StringEquals": {"sts:ExternalId": "a1b2"}}"#), Some(true));
    assert_eq!(trust(r#"{"StringLike": {"sts:ExternalId": "*"}}"#), Some(false));
    assert_eq!(trust(r#"{"StringEqualsIfExists": {"sts:ExternalId": "a1b2"}}"#), Some(false));
    assert_eq!(trust("{}"), Some(false));
    assert_eq!(trust(r#"{"StringEquals": {"sts:ExternalId": "${x}"}}"#), None);
}

#[test]
fn federations_are_bound_by_audience_and_subject() {
    let trust = |provider: &str, condition: &str| {
        let policy = one(&format!(
            r#"{{"Effect": "Allow", "Principal": {{"Federated": "{provider}"}}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {condition}}}"#
        ));
        assert_eq!(answer(&policy.any(Statement::federated)), Some(true));
        answer(&policy.any(Statement::federation_exact))
    };
    let github = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let host = "token.actions.githubusercontent.com";
    let exact = format!(
        r#"{{"StringEquals": {{"{host}:aud": "sts.amazonaws.com", "{host}:sub": "repo:org/repo:ref:refs/heads/main"}}}}"#
    );
    assert_eq!(trust(github, &exact), Some(true));
    let wild = format!(
        r#"{{"StringEquals": {{"{host}:aud": "sts.amazonaws.com"}}, "StringLike": {{"{host}:sub": "repo:org/repo:*"}}}}"#
    );
    assert_eq!(trust(github, &wild), Some(false));
    assert_eq!(trust(github, &format!(r#"{{"StringEquals": {{"{host}:aud": "sts.amazonaws.com"}}}}"#)), Some(false));
    // the issuer is not known, but which of its claims are compared is
    let issuer = r#"{"StringEquals": {"${x}:aud": "sts.amazonaws.com", "${x}:sub": "system:serviceaccount:shop:web"}}"#;
    assert_eq!(trust("${&aws_iam_openid_connect_provider.p.arn}", issuer), Some(true));
    let subject = format!(r#"{{"StringEquals": {{"{host}:aud": "sts.amazonaws.com", "{host}:sub": "${{x}}"}}}}"#);
    assert_eq!(trust(github, &subject), None);
    assert_eq!(
        trust(
            "arn:aws:iam::111122223333:saml-provider/idp",
            r#"{"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}"#
        ),
        Some(true)
    );
    assert_eq!(
        trust(
            "cognito-identity.amazonaws.com",
            r#"{"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:1"}}"#
        ),
        Some(true)
    );
}
