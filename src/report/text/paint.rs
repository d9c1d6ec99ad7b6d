//! Colours, and the two forms of the same screen: with them and without.

use std::fmt::{self, Display};

/// Whether colours are used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    /// On a terminal that wants them.
    pub(super) on: bool,
}

/// What a text is, which says how it looks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ink {
    Critical,
    High,
    Medium,
    Low,
    Open,
    Frame,
    Strong,
    Good,
    Plain,
}

/// A text in its ink.
pub(super) struct Painted<T> {
    text: T,
    code: &'static str,
}

impl Paint {
    pub(super) fn ink<T: Display>(self, ink: Ink, text: T) -> Painted<T> {
        let code = match ink {
            _ if !self.on => "",
            Ink::Critical => "1;35",
            Ink::High => "1;31",
            Ink::Medium => "1;33",
            Ink::Low => "1;36",
            Ink::Open => "1;34",
            Ink::Frame => "34",
            Ink::Strong => "1",
            Ink::Good => "32",
            Ink::Plain => "",
        };
        Painted { text, code }
    }
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() {
            return self.text.fmt(f);
        }
        write!(f, "\u{1b}[{}m", self.code)?;
        self.text.fmt(f)?;
        f.write_str("\u{1b}[0m")
    }
}
