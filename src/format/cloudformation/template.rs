//! Texts to templates: which YAML and JSON is one, and its tree with every function in its long form.

use std::sync::Arc;

use crate::format::json;
use crate::format::yaml::{self, Profile, Scalars};
use crate::source::{FileId, Note, NoteKind, Tree};
use crate::value::{Node, Value};

/// A file that is a template, or was meant as one.
pub(super) struct Template {
    /// The outermost map of each template in it; none where the text cannot be read.
    pub roots: Vec<Node>,
    /// What went wrong.
    pub notes: Vec<Note>,
}

/// How the types of resources begin.
const TYPES: [&str; 3] = ["AWS::", "Alexa::", "Custom::"];

/// What stands for a tag that CloudFormation does not know: another tool's.
pub(super) const FOREIGN_TAG: &str = "Fn::ForeignTag";

/// As CloudFormation reads YAML.
const PROFILE: Profile = Profile { scalars: Scalars::Yaml11Words, tags: long_form };

/// The short forms: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.
fn long_form(tag: &str) -> Option<&'static str> {
    Some(match tag.strip_prefix('!').filter(|name| !name.is_empty())? {
        "Ref" => "Ref",
        "Condition" => "Condition",
        "And" => "Fn::And",
        "Base64" => "Fn::Base64",
        "Cidr" => "Fn::Cidr",
        "Equals" => "Fn::Equals",
        "FindInMap" => "Fn::FindInMap",
        "GetAZs" => "Fn::GetAZs",
        "GetAtt" => "Fn::GetAtt",
        "If" => "Fn::If",
        "ImportValue" => "Fn::ImportValue",
        "Join" => "Fn::Join",
        "Length" => "Fn::Length",
        "Not" => "Fn::Not",
        "Or" => "Fn::Or",
        "Select" => "Fn::Select",
        "Split" => "Fn::Split",
        "Sub" => "Fn::Sub",
        "ToJsonString" => "Fn::ToJsonString",
        "Transform" => "Fn::Transform",
        _ => FOREIGN_TAG,
    })
}

/// Whether a path may be a template's at all.
pub(super) fn named(path: &str) -> bool {
    [".yaml", ".yml", ".json", ".template"].iter().any(|end| path.ends_with(end))
}

/// Whether a file is a template. What is one is kept with the file.
pub(super) fn is_one(tree: &Tree, file: FileId) -> bool {
    let Ok(text) = tree.text(file) else { return false };
    let versioned = text.contains("AWSTemplateFormatVersion");
    let declares = || text.contains("Resources") && TYPES.iter().any(|of| text.contains(of));
    if !(versioned || declares()) {
        return false;
    }
    let template = parse(file, text);
    let is_one = match template.roots.first() {
        Some(root) => is_template(root),
        // meant as one
        None => versioned || has_resources(text),
    };
    is_one && tree.keep(file, || template).is_some()
}

/// The template in a file.
pub(super) fn of(tree: &Tree, file: FileId) -> Option<Arc<Template>> {
    tree.keep(file, || match tree.text(file) {
        Ok(text) => parse(file, text),
        Err(note) => Template { roots: Vec::new(), notes: vec![note.clone()] },
    })
}

/// The template that a text within another is.
pub(super) fn within(file: FileId, text: &str) -> Option<Node> {
    parse(file, text).roots.into_iter().next().filter(is_template)
}

fn parse(file: FileId, text: &str) -> Template {
    if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
        match json::document(file, text) {
            Ok(root) => return Template { roots: vec![root], notes: Vec::new() },
            // braces are YAML as well
            Err(note) => {
                let (documents, notes) = yaml::documents(file, text, PROFILE);
                let broken = documents.is_empty() || notes.iter().any(|note| note.kind.incomplete());
                return if broken {
                    Template { roots: Vec::new(), notes: vec![note] }
                } else {
                    all_of(documents, notes)
                };
            }
        }
    }
    let (documents, notes) = yaml::documents(file, text, PROFILE);
    all_of(documents, notes)
}

/// The documents that are templates, or the first. CloudFormation takes one of a file; where several stand, each was
/// meant for a stack of its own, and those that name the same resources are told apart by nothing.
fn all_of(documents: Vec<Node>, mut notes: Vec<Note>) -> Template {
    let (templates, others): (Vec<Node>, Vec<Node>) = documents.into_iter().partition(is_template);
    let mut roots: Vec<Node> = Vec::new();
    for template in templates {
        let named =
            |root: &Node, key: &str| root.get("Resources").is_some_and(|resources| resources.get(key).is_some());
        let resources = template.get("Resources").map(Node::entries).unwrap_or_default();
        if resources.iter().any(|entry| roots.iter().any(|root| named(root, &entry.key))) {
            let said = "a further template of the file names the same resources again, and was not read";
            let note = Note::new(NoteKind::PartLost, said).help("give each template a file of its own");
            notes.push(match template.origins.primary {
                Some(span) => note.at(span),
                None => note,
            });
        } else {
            roots.push(template);
        }
    }
    if roots.is_empty() {
        roots.extend(others.into_iter().next());
    }
    Template { roots, notes }
}

fn is_template(root: &Node) -> bool {
    root.get("AWSTemplateFormatVersion").is_some()
        || root
            .get("Resources")
            .is_some_and(|resources| resources.entries().iter().any(|entry| is_resource(&entry.value)))
}

/// Whether it is declared as a resource, or a loop that makes some.
fn is_resource(node: &Node) -> bool {
    match &node.value {
        Value::Map(_) => {
            let kind = node.get("Type").and_then(Node::as_str);
            kind.is_some_and(|kind| TYPES.iter().any(|of| kind.starts_with(of)))
        }
        Value::List(parts) => {
            parts.last().is_some_and(|body| body.entries().iter().any(|entry| is_resource(&entry.value)))
        }
        _ => false,
    }
}

/// Whether `Resources` stands as a key in the outermost map, as far as a text that cannot be read tells.
fn has_resources(text: &str) -> bool {
    text.lines().any(|line| line.strip_prefix("Resources").is_some_and(|rest| rest.trim_start().starts_with(':')))
        || text.split_once("\"Resources\"").is_some_and(|(_, rest)| rest.trim_start().starts_with(':'))
}

/// The function a map calls, and its argument: a map of that one key.
pub(super) fn function(node: &Node) -> Option<(&str, &Node)> {
    match &node.value {
        Value::Map(entries) => match entries.as_slice() {
            [only] if &*only.key == "Ref" || is_function(&only.key) => Some((&*only.key, &only.value)),
            _ => entries.iter().find(|entry| &*entry.key == "Fn::Transform").map(|entry| (&*entry.key, &entry.value)),
        },
        _ => None,
    }
}

/// One of CloudFormation, or another tool's long form: `Rain::Embed`.
fn is_function(key: &str) -> bool {
    match key.split_once("::") {
        Some(("Fn", _)) => !key.starts_with(super::loops::FOR_EACH),
        Some((tool, _)) => !TYPES.iter().any(|own| own.trim_end_matches(':') == tool),
        None => false,
    }
}

/// The note that a part of a template is not of the form it should have.
pub(super) fn odd(message: String, node: &Node) -> Note {
    let note = Note::new(NoteKind::PartLost, message);
    match node.origins.primary {
        Some(span) => note.at(span),
        None => note,
    }
}
