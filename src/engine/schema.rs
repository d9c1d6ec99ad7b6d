//! The Cedar schema, generated from the declared facts. Policies are validated against the strict one, where every fact
//! is required; entities are checked, in tests, against its twin, where every fact may be left out.

use std::fmt::Write as _;

use crate::model::{Common, Fact, FactKind, KindName};
use crate::rule::{Profile, ProfileValue};

/// Which of the twins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SchemaForm {
    /// Every attribute is required: what policies may count on.
    Strict,
    /// Every attribute is optional: what entities are, as an unknown fact is left out.
    Optional,
}

/// What every resource has besides its facts.
pub(super) const NAMED: &[Fact] = &[
    Fact { name: "name", kind: FactKind::Text, doc: "The name a person knows it by." },
    Fact {
        name: "native_type",
        kind: FactKind::Text,
        doc: "Its type in its dialect: `aws_s3_bucket`, `apps/Deployment`.",
    },
    Fact { name: "provider", kind: FactKind::Text, doc: "Whose it is: `aws`, `azure`, `gcp`, `kubernetes`." },
];

/// The text of the schema.
pub fn schema(form: SchemaForm) -> String {
    let mark = if form == SchemaForm::Optional { "?" } else { "" };
    let mut text = String::from(
        "// Generated from the declared facts; `UPDATE=1 cargo nextest run -E 'test(schema)'` writes it anew.\n",
    );
    text.push_str(
        "\n// Where a resource lies.\ntype Place = {\n    region: String,\n    jurisdictions: Set<String>,\n};\n",
    );
    text.push_str("\n// What is declared of the estate as a whole, and the thresholds that rules measure by.\nentity Profile = {\n");
    for fact in Profile::facts() {
        let kind = match fact.default {
            ProfileValue::Bool(_) => "Bool",
            ProfileValue::Long(_) => "Long",
        };
        line(&mut text, fact.doc, fact.name, mark, kind);
    }
    text.push_str("};\n");
    for kind in KindName::ALL {
        let _ = write!(text, "\n// {}.\nentity {} = {{\n", upper_first(kind.noun()), kind.name());
        for fact in NAMED.iter().chain(Common::FACTS).chain(kind.facts()) {
            attribute(&mut text, fact, mark);
        }
        text.push_str("};\n");
    }
    let kinds: Vec<&str> = KindName::ALL.iter().map(|kind| kind.name()).collect();
    let _ = write!(
        text,
        "\n// Every rule forbids it.\naction assess appliesTo {{\n    principal: [Profile],\n    resource: [\n        {}\n    ],\n    context: {{}},\n}};\n",
        kinds.join(",\n        ")
    );
    text
}

/// The attributes that a fact is.
fn attribute(text: &mut String, fact: &Fact, mark: &str) {
    let kind = match fact.kind {
        FactKind::Bool => "Bool",
        FactKind::Long => "Long",
        FactKind::Text => "String",
        FactKind::Texts => "Set<String>",
        FactKind::Place => "Place",
        FactKind::Link(to) => {
            line(text, &format!("Whether `{}` is there.", fact.name), &format!("has_{}", fact.name), mark, "Bool");
            to.name()
        }
    };
    line(text, fact.doc, fact.name, mark, kind);
}

fn line(text: &mut String, doc: &str, name: &str, mark: &str, kind: &str) {
    let doc: Vec<&str> = doc.split_whitespace().collect();
    let _ = write!(text, "    // {}\n    \"{name}\"{mark}: {kind},\n", doc.join(" "));
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(file: &str, text: &str) {
        let path = format!("{}/policies/schema/{file}", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(format!("{}/policies/schema", env!("CARGO_MANIFEST_DIR"))).unwrap();
            std::fs::write(&path, text).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "{path} is stale: run `UPDATE=1 cargo nextest run -E 'test(schema)'`");
    }

    #[test]
    fn the_schema_files_are_fresh() {
        for (file, form) in
            [("deodar.cedarschema", SchemaForm::Strict), ("deodar.optional.cedarschema", SchemaForm::Optional)]
        {
            let text = schema(form);
            let (_, warnings) =
                cedar_policy::Schema::from_cedarschema_str(&text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(warnings.map(|warning| warning.to_string()).collect::<Vec<_>>(), Vec::<String>::new());
            kept(file, &text);
        }
    }
}
