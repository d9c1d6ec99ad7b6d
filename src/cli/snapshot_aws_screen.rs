//! What a person sees while a snapshot is taken: a bar on a terminal, and at the end what was found and what was not.

use std::cell::{Cell, RefCell};
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::collect::aws::preflight::Forecast;
use crate::collect::aws::scan::Watch;
use crate::collect::aws::snapshot::{Before, Taken};
use crate::report::escape::plain;

/// The most lines of what will be missing.
const LINES: usize = 20;
/// How far apart lines about the progress are, where there is no terminal for a bar.
const APART: Duration = Duration::from_secs(10);

/// One account on the screen.
pub(super) struct Screen {
    bar: ProgressBar,
    account: RefCell<String>,
    regions: Cell<usize>,
    found: Cell<usize>,
    /// When the progress was last told.
    told: Cell<Instant>,
}

impl Screen {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::hidden();
        if io::stderr().is_terminal() {
            if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let (account, regions, found) = (RefCell::default(), Cell::default(), Cell::default());
        Self { bar, account, regions, found, told: Cell::new(Instant::now()) }
    }

    /// What came of it, in this run and in those that it went on with.
    pub(super) fn end(&self, taken: &Taken, out: &str) {
        let (account, regions) = (self.account.borrow(), self.regions.get());
        say(&format!("{account}: {} resources in {regions} regions, written to {out}", taken.resources));
        if taken.is_whole() {
            return;
        }
        let count: usize = taken.lacking.values().map(|lack| lack.count).sum();
        say(&format!("{count} lists and settings are not known, as these calls were refused or failed:"));
        for (call, lack) in &taken.lacking {
            let why = match (&lack.permission, &lack.message) {
                (Some(permission), _) => format!("grant `{permission}`"),
                (None, message) => message.clone().unwrap_or_default(),
            };
            say(&format!("  {call} ({}): {why}", lack.count));
        }
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Says how far it is, where nobody sees the bar.
    fn tell(&self) {
        if self.bar.is_hidden() {
            let (account, found) = (self.account.borrow(), self.found.get());
            let (done, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
            say(&format!("{account}: {done} of {all} lists read, {found} resources"));
        }
        self.told.set(Instant::now());
    }
}

/// A line on standard error; what AWS and its customers wrote is made harmless.
pub(super) fn say(line: &str) {
    // nobody is left to tell
    let _ = writeln!(io::stderr().lock(), "{}", plain(line));
}

impl Watch for Screen {
    fn begins(&self, units: usize) {
        self.bar.set_length(units.try_into().unwrap_or(u64::MAX));
        self.tell();
    }

    fn done(&self, unit: &str) {
        self.bar.inc(1);
        self.bar.set_message(plain(unit).into_owned());
        if self.told.get().elapsed() >= APART {
            self.tell();
        }
    }

    fn found(&self, _: &str) {
        self.found.set(self.found.get() + 1);
    }
}

impl Before for Screen {
    fn account(&self, id: &str, alias: Option<&str>, regions: &[String]) {
        let name = alias.map_or_else(|| format!("account {id}"), |alias| format!("account {id} ({alias})"));
        self.bar.set_prefix(plain(&name).into_owned());
        *self.account.borrow_mut() = name;
        self.regions.set(regions.len());
    }

    fn forecast(&self, forecast: &Forecast) {
        let account = self.account.borrow();
        let missing = match forecast {
            Forecast::Missing(missing) if missing.is_empty() => {
                return say(&format!("{account}: by its policies the caller may ask everything"));
            }
            Forecast::Missing(missing) => {
                say(&format!("{account}: {} permissions are missing, so these will not be known:", missing.len()));
                missing
            }
            Forecast::Tried { why, services, missing } => {
                say(&format!("{account}: IAM does not say beforehand what will be refused: {why}"));
                let told = match missing.len() {
                    0 => "all answered; single settings may be refused all the same".to_owned(),
                    some => format!("{some} did not answer, so at least these will not be known:"),
                };
                say(&format!("{account}: of {services} services one call each was tried, {told}"));
                missing
            }
        };
        for (what, types) in missing.iter().take(LINES) {
            say(&format!("  {what}: {}", types.join(", ")));
        }
        if missing.len() > LINES {
            say(&format!("  and {} more", missing.len() - LINES));
        }
    }
}
