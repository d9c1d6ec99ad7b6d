//! Functions that speak of resources, of where they are deployed, and of files.

use std::sync::Arc;

use super::{impure, json};
use crate::format::deployment::ops;
use crate::format::deployment::resources::split;
use crate::format::deployment::syntax::{Expr, Kind};
use crate::format::deployment::world::{Cx, World};
use crate::source::{Span, Tree};
use crate::value::{Node, TextPen, Unknown, Value, Why};

impl World<'_> {
    /// The declaration that an argument of `reference()` names: by symbol, by name, or by id.
    pub fn named_here(&self, of: &Expr, cx: &Cx<'_>) -> Option<(usize, Option<usize>)> {
        if let Kind::Value(Value::String(symbol)) = &of.kind
            && let Some(decl) = cx.at.program.symbols.get(symbol)
        {
            return Some((*decl, if self.is_looped(cx.at, *decl) { None } else { Some(0) }));
        }
        let node = self.eval(of, cx);
        let index = self.index(cx.at)?;
        match &node.value {
            Value::String(name) if !name.contains('/') => {
                // a name alone speaks of the one resource of that name
                let end = format!("\n{}", name.to_lowercase());
                let mut found = index.iter().filter(|(key, _)| key.ends_with(&end) && key.matches('\n').count() == 1);
                let (_, (decl, instance)) = found.next()?;
                found.next().is_none().then_some((*decl, Some(*instance)))
            }
            Value::Unknown(unknown) => {
                let address = unknown.is_reference().then(|| unknown.refers.first())??;
                let at = index
                    .values()
                    .find(|(decl, instance)| self.address(cx.at, *decl, Some(*instance)) == address.address)?;
                Some((at.0, Some(at.1)))
            }
            _ => None,
        }
    }
}

/// Functions that are answered by the deployment, or by the cloud alone.
pub(super) fn call(world: &World<'_>, name: &str, args: &[Node], span: Span, cx: &Cx<'_>) -> Option<Node> {
    let from_cloud = |call: &str| {
        let why = Why::DataSource(Arc::from(call));
        Some(Node::at(Value::Unknown(Unknown::at(why, span)), span))
    };
    match name {
        "resourceid" | "subscriptionresourceid" | "tenantresourceid" | "managementgroupresourceid" => {
            Some(id(world, args, span, cx))
        }
        "extensionresourceid" => Some(id(world, args.get(1..)?, span, cx)),
        "reference" | "resourceinfo" => Some(match args.first() {
            Some(Node { value: Value::Unknown(unknown), .. }) => Node::at(Value::Unknown(unknown.clone()), span),
            Some(Node { value: Value::String(name), .. }) => world.reference(name.clone(), "", false, span),
            _ => ops::unknown(span, args),
        }),
        _ if name.starts_with("list") => Some(match args.first() {
            // keys and tokens are answers about a resource, and no reference to it
            Some(Node { value: Value::Unknown(unknown), .. }) => {
                let why = Why::Computed(Arc::from(format!("{name}()")));
                let unknown = Unknown { why, at: Some(span), refers: unknown.refers.clone() };
                Node::at(Value::Unknown(Arc::new(unknown)), span)
            }
            _ => return from_cloud(&format!("{name}()")),
        }),
        "subscription" | "resourcegroup" | "managementgroup" | "tenant" | "deployment" | "environment" | "deployer" => {
            let shown = match name {
                "resourcegroup" => "resourceGroup()",
                "managementgroup" => "managementGroup()",
                "subscription" => "subscription()",
                "tenant" => "tenant()",
                "environment" => "environment()",
                _ => "deployment()",
            };
            from_cloud(shown)
        }
        "getsecret"
        | "pickzones"
        | "providers"
        | "tologicalzone"
        | "tophysicalzone"
        | "cidrsubnet"
        | "cidrhost"
        | "parsecidr"
        | "externalinput"
        | "readenvironmentvariable" => from_cloud(&format!("{name}()")),
        // the same for the same resource group, which is not known
        "uniquestring" | "guid" | "newguid" | "utcnow" | "datetimeadd" | "datetimetoepoch" | "datetimefromepoch" => {
            Some(impure(&called(world, name, span), span))
        }
        _ => None,
    }
}

/// A call as it was written, so that two that are the same are alike.
fn called(world: &World<'_>, name: &str, span: Span) -> String {
    let text = world.tree.slice(span);
    let lower = text.to_ascii_lowercase();
    let from = lower.find(name).unwrap_or(0);
    let mut depth = 0usize;
    for (at, letter) in lower.get(from..).unwrap_or("").char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return text.get(from..=from + at).unwrap_or(name).to_owned();
                }
            }
            _ => {}
        }
    }
    format!("{name}()")
}

/// `resourceId('type', names…)`, with a subscription and a resource group before the type or not.
fn id(world: &World<'_>, args: &[Node], span: Span, cx: &Cx<'_>) -> Node {
    let at = args.iter().position(|arg| arg.as_str().is_some_and(|text| text.contains('/')));
    let Some((at, native_type)) = at.and_then(|at| Some((at, args.get(at)?.as_str()?))) else {
        return ops::unknown(span, args);
    };
    let native_type = native_type.trim_matches('/');
    let names: Vec<Node> = args.iter().skip(at + 1).flat_map(split).collect();
    if let Some((address, seen)) = world.lookup(cx.at, native_type, &names) {
        return world.reference(address, "id", seen, span);
    }
    // what everyone has: built-in roles and policies are known by their ids
    if native_type.to_ascii_lowercase().starts_with("microsoft.authorization/") {
        let mut pen = TextPen::default();
        pen.known(&format!("/providers/{native_type}"));
        for name in &names {
            pen.known("/");
            crate::format::deployment::eval::write(&mut pen, name);
        }
        return ops::result(pen.finish(), span, args);
    }
    let node = world.by_id(native_type, &names, span, cx);
    Node { origins: ops::result(Value::Null, span, args).origins, ..node }
}

/// Functions of Bicep that read a file beside the template.
pub(super) fn loaded(world: &World<'_>, name: &str, args: &[Node], span: Span, cx: &Cx<'_>) -> Option<Node> {
    if !matches!(name, "loadtextcontent" | "loadjsoncontent" | "loadyamlcontent" | "loadfileasbase64") {
        return None;
    }
    let missing = |path: &str| {
        let why = Why::File(Arc::from(path));
        Some(Node::at(Value::Unknown(Unknown::at(why, span)), span))
    };
    let Some(path) = args.first().and_then(Node::as_str) else { return Some(ops::unknown(span, args)) };
    let file = Tree::join(world.tree.folder(cx.at.file), path).and_then(|path| world.tree.find(&path));
    let Some(text) = file.and_then(|file| world.tree.text(file).ok()) else { return missing(path) };
    Some(match name {
        "loadtextcontent" => Node::at(Value::String(text.clone()), span),
        "loadjsoncontent" => match json::read(&Node::at(Value::String(text.clone()), span), span) {
            Some(node) => node,
            None => return missing(path),
        },
        _ => return missing(path),
    })
}
