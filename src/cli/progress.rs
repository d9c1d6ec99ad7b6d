//! What a long run is doing: on standard error, only on a terminal, and only once it has taken a while.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long a run may take without a word.
const QUIET: Duration = Duration::from_millis(500);

pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Begins, hidden.
    pub(super) fn start() -> Self {
        let bar = ProgressBar::hidden();
        if std::io::stderr().is_terminal() {
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            let shown = bar.clone();
            std::thread::spawn(move || {
                std::thread::sleep(QUIET);
                if !shown.is_finished() {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(Duration::from_millis(100));
                }
            });
        }
        Self { bar }
    }

    /// The next step.
    pub(super) fn step(&self, name: &'static str) {
        self.bar.set_message(name);
    }

    /// What is being read.
    #[cfg(feature = "kubernetes")]
    pub(super) fn say(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }

    /// Takes it off the screen.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
