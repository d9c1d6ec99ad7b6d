//! What a verdict costs: processor time of building entities and judging, over generated resources of all kinds, and of
//! starting up. `cargo bench --bench judge [resources]`.
//!
//! Processor time is read from `/proc/self/stat` and covers all threads, so that a busy machine does not blur it; where
//! there is no such file, wall-clock time on one thread stands in for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

#[path = "../tests/support/random.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "it was written for tests, which use more of it"
)]
mod random;

use std::time::{Duration, Instant};

use deodar::engine::{Engine, Outcome};
use deodar::model::{Inventory, KindName, UnknownTypes};
use deodar::rule::{Library, Profile};

use random::{Dice, Maker, Odds};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Processor time of the process so far, in steps of 10 ms.
fn processor() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // the name in brackets may hold spaces; user and system time are fields 14 and 15
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Peak memory of the process in MB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn measured<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let (before, wall) = (processor(), Instant::now());
    let result = work();
    let spent = processor().zip(before).map_or_else(|| wall.elapsed(), |(after, before)| after - before);
    (result, spent)
}

/// Every resource so many times; links keep leading to the first.
fn repeated(inventory: Inventory, copies: usize) -> Inventory {
    let mut all = Vec::new();
    for copy in 0..copies {
        all.extend(inventory.resources().iter().cloned().map(|mut resource| {
            resource.address = format!("{copy:03}.{}", resource.address).into();
            resource
        }));
    }
    Inventory::new(all, UnknownTypes::new())
}

#[expect(clippy::print_stdout, clippy::expect_used, reason = "a measurement is printed, and a broken one may stop")]
fn main() {
    let count: usize = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(20_000);
    let profile = Profile::of(None);

    let rounds: u32 = 20;
    let ((), spent) = measured(|| {
        for _ in 0..rounds {
            let library = Library::embedded();
            let engine = Engine::of_all(&library).expect("the embedded rules are right");
            let one =
                Maker::new(&library).inventory(&[KindName::ObjectStore], Odds { unknown: 0, unset: 0 }, &mut Dice(1));
            std::hint::black_box(engine.judge(&one, &profile));
        }
    });
    println!("start-up and a handful of resources: {:.2} ms", spent.as_secs_f64() * 1e3 / f64::from(rounds));

    let library = Library::embedded();
    let engine = Engine::of_all(&library).expect("the embedded rules are right");
    let maker = Maker::new(&library);
    // random facts are hardly ever alike; in an estate most resources have a like
    for (name, unknown, copies) in
        [("nothing unknown", 0, 1), ("a tenth unknown", 10, 1), ("a tenth unknown, each forty times", 10, 40)]
    {
        let mut dice = Dice(7);
        let kinds: Vec<KindName> = (0..count / copies).map(|_| *dice.of(KindName::ALL)).collect();
        let inventory = maker.inventory(&kinds, Odds { unknown, unset: 10 }, &mut dice);
        let inventory = repeated(inventory, copies);
        let before = peak();
        let (judgement, spent) = measured(|| engine.judge(&inventory, &profile));
        let asked = judgement.verdicts.len() + judgement.not_applicable.iter().sum::<usize>();
        let of =
            |wanted: fn(&Outcome) -> bool| judgement.verdicts.iter().filter(|verdict| wanted(&verdict.outcome)).count();
        println!(
            "{name}: {count} resources, {asked} verdicts ({} violated, {} undetermined, {} failed): {:.1} µs a resource, {:.2} µs a verdict, {} MB more",
            of(|outcome| matches!(outcome, Outcome::Violated { .. })),
            of(|outcome| matches!(outcome, Outcome::Undetermined { .. })),
            of(|outcome| matches!(outcome, Outcome::Failed { .. })),
            spent.as_secs_f64() * 1e6 / count as f64,
            spent.as_secs_f64() * 1e6 / asked as f64,
            peak().zip(before).map_or(0, |(after, before)| after - before),
        );
    }
}
