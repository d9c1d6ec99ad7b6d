//! One finding as people read it.

use std::io;

use crate::report::escape::{cut, plain};
use crate::report::text::paint::Ink;
use crate::report::text::snippet::{Canvas, gutter};
use crate::report::text::wrap::wrap;
use crate::report::{Cited, Finding, State};
use crate::rule::Severity;

/// The most requirements on one finding.
const MOST_CITED: usize = 6;

/// The ink of a severity.
pub(super) fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Critical => Ink::Critical,
        Severity::High => Ink::High,
        Severity::Medium => Ink::Medium,
        Severity::Low => Ink::Low,
    }
}

impl Canvas<'_, '_> {
    /// One finding. `help` is left out where the same was said before.
    pub(super) fn finding(&mut self, finding: &Finding, said_before: bool) -> io::Result<()> {
        let (word, ink) = match (finding.state, &finding.waiver) {
            (_, Some(_)) => ("waived".to_owned(), Ink::Good),
            (State::Violated, None) => (finding.severity.name().to_owned(), ink(finding.severity)),
            (State::Failed, None) => ("failed".to_owned(), Ink::Critical),
            (State::Undetermined | State::Holds, None) => ("cannot tell".to_owned(), Ink::Open),
        };
        self.title(&format!("{word}[{}]", finding.rule_id), &finding.message, ink)?;
        let wide = gutter(std::iter::once(&finding.primary).chain(&finding.related));
        match &finding.primary.place {
            Some(place) if finding.secret => {
                self.head(wide, "-->", place)?;
                self.bar(wide, "the line is not shown, as it may hold a secret")?;
            }
            Some(_) => self.labels(&finding.primary, &finding.related, ink)?,
            None => {}
        }
        if let Some(waiver) = &finding.waiver {
            let said = format!("accepted by {} until {}: {}", waiver.by, waiver.until, waiver.reason);
            return self.remark(wide, "waived", &said);
        }
        if finding.state == State::Undetermined && finding.primary.place.is_none() {
            self.bar(wide, "")?;
        }
        if let Some(help) = &finding.help {
            if said_before {
                self.remark(wide, "help", &format!("as said before, or `deodar explain {}`", finding.rule_id))?;
            } else {
                self.remark(wide, "help", help)?;
            }
        }
        if finding.assumed_class {
            self.remark(wide, "note", "no data class is declared, so it is treated as if it held regulated data")?;
        }
        if !finding.requirements.is_empty() {
            self.remark(wide, "note", &cited(&finding.requirements))?;
        }
        writeln!(self.to)
    }

    /// `high[ID]: message`
    pub(super) fn title(&mut self, word: &str, message: &str, ink: Ink) -> io::Result<()> {
        let message = plain(message);
        let message = cut(&message, 400);
        let mut lines = wrap(&format!("{word}: {message}"), self.width).into_iter();
        let first = lines.next().unwrap_or_default();
        // the word may hold a space, but a line never ends within it
        let rest = first.strip_prefix(word).unwrap_or(": ");
        writeln!(self.to, "{}{}", self.paint.ink(ink, word), self.paint.ink(Ink::Strong, rest))?;
        for line in lines {
            writeln!(self.to, "    {}", self.paint.ink(Ink::Strong, line))?;
        }
        Ok(())
    }

    /// `   = help: text`, the lines of the text below each other.
    pub(super) fn remark(&mut self, wide: usize, word: &str, text: &str) -> io::Result<()> {
        let indent = wide + 3 + word.len() + 2;
        let room = self.width.saturating_sub(indent).max(30);
        let mark = self.paint.ink(Ink::Frame, "=").to_string();
        let word = self.paint.ink(Ink::Strong, word).to_string();
        let mut first = true;
        for line in text.lines() {
            for part in wrap(&plain(line), room) {
                if first {
                    writeln!(self.to, "{:wide$} {mark} {word}: {part}", "")?;
                } else {
                    writeln!(self.to, "{:indent$}{part}", "")?;
                }
                first = false;
            }
        }
        Ok(())
    }
}

/// `GDPR Art. 32(1)(a) · HIPAA 164.312(a)(2)(iv)`: the word of a law is written once.
pub(super) fn cited(requirements: &[Cited]) -> String {
    let mut text = String::new();
    let mut law = "";
    for (count, one) in requirements.iter().enumerate() {
        if count == MOST_CITED {
            text.push_str(&format!(" and {} more", requirements.len() - MOST_CITED));
            break;
        }
        let this = one.citation.strip_suffix(one.id.as_str()).unwrap_or("");
        if this == law && !law.is_empty() {
            text.push_str(", ");
            text.push_str(&one.id);
        } else {
            if !text.is_empty() {
                text.push_str(" · ");
            }
            text.push_str(&one.citation);
            law = this;
        }
    }
    text
}
