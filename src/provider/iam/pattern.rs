//! Patterns of actions and resources: `*` stands for any characters, `?` for one; and texts that are not wholly known.

use std::sync::Arc;

use crate::value::{Known, Node, Origins, Piece, Text, Unknown, Value, Why};

/// A pattern as written, which may have holes.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The text; an unknown value is a text that is one hole.
    pub text: Text,
    /// Where it was written.
    pub origins: Origins,
}

impl Pattern {
    /// The pattern at `node`: a text, or an unknown.
    pub(super) fn of(node: &Node) -> Self {
        let text = match &node.value {
            Value::String(text) => Text { text: Arc::clone(text), holes: Arc::from([]) },
            Value::Text(text) => text.clone(),
            Value::Bool(flag) => plain(&flag.to_string()),
            Value::Number(number) => plain(&number.to_string()),
            Value::Unknown(unknown) => hole(Arc::clone(unknown)),
            Value::Redacted(_) => hole(Unknown::new(Why::Expression("the value is redacted".into()))),
            Value::Null | Value::List(_) | Value::Map(_) => {
                hole(Unknown::new(Why::Expression("a policy element is not a text".into())))
            }
        };
        Self { text, origins: node.origins.clone() }
    }

    /// The text, if it is wholly known.
    pub fn known(&self) -> Option<&str> {
        self.text.holes.is_empty().then_some(&*self.text.text)
    }

    /// Whether it matches `name`, letters of either case. With a hole it is never certain that it does, as what fills the
    /// hole may be anything; that it does not may be.
    pub fn matches(&self, name: &str) -> Known<bool> {
        let fits = |pattern: &str| wildcard(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase());
        match self.known() {
            Some(known) => self.set(fits(known)),
            None if !fits(&self.filled("*")) => self.set(false),
            None => self.untold(),
        }
    }

    /// Whether it matches everything: nothing but `*` (and the colons of `*:*`).
    pub fn is_all(&self) -> Known<bool> {
        let all = |pattern: &str| pattern.contains('*') && pattern.chars().all(|c| matches!(c, '*' | ':'));
        match self.known() {
            Some(known) => self.set(all(known)),
            None if self.names_one() || !all(&self.filled("*")) => self.set(false),
            None => self.untold(),
        }
    }

    /// Whether it is every action of one service, whichever: `s3:*`.
    pub fn is_whole_service(&self) -> Known<bool> {
        match self.known() {
            Some(known) => self.set(known.ends_with(":*")),
            None if self.text.tail().is_empty() => self.untold(),
            None => self.set(self.text.tail().ends_with(":*")),
        }
    }

    /// Whether it is `text`, letters of either case.
    pub fn equals(&self, text: &str) -> Known<bool> {
        match self.known() {
            Some(known) => self.set(known.eq_ignore_ascii_case(text)),
            None => {
                let (text, lead, tail) = (
                    text.to_ascii_lowercase(),
                    self.text.lead().to_ascii_lowercase(),
                    self.text.tail().to_ascii_lowercase(),
                );
                let fits = !self.names_one() && text.starts_with(&lead) && text.ends_with(&tail);
                if fits { self.untold() } else { self.set(false) }
            }
        }
    }

    /// Whether `fixed` holds for the text, where `fixed` says that it leaves no choice: a wildcard anywhere can only make it
    /// false. A hole may hold a wildcard, unless it names one thing.
    pub(super) fn is_fixed(&self, fixed: impl Fn(&str) -> bool) -> Known<bool> {
        match self.known() {
            Some(known) => self.set(fixed(known)),
            None if fixed(&self.filled("*")) => self.set(true),
            None if !fixed(&self.filled("1")) => self.set(false),
            None if self.names_one() => self.set(true),
            None => self.untold(),
        }
    }

    /// Whether `holds` holds for the text, where it is wholly known.
    pub(super) fn if_known(&self, holds: impl Fn(&str) -> bool) -> Known<bool> {
        self.known().map_or_else(|| self.untold(), |known| self.set(holds(known)))
    }

    /// Of an ARN of S3, whether it takes in the objects of a bucket: `arn:aws:s3:::b/*`, `arn:aws:s3:::b*`, `*`.
    pub(super) fn takes_in_objects(&self) -> Known<bool> {
        let all = |text: &str| {
            let resource = text.rsplit(":::").next().unwrap_or(text);
            match resource.strip_suffix('*') {
                Some(before) => before.find('/').is_none_or(|slash| slash + 1 == before.len()),
                None => false,
            }
        };
        self.of_s3(all)
    }

    /// Of an ARN of S3, whether it takes in the bucket itself: `arn:aws:s3:::b`, `*`.
    pub(super) fn takes_in_bucket(&self) -> Known<bool> {
        self.of_s3(|text| !text.contains('/'))
    }

    /// An answer that hangs on the end of an ARN; a hole holds a bucket's ARN or name unless it is all there is.
    fn of_s3(&self, holds: impl Fn(&str) -> bool) -> Known<bool> {
        let whole = self.text.lead().is_empty() && self.text.tail().is_empty();
        if !self.text.holes.is_empty() && whole && !self.names_one() {
            return self.untold();
        }
        self.set(holds(&self.filled("x")))
    }

    /// Whether every hole names one thing for certain.
    pub(super) fn names_one(&self) -> bool {
        self.text.holes.iter().all(|hole| names_one(hole))
    }

    fn set(&self, value: bool) -> Known<bool> {
        Known::set(value, self.origins.clone())
    }

    fn untold(&self) -> Known<bool> {
        Known::unknown(self.text.as_unknown(), self.origins.clone())
    }

    /// The text with `filling` in each hole.
    fn filled(&self, filling: &str) -> String {
        let part = |piece| match piece {
            Piece::Known(text) => text,
            Piece::Hole(_) => filling,
        };
        self.text.pieces().into_iter().map(part).collect()
    }
}

fn plain(text: &str) -> Text {
    Text { text: Arc::from(text), holes: Arc::from([]) }
}

fn hole(unknown: Arc<Unknown>) -> Text {
    let mut pen = crate::value::TextPen::default();
    pen.hole(unknown);
    match pen.finish() {
        Value::Text(text) => text,
        _ => plain(""),
    }
}

/// Whether an unknown names one thing for certain, so that it is no wildcard: an ARN or an id that the cloud gives.
pub(super) fn names_one(unknown: &Unknown) -> bool {
    match &unknown.why {
        Why::Computed(name) | Why::NotSeen(name) => name.ends_with("arn") || name.ends_with("id"),
        Why::DataSource(name) if name.starts_with("AWS::") => true,
        Why::DataSource(name) => name.contains("data.aws_") && (name.ends_with("arn") || name.ends_with("id")),
        _ => false,
    }
}

/// Whether `pattern` matches the whole of `text`. In time proportional to the product of their lengths at worst.
pub(super) fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    p = star + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|c| *c == '*'))
}
