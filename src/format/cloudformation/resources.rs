//! The blocks of a template: one for each resource that there is, or may be.

use std::sync::Arc;

use super::eval::entry;
use super::stack::{Cx, Stack, span_of, unknown};
use super::template::{FOREIGN_TAG, function, odd};
use crate::source::{Note, NoteKind};
use crate::value::{Block, Dialect, Entry, Node, Origins, Provider, Value, Why};

/// Macros of AWS's own that make no resource: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html>.
const PLAIN_MACROS: &[&str] = &["AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen"];

/// What is said of a resource beside its properties and may be asked for by a reader.
const BESIDE: &[&str] = &["DeletionPolicy", "UpdateReplacePolicy"];

impl Stack<'_> {
    /// Adds every resource, in the order written.
    pub fn blocks(&self, out: &mut Vec<Block>) {
        self.macros();
        match self.root.get("Resources").map(|resources| &resources.value) {
            Some(Value::Map(_)) => {}
            Some(_) => {
                self.note(odd("`Resources` is no map".to_owned(), self.root.get("Resources").unwrap_or(&self.root)))
            }
            None => self.note(Note::new(NoteKind::Info, "the template has no resources").at(self.place())),
        }
        for resource in self.section("Resources") {
            match self.block(resource) {
                Ok(block) => out.extend(block),
                Err(note) => self.note(note),
            }
        }
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
        if let Some((FOREIGN_TAG, _)) = function(node).or_else(|| function(node.get("Type")?)) {
            let message = format!("resource `{name}` is made by another tool and was not seen");
            return Err(Note::new(NoteKind::NotSeen, message)
                .at(head)
                .help("scan what that tool makes of the template"));
        }
        let Some(kind) = node.get("Type").and_then(Node::as_str) else {
            return Err(odd(format!("resource `{name}` has no type"), node));
        };
        let condition = node.get("Condition").and_then(Node::as_str);
        let mut instances_unknown = self.any_number.get(name).cloned();
        if let Some(condition) = condition {
            let at = node.get("Condition").map_or(head, span_of);
            match self.decides(condition, at, Cx::default()) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(unknown) => instances_unknown = instances_unknown.or(Some(unknown)),
            }
        }
        // wherever the resource is, its condition holds
        let assumed = condition.map_or_else(Vec::new, |condition| self.assume(condition, true, Cx::default()));
        let cx = Cx { assumed: &assumed };
        let provider = if kind.starts_with("AWS::") { Provider::Aws } else { Provider::Other };
        Ok(Some(Block {
            provider,
            dialect: Dialect::Native,
            native_type: Arc::from(kind),
            written: None,
            address: name.clone(),
            unit: self.unit,
            head,
            span: head.to(span_of(node)),
            body: self.body(node, head, cx),
            context: Self::context(head),
            instances_unknown,
            via: Arc::from([]),
        }))
    }

    fn body(&self, node: &Node, head: crate::source::Span, cx: Cx<'_>) -> Node {
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

    /// What every resource of the template has in common: where it is deployed to, which no template says.
    fn context(head: crate::source::Span) -> Node {
        let region = unknown(Why::DataSource(Arc::from("AWS::Region")), head);
        Node { value: Value::Map(vec![entry("region", region)]), origins: Origins::NONE }
    }
}
