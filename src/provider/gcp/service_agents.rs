//! Google's own agents, told by their addresses: they act for whoever they serve.

/// Projects of Google's in which agents lie, beside those that begin with `gcp-sa-`; a project of Google's own domain has
/// that domain in its name: <https://cloud.google.com/iam/docs/service-agents>.
const SYSTEM: &[&str] = &[
    "bigquery-encryption",
    "cloud-cdn-fill",
    "cloud-filer",
    "cloud-memcache-sa",
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
    "gae-api-prod.google.com",
    "gcf-admin-robot",
    "gcp-gae-service",
    "genomics-api.google.com",
    "gs-project-accounts",
    "remotebuildexecution",
    "security-center-api",
    "serverless-robot-prod",
    "service-networking",
    "sourcerepo-service-accounts",
];

/// Whether `member` is one of Google's own agents, by its address:
/// <https://cloud.google.com/iam/docs/service-account-types#service-agents>.
pub(super) fn is_agent(member: &str) -> bool {
    let Some((_, domain)) = member.split_once('@') else { return false };
    let by_google = domain.strip_suffix(".iam.gserviceaccount.com");
    by_google.is_some_and(|of| of.starts_with("gcp-sa-") || SYSTEM.contains(&of))
        || domain == "cloudservices.gserviceaccount.com"
}
