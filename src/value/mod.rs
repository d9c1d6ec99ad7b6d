//! Values with their origins: [`Known`] for facts, [`Node`] for trees, [`Block`] where files and live clouds meet.

mod block;
mod equal;
mod json_pen;
mod json_text;
mod known;
mod logic;
mod node;
mod path;
pub mod secret;
mod text;
mod unknown;

pub use block::{Block, Dialect, Provider, UnitId};
pub use equal::equal;
pub use json_pen::{JsonStyle, json_quoted};
pub use json_text::NotJson;
pub use known::{Known, Origins, State};
pub use logic::{all, any};
pub use node::{Entry, HOLE_CLOSE, HOLE_OPEN, MAYBE, Node, REST, Redacted, Text, Value, unknown_of};
pub use text::{Piece, TextPen};
pub use unknown::{Reference, Unknown, Why};
