//! Data sources that need no cloud: `aws_iam_policy_document` and `google_iam_policy` written out as the policies they
//! are, `template_file` filled in, manifests of the kubectl provider, and the provider's region.

use std::rc::Rc;
use std::sync::Arc;

use super::config::Resource;
use super::graph::{Cx, Instance, Module, Universe, through};
use crate::format::statements::{self, entry};
use crate::source::Span;
use crate::value::{Node, Value};

impl Universe<'_> {
    /// An attribute of a data source that can be worked out.
    pub fn of_data(
        &self,
        module: &Module,
        resource: &Resource,
        instance: &Instance,
        name: &Arc<str>,
        span: Span,
    ) -> Option<Rc<Node>> {
        let label = format!("{}.", instance.address);
        match (&*resource.kind, &**name) {
            ("aws_iam_policy_document", "json" | "minified_json") => {
                Some(self.once(&instance.attributes, name, &label, span, || self.document(module, resource, instance)))
            }
            ("google_iam_policy", "policy_data") => Some(
                self.once(&instance.attributes, name, &label, span, || self.google_policy(module, resource, instance)),
            ),
            ("template_file", "rendered") => {
                Some(self.once(&instance.attributes, name, &label, span, || self.rendered(module, resource, instance)))
            }
            ("kubectl_file_documents" | "kubectl_path_documents", "documents" | "manifests") => {
                let manifests = || self.manifests(module, resource, instance, name);
                Some(self.once(&instance.attributes, name, &label, span, manifests))
            }
            // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/region
            ("aws_region", "name" | "id" | "region") => {
                let context = self.context(module, &resource.kind, resource.meta("provider"), span);
                context.get("region").map(|region| Rc::new(region.clone()))
            }
            _ => None,
        }
    }

    /// The policy that an `aws_iam_policy_document` writes, as JSON.
    fn document(&self, module: &Module, resource: &Resource, instance: &Instance) -> Node {
        let block = &resource.block;
        let cx = Cx::of(module).with_each(&instance.each);
        let body = self.body(&block.body, block.span, &cx, true);
        let folder = &module.config.folder;
        let decoded = |text: &Node| self.pure("jsondecode", vec![text.clone()], block.span, folder).ok();
        let policy = statements::policy(&body, block.span, &decoded);
        let text = self.pure("jsonencode", vec![policy], block.span, folder);
        let node = text.unwrap_or_else(|reason| super::eval::wrong(reason, block.span));
        Node { origins: through(block.span, &node.origins), ..node }
    }

    /// The policy that a `google_iam_policy` writes, as JSON: its bindings.
    /// <https://registry.terraform.io/providers/hashicorp/google/latest/docs/data-sources/iam_policy>
    fn google_policy(&self, module: &Module, resource: &Resource, instance: &Instance) -> Node {
        let block = &resource.block;
        let body = self.body(&block.body, block.span, &Cx::of(module).with_each(&instance.each), true);
        let bindings = body.each("binding").into_iter().cloned().collect();
        let policy = vec![entry("bindings", Node::at(Value::List(bindings), block.span))];
        let policy = Node::at(Value::Map(policy), block.span);
        let text = self.pure("jsonencode", vec![policy], block.span, &module.config.folder);
        let node = text.unwrap_or_else(|reason| super::eval::wrong(reason, block.span));
        Node { origins: through(block.span, &node.origins), ..node }
    }

    /// What `template_file` made of its text before `templatefile` took its place:
    /// <https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file>.
    fn rendered(&self, module: &Module, resource: &Resource, instance: &Instance) -> Node {
        let block = &resource.block;
        let cx = Cx::of(module).with_each(&instance.each);
        let body = self.body(&block.body, block.span, &cx, true);
        let text = body.get("template").cloned().unwrap_or_else(|| Node::at(Value::Null, block.span));
        let variables = body.get("vars").cloned().unwrap_or_else(|| Node::empty_map(block.span));
        let node = self.template_call("templatestring", &[text, variables], block.span, &cx);
        node.unwrap_or_else(|reason| super::eval::wrong(reason, block.span))
    }
}
