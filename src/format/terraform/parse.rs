//! A file's text to its body: what `hcl-edit` refuses and Terraform accepts is mended, and a broken block costs that
//! block and a note, not the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lower::Lower;
use super::split::{self, Piece};
use super::syntax::{Body, Expr, Kind, Part};
use super::{json, mend};
use crate::source::{FileId, Note, NoteKind, Span, Tree};

/// The body of a `.tf`, `.tofu`, `.tfvars` or, by its name, JSON file. What is lost is noted.
pub(super) fn file(tree: &Tree, file: FileId, notes: &mut Vec<Note>) -> Body {
    let path = tree.path(file);
    let text = match tree.text(file) {
        Ok(text) => text.clone(),
        Err(note) => {
            notes.push(note.clone());
            return Body::default();
        }
    };
    let bare = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let lower = Lower { file, shift: text.len() - bare.len(), whole: None };
    if path.ends_with(".json") {
        return json::file(lower, bare, &path, notes);
    }
    match hcl_edit::parser::parse_body(bare) {
        Ok(body) => lower.body(&body),
        Err(_) => by_piece(lower, bare, &path, notes),
    }
}

/// Each top-level piece alone.
fn by_piece(lower: Lower, text: &str, path: &Arc<str>, notes: &mut Vec<Note>) -> Body {
    let mut whole = Body::default();
    for piece in split::pieces(text) {
        let Some(own) = text.get(piece.range.clone()) else { continue };
        let shifted = Lower { shift: lower.shift + piece.range.start, ..lower };
        match one_piece(shifted, own) {
            Ok(body) => {
                whole.attrs.extend(body.attrs);
                whole.blocks.extend(body.blocks);
            }
            Err(reason) => notes.push(lost(shifted, own, &piece, &reason, path)),
        }
    }
    whole
}

/// One piece, as it stands or mended; else why it cannot be read.
fn one_piece(lower: Lower, text: &str) -> Result<Body, String> {
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => Ok(lower.body(&body)),
        Err(error) => match mend::body(text) {
            Some((body, renamed)) => {
                let mut body = lower.body(&body);
                restore(&mut body, &renamed, lower);
                Ok(body)
            }
            None => Err(format!("{} in its line {}", error.message(), error.location().line())),
        },
    }
}

/// Gives keys their own names back.
fn restore(body: &mut Body, renamed: &BTreeMap<usize, String>, lower: Lower) {
    if renamed.is_empty() {
        return;
    }
    for attr in &mut body.attrs {
        restore_in(&mut attr.value, renamed, lower);
    }
    for block in &mut body.blocks {
        restore(&mut block.body, renamed, lower);
    }
}

fn restore_in(expr: &mut Expr, renamed: &BTreeMap<usize, String>, lower: Lower) {
    match &mut expr.kind {
        Kind::Object(pairs) => {
            for (key, value) in pairs {
                if let Some(name) = renamed.get(&(key.span.start as usize - lower.shift)) {
                    key.kind = Kind::Text(Arc::from(name.as_str()));
                }
                restore_in(value, renamed, lower);
            }
        }
        Kind::List(items) => items.iter_mut().for_each(|item| restore_in(item, renamed, lower)),
        Kind::Call(call) => call.args.iter_mut().for_each(|arg| restore_in(arg, renamed, lower)),
        Kind::If(arms) => arms.iter_mut().for_each(|arm| restore_in(arm, renamed, lower)),
        Kind::Traverse(of, _) | Kind::Not(of) | Kind::Negate(of) => restore_in(of, renamed, lower),
        Kind::Binary(_, sides) => sides.iter_mut().for_each(|side| restore_in(side, renamed, lower)),
        Kind::For(each) => {
            restore_in(&mut each.of, renamed, lower);
            restore_in(&mut each.value_expr, renamed, lower);
        }
        _ => {}
    }
}

fn lost(lower: Lower, text: &str, piece: &Piece, reason: &str, path: &Arc<str>) -> Note {
    let head = text.lines().next().unwrap_or("").trim_end_matches(['{', ' ', '\t', '\r']);
    let shown: String = head.chars().take(80).collect();
    let what = if piece.open { "its braces are not closed".to_owned() } else { reason.to_owned() };
    Note::new(NoteKind::PartLost, format!("`{shown}` could not be read: {what}"))
        .in_file(path.clone())
        .at(Span::new(lower.file, lower.shift..lower.shift + head.len()))
        .help("the rest of the file was read; `terraform validate` tells more")
}

/// A template's parts, for `templatefile` and JSON texts.
pub(super) fn template(lower: Lower, text: &str) -> Result<Vec<Part>, String> {
    match hcl_edit::parser::parse_template(text) {
        Ok(template) => Ok(lower.elements(template.iter())),
        Err(error) => Err(format!("the template does not parse: {}", error.message())),
    }
}

/// A lone expression, as `--var` gives one.
pub(super) fn expression(lower: Lower, text: &str) -> Option<Expr> {
    hcl_edit::parser::parse_expr(text.trim()).ok().map(|expr| lower.expr(&expr))
}
