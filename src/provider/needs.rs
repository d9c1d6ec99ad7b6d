//! Of which types of a running AWS account each kind of resource is made (`data/aws/needs.txt`): those that give resources
//! of the kind, and those that their readers look at besides. A test finds it out by watching the readers at work on every
//! fixture, and by what becomes of whole accounts without a type; the rights for single rules are made of it.

#[cfg(test)]
thread_local! {
    /// The types that were looked at.
    static ASKED: std::cell::RefCell<std::collections::BTreeSet<String>> = std::cell::RefCell::default();
}

/// A type is looked at, which only the test hears.
pub(super) fn asked(native_type: &str) -> &str {
    #[cfg(test)]
    ASKED.with_borrow_mut(|all| {
        if !all.contains(native_type) {
            all.insert(native_type.to_owned());
        }
    });
    native_type
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::{Path, PathBuf};

    use serde_json::json;

    use crate::collect::aws::table;
    use crate::format::{self, Settings};
    use crate::model::Resource;
    use crate::provider::{Blocks, Context, READERS, account, aws, estates, lists, normalise, respell, spelling};
    use crate::rule;
    use crate::source::Tree;
    use crate::value::{Block, Node, Provider, Value};

    /// What `work` gives, and the types that it looks at.
    fn watched<T>(work: impl FnOnce() -> T) -> (T, BTreeSet<String>) {
        super::ASKED.take();
        (work(), super::ASKED.take())
    }

    type Needs = BTreeMap<&'static str, BTreeSet<String>>;

    /// The types of the tables that hold what is read as `reads_as`.
    fn natives(reads_as: &str, tables: &BTreeSet<String>) -> BTreeSet<String> {
        let written = match spelling::written_as(reads_as) {
            [] => vec![reads_as],
            written => written.to_vec(),
        };
        let listed = |native: &str| {
            let within = || aws::ANSWERED_WITHIN.iter().find(|(inner, _)| *inner == native).map(|(_, outer)| *outer);
            let listed = if tables.contains(native) { Some(native) } else { within() };
            listed.filter(|native| tables.contains(*native)).map(str::to_owned)
        };
        written.into_iter().filter_map(listed).collect()
    }

    /// What is made of the blocks of one estate.
    fn watch(blocks: &[Block], tables: &BTreeSet<String>, needs: &mut Needs) {
        let joined = Blocks::new(blocks);
        let context = context(&joined);
        let mut note = |resources: &[Resource], types: BTreeSet<String>| {
            let types: BTreeSet<String> = types.iter().flat_map(|reads_as| natives(reads_as, tables)).collect();
            for resource in resources {
                needs.entry(resource.kind.name().name()).or_default().extend(types.iter().cloned());
            }
        };
        for block in blocks.iter().filter(|block| block.provider == Provider::Aws && !lists::is_snapshot(block)) {
            let Some(reader) = READERS.get(&*block.native_type) else { continue };
            let mut resources = Vec::new();
            let ((), mut types) = watched(|| reader(block, &context, &mut resources));
            types.insert(block.native_type.to_string());
            // whose key it is hangs on the keys of the account
            if names_key(&block.body) {
                types.insert("aws_kms_key".to_owned());
            }
            note(&resources, types);
        }
        let mut beside = Vec::new();
        let ((), types) = watched(|| aws::beside(&context, &mut beside));
        note(&beside, types);
        let (mut accounts, types) = watched(|| account::accounts(&context));
        accounts.retain(|one| one.provider == Provider::Aws && one.kind.name().name() == "Account");
        note(&accounts, types);
    }

    fn context<'b>(blocks: &'b Blocks<'b>) -> Context<'b> {
        Context { blocks, own_accounts: None, whole: false, places: rule::places() }
    }

    /// Whether an attribute speaks of a key of KMS.
    fn names_key(node: &Node) -> bool {
        let is_key = |name: &str| ["kms", "key_id", "key_arn"].iter().any(|word| name.to_lowercase().contains(word));
        match &node.value {
            Value::Map(entries) => entries.iter().any(|entry| is_key(&entry.key) || names_key(&entry.value)),
            Value::List(items) => items.iter().any(names_key),
            _ => false,
        }
    }

    /// What is made of an account: each resource as it is.
    fn picture(blocks: Vec<Block>) -> BTreeMap<(String, String), (&'static str, String)> {
        let mut found = BTreeMap::new();
        for blocks in estates(respell(blocks)) {
            let joined = Blocks::new(&blocks);
            for one in normalise(&context(&joined)).0 {
                let name = (one.address.to_string(), one.part.as_deref().unwrap_or_default().to_owned());
                found.insert(name, (one.kind.name().name(), format!("{:?}", one.kind)));
            }
        }
        found
    }

    /// The blocks of an account that never was asked for a type.
    fn without(blocks: &[Block], native: &str) -> Vec<Block> {
        let of = |node: &Node| node.text("type").value().is_some_and(|of| **of == *native);
        let mut kept: Vec<Block> = blocks.iter().filter(|block| *block.native_type != *native).cloned().collect();
        for block in kept.iter_mut().filter(|block| lists::is_snapshot(block)) {
            if let Value::Map(entries) = &mut block.body.value {
                for entry in entries.iter_mut().filter(|entry| &*entry.key == "lists") {
                    if let Value::List(lists) = &mut entry.value.value {
                        lists.retain(|list| !of(list));
                    }
                }
            }
        }
        kept
    }

    /// Which kinds are made otherwise in an account that was not asked for a type.
    fn ablate(blocks: &[Block], tables: &BTreeSet<String>, needs: &mut Needs) {
        let whole = picture(blocks.to_vec());
        for native in tables {
            let part = picture(without(blocks, native));
            for (name, (kind, facts)) in &whole {
                if part.get(name).is_some_and(|(_, found)| found != facts) {
                    needs.entry(kind).or_default().insert(native.clone());
                }
            }
        }
    }

    fn fixtures(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => fixtures(&path, found),
                false => found.push(path),
            }
        }
    }

    /// An account with one resource of each type, of which nothing is told.
    fn one_of_each(tables: &BTreeSet<String>) -> String {
        let list = |of: &String| json!({"type": of, "state": "complete", "call": "x:List"});
        let resource = |of: &String| json!({"type": of, "id": "one", "region": "eu-west-1", "properties": {}});
        json!({"snapshot": 1, "provider": "aws", "account": {"id": "123456789012"}, "started": "2026-11-27T08:00:00Z",
            "ended": "2026-11-27T08:00:00Z", "tool": "deodar", "regions": ["eu-west-1"], "all_regions": true,
            "services": [], "lists": tables.iter().map(list).collect::<Vec<_>>(),
            "resources": tables.iter().map(resource).collect::<Vec<_>>(), "calls": []})
        .to_string()
    }

    /// What no fixture comes to.
    const ALSO: &[(&str, &str)] = &[("FirewallRule", "AWS::EC2::PrefixList"), ("Database", "AWS::RDS::GlobalCluster")];

    fn made() -> String {
        let tables: BTreeSet<String> =
            table::all().iter().flat_map(|service| service.types.iter().map(|of| of.name.clone())).collect();
        let mut files = Vec::new();
        fixtures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut files);
        files.sort();
        let (mut needs, settings) = (Needs::new(), Settings::default());
        let texts = files.iter().filter_map(|file| {
            let name = file.file_name()?.to_string_lossy().into_owned();
            Some((name, fs::read_to_string(file).ok()?))
        });
        for (name, text) in texts.chain([("account.json".to_owned(), one_of_each(&tables))]) {
            let tree = Tree::from_texts([(name, text)]);
            let (units, ..) = format::units_as(&tree, &settings.format_of);
            let read =
                units.iter().filter_map(|unit| Some(format::formats().get(unit.format)?.read(&tree, unit, &settings)));
            let blocks: Vec<Block> = read.flat_map(|reading| reading.blocks).collect();
            if blocks.iter().any(|block| lists::is_snapshot(block) && block.provider == Provider::Aws) {
                ablate(&blocks, &tables, &mut needs);
            }
            for blocks in estates(respell(blocks)) {
                watch(&blocks, &tables, &mut needs);
            }
        }
        for (kind, native) in ALSO {
            needs.entry(kind).or_default().insert((*native).to_owned());
        }
        let line = |(kind, types): (&str, BTreeSet<String>)| {
            format!("{kind} {}\n", types.into_iter().collect::<Vec<_>>().join(" "))
        };
        let lines = needs.into_iter().filter(|(_, types)| !types.is_empty()).map(line);
        std::iter::once(HEAD.to_owned()).chain(lines).collect()
    }

    const HEAD: &str =
        "# Generated from the readers at work on the fixtures; `UPDATE=1 cargo test --lib needs` writes it anew.\n";

    #[test]
    fn the_needs_of_kinds_are_what_their_readers_look_at() {
        let made = made();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/aws/needs.txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(path, &made).expect("it can be written");
        }
        let stored = fs::read_to_string(path).unwrap_or_default();
        assert!(stored == made, "data/aws/needs.txt is stale: run `UPDATE=1 cargo test --lib needs`");
    }
}
