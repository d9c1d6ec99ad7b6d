//! The service tables against AWS's own models (`data/aws/shapes.json`): every table is read, every call exists and only
//! reads, every name that a table reads stands in what the call answers, and every input is one that it takes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use deodar::collect::aws::table::{Question, Scope, Service, Type};
use serde_json::{Map, Value};

/// What an answer is like: by its names, not by its values.
#[derive(Clone, Debug)]
enum Like {
    Plain,
    /// Anything may be in it.
    Open,
    List(Box<Like>),
    Map(Box<Like>),
    Of(BTreeMap<String, Like>),
}

/// AWS's models of the calls that the tables name.
struct Models(Value);

impl Models {
    fn load() -> Self {
        let text = fs::read_to_string(root().join("data/aws/shapes.json")).expect("data/aws/shapes.json");
        Self(serde_json::from_str(&text).expect("JSON"))
    }

    fn operation(&self, client: &str, call: &str) -> Option<&Value> {
        self.0.get(client)?.get("operations")?.get(call)
    }

    fn answer(&self, client: &str, call: &str) -> Like {
        let written = self.operation(client, call).and_then(|operation| operation["out"].as_str()).unwrap_or("*");
        self.like(client, written, &mut Vec::new())
    }

    fn like(&self, client: &str, written: &str, above: &mut Vec<String>) -> Like {
        if let Some(of) = written.strip_prefix("[]") {
            return Like::List(Box::new(self.like(client, of, above)));
        }
        if let Some(of) = written.strip_prefix("{}") {
            return Like::Map(Box::new(self.like(client, of, above)));
        }
        let Some(name) = written.strip_prefix('#') else {
            return if written == "*" { Like::Open } else { Like::Plain };
        };
        // a shape within itself
        if above.iter().any(|one| one == name) {
            return Like::Open;
        }
        above.push(name.to_owned());
        let members = self.0[client]["shapes"][name].as_object().into_iter().flatten();
        let members = members.map(|(member, of)| (member.clone(), self.like(client, of.as_str().unwrap(), above)));
        let members = members.collect();
        above.pop();
        Like::Of(members)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tables() -> Vec<(String, Result<Service, String>)> {
    let files = fs::read_dir(root().join("data/aws/services")).expect("the tables");
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let table = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, Service::parse(&fs::read_to_string(path).unwrap()).map_err(|error| error.to_string()))
    };
    files.into_iter().map(table).collect()
}

/// The steps of a path: names, `*`, and `[]` for every way through a list.
fn steps(path: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), path);
    while !rest.is_empty() {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        if end > 0 {
            found.push(rest[..end].to_owned());
        }
        rest = &rest[end..];
        if rest.starts_with('[') {
            let close = rest.find(']').unwrap();
            found.push("[]".to_owned());
            rest = &rest[close + 1..];
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    found
}

impl Like {
    fn at(&self, steps: &[String]) -> Option<Self> {
        let Some((step, rest)) = steps.split_first() else { return Some(self.clone()) };
        match (self, step.as_str()) {
            (Self::Open, _) => Some(Self::Open),
            (Self::List(of), "[]") => of.at(rest),
            (Self::Map(of), _) => of.at(rest),
            (Self::Of(members), "*") => members.values().next().and_then(|member| member.at(rest)),
            (Self::Of(members), name) => members.get(name)?.at(rest),
            _ => None,
        }
    }

    fn put(&mut self, steps: &[String], new: Self) {
        let Some((step, rest)) = steps.split_first() else {
            *self = new;
            return;
        };
        if step == "[]" {
            if !matches!(self, Self::List(_)) {
                *self = Self::List(Box::new(Self::Of(BTreeMap::new())));
            }
            if let Self::List(of) = self {
                of.put(rest, new);
            }
            return;
        }
        if matches!(self, Self::Open) {
            return;
        }
        if !matches!(self, Self::Of(_)) {
            *self = Self::Of(BTreeMap::new());
        }
        if let Self::Of(members) = self {
            members.entry(step.clone()).or_insert_with(|| Self::Of(BTreeMap::new())).put(rest, new);
        }
    }

    fn merge(&mut self, more: Self) {
        match (self, more) {
            (Self::Of(members), Self::Of(more)) => members.extend(more),
            (members, Self::List(of)) if matches!(members, Self::Of(_)) => members.merge(*of),
            (members, Self::Open | Self::Map(_)) => *members = Self::Open,
            _ => {}
        }
    }

    fn enlarged(&self) -> Self {
        let large = |name: &str| name[..1].to_uppercase() + &name[1..];
        match self {
            Self::Of(members) => Self::Of(members.iter().map(|(name, of)| (large(name), of.enlarged())).collect()),
            Self::List(of) => Self::List(Box::new(of.enlarged())),
            // its names are of the person's choice
            Self::Map(of) => Self::Map(Box::new(of.enlarged())),
            other => other.clone(),
        }
    }
}

/// What is known while a type is gone through.
struct Check<'c> {
    models: &'c Models,
    service: &'c Service,
    of: &'c Type,
    file: &'c str,
    item: Like,
    parent: Option<Like>,
    wrong: &'c mut Vec<String>,
}

impl Check<'_> {
    fn say(&mut self, what: &str) {
        self.wrong.push(format!("data/aws/services/{}: {}: {what}", self.file, self.of.name));
    }

    fn path(&mut self, what: &str, path: &str) -> Option<Like> {
        let found = self.item.at(&steps(path));
        if found.is_none() {
            self.say(&format!("{what}: `{path}` is not in what the calls before it answer"));
        }
        found
    }

    /// Every `$name` of a template stands for something.
    fn template(&mut self, what: &str, template: &Value) {
        match template {
            Value::String(text) => {
                let names = text.split('$').skip(1).map(|after| match after.strip_prefix('{') {
                    Some(braced) => braced.split('}').next().unwrap(),
                    None => after
                        .split(|sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_')))
                        .next()
                        .unwrap()
                        .trim_end_matches('.'),
                });
                for name in names {
                    self.name(what, name);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| self.template(what, value)),
            Value::Object(map) => map.values().for_each(|value| self.template(what, value)),
            _ => {}
        }
    }

    fn name(&mut self, what: &str, name: &str) {
        match name {
            "id" if what == "id" => self.say("`id` is made of itself: what the item calls so is `$item.id`"),
            "region" | "account" | "partition" | "item" | "id" => {}
            "arn" if self.of.arn.is_some() || self.parent.is_some() => {}
            "parent.id" | "parent.arn" if self.parent.is_some() => {}
            name => match (name.strip_prefix("parent."), &self.parent) {
                (Some(path), Some(parent)) if parent.at(&steps(path)).is_none() => {
                    self.say(&format!("{what}: `{path}` is not in what its parent is"));
                }
                (Some(_), Some(_)) => {}
                _ => {
                    self.path(what, name.strip_prefix("item.").unwrap_or(name));
                }
            },
        }
    }

    fn conditions(&mut self, what: &str, conditions: &Map<String, Value>) {
        for path in conditions.keys() {
            self.path(what, path);
        }
    }

    /// The call, its input, and what it answers.
    fn question(&mut self, question: &Question) -> Like {
        let client = self.service.client(question).to_owned();
        let models = self.models;
        let Some(operation) = models.operation(&client, &question.call) else {
            self.say(&format!("AWS has no call `{client}:{}`; run data/aws/shapes.py", question.call));
            return Like::Open;
        };
        let takes = operation["in"].as_object().cloned().unwrap_or_default();
        for given in question.with.keys().filter(|given| !takes.contains_key(*given)) {
            self.say(&format!("`{}` takes no `{given}`", question.call));
        }
        let required = takes.iter().filter(|(_, required)| **required == Value::Bool(true)).map(|(name, _)| name);
        for missing in required.filter(|name| !question.with.contains_key(*name)) {
            self.say(&format!("`{}` needs `{missing}`", question.call));
        }
        let mut answer = models.answer(&client, &question.call);
        if let Some(path) = &question.csv {
            answer.put(&steps(&path.to_string()), Like::List(Box::new(Like::Open)));
        }
        let taken = match &question.take {
            None => Some(answer.clone()),
            Some(path) if path.many() => answer.at(&steps(&path.to_string())).map(|of| Like::List(Box::new(of))),
            Some(path) => answer.at(&steps(&path.to_string())),
        };
        let Some(mut taken) = taken else {
            let path = question.take.as_ref().map(ToString::to_string).unwrap_or_default();
            self.say(&format!("`{}` answers no `{path}`", question.call));
            return Like::Open;
        };
        for path in question.json.iter().map(ToString::to_string) {
            match taken.at(&steps(&path)) {
                None => self.say(&format!("json: `{}` has no `{path}`", question.call)),
                Some(_) => taken.put(&steps(&path), Like::Open),
            }
        }
        taken
    }

    fn merge(&mut self, question: &Question, taken: Like) {
        match &question.into {
            Some(into) if into.many() => self.say(&format!("into: `{into}` is more than one place")),
            Some(into) => self.item.put(&steps(&into.to_string()), taken),
            None => self.item.merge(taken),
        }
    }

    /// Goes through the type as the engine does; gives what its items are before they are shaped.
    fn run(&mut self) -> Like {
        let Some(first) = self.of.first() else { return Like::Open };
        // the input of a child names its parent
        let empty = std::mem::replace(&mut self.item, self.parent.clone().unwrap_or(Like::Of(BTreeMap::new())));
        self.template("with", &Value::Object(first.with.clone()));
        self.conditions("when", &first.when);
        self.item = empty;
        let answer = self.question(first);
        match &first.items {
            None => self.merge(first, answer),
            Some(items) => match answer.at(&steps(&items.to_string())) {
                Some(Like::List(of)) => self.item = *of,
                Some(other) => self.item = other,
                None => self.say(&format!("`{}` answers no `{items}`", first.call)),
            },
        }
        if let Like::Plain = self.item {
            self.item = Like::Of(BTreeMap::new());
        }
        self.conditions("only", &first.only);
        for detail in &self.of.details {
            self.template("with", &Value::Object(detail.with.clone()));
            self.conditions("when", &detail.when);
            let taken = self.question(detail);
            self.merge(detail, taken);
        }
        for (what, written) in [("id", &self.of.id), ("arn", &self.of.arn)] {
            match written {
                Some(written) if written.contains('$') => self.template(what, &Value::String(written.clone())),
                Some(written) => drop(self.path(what, written)),
                None => {}
            }
        }
        if let Some(home) = &self.of.region {
            self.path("region", &home.at.to_string());
        }
        self.item.clone()
    }

    /// The names that are read while it is shaped.
    fn shaped(&mut self) {
        let of = self.of;
        for (name, template) in &of.set {
            self.template("set", template);
            self.item.put(std::slice::from_ref(name), Like::Open);
        }
        for path in of.json.iter().chain(&of.pairs).map(ToString::to_string) {
            if self.path("json or pairs", &path).is_some() {
                self.item.put(&steps(&path), Like::Open);
            }
        }
        for path in of.values.keys() {
            self.path("values", path);
        }
        if let Some(pascal) = &of.pascal {
            for path in &pascal.except {
                self.path("pascal", &path.to_string());
            }
            self.item = self.item.enlarged();
        }
        for step in &of.shape {
            if let Some(moved) = self.path("shape", &step.from.to_string()) {
                self.item.put(&steps(&step.to.to_string()), moved);
            }
        }
        for path in of.secret.iter().map(ToString::to_string) {
            self.path("secret", &path);
        }
        for path in of.screen.iter().map(ToString::to_string) {
            self.path("screen", &path);
        }
        for path in of.drop.iter().map(ToString::to_string) {
            self.path("drop", &path);
        }
    }
}

/// Everything that is wrong with a type and those below it.
fn check(models: &Models, file: &str, service: &Service, of: &Type, parent: Option<Like>, wrong: &mut Vec<String>) {
    let mut check = Check { models, service, of, file, item: Like::Of(BTreeMap::new()), parent, wrong };
    let whole = check.run();
    check.shaped();
    for child in service.children(&of.name) {
        self::check(models, file, service, child, Some(whole.clone()), wrong);
    }
}

#[test]
fn every_table_says_what_aws_has() {
    let models = Models::load();
    let mut wrong = Vec::new();
    for (file, table) in tables() {
        match table {
            Err(error) => wrong.push(format!("data/aws/services/{file}: {error}")),
            Ok(table) => table.roots().for_each(|of| check(&models, &file, &table, of, None, &mut wrong)),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_but_reading_is_asked() {
    let mut wrong = Vec::new();
    for (file, table) in tables() {
        let Ok(table) = table else { continue };
        for question in table.types.iter().flat_map(Type::questions) {
            let prepares = question.prepare.as_ref().map(|before| before.call.as_str());
            for call in prepares.into_iter().chain([question.call.as_str()]) {
                let reads = ["Get", "List", "Describe", "BatchGet", "BatchDescribe"].iter().any(|verb| {
                    call.strip_prefix(verb).is_some_and(|rest| rest.starts_with(|first: char| first.is_uppercase()))
                });
                // it makes AWS write a report of users; IAM calls it a read
                if !reads && call != "GenerateCredentialReport" {
                    wrong.push(format!("data/aws/services/{file}: `{call}` is not a read"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Services whose permissions are not named as their calls are signed:
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html>.
const SIGNED_OTHERWISE: &[(&str, &str)] = &[("cloudwatch", "cloudwatch")];

#[test]
fn permissions_are_named_as_iam_names_the_service() {
    let text = fs::read_to_string(root().join("data/aws/operations.json")).expect("data/aws/operations.json");
    let operations: Value = serde_json::from_str(&text).expect("JSON");
    let mut wrong = Vec::new();
    for (file, table) in tables() {
        let Ok(table) = table else { continue };
        for question in table.types.iter().flat_map(Type::questions) {
            let client = table.client(question);
            let signed = operations["services"][client]["signing"].as_str().unwrap_or("");
            let expected =
                SIGNED_OTHERWISE.iter().find(|(name, _)| *name == client).map_or(signed, |(_, prefix)| prefix);
            let permission = table.permission(question);
            if permission.split(':').next() != Some(expected) {
                wrong.push(format!("data/aws/services/{file}: `{permission}`: IAM calls the service `{expected}`"));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_type_stands_in_one_table_of_a_scope() {
    let mut seen: BTreeMap<_, String> = BTreeMap::new();
    for (file, table) in tables() {
        let Ok(table) = table else { continue };
        for of in &table.types {
            let other = seen.insert((table.scope == Scope::Global, of.name.clone()), file.clone());
            if let Some(other) = other.filter(|other| *other != file) {
                panic!("{} is in {other} and in {file}: its units would bear one name", of.name);
            }
        }
    }
    assert!(!seen.is_empty());
}

/// A call that the client does not know would be refused by it while an account is read.
#[test]
fn the_client_can_ask_what_the_tables_name() {
    let text = fs::read_to_string(root().join("data/aws/operations.json")).expect("data/aws/operations.json");
    let known: Value = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for (file, table) in tables() {
        let Ok(table) = table else { continue };
        for question in table.types.iter().flat_map(Type::questions) {
            let client = question.service.as_ref().unwrap_or(&table.service);
            let prepares = question.prepare.as_ref().map(|before| before.call.as_str());
            for call in prepares.into_iter().chain([question.call.as_str()]) {
                if known["services"][client]["operations"][call].is_null() {
                    wrong.push(format!("data/aws/services/{file}: `{client}:{call}`: run data/aws/operations.py"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
#[cfg(not(feature = "aws"))]
fn a_build_without_the_feature_says_how_to_get_it() {
    let deodar = std::process::Command::new(env!("CARGO_BIN_EXE_deodar"))
        .args(["snapshot", "aws", "--out", "account.json"])
        .output()
        .expect("deodar starts");
    let said = String::from_utf8_lossy(&deodar.stderr);
    assert_eq!(deodar.status.code(), Some(2));
    assert!(said.contains("cargo install deodar --features aws"), "{said}");
}

#[test]
fn permissions_are_printed_in_every_build() {
    let deodar = std::process::Command::new(env!("CARGO_BIN_EXE_deodar"))
        .args(["permissions", "aws", "--services", "kms"])
        .output()
        .expect("deodar starts");
    let policy: Value = serde_json::from_slice(&deodar.stdout).expect("a policy");
    let actions: Vec<&str> =
        policy["Statement"][0]["Action"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(actions.is_sorted(), "{actions:?}");
    let kms = actions.iter().filter(|action| action.starts_with("kms:"));
    let expected = [
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListAliases",
        "kms:ListGrants",
        "kms:ListKeys",
        "kms:ListResourceTags",
    ];
    assert_eq!(kms.copied().collect::<Vec<_>>(), expected);
}
