//! One target a parser: files of the fixtures, broken in every way, through reading and normalising. A crash, a hang
//! or more memory than its budget is a fault; a note is not.
//!
//! `cargo test --test fuzz` runs each target a moment. `FUZZ_SECONDS=300 cargo test --test fuzz -- --nocapture` runs
//! each for five minutes; `FUZZ_SEED=N` begins elsewhere. What fails is written to `target/fuzz/<target>/`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

mod mutate;
#[path = "../support/random.rs"]
#[expect(dead_code, reason = "only its dice are thrown here")]
mod random;
mod targets;

use std::fs;
use std::panic;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use random::Dice;
use targets::{TARGETS, Target};

/// The longest that one input may take, in a build without optimisation on a busy machine.
const SLOW: Duration = Duration::from_secs(20);
/// The most memory that one input may add to the process, in kB.
const MEMORY: u64 = 1_000_000;

/// What the last panic said, of whichever thread: formats read on threads of their own and survive it.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

#[test]
fn broken_files_cost_neither_a_crash_nor_a_hang() {
    panic::set_hook(Box::new(|info| *PANIC.lock().unwrap() = Some(info.to_string())));
    let seconds = number("FUZZ_SECONDS").unwrap_or(1);
    let only = std::env::var("FUZZ_TARGET").ok();
    let mut faults = Vec::new();
    for target in TARGETS.iter().filter(|target| only.as_ref().is_none_or(|only| only == target.name)) {
        let (runs, found) = run(target, Duration::from_secs(seconds));
        println!("{}: {runs} executions, {} faults", target.name, found.len());
        faults.extend(found);
    }
    let _ = panic::take_hook();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs one target for a while: how often, and what went wrong.
fn run(target: &Target, time: Duration) -> (usize, Vec<String>) {
    let seeds = target.seeds();
    assert!(!seeds.is_empty(), "there is no seed for {}", target.name);
    let mut dice = Dice(number("FUZZ_SEED").unwrap_or(1));
    let (begun, mut runs, mut faults) = (Instant::now(), 0, Vec::new());
    while begun.elapsed() < time && faults.len() < 20 {
        let input = mutate::mutated(&mut dice, &seeds);
        if let Some(fault) = execute(target, &input) {
            let kept = keep(target, &input, faults.len());
            // the same place breaks again and again
            if !faults.iter().any(|known: &String| known.starts_with(&fault)) {
                faults.push(format!("{fault} ({}: {kept})", target.name));
            }
        }
        runs += 1;
    }
    (runs, faults)
}

fn execute(target: &Target, input: &str) -> Option<String> {
    let (before, begun) = (memory(), Instant::now());
    let outcome = panic::catch_unwind(|| (target.read)(input));
    if let Some(said) = PANIC.lock().unwrap().take() {
        return Some(said.replace('\n', " "));
    }
    if outcome.is_err() {
        return Some("it ended without a word".to_owned());
    }
    if begun.elapsed() > SLOW {
        return Some(format!("it took longer than {SLOW:?}"));
    }
    let more = memory().saturating_sub(before);
    (more > MEMORY).then(|| format!("it took more than {MEMORY} kB"))
}

/// The most memory that the process had so far, in kB.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}

fn keep(target: &Target, input: &str, number: usize) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz").join(target.name);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(number.to_string());
    fs::write(&path, input).unwrap();
    path.display().to_string()
}
