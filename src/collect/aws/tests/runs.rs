//! A run gives the same whatever the order of its answers, and goes on where another of the same account stopped.

use super::{Account, Header, Journal, SnapshotError, Stopped, TABLE, attempt, document, header, snapshot, well};

#[test]
fn the_same_account_gives_the_same_bytes_in_whatever_order_it_answers() {
    let mut documents = Vec::new();
    for slowness in [0, 3, 20, 41] {
        let mut script = well();
        script.slowness = slowness;
        documents.push(snapshot(TABLE, &script).to_string());
    }
    documents.dedup();
    assert_eq!(documents.len(), 1);
}

#[test]
fn a_run_that_stops_anywhere_goes_on_where_it_was_and_loses_nothing() {
    let whole = snapshot(TABLE, &well());
    let calls = well_calls();
    for stop in 0..calls {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("s.json");
        let script = well();
        script.expires.set(Some(stop));
        assert!(matches!(attempt(TABLE, &script, &out), Err(Stopped::Expired { .. })), "after {stop} calls");
        assert!(!out.exists());
        script.expires.set(None);
        attempt(TABLE, &script, &out).unwrap();
        assert_eq!(document(&out), whole, "after {stop} calls");
    }
    // what was done is not asked for again
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let script = well();
    script.expires.set(Some(calls - 1));
    attempt(TABLE, &script, &out).unwrap_err();
    script.expires.set(None);
    let before = script.asked.borrow().len();
    attempt(TABLE, &script, &out).unwrap();
    assert!(script.asked.borrow().len() - before < calls, "everything was asked for again");
}

fn well_calls() -> usize {
    let script = well();
    snapshot(TABLE, &script);
    script.asked.into_inner().len()
}

#[test]
fn a_journal_of_another_account_is_not_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let script = well();
    script.expires.set(Some(3));
    attempt(TABLE, &script, &out).unwrap_err();
    let other = Header { account: Some(Account { id: "2".to_owned(), ..Account::default() }), ..header() };
    assert!(matches!(Journal::open(&out, &other, false), Err(SnapshotError::Other { .. })));
}
