//! The screen: each finding with its source line, what mends it and what it breaks; a summary at the end.

mod paint;
mod screen;
mod snippet;
mod summary;
mod wrap;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::report::{Finding, Lines, Output, State};

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
    let mut open: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &output.report.findings {
        match (finding.state, &finding.why) {
            _ if finding.waiver.is_some() && !screen.verbose => {}
            (State::Undetermined, Some(why)) if finding.waiver.is_none() => {
                open.entry(why.to_string()).or_default().push(finding);
            }
            _ => {
                let provider = output.inventory.get(finding.resource).map(|resource| resource.provider);
                let said_before = !helped.insert((finding.rule, provider, finding.state)) && !screen.verbose;
                canvas.finding(finding, said_before)?;
            }
        }
    }
    let mut open: Vec<(String, Vec<&Finding>)> = open.into_iter().collect();
    // the reason that would settle most comes first
    open.sort_by(|a, b| (b.1.len(), &a.0).cmp(&(a.1.len(), &b.0)));
    for (why, findings) in open {
        match findings.as_slice() {
            [one] => canvas.finding(one, false)?,
            many if screen.verbose => {
                for one in many {
                    canvas.finding(one, false)?;
                }
            }
            many => canvas.group(many, &why, screen.verbose)?,
        }
    }
    canvas.summary(output.report, screen.verbose)
}
