//! Texts by path, places in them, and notes about what went wrong with them. Knows no format.

mod lines;
mod note;
mod span;
mod tree;

pub use lines::{LineIndex, Position};
pub use note::{Note, NoteKind};
pub use span::{FileId, Span};
pub use tree::{Bytes, Load, SourceFile, Tree};
