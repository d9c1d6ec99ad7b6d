//! What a scan will not be able to tell, said before it begins: asked of IAM itself, where the caller may ask.
//!
//! IAM's simulation knows the policies of the caller and of its organisation; it does not know policies of the
//! resources, conditions on the way of the call, or limits of a session. What it says is a forecast, the snapshot has
//! what came.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ask::Ask;
use super::permissions::needed;
use super::table::Service;

/// How many actions are asked about at a time.
const ACTIONS: usize = 50;

/// What was found out.
#[derive(PartialEq, Eq, Debug)]
pub enum Forecast {
    /// These permissions are missing, and these types will not be known, wholly or in part; both sorted.
    Missing(Vec<(String, Vec<String>)>),
    /// It cannot be told beforehand, because.
    Unknown(String),
}

/// Asks IAM which of the calls will be refused.
pub async fn forecast(ask: &impl Ask, services: &[&Service], caller: &str, region: &str) -> Forecast {
    let Some(source) = source(caller) else {
        return Forecast::Unknown(format!("IAM simulates users and roles, not `{caller}`"));
    };
    let needed = needed(services);
    let mut refused = BTreeSet::new();
    let actions: Vec<&String> = needed.keys().collect();
    for some in actions.chunks(ACTIONS) {
        let mut input = json!({"PolicySourceArn": source, "ActionNames": some});
        loop {
            let answer = match ask.call("iam", "SimulatePrincipalPolicy", region, &input).await {
                Ok(answer) => answer.value,
                Err(failure) => return Forecast::Unknown(failure.message),
            };
            for result in answer.get("EvaluationResults").and_then(Value::as_array).into_iter().flatten() {
                let text = |key: &str| result.get(key).and_then(Value::as_str);
                if let (Some(action), Some(decision)) = (text("EvalActionName"), text("EvalDecision"))
                    && decision != "allowed"
                {
                    refused.insert(action.to_owned());
                }
            }
            match ask.next("iam", "SimulatePrincipalPolicy", &input, &answer) {
                Some(next) => input = next,
                None => break,
            }
        }
    }
    let missing = needed.into_iter().filter(|(permission, _)| refused.contains(permission));
    Forecast::Missing(
        missing.map(|(permission, types)| (permission, types.into_iter().map(str::to_owned).collect())).collect(),
    )
}

/// The user or role of a caller: an assumed role is simulated as the role.
fn source(caller: &str) -> Option<String> {
    let parts: Vec<&str> = caller.splitn(6, ':').collect();
    let [arn, partition, _, region, account, resource] = parts.as_slice() else { return None };
    if let Some(session) = resource.strip_prefix("assumed-role/") {
        // the path of the role is not in the ARN of its session
        let role = session.rsplit_once('/')?.0;
        return Some(format!("{arn}:{partition}:iam:{region}:{account}:role/{role}"));
    }
    let simulated = resource.starts_with("user/") || resource.starts_with("role/");
    simulated.then(|| caller.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_simulated_as_its_role() {
        let role = source("arn:aws:sts::1:assumed-role/Audit/me@example.com");
        assert_eq!(role.as_deref(), Some("arn:aws:iam::1:role/Audit"));
        assert_eq!(source("arn:aws:iam::1:user/x").as_deref(), Some("arn:aws:iam::1:user/x"));
        assert_eq!(source("arn:aws:iam::1:root"), None);
    }
}
