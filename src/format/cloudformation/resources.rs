//! The blocks of a template: one for each resource that there is, or may be.

use std::sync::Arc;

use super::eval::entry;
use super::stack::{Cx, Stack, span_of};
use super::template::{FOREIGN_TAG, function, odd};
use crate::source::{Note, NoteKind, Span};
use crate::value::{Block, Dialect, Entry, Node, Origins, Provider, Unknown, Value};

/// Macros of AWS's own that make no resource: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html>.
const PLAIN_MACROS: &[&str] = &["AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", super::serverless::TRANSFORM];

/// What is said of a resource beside its properties and may be asked for by a reader.
const BESIDE: &[&str] = &["DeletionPolicy", "UpdateReplacePolicy"];

/// A resource that is not there, as its condition does not hold.
pub(super) struct Absent;

impl Stack<'_> {
    /// Adds every resource, in the order written.
    pub fn blocks(&self, out: &mut Vec<Block>) {
        self.macros();
        match self.root.get("Resources").map(|resources| &resources.value) {
            Some(Value::Map(_)) => {}
            Some(_) => {
                self.note(odd("`Resources` is no map".to_owned(), self.root.get("Resources").unwrap_or(&self.root)))
            }
            None => self.note(Note::new(NoteKind::Info, "the template has no resources").at(span_of(&self.root))),
        }
        for resource in self.section("Resources") {
            match self.block(resource) {
                Ok(Some(block)) => {
                    out.push(block);
                    self.nested_blocks(&resource.key, out);
                }
                Ok(None) => {}
                Err(note) => self.note(note),
            }
        }
        self.exports();
    }

    /// What a macro of one's own makes of a template is not in it.
    fn macros(&self) {
        let named = self.root.get("Transform").into_iter();
        let within = self.root.get("Resources").and_then(|resources| resources.get("Fn::Transform"));
        let named = named.chain(self.root.get("Fn::Transform")).chain(within);
        for node in named.flat_map(|node| node.each("")) {
            let name = node.get("Name").unwrap_or(node).as_str();
            if name.is_some_and(|name| PLAIN_MACROS.contains(&name)) {
                continue;
            }
            let message =
                format!("what macro `{}` makes of the template was not seen", name.unwrap_or("Fn::Transform"));
            let note = Note::new(NoteKind::NotSeen, message).at(span_of(node));
            self.note(note.help("scan the template that it makes"));
        }
    }

    fn block(&self, resource: &Entry) -> Result<Option<Block>, Note> {
        let (name, node) = (&resource.key, &resource.value);
        if &**name == "Fn::Transform" {
            return Ok(None);
        }
        let head = resource.key_span.unwrap_or_else(|| span_of(node));
        let foreign = match function(node).or_else(|| function(node.get("Type")?)) {
            // a tag as JSON writes it: `Rain::Module`
            Some((name, _)) => name == FOREIGN_TAG || name != "Ref" && !name.starts_with("Fn::"),
            None => false,
        };
        if foreign {
            let message = format!("resource `{name}` is made by another tool and was not seen");
            return Err(Note::new(NoteKind::NotSeen, message)
                .at(head)
                .help("scan what that tool makes of the template"));
        }
        let Some(kind) = node.get("Type").and_then(Node::as_str) else {
            return Err(odd(format!("resource `{name}` has no type"), node));
        };
        let condition = node.get("Condition").and_then(Node::as_str);
        let Ok(instances_unknown) = self.presence(resource) else { return Ok(None) };
        // wherever the resource is, its condition holds
        let assumed = condition.map_or_else(Vec::new, |condition| self.assume(condition, true, Cx::default()));
        let cx = Cx { assumed: &assumed };
        let provider = if kind.starts_with("AWS::") { Provider::Aws } else { Provider::Other };
        Ok(Some(Block {
            provider,
            dialect: Dialect::Native,
            native_type: Arc::from(kind),
            written: None,
            address: Arc::from(format!("{}{name}", self.place.prefix)),
            unit: self.shared.unit,
            head,
            span: head.to(span_of(node)),
            body: self.body(node, head, cx),
            context: self.context(node, head),
            instances_unknown,
            via: self.place.via.clone(),
        }))
    }

    /// Why there may be none of a resource, or any number of it, if so.
    pub fn presence(&self, resource: &Entry) -> Result<Option<Arc<Unknown>>, Absent> {
        let any_number = self.any_number.get(&resource.key).or(self.place.instances_unknown.as_ref()).cloned();
        let Some(name) = resource.value.get("Condition") else { return Ok(any_number) };
        let Some(condition) = name.as_str() else { return Ok(any_number) };
        match self.decides(condition, span_of(name), Cx::default()) {
            Ok(true) => Ok(any_number),
            Ok(false) => Err(Absent),
            // its own condition says more than that of the stack around it
            Err(unknown) => Ok(Some(unknown)),
        }
    }

    fn body(&self, node: &Node, head: Span, cx: Cx<'_>) -> Node {
        let mut body = node.get("Properties").and_then(|properties| self.eval(properties, cx));
        // nothing was written: point at the resource
        if body.as_ref().is_none_or(|body| !matches!(body.value, Value::Map(_) | Value::Unknown(_))) {
            body = Some(Node::empty_map(head));
        }
        let mut body = body.unwrap_or_else(|| Node::empty_map(head));
        if let Value::Map(entries) = &mut body.value {
            for key in BESIDE {
                if let Some(said) = node.entry(key)
                    && let Some(value) = self.eval(&said.value, cx)
                {
                    entries.push(Entry { value, ..said.clone() });
                }
            }
        }
        body
    }

    /// Where it is deployed to, which no template says, and the construct of the CDK that it comes from.
    fn context(&self, node: &Node, head: Span) -> Node {
        let region = self.reference("AWS::Region", head).map(|region| entry("region", region));
        let construct = node.get("Metadata").and_then(|said| said.get("aws:cdk:path"));
        let construct = construct.map(|construct| entry("construct", construct.clone()));
        Node { value: Value::Map(region.into_iter().chain(construct).collect()), origins: Origins::NONE }
    }
}
