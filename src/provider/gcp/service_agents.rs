//! Whose a service account is, told by its address: a project's own, made by Google for a project, or an agent of Google's
//! that acts for the project of its number.

use std::borrow::Cow;

/// Projects of Google's in which agents lie, beside those that [`STARTS`] tells:
/// <https://cloud.google.com/iam/docs/service-agents>. One of Google's own domain is written with and without it there.
/// Of former lists are `cloud-ml.google.com`, `endpoints-portal`, `gae-api-prod.google.com`, `genomics-api.google.com`
/// and `sourcerepo-service-accounts`; `cloud-cdn-fill` is of <https://cloud.google.com/cdn/docs/using-signed-urls>.
const SYSTEM: &[&str] = &[
    "bigquery-encryption",
    "cloud-cdn-fill",
    "cloud-filer",
    "cloud-memcache-sa",
    "cloud-ml",
    "cloud-ml.google.com",
    "cloud-redis",
    "cloud-tpu",
    "cloudcomposer-accounts",
    "compute-system",
    "container-analysis",
    "container-engine-robot",
    "containerregistry",
    "dataflow-service-producer-prod",
    "dataproc-accounts",
    "dlp-api",
    "endpoints-portal",
    "firebase-rules",
    "gae-api-prod",
    "gae-api-prod.google.com",
    "gcf-admin-robot",
    "gcp-gae-service",
    "genomics-api.google.com",
    "gs-project-accounts",
    "remotebuildexecution",
    "security-center-api",
    "serverless-robot-prod",
    "service-consumer-management",
    "service-networking",
    "sourcerepo-service-accounts",
    "storage-transfer-service",
];

/// How the names of such projects begin: of agents, of identities of resources, of the older instances of Cloud SQL.
const STARTS: &[&str] = &["gcp-sa-", "gcp-ri-", "speckle-umbrella-"];

/// Where agents lie in no project: <https://cloud.google.com/iam/docs/service-agents>.
const AGENTS: &[&str] =
    &["cloudbuild.gserviceaccount.com", "cloudservices.gserviceaccount.com", "system.gserviceaccount.com"];

/// Whose a service account is.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Whose<'a> {
    /// A project's, by its id.
    Project(Cow<'a, str>),
    /// Of the project, folder or organisation of this number: made for it by Google, or an agent that acts for it.
    Number(&'a str),
    /// An agent's by its form, in a project that the list does not hold. Google makes new ones at any time.
    Unlisted(&'a str),
    /// Google's, for nobody in particular.
    Google,
}

/// Whose the service account of `address` is: <https://cloud.google.com/iam/docs/service-account-types>.
pub(super) fn whose(address: &str) -> Option<Whose<'_>> {
    // the workloads of GKE: <https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity>
    if let Some((project, _)) = address.split_once(".svc.id.goog[") {
        return Some(Whose::Project(project.into()));
    }
    let (name, domain) = address.split_once('@')?;
    let of_number = || Whose::Number(number(name).unwrap_or(name));
    Some(match (domain, domain.strip_suffix(".iam.gserviceaccount.com")) {
        (_, Some(project)) if is_system(project) => of_number(),
        (_, Some(project)) if is_formed_as_agent(name) => Whose::Unlisted(project),
        (_, Some(project)) => Whose::Project(id(project)),
        ("appspot.gserviceaccount.com", _) => Whose::Project(id(name)),
        ("system.gserviceaccount.com", _) => Whose::Google,
        _ if domain.ends_with(".gserviceaccount.com") => of_number(),
        _ => return None,
    })
}

/// Whether the service account of `address` is an agent of Google's; none where it may be one that the list does not hold.
pub(super) fn is_agent(address: &str) -> Option<bool> {
    let Some((name, domain)) = address.split_once('@') else { return Some(false) };
    match domain.strip_suffix(".iam.gserviceaccount.com") {
        Some(project) if is_system(project) => Some(true),
        Some(_) if is_formed_as_agent(name) => None,
        Some(_) => Some(false),
        None => Some(AGENTS.contains(&domain)),
    }
}

fn is_system(project: &str) -> bool {
    SYSTEM.contains(&project) || STARTS.iter().any(|start| project.starts_with(start))
}

/// `service-123456789012`, `service-org-123456789012`.
fn is_formed_as_agent(name: &str) -> bool {
    name.starts_with("service-") && number(name).is_some()
}

/// The first number of a name in which it is a part of its own, save for the letter that tells a folder from a project:
/// `service-org-123`, `p123-456`, `bqcx-123-abcd`.
fn number(name: &str) -> Option<&str> {
    let mut pieces = name.split('-').map(|piece| piece.strip_prefix(['b', 'f', 'o', 'p']).unwrap_or(piece));
    pieces.find(|piece| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The id of a project as addresses write it; one in a domain of its own stands before the domain there.
/// <https://cloud.google.com/resource-manager/docs/creating-managing-projects>
fn id(written: &str) -> Cow<'_, str> {
    match written.split_once('.') {
        Some((name, domain)) => format!("{domain}:{name}").into(),
        None => written.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_whose_the_account_is() {
        for (address, expected) in [
            ("app@clinic.iam.gserviceaccount.com", Whose::Project("clinic".into())),
            ("app@clinic.example.com.iam.gserviceaccount.com", Whose::Project("example.com:clinic".into())),
            ("clinic@appspot.gserviceaccount.com", Whose::Project("clinic".into())),
            ("clinic.svc.id.goog[default/app]", Whose::Project("clinic".into())),
            ("123-compute@developer.gserviceaccount.com", Whose::Number("123")),
            ("123@cloudbuild.gserviceaccount.com", Whose::Number("123")),
            ("123@cloudservices.gserviceaccount.com", Whose::Number("123")),
            ("service-123@gcp-sa-pubsub.iam.gserviceaccount.com", Whose::Number("123")),
            ("service-123@gcp-ri-identitypool.iam.gserviceaccount.com", Whose::Number("123")),
            ("service-org-123@security-center-api.iam.gserviceaccount.com", Whose::Number("123")),
            ("service-p123@gcp-sa-accessapproval.iam.gserviceaccount.com", Whose::Number("123")),
            ("project-123@storage-transfer-service.iam.gserviceaccount.com", Whose::Number("123")),
            ("bq-123@bigquery-encryption.iam.gserviceaccount.com", Whose::Number("123")),
            ("bqcx-123-a1b2@gcp-sa-bigquery-condel.iam.gserviceaccount.com", Whose::Number("123")),
            ("p123-456@gcp-sa-cloud-sql.iam.gserviceaccount.com", Whose::Number("123")),
            ("a1b2@speckle-umbrella-38.iam.gserviceaccount.com", Whose::Number("a1b2")),
            ("service-123@new-robot.iam.gserviceaccount.com", Whose::Unlisted("new-robot")),
            ("service-agent-manager@system.gserviceaccount.com", Whose::Google),
        ] {
            assert_eq!(whose(address), Some(expected), "{address}");
        }
        assert_eq!(whose("ada@example.com"), None);
        assert_eq!(whose("example.com"), None);
    }

    #[test]
    fn an_agent_that_is_not_listed_is_neither_one_nor_none() {
        for (address, expected) in [
            ("service-123@service-consumer-management.iam.gserviceaccount.com", Some(true)),
            ("123@cloudservices.gserviceaccount.com", Some(true)),
            ("service-123@new-robot.iam.gserviceaccount.com", None),
            ("app@new-robot.iam.gserviceaccount.com", Some(false)),
            // made for a project, and used by whoever runs a machine in it
            ("123-compute@developer.gserviceaccount.com", Some(false)),
            ("ada@example.com", Some(false)),
        ] {
            assert_eq!(is_agent(address), expected, "{address}");
        }
    }
}
