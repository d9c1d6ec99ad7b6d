//! What starting costs: processor time of `deodar scan` of one small file, and of `deodar rules list`, with the whole
//! library. Fails above the limit. `cargo bench --bench start`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a broken measurement may stop")]
#![allow(clippy::print_stdout, reason = "a measurement is printed")]

use std::process::{Command, Stdio};

/// Milliseconds of processor time that a scan of one small file may take.
const LIMIT: f64 = 15.0;
const RUNS: u32 = 40;

/// Processor time of the children so far, in milliseconds: fields 16 and 17 of `/proc/self/stat`, in steps of 10 ms.
fn children() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // the name in brackets may hold spaces
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u32 = fields[13].parse::<u32>().unwrap() + fields[14].parse::<u32>().unwrap();
    f64::from(ticks) * 10.0
}

fn spent(arguments: &[&str]) -> f64 {
    let before = children();
    for _ in 0..RUNS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deodar"));
        command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).stdout(Stdio::null()).status().unwrap();
    }
    (children() - before) / f64::from(RUNS)
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("main.tf");
    std::fs::write(&file, "resource \"aws_s3_bucket\" \"records\" {\n  bucket = \"clinic-records\"\n}\n").unwrap();
    let scan = spent(&["scan", file.to_str().unwrap()]);
    let list = spent(&["rules", "list"]);
    println!("a scan of one small file: {scan:.1} ms; the list of rules: {list:.1} ms; mean of {RUNS} runs each");
    assert!(scan < LIMIT, "a scan of one small file took {scan:.1} ms, and may take {LIMIT} ms");
}
