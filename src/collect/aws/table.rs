//! What is asked of AWS, service by service, as `data/aws/services/*.yaml` say it: which calls list the resources of a
//! type, which tell more of each, and how the answers become CloudFormation's properties. A new service is data.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::path::Path;

/// A service's table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its client's name in AWS's own models: `s3control`, `elbv2`.
    pub service: String,
    /// The word before the colon of its permissions, where it is another: `elasticloadbalancing`.
    pub prefix: Option<String>,
    /// Whether it is asked in every region or once.
    #[serde(default)]
    pub scope: Scope,
    /// What it holds.
    pub types: Vec<Type>,
}

/// Where a service is asked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// In every region.
    #[default]
    Regional,
    /// Once, in the partition's main region.
    Global,
}

/// A type of resource.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Type {
    /// CloudFormation's name for it, or `Deodar::…` for what CloudFormation has no type for.
    #[serde(rename = "type")]
    pub name: String,
    /// The call that lists them.
    pub list: Option<Question>,
    /// The call that tells the one there is.
    pub single: Option<Question>,
    /// What CloudFormation's `Ref` gives: a path in the item, or a template.
    pub id: Option<String>,
    /// Its name in all the world: a path in the item, or a template.
    pub arn: Option<String>,
    /// The region of each item, for a global list of what lies in regions.
    pub region: Option<Home>,
    /// What else is asked of each, in order.
    #[serde(default)]
    pub details: Vec<Question>,
    /// Attributes that are added, as templates.
    #[serde(default)]
    pub set: Map<String, Value>,
    /// Texts that hold JSON.
    #[serde(default)]
    pub json: Vec<Path>,
    /// Maps that CloudFormation writes as lists of `Key` and `Value`.
    #[serde(default)]
    pub pairs: Vec<Path>,
    /// Other words for values.
    #[serde(default)]
    pub values: BTreeMap<String, Map<String, Value>>,
    /// The first letters of all names are made large.
    pub pascal: Option<Pascal>,
    /// What is named otherwise, or lies elsewhere, in CloudFormation.
    #[serde(default)]
    pub shape: Vec<Move>,
    /// Values that are replaced where they are read.
    #[serde(default)]
    pub secret: Vec<Path>,
    /// Words of commands, of which those are replaced that are credentials.
    #[serde(default)]
    pub screen: Vec<Path>,
    /// What is left out.
    #[serde(default)]
    pub drop: Vec<Path>,
}

/// A call and what of its answer is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The operation.
    pub call: String,
    /// The client, where it is not the table's.
    pub service: Option<String>,
    /// For each resource of this type of the same table.
    pub each: Option<String>,
    /// Its input, as templates.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// Where the items of a list are.
    pub items: Option<Path>,
    /// Only the items in which these attributes have these values.
    #[serde(default)]
    pub only: Map<String, Value>,
    /// Asked only where these attributes have these values.
    #[serde(default)]
    pub when: Map<String, Value>,
    /// Not asked where this attribute is there already.
    pub unless: Option<Path>,
    /// The part of the answer that is wanted; the whole without it.
    pub take: Option<Path>,
    /// Where it goes; beside what is there without it.
    pub into: Option<Path>,
    /// Error codes that mean that there is no such thing.
    #[serde(default)]
    pub absent: Vec<String>,
    /// The permission, where it is not named as the call.
    pub permission: Option<String>,
    /// Who alone is answered: for anybody else a refusal is no lack of rights, and nothing that can be mended.
    pub reserved: Option<Reserved>,
    /// What is to be asked before, until it says so.
    pub prepare: Option<Prepare>,
    /// A text in base64 that holds lines of comma-separated values.
    pub csv: Option<Path>,
    /// Texts that hold JSON.
    #[serde(default)]
    pub json: Vec<Path>,
    /// Maps that are to be lists of `Key` and `Value`.
    #[serde(default)]
    pub pairs: Vec<Path>,
}

/// Who alone is answered, whatever others may.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reserved {
    /// The organisation's management account, and whom it lets ask in its place.
    Management,
}

/// A call that makes ready what another one reads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepare {
    /// The operation.
    pub call: String,
    /// What its answer says when it is done.
    pub until: Map<String, Value>,
}

/// Where a resource's region is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// The attribute.
    pub at: Path,
    /// Regions that it calls otherwise; the empty text also stands for a value that is null.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
}

/// Large first letters.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pascal {
    /// Attributes below which names are the person's own.
    #[serde(default)]
    pub except: Vec<Path>,
}

/// `from -> to`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Move {
    /// In the answer.
    pub from: Path,
    /// In CloudFormation.
    pub to: Path,
}

impl TryFrom<String> for Move {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (from, to) = text.split_once("->").ok_or(format!("`{text}` is not a move: write it like `A.B -> C`"))?;
        let path = |text: &str| Path::try_from(text.trim().to_owned()).map_err(|error| error.to_string());
        Ok(Self { from: path(from)?, to: path(to)? })
    }
}

/// A table that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TableError(String);

include!(concat!(env!("OUT_DIR"), "/aws_tables.rs"));

/// Every table, sorted by name. That each can be read is held by a test.
pub fn all() -> Vec<Service> {
    TABLES.iter().filter_map(|text| Service::parse(text).ok()).collect()
}

impl Service {
    /// Reads a table.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let service: Self = serde_saphyr::from_str(text).map_err(|error| TableError(error.to_string()))?;
        let wrong = service.types.iter().flat_map(|of| of.wrong(&service)).next();
        wrong.map_or(Ok(service), |wrong| Err(TableError(wrong)))
    }

    /// The client and the permission of a question.
    pub fn permission(&self, question: &Question) -> String {
        match &question.permission {
            Some(permission) => permission.clone(),
            None => format!("{}:{}", self.prefix_of(question), question.call),
        }
    }

    /// The permission of what is asked before a question.
    pub fn preparing(&self, question: &Question) -> Option<String> {
        question.prepare.as_ref().map(|before| format!("{}:{}", self.prefix_of(question), before.call))
    }

    fn prefix_of<'q>(&'q self, question: &'q Question) -> &'q str {
        match &question.service {
            Some(other) => other,
            None => self.prefix.as_ref().unwrap_or(&self.service),
        }
    }

    /// The client that a question is put to.
    pub fn client<'q>(&'q self, question: &'q Question) -> &'q str {
        question.service.as_ref().unwrap_or(&self.service)
    }

    /// The types that are asked for by themselves.
    pub fn roots(&self) -> impl Iterator<Item = &Type> {
        self.types.iter().filter(|of| of.first().is_some_and(|question| question.each.is_none()))
    }

    /// The types that are asked of each resource of the type `parent`.
    pub fn children<'s>(&'s self, parent: &'s str) -> impl Iterator<Item = &'s Type> {
        let of = move |question: &Question| question.each.as_deref() == Some(parent);
        self.types.iter().filter(move |child| child.first().is_some_and(of))
    }
}

impl Type {
    /// The call that finds them.
    pub fn first(&self) -> Option<&Question> {
        self.list.as_ref().or(self.single.as_ref())
    }

    /// Every call of it.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.first().into_iter().chain(&self.details)
    }

    /// What is wrong with it by itself.
    fn wrong(&self, service: &Service) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut say = |what: &str| wrong.push(format!("{}: {what}", self.name));
        match (&self.list, &self.single) {
            (Some(list), None) => {
                if list.items.is_none() {
                    say("`list` needs `items`");
                }
                if list.take.is_some() || list.into.is_some() || list.csv.is_some() {
                    say("`list` has `items`, not `take`, `into` or `csv`");
                }
                if self.id.is_none() {
                    say("what is listed needs an `id`");
                }
            }
            (None, Some(single)) if single.items.is_some() => say("`single` has `take`, not `items`"),
            (None, Some(_)) => {}
            _ => say("it needs either `list` or `single`"),
        }
        for detail in &self.details {
            if detail.items.is_some() || detail.each.is_some() || !detail.only.is_empty() {
                say("a detail has no `items`, `each` or `only`");
            }
        }
        if let Some(parent) = self.first().and_then(|question| question.each.as_ref())
            && !service.types.iter().any(|other| other.name == *parent)
        {
            say(&format!("there is no type `{parent}` in this table"));
        }
        for path in self.values.keys() {
            if let Err(error) = Path::try_from(path.clone()) {
                say(&error.to_string());
            }
        }
        wrong
    }
}
