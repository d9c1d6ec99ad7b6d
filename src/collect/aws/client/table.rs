//! The table of read operations, `data/aws/operations.json`, made from AWS's published models by the script beside it.
//!
//! Parts of a service: `protocol`, `version`, `endpoint` (prefix of the host), `signing` (name to sign for), `hosts` and
//! `missing` (see `endpoint`), `asked` and `shapes` (structures of requests and of answers), `operations`.
//! Parts of an operation: `http` (method and path where not `POST /`), `host` (prefix of the host), `in` (where members of
//! the request go), `out` (members of the answer that need a conversion or
//! another name), `headers`, `status`, `payload` (the member that the body is), `wrapper`, `bodiless`, `pages`.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::endpoint::Partition;

/// Parsed when the first call is made.
static TABLE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../../data/aws/operations.json")).unwrap_or(Value::Null));

/// Members of a structure, or of a request, by name.
pub(super) type Members = Map<String, Value>;

/// How a service wants to be spoken to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Protocol {
    /// JSON with the operation in a header.
    Json,
    /// JSON with the operation in method and path.
    RestJson,
    /// XML with the operation in method and path.
    RestXml,
    /// A form in, XML out.
    Query,
    /// The same in the spelling of EC2.
    Ec2,
}

/// A service of the table.
#[derive(Clone, Copy)]
pub(super) struct Service {
    /// Its name in the table: that of the command line interface and of botocore.
    pub(super) name: &'static str,
    part: &'static Value,
}

/// An operation of the table.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    /// Whose it is.
    pub(super) service: Service,
    /// Its name in the API.
    pub(super) name: &'static str,
    part: &'static Value,
}

/// How to go on after a page.
pub(super) struct Pages {
    /// The members of the request that take the tokens.
    pub(super) inputs: Vec<&'static str>,
    /// The paths in the answer that give them.
    pub(super) outputs: Vec<&'static str>,
    /// The path in the answer that says whether there is more.
    pub(super) more: Option<&'static str>,
    /// The member that asks for a size of page, and the largest.
    pub(super) size: Option<(&'static str, i64)>,
}

/// What a value is on the wire.
pub(super) enum Kind {
    /// A text, or whatever JSON says.
    Text,
    /// A truth value.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A point in time.
    Time,
    /// Bytes, in base 64.
    Blob,
    /// The text of the outermost element.
    Root,
    /// A structure with these members.
    Structure(&'static Members),
    /// A list, and the name of its items' elements.
    List(&'static Value, &'static str),
    /// A list whose items stand side by side under the member's own name.
    Flat(&'static Value),
    /// A map with the names of its entries' keys and values; flat ones stand side by side.
    Map {
        /// The kind of the values.
        value: &'static Value,
        /// The name of a key's element.
        key: &'static str,
        /// The name of a value's element.
        holds: &'static str,
        /// Whether entries stand side by side under the member's own name.
        flat: bool,
    },
}

impl Service {
    /// A service by name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (name, part) = TABLE.get("services")?.as_object()?.get_key_value(name)?;
        Some(Self { name, part })
    }

    /// An operation of it by name.
    pub(super) fn operation(self, name: &str) -> Option<Operation> {
        let (name, part) = self.part.get("operations")?.as_object()?.get_key_value(name)?;
        Some(Operation { service: self, name, part })
    }

    /// How it wants to be spoken to.
    pub(super) fn protocol(self) -> Protocol {
        match self.text("protocol") {
            "json" => Protocol::Json,
            "rest-json" => Protocol::RestJson,
            "rest-xml" => Protocol::RestXml,
            "ec2" => Protocol::Ec2,
            _ => Protocol::Query,
        }
    }

    /// A text of its head.
    pub(super) fn text(self, name: &str) -> &'static str {
        self.part.get(name).and_then(Value::as_str).unwrap_or("")
    }

    /// A part of its head.
    pub(super) fn part(self, name: &str) -> Option<&'static Value> {
        self.part.get(name)
    }

    /// What a value is whose kind the table writes as `written`, in an answer.
    pub(super) fn kind(self, written: &'static Value) -> Kind {
        self.kind_in("shapes", written)
    }

    /// The same in a request.
    pub(super) fn asked(self, written: &'static Value) -> Kind {
        self.kind_in("asked", written)
    }

    fn kind_in(self, place: &str, written: &'static Value) -> Kind {
        match written {
            Value::String(name) => self.scalar(place, name),
            Value::Array(parts) => compound(parts),
            _ => Kind::Text,
        }
    }

    fn scalar(self, place: &str, name: &'static str) -> Kind {
        match name {
            "bool" => Kind::Bool,
            "int" => Kind::Int,
            "float" => Kind::Float,
            "time" => Kind::Time,
            "blob" => Kind::Blob,
            "root" => Kind::Root,
            _ => match name.strip_prefix('#') {
                Some(shape) => Kind::Structure(members(self.part.get(place).and_then(|shapes| shapes.get(shape)))),
                None => Kind::Text,
            },
        }
    }
}

/// A list or a map.
fn compound(parts: &'static [Value]) -> Kind {
    let text = |at: usize, or: &'static str| parts.get(at).and_then(Value::as_str).unwrap_or(or);
    let inner = parts.get(1).unwrap_or(&Value::Null);
    match text(0, "") {
        "flat" => Kind::Flat(inner),
        "list" => Kind::List(inner, text(2, "member")),
        kind => Kind::Map { value: inner, key: text(2, "key"), holds: text(3, "value"), flat: kind == "flatmap" },
    }
}

/// The kind and the API's name of a member that the wire calls `wire`.
pub(super) fn member<'a>(wire: &'a str, written: &'static Value) -> (&'static Value, &'a str) {
    const KINDS: [&str; 4] = ["list", "flat", "map", "flatmap"];
    match written.as_array().map(Vec::as_slice) {
        Some([kind, Value::String(name)]) if !kind.as_str().is_some_and(|kind| KINDS.contains(&kind)) => (kind, name),
        _ => (written, wire),
    }
}

fn members(part: Option<&'static Value>) -> &'static Members {
    static NONE: LazyLock<Members> = LazyLock::new(Map::new);
    part.and_then(Value::as_object).unwrap_or(&NONE)
}

impl Operation {
    /// The method and the path.
    pub(super) fn http(self) -> (&'static str, &'static str) {
        self.text("http").and_then(|text| text.split_once(' ')).unwrap_or(("POST", "/"))
    }

    /// A text of the operation's entry.
    pub(super) fn text(self, name: &str) -> Option<&'static str> {
        self.part.get(name).and_then(Value::as_str)
    }

    /// A table of the operation's entry: `in`, `out`, `headers`.
    pub(super) fn members(self, name: &str) -> &'static Members {
        members(self.part.get(name))
    }

    /// The member that the body is, and its kind.
    pub(super) fn payload(self) -> Option<(&'static Value, &'static str)> {
        match self.part.get("payload")?.as_array().map(Vec::as_slice) {
            Some([first, Value::String(second)]) => Some((first, second)),
            _ => None,
        }
    }

    /// Whether its answer has no body by design.
    pub(super) fn is_bodiless(self) -> bool {
        self.part.get("bodiless").is_some()
    }

    /// How its answers are paged.
    pub(super) fn pages(self) -> Option<Pages> {
        let part = self.part.get("pages")?;
        let texts = |name: &str| {
            let list = part.get(name).and_then(Value::as_array);
            list.map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
        };
        let size = part.get("size").and_then(Value::as_array).map(Vec::as_slice);
        Some(Pages {
            inputs: texts("in"),
            outputs: texts("out"),
            more: part.get("more").and_then(Value::as_str),
            size: match size {
                Some([Value::String(name), largest]) => largest.as_i64().map(|largest| (name.as_str(), largest)),
                _ => None,
            },
        })
    }
}

/// The partitions in the table's order, each with the pattern of its regions.
static PARTITIONS: LazyLock<Vec<(Partition, Regex)>> = LazyLock::new(|| {
    let all = TABLE.get("partitions").and_then(Value::as_object);
    let each = all.into_iter().flatten().filter_map(|(name, part)| {
        let text = |key: &str| part.get(key).and_then(Value::as_str).unwrap_or("");
        let partition =
            Partition { name, main_region: text("main"), suffix: text("suffix"), dual_suffix: text("dual") };
        Some((partition, Regex::new(text("regions")).ok()?))
    });
    each.collect()
});

/// Every operation of the table, as `service`, `operation`.
pub fn operations() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = TABLE.get("services").and_then(Value::as_object);
    all.into_iter().flatten().flat_map(|(service, part)| {
        let operations = part.get("operations").and_then(Value::as_object);
        operations.into_iter().flatten().map(move |(operation, _)| (service.as_str(), operation.as_str()))
    })
}

/// Whether the table has `operation` of `service`.
pub fn has(service: &str, operation: &str) -> bool {
    Service::named(service).and_then(|service| service.operation(operation)).is_some()
}

/// Whether `service` is offered in `region`, as far as the published list of endpoints says.
pub fn offers(service: &str, region: &str) -> bool {
    let missing = Service::named(service).and_then(|service| service.part("missing")).and_then(Value::as_array);
    !missing.is_some_and(|regions| regions.iter().any(|each| each == region))
}

/// The partition of `region`.
pub fn partition(region: &str) -> Option<Partition> {
    PARTITIONS.iter().find(|(_, regions)| regions.is_match(region)).map(|(partition, _)| *partition)
}

/// The first partition, the commercial one.
pub(super) fn first_partition() -> Option<Partition> {
    PARTITIONS.first().map(|(partition, _)| *partition)
}
