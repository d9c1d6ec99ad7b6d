//! The screen: each finding with its source line, what mends it and what it breaks; a summary at the end.

mod open;
mod paint;
mod screen;
mod snippet;
mod summary;
mod wrap;

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::report::{Lines, Output, State};

use open::Open;
use paint::Paint;
use snippet::Canvas;

/// How the screen is written.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Whether colours are used.
    pub color: bool,
    /// The number of columns.
    pub width: usize,
    /// Everything one by one: waived findings, each that cannot be told, every note, every requirement.
    pub verbose: bool,
}

impl Default for Screen {
    /// 80 columns, no colours: as in a file or a log.
    fn default() -> Self {
        Self { color: false, width: 80, verbose: false }
    }
}

/// Writes the screen.
pub fn write(output: &Output<'_>, screen: Screen, to: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines::new(output.tree);
    let mut canvas = Canvas { paint: Paint { on: screen.color }, width: screen.width, lines: &mut lines, to };
    let mut helped = BTreeSet::new();
    let mut open = Vec::new();
    for finding in &output.report.findings {
        match (finding.state, &finding.why) {
            _ if finding.waiver.is_some() && !screen.verbose => {}
            (State::Undetermined, Some(_)) if finding.waiver.is_none() => open.push(finding),
            _ => {
                let provider = output.inventory.get(finding.resource).map(|resource| resource.provider);
                let said_before = !helped.insert((finding.rule, provider, finding.state)) && !screen.verbose;
                canvas.finding(finding, said_before)?;
            }
        }
    }
    let together = if screen.verbose { open.into_iter().map(Open::Alone).collect() } else { open::together(&open) };
    for open in &together {
        canvas.open(open, output)?;
    }
    canvas.summary(output.report, screen.verbose)
}
