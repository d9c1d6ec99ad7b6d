//! What a person sees while a snapshot is taken: a bar on a terminal, and at the end what was found and what was not.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::collect::aws::preflight::Forecast;
use crate::collect::aws::scan::Watch;
use crate::collect::aws::snapshot::Before;
use crate::report::escape::plain;

/// The most lines of what will be missing.
const LINES: usize = 20;

/// One account on the screen.
pub(super) struct Screen {
    bar: ProgressBar,
    account: RefCell<String>,
    regions: Cell<usize>,
    found: Cell<usize>,
    /// By call: how often it gave nothing, and the permission or what was said.
    missed: RefCell<BTreeMap<String, (usize, String)>>,
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
        Self {
            bar,
            account: RefCell::default(),
            regions: Cell::default(),
            found: Cell::default(),
            missed: RefCell::default(),
        }
    }

    /// Whether everything was answered.
    pub(super) fn whole(&self) -> bool {
        self.missed.borrow().is_empty()
    }

    /// What came of it.
    pub(super) fn end(&self, out: &str) {
        self.bar.finish_and_clear();
        let missed = self.missed.borrow();
        let count: usize = missed.values().map(|(count, _)| count).sum();
        let account = self.account.borrow();
        let (found, regions) = (self.found.get(), self.regions.get());
        say(&format!(
            "{account}: {found} resources in {regions} regions, {count} calls refused or failed, written to {out}"
        ));
        for (call, (count, why)) in missed.iter() {
            say(&format!("  {call} ({count}): {why}"));
        }
    }

    /// It did not come to its end.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
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
    }

    fn done(&self, unit: &str) {
        self.bar.inc(1);
        self.bar.set_message(plain(unit).into_owned());
    }

    fn found(&self, _: &str) {
        self.found.set(self.found.get() + 1);
    }

    fn missed(&self, call: &str, _: &str, permission: Option<&str>, message: &str) {
        let why = match permission {
            Some(permission) => format!("grant `{permission}`"),
            None => message.to_owned(),
        };
        let mut missed = self.missed.borrow_mut();
        missed.entry(call.to_owned()).or_insert((0, why)).0 += 1;
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
        match forecast {
            Forecast::Unknown(why) => {
                say(&format!("{account}: what will be refused cannot be told beforehand: {why}"));
            }
            Forecast::Missing(missing) if missing.is_empty() => {
                say(&format!("{account}: by its policies the caller may ask everything"));
            }
            Forecast::Missing(missing) => {
                say(&format!("{account}: {} permissions are missing, so these will not be known:", missing.len()));
                for (permission, types) in missing.iter().take(LINES) {
                    say(&format!("  {permission}: {}", types.join(", ")));
                }
                if missing.len() > LINES {
                    say(&format!("  and {} more", missing.len() - LINES));
                }
            }
        }
    }
}
