//! How the picture is linked: what small manifests and an estate file say, and what each resource is then known to be.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use deodar::format::{Settings, formats, units};
use deodar::graph::{Ground, build};
use deodar::model::{Inventory, Resource, Scalar};
use deodar::provider::{Blocks, Context, normalise};
use deodar::rule::{Estate, places};
use deodar::source::Tree;
use deodar::value::State;

/// The inventory of one Terraform file, with an estate file if one is given.
fn scan(terraform: &str, estate: Option<&str>) -> Inventory {
    let tree = Tree::from_texts([("main.tf", terraform)]);
    let mut blocks = Vec::new();
    for unit in units(&tree).0 {
        blocks.extend(formats()[unit.format].read(&tree, &unit, &Settings::default()).blocks);
    }
    let blocks = Blocks::new(&blocks);
    let estate = estate.map(|text| Estate::parse(text, "deodar.yaml", None).expect("the estate file is well formed"));
    let own_accounts = estate.as_ref().and_then(Estate::own_accounts);
    let context = Context { blocks: &blocks, own_accounts: own_accounts.as_ref(), whole: false, places: places() };
    let (resources, unknown) = normalise(&context);
    build(resources, unknown, Ground { estate: estate.as_ref(), places: places() })
}

fn named<'i>(inventory: &'i Inventory, address: &str) -> &'i Resource {
    let of_address = inventory.resources().iter().find(|resource| resource.full_address() == address);
    of_address.unwrap_or_else(|| {
        let all: Vec<_> = inventory.resources().iter().map(Resource::full_address).collect();
        panic!("there is no {address} among {all:?}")
    })
}

/// A fact as a person reads it.
fn fact(resource: &Resource, name: &str) -> String {
    let (_, state, _) = resource.fact(name).expect("it is declared");
    let text = |scalar: Scalar<'_>| match scalar {
        Scalar::Bool(flag) => flag.to_string(),
        Scalar::Long(number) => number.to_string(),
        Scalar::Text(text) => text.to_owned(),
        Scalar::Texts(texts) => texts.iter().map(|text| &**text).collect::<Vec<_>>().join(" "),
        Scalar::Place(place) => place.jurisdictions.iter().map(|text| &**text).collect::<Vec<_>>().join(" "),
        Scalar::Link(link) => format!("{:?}", link.resolved),
    };
    match state {
        State::Set(scalar) | State::Default(scalar) => text(scalar),
        State::Unset => "unset".into(),
        State::Unknown(unknown) => format!("unknown: {unknown}"),
    }
}

/// A bucket in `location` with `labels`.
fn bucket(location: &str, labels: &str) -> String {
    format!(
        "resource \"google_storage_bucket\" \"b\" {{\n  name = \"intake\"\n  location = \"{location}\"\n  labels = {labels}\n}}\n"
    )
}

fn of_bucket(location: &str, labels: &str, estate: Option<&str>, name: &str) -> String {
    fact(named(&scan(&bucket(location, labels), estate), "google_storage_bucket.b"), name)
}

#[test]
fn without_an_estate_file_every_store_is_treated_as_regulated() {
    let inventory = scan(&bucket("EU", "{}"), None);
    let store = named(&inventory, "google_storage_bucket.b");
    let facts = ["class", "classified", "class_declared", "owner_declared", "place"].map(|name| fact(store, name));
    assert_eq!(facts, ["assumed", "true", "false", "false", "EEA EU"]);
    assert_eq!(
        fact(store, "allowed_jurisdictions"),
        "unknown: the estate file does not declare an `allowed` list for any data class"
    );
    assert_eq!(fact(named(&inventory, "estate"), "declared"), "false");
}

#[test]
fn labels_name_class_and_owner() {
    let labels = r#"{ data-class = "phi", team = "intake" }"#;
    for (name, expected) in
        [("class", "phi"), ("class_declared", "true"), ("owner_declared", "true"), ("classified", "true")]
    {
        assert_eq!(of_bucket("EU", labels, None, name), expected, "{name}");
    }
    assert_eq!(of_bucket("EU", r#"{ classification = "public" }"#, None, "classified"), "false");
}

/// `confidential` says how secret it is, not whether law regulates it.
#[test]
fn a_word_that_is_no_class_declares_nothing() {
    let labels = r#"{ classification = "confidential" }"#;
    assert_eq!(of_bucket("EU", labels, None, "class"), "assumed");
    assert_eq!(of_bucket("EU", labels, None, "class_declared"), "false");
}

#[test]
fn a_label_that_is_not_known_is_no_absent_label() {
    let labels = "{ data-class = var.class }";
    assert_eq!(of_bucket("EU", labels, None, "classified"), "true");
    assert!(of_bucket("EU", labels, None, "class_declared").starts_with("unknown"));
}

#[test]
fn labels_win_over_selectors() {
    let estate = "assets: [{match: {kind: ObjectStore, name: \"in*\"}, class: personal, owner: clinic}]\n";
    assert_eq!(of_bucket("EU", "{}", Some(estate), "class"), "personal");
    assert_eq!(of_bucket("EU", "{}", Some(estate), "owner_declared"), "true");
    assert_eq!(of_bucket("EU", r#"{ data_class = "phi" }"#, Some(estate), "class"), "phi");
    let elsewhere = "assets: [{match: {provider: aws}, class: personal}]\n";
    assert_eq!(of_bucket("EU", "{}", Some(elsewhere), "class"), "assumed");
}

const PERSONAL: &str = "classes: {personal: {allowed: [EEA, adequate]}}\n";
const LABELLED: &str = r#"{ data-class = "personal" }"#;

#[test]
fn the_class_says_where_data_may_lie() {
    assert_eq!(of_bucket("EU", LABELLED, Some(PERSONAL), "allowed_jurisdictions"), "EEA adequate");
    assert_eq!(of_bucket("EU", LABELLED, Some(PERSONAL), "place"), "EEA EU");
}

/// The Data Privacy Framework covers listed recipients only; whether these are listed only a person knows.
#[test]
fn adequacy_under_a_condition_is_open_until_somebody_says_so() {
    let place = of_bucket("us-east1", LABELLED, Some(PERSONAL), "place");
    assert!(place.starts_with("unknown: the estate file does not declare whether recipients in `US` meet"), "{place}");
    let listed = "classes: {personal: {allowed: [EEA, adequate], conditional: [US]}}\n";
    assert_eq!(of_bucket("us-east1", LABELLED, Some(listed), "allowed_jurisdictions"), "EEA US adequate");
    assert_eq!(of_bucket("us-east1", LABELLED, Some(listed), "place"), "US adequate-conditional");
    let nobody = "classes: {personal: {allowed: [EEA, adequate], conditional: []}}\n";
    assert_eq!(of_bucket("us-east1", LABELLED, Some(nobody), "allowed_jurisdictions"), "EEA adequate");
    assert_eq!(of_bucket("us-east1", LABELLED, Some(nobody), "place"), "US adequate-conditional");
    let bound = "classes: {personal: {allowed: [EEA]}}\n";
    assert_eq!(of_bucket("us-east1", LABELLED, Some(bound), "place"), "US adequate-conditional");
}

#[test]
fn what_all_classes_agree_on_holds_for_what_nobody_classified() {
    let classes = "classes: {personal: {allowed: [EEA]}, phi: {allowed: [EEA, US]}}\n";
    let allowed = |location| of_bucket(location, "{}", Some(classes), "allowed_jurisdictions");
    assert_eq!(allowed("EU"), "EEA US");
    assert_eq!(allowed("asia-east1"), "EEA US");
    assert!(allowed("us-east1").starts_with("unknown: the estate file does not declare the data class"));
}

#[test]
fn a_class_without_a_list_leaves_it_open() {
    let estate = "classes: {phi: {frameworks: [hipaa]}}\n";
    let allowed = of_bucket("EU", r#"{ data-class = "phi" }"#, Some(estate), "allowed_jurisdictions");
    assert_eq!(allowed, "unknown: the estate file does not declare `allowed` jurisdictions for class `phi`");
}

#[test]
fn a_key_is_found_by_reference() {
    let terraform = r#"
resource "google_kms_key_ring" "r" {
  name     = "ring"
  location = "europe-west4"
}
resource "google_kms_crypto_key" "k" {
  name     = "intake"
  key_ring = google_kms_key_ring.r.id
}
resource "google_storage_bucket" "b" {
  name     = "intake"
  location = "EU"
  encryption {
    default_kms_key_name = google_kms_crypto_key.k.id
  }
}
"#;
    let inventory = scan(terraform, None);
    let store = named(&inventory, "google_storage_bucket.b");
    let key = named(&inventory, "google_kms_crypto_key.k");
    assert_eq!(fact(store, "key"), format!("{:?}", Some(key.id)));
    assert_eq!(fact(key, "place"), "EEA EU NL");
}

#[test]
fn a_part_has_the_class_of_its_whole() {
    let terraform = r#"
resource "google_sql_database_instance" "a" {
  name        = "records"
  region      = "europe-west4"
  settings { user_labels = { data-class = "phi" } }
}
resource "google_sql_database_instance" "r" {
  name                 = "records-copy"
  region               = "us-east1"
  master_instance_name = google_sql_database_instance.a.name
}
"#;
    let inventory = scan(terraform, None);
    let copy = named(&inventory, "google_sql_database_instance.r/replica");
    assert_eq!(fact(copy, "target_jurisdictions"), "US adequate-conditional");
    assert_eq!(fact(copy, "place"), "EEA EU NL");
    assert_eq!(fact(copy, "class"), "phi");
}

#[test]
fn who_is_declared_may_administer() {
    let binding = r#"
resource "kubernetes_cluster_role_binding_v1" "b" {
  metadata { name = "oncall" }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "cluster-admin"
  }
  subject {
    kind = "Group"
    name = "oncall"
  }
}
"#;
    let declared = |estate| {
        let inventory = scan(binding, estate);
        let grant = inventory.resources().iter().find(|resource| resource.kind_name().name() == "PolicyGrant");
        fact(grant.expect("a binding is a grant"), "declared_holder")
    };
    assert_eq!(declared(None), "false");
    let estate = "administrators: [{provider: kubernetes, principal: Group/oncall, reason: pager duty}]\n";
    assert_eq!(declared(Some(estate)), "true");
    assert_eq!(declared(Some("administrators: [{principal: \"User/*\"}]\n")), "false");
}
