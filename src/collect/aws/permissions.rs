//! The rights that a scan needs, no more and no fewer: made from the tables that the scan asks by.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::table::Service;

/// What is asked of an account before its tables are gone through, in `account.rs` and `preflight.rs`.
const ALWAYS: &[&str] = &[
    "ec2:DescribeRegions",
    "iam:ListAccountAliases",
    "iam:SimulatePrincipalPolicy",
    "organizations:DescribeOrganization",
];

/// The most characters of a managed policy, white space left out:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>.
pub const MOST: usize = 6144;

/// Of which types each kind of resource is made: `src/provider/needs.rs` writes it.
const NEEDS: &str = include_str!("../../../data/aws/needs.txt");

/// The types that resources of these kinds are made of, as far as tables have them, with those that they hang below.
pub fn types_of<'s>(services: &[&'s Service], kinds: &BTreeSet<&str>) -> BTreeSet<&'s str> {
    let lines = NEEDS.lines().filter_map(|line| line.split_once(' ')).filter(|(kind, _)| kinds.contains(kind));
    let wanted: BTreeSet<&str> = lines.flat_map(|(_, types)| types.split(' ')).collect();
    let mut found = BTreeSet::new();
    for service in services {
        for of in service.types.iter().filter(|of| wanted.contains(of.name.as_str())) {
            let mut next = Some(of);
            while let Some(of) = next.filter(|of| found.insert(of.name.as_str())) {
                let above = of.first().and_then(|question| question.each.as_ref());
                next = above.and_then(|above| service.types.iter().find(|other| other.name == *above));
            }
        }
    }
    found
}

/// What a permission is for: the types of resource that are not known without it, wholly or in part.
pub fn needed<'s>(services: &[&'s Service]) -> BTreeMap<String, BTreeSet<&'s str>> {
    needed_for(services, |_| true)
}

/// The same for those types alone that are `wanted`.
fn needed_for<'s>(services: &[&'s Service], wanted: impl Fn(&str) -> bool) -> BTreeMap<String, BTreeSet<&'s str>> {
    let mut needed: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for service in services {
        for of in service.types.iter().filter(|of| wanted(&of.name)) {
            for question in of.questions() {
                for permission in service.preparing(question).into_iter().chain([service.permission(question)]) {
                    needed.entry(permission).or_default().insert(&of.name);
                }
            }
        }
    }
    needed
}

/// The policies that grant what a scan needs, of all types or of these alone: as few as their size allows. With a `role`
/// also what is needed to list an organisation's accounts and to take on the role in each.
pub fn policies(services: &[&Service], types: Option<&BTreeSet<&str>>, role: Option<&str>) -> Vec<Value> {
    let wanted = |name: &str| types.is_none_or(|types| types.contains(name));
    let mut actions: BTreeSet<String> = needed_for(services, wanted).into_keys().collect();
    actions.extend(ALWAYS.iter().map(|permission| (*permission).to_owned()));
    if role.is_some() {
        actions.insert("organizations:ListAccounts".to_owned());
    }
    let mut parts: Vec<Vec<String>> = vec![Vec::new()];
    for action in actions {
        let fits = |part: &Vec<String>| {
            let mut more = part.clone();
            more.push(action.clone());
            policy(&more).to_string().len() <= MOST
        };
        match parts.last_mut() {
            Some(part) if fits(part) => part.push(action),
            _ => parts.push(vec![action]),
        }
    }
    let assume = role.map(|role| {
        let resource = format!("arn:*:iam::*:role/{role}");
        json!({"Sid": "DeodarTakesOnRoles", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": resource})
    });
    let assume = assume.map(|statement| json!({"Version": "2012-10-17", "Statement": [statement]}));
    parts.iter().map(|part| policy(part)).chain(assume).collect()
}

fn policy(actions: &[String]) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{"Sid": "DeodarReads", "Effect": "Allow", "Action": actions, "Resource": "*"}],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(calls: usize) -> Service {
        let mut text = "service: zoo\nprefix: zoos\ntypes:\n".to_owned();
        for call in 0..calls {
            text.push_str(&format!("  - type: T{call}\n    single: {{ call: GetThing{call} }}\n"));
        }
        Service::parse(&text).unwrap()
    }

    fn actions(policy: &Value) -> Vec<&str> {
        policy["Statement"][0]["Action"].as_array().unwrap().iter().map(|action| action.as_str().unwrap()).collect()
    }

    #[test]
    fn a_policy_is_sorted_and_holds_every_call() {
        let policies = policies(&[&table(2)], None, None);
        assert_eq!(policies.len(), 1);
        let expected = [
            "ec2:DescribeRegions",
            "iam:ListAccountAliases",
            "iam:SimulatePrincipalPolicy",
            "organizations:DescribeOrganization",
            "zoos:GetThing0",
            "zoos:GetThing1",
        ];
        assert_eq!(actions(&policies[0]), expected);
    }

    #[test]
    fn what_does_not_fit_is_parted_and_nothing_is_lost() {
        let policies = policies(&[&table(900)], None, None);
        assert!(policies.len() > 2);
        assert!(policies.iter().all(|policy| policy.to_string().len() <= MOST));
        let all: BTreeSet<&str> = policies.iter().flat_map(actions).collect();
        assert_eq!(all.len(), 904);
    }
}
