//! The estate of `fixtures/live/aws/`, made in a moto account by its `seed.py` and read into a snapshot: the same verdicts
//! as its template's. `UPDATE=1` keeps the snapshot, for the tests of the default build.

use std::fs;

use deodar::collect::aws::client::{Client, Options};
use deodar::collect::aws::preflight::Forecast;
use deodar::collect::aws::scan::Watch;
use deodar::collect::aws::snapshot::{self, Before, Request};
use deodar::collect::aws::table::{self, Service};

use super::moto::{Moto, options};
use super::sides::{Sides, root};

struct Deaf;

impl Watch for Deaf {
    fn begins(&self, _: usize) {}
    fn done(&self, _: &str) {}
    fn found(&self, _: &str) {}
}

impl Before for Deaf {
    fn account(&self, _: &str, _: Option<&str>, _: &[String]) {}
    fn forecast(&self, _: &Forecast) {}
}

#[tokio::test]
async fn a_live_account_is_judged_as_its_template() {
    let Some(moto) = Moto::start() else { return };
    let fixtures = root().join("fixtures/live/aws");
    let template = fixtures.join("estate.yaml");
    let script = fs::read_to_string(fixtures.join("seed.py")).expect("the seed");
    let made = moto.seed(&format!("import sys\nsys.argv = ['seed.py', {:?}]\n{script}", template.to_str().unwrap()));
    let wanted = Options { endpoint: Some(moto.url.clone()), tries: Some(1), ..options("k", "s") };
    let client = Client::connect(&wanted).await.expect("a client");
    let tables = table::all();
    let services: Vec<&Service> = tables.iter().collect();
    let regions = ["eu-west-1".to_owned()];
    let clock = || "2026-11-27T08:00:00Z".to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("snapshot.json");
    let request =
        Request { services: &services, regions: &regions, main_region: "us-east-1", fresh: true, clock: &clock };
    snapshot::take(&client, &request, &out, &Deaf).await.expect("a snapshot");
    let snapshot = fs::read_to_string(&out).expect("the snapshot");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(fixtures.join("snapshot.json"), &snapshot).expect("written");
        fs::write(fixtures.join("made.json"), &made).expect("written");
    }
    let sides = Sides::of(&snapshot, &made);
    sides.hold();
    let table = fs::read_to_string(root().join("docs/live-aws-coverage.md")).expect("the table");
    assert!(sides.table() == table, "docs/live-aws-coverage.md tells of another account: run `parity` with UPDATE=1");
}
