//! What each function gives, as its documentation says, and what it gives when something is unknown.
//!
//! A case is `name(arguments) = result`, arguments and result in JSON. In both, the string `?x` is an unknown value
//! (`var.x`), `&x` is a reference to the block `x`, and `${x}` within a string is a hole. In results `?x+` stands for any
//! number of items, and `?x&a&b` is unknown because of `x` and refers to the blocks `a` and `b`.

mod collections;
mod documents;
mod hostile;

use super::*;
use crate::source::FileId;
use crate::value::{Origins, Reference, Text, TextPen, UnitId, Value};

fn unknown(name: &str) -> Arc<Unknown> {
    match name.strip_prefix('&') {
        Some(address) => {
            let reference = Reference { unit: UnitId(0), address: address.into(), attribute: Arc::from("") };
            Unknown::reference(reference, span())
        }
        None => Unknown::new(Why::Variable(name.trim_start_matches('?').into())),
    }
}

fn span() -> Span {
    Span::new(FileId(0), 100..200)
}

/// The value that a case's JSON stands for.
fn value(json: &Node) -> Node {
    let value = match &json.value {
        Value::String(text) if text.starts_with(['?', '&']) && text.len() > 1 => Value::Unknown(unknown(text)),
        Value::String(text) if text.contains("${") => {
            let mut pen = TextPen::default();
            let mut rest = &**text;
            while let Some((before, after)) = rest.split_once("${") {
                let (name, tail) = after.split_once('}').unwrap();
                pen.known(before);
                pen.hole(unknown(name));
                rest = tail;
            }
            pen.known(rest);
            pen.finish()
        }
        Value::List(items) => Value::List(items.iter().map(value).collect()),
        Value::Map(entries) => Value::Map(
            entries.iter().map(|entry| crate::value::Entry { value: value(&entry.value), ..entry.clone() }).collect(),
        ),
        other => other.clone(),
    };
    Node { value, origins: Origins::at(span()) }
}

fn why(unknown: &Unknown) -> String {
    let (name, mark) = match &unknown.why {
        Why::Variable(name) => (name.to_string(), ""),
        Why::Computed(_) => (String::new(), ""),
        Why::Instances(name, _) => (name.to_string(), "+"),
        Why::Impure(what) => (format!("impure {what}"), ""),
        Why::File(path) => (format!("file {path}"), ""),
        Why::Budget(which) => (format!("Budget {which}"), ""),
        other => (format!("{other:?}"), ""),
    };
    let refers: String = unknown.refers.iter().map(|reference| format!("&{}", reference.address)).collect();
    let name = if mark == "+" && refers == format!("&{name}") { String::new() } else { name };
    if name.is_empty() { format!("{refers}{mark}") } else { format!("?{name}{mark}{refers}") }
}

/// A result as a case writes it.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Unknown(unknown) => format!("\"{}\"", why(unknown)),
        Value::Text(text) => {
            let mut written = String::new();
            for piece in text.pieces() {
                match piece {
                    crate::value::Piece::Known(known) => written.push_str(known),
                    crate::value::Piece::Hole(hole) => {
                        written.push_str(&format!("${{{}}}", why(hole).trim_start_matches('?')))
                    }
                }
            }
            json::quoted(&written).replace("\\u0026", "&").replace("\\u003c", "<").replace("\\u003e", ">")
        }
        Value::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let entry = |entry: &crate::value::Entry| format!("{}: {}", json::quoted(&entry.key), shown(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => {
            json::quoted(text).replace("\\u0026", "&").replace("\\u003c", "<").replace("\\u003e", ">")
        }
        _ => json::text(node).unwrap(),
    }
}

fn run(tree: &Tree, name: &str, arguments: &str) -> Result<Node, Fault> {
    let text = Text { text: format!("[{arguments}]").into(), holes: Arc::from([]) };
    let parsed = text.json(&|_| Origins::NONE).unwrap_or_else(|error| panic!("{name}({arguments}): {error:?}"));
    let Value::List(items) = value(&parsed).value else { panic!("arguments are a list") };
    call(name, items, &Scope { tree, folder: "modules/web", root_folder: "envs/prod", span: span() })
}

/// Holds each line `name(arguments) = result`; the result `!` is a fault, and `!words` one whose reason has these words.
#[track_caller]
fn hold_in(tree: &Tree, cases: &str) {
    for case in cases.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        let (call, wanted) = case.rsplit_once(" = ").unwrap_or_else(|| panic!("no result: {case}"));
        let (name, arguments) = call.split_once('(').unwrap();
        let arguments = arguments.strip_suffix(')').unwrap_or_else(|| panic!("no closing: {case}"));
        match (run(tree, name, arguments), wanted.strip_prefix('!')) {
            (Err(Fault::Wrong(reason)), Some(words)) => assert!(reason.contains(words), "{case}: {reason}"),
            (Ok(node), None) => {
                let shown = shown(&node);
                let text = Text { text: wanted.into(), holes: Arc::from([]) };
                let wanted =
                    text.json(&|_| Origins::NONE).map_or_else(|_| wanted.to_owned(), |node| super::tests::shown(&node));
                assert_eq!(shown, wanted, "{case}");
            }
            (result, _) => panic!("{case}: {:?}", result.map(|node| shown(&node))),
        }
    }
}

#[track_caller]
fn hold(cases: &str) {
    hold_in(&Tree::from_texts::<String, String>([]), cases);
}

#[test]
fn strings() {
    hold(
        r#"
        chomp("hello\n") = "hello"
        chomp("hello\r\n\n") = "hello"
        indent(2, "[\n  a\n]") = "[\n    a\n  ]"
        join("-", ["foo", "bar", "baz"]) = "foo-bar-baz"
        join(", ", ["foo"]) = "foo"
        join("+", ["a"], ["b", 1]) = "a+b+1"
        join(",", []) = ""
        join(",", [null]) = !null
        lower("HELLO") = "hello"
        lower("АЛЛО!") = "алло!"
        upper("hello") = "HELLO"
        title("hello world") = "Hello World"
        title("don't_stop 4you") = "Don'T_stop 4you"
        split(",", "foo,bar,baz") = ["foo", "bar", "baz"]
        split(",", "foo") = ["foo"]
        split(",", "") = [""]
        split("", "abc") = ["a", "b", "c"]
        strrev("hello") = "olleh"
        substr("hello world", 1, 4) = "ello"
        substr("hello world", -5, -1) = "world"
        substr("hello world", 6, 10) = "world"
        substr("hello", 9, 1) = ""
        startswith("hello world", "hello") = true
        startswith("hello world", "world") = false
        endswith("hello world", "world") = true
        endswith("hello world", "hello") = false
        strcontains("hello world", "wor") = true
        strcontains("hello world", "war") = false
        trim("!?hello?!", "!?") = "hello"
        trim("foobar", "far") = "oob"
        trimprefix("helloworld", "hello") = "world"
        trimprefix("helloworld", "cat") = "helloworld"
        trimsuffix("helloworld", "world") = "hello"
        trimspace("  hello\n\n") = "hello"
        urlencode("Hello World!") = "Hello+World%21"
        urlencode("foo:bar@localhost?foo=bar&bar=baz") = "foo%3Abar%40localhost%3Ffoo%3Dbar%26bar%3Dbaz"
        urldecode("Hello+World%21") = "Hello World!"
        lower(12) = "12"
        lower(null) = !null
        lower([]) = !a string is required
        lower("a", "b") = !takes 1 arguments, not 2
        "#,
    );
}

#[test]
fn strings_with_holes_keep_what_is_known() {
    hold(
        r#"
        lower("ARN:${x}:B") = "arn:${x}:b"
        upper("?x") = "?x"
        join("/", ["a", "?x", "b"]) = "a/${x}/b"
        join(",", "?x") = "?x"
        join(",", ["&aws_a.b", "&aws_a.c"]) = "${&aws_a.b},${&aws_a.c}"
        trimprefix("https://${x}", "https://") = "?x"
        trimprefix("${x}.com", "https://") = "?x"
        trimsuffix("${x}.", ".") = "?x"
        startswith("arn:${x}", "arn:") = true
        startswith("arn:${x}", "http") = false
        startswith("a${x}", "arn:") = "?x"
        endswith("${x}/*", "/*") = true
        strcontains("s3:${x}", "s3:") = true
        strcontains("s3:${x}", "kms") = "?x"
        split(",", "a,${x}") = "?x"
        substr("abc-${x}", 0, 3) = "abc"
        substr("abc-${x}", 0, 9) = "?x"
        replace("a.b.${x}.0", ".", "-") = "a-b-${x}-0"
        replace("a-0-${x}", "0", "1") = "a-1-${x}"
        replace("a-NAME-b", "NAME", "&aws_a.b") = "a-${&aws_a.b}-b"
        indent(1, "a\n${x}") = "a\n ${x}"
        "#,
    );
}

#[test]
fn format_writes_by_verbs() {
    hold(
        r#"
        format("Hello, %s!", "Ander") = "Hello, Ander!"
        format("There are %d lights", 4) = "There are 4 lights"
        format("%%|%s|%d|%t", "a", "7", "true") = "%|a|7|true"
        format("%5d|%-5d|%05d|%+d", 42, 42, 42, 42) = "   42|42   |00042|+42"
        format("%.2f %f %e", 3.14159, 1.5, 1500) = "3.14 1.500000 1.500000e+03"
        format("%x %X %o %b %#x", 255, 255, 8, 5, 255) = "ff FF 10 101 0xff"
        format("%8.3f|%08.3f", 3.14159, -3.14159) = "   3.142|-003.142"
        format("%q", "a\"b") = "\"a\\\"b\""
        format("%10s|%-10s|%.2s", "ab", "ab", "abc") = "        ab|ab        |ab"
        format("%v %v %v", "a", 12, true) = "a 12 true"
        format("%v", 1000000) = "1e+06"
        format("%s", 1000000) = "1000000"
        format("%g %g", 0.00001, 123.5) = "1e-05 123.5"
        format("%v", ["a", 1]) = "[\"a\",1]"
        format("%#v", "a") = "\"a\""
        format("%v", null) = "null"
        format("%s", null) = !null
        format("%[2]s %[1]s", "a", "b") = "b a"
        format("%s %s", "a") = !not enough arguments
        format("%s", "a", "b") = !too many arguments
        format("%d", 1.5) = !whole number
        format("%y", 1) = !not a format verb
        format("%99999999d", 1) = !too large
        format("arn:aws:s3:::%s/*", "?x") = "arn:aws:s3:::${x}/*"
        format("%s-%s", "&aws_a.b", "a${x}") = "${&aws_a.b}-a${x}"
        format("%q", "?x") = "\"${x}\""
        format("?x", "a") = "?x"
        format("arn:${p}:%s", "s3") = "arn:${p}:s3"
        formatlist("Hello, %s!", ["Valentina", "Ander"]) = ["Hello, Valentina!", "Hello, Ander!"]
        formatlist("%s, %s!", "Salutations", ["A", "B"]) = ["Salutations, A!", "Salutations, B!"]
        formatlist("%s-%s", ["a"], ["b", "c"]) = !same length
        formatlist("%s/*", ["&aws_a.b", "c"]) = ["${&aws_a.b}/*", "c/*"]
        formatlist("%s", "?x") = "?x"
        formatlist("%s", []) = []
        "#,
    );
}

#[test]
fn numbers() {
    hold(
        r#"
        abs(23) = 23
        abs(-12.4) = 12.4
        ceil(5.1) = 6
        floor(4.9) = 4
        floor(-4.1) = -5
        log(50, 10) = 1.6989700043360187
        log(16, 2) = 4
        max(12, 54, 3) = 54
        min(12, "3", 54) = 3
        parseint("100", 10) = 100
        parseint("FF", 16) = 255
        parseint("-10", 16) = -16
        parseint("1011111011101111", 2) = 48879
        parseint("aA", 62) = 656
        parseint("12", 2) = !base 2
        parseint("", 10) = !empty
        pow(3, 2) = 9
        pow(4, 0) = 1
        signum(-13) = -1
        signum(0) = 0
        signum(344) = 1
        max(1, "?x") = "?x"
        abs("inf") = !not a number
        abs("0x10") = !not a number
        "#,
    );
}

#[test]
fn conversions() {
    hold(
        r#"
        tostring("hello") = "hello"
        tostring(1) = "1"
        tostring(true) = "true"
        tostring(null) = null
        tostring([]) = !string
        tostring(0.5) = "0.5"
        tostring(123456789012) = "123456789012"
        tonumber("1.5") = 1.5
        tonumber("1e3") = 1000
        tonumber("no") = !not a number
        tonumber(true) = !number
        tobool("true") = true
        tobool("no") = !neither
        tobool(null) = null
        tolist(["a", "b", 3]) = ["a", "b", "3"]
        tolist({"a": 1}) = !only a list
        tomap({"b": true, "a": "foo"}) = {"a": "foo", "b": "true"}
        tostring("?x") = "?x"
        tostring("a${x}") = "a${x}"
        tonumber("&aws_a.b") = "&aws_a.b"
        sensitive("?x") = "?x"
        nonsensitive("a") = "a"
        "#,
    );
}

#[test]
fn networks() {
    hold(
        r#"
        cidrhost("10.12.112.0/20", 16) = "10.12.112.16"
        cidrhost("10.12.112.0/20", 268) = "10.12.113.12"
        cidrhost("fd00:fd12:3456:7890:00a2::/72", 34) = "fd00:fd12:3456:7890::22"
        cidrhost("10.0.0.0/24", -1) = "10.0.0.255"
        cidrhost("10.0.0.0/24", 256) = !accommodate
        cidrnetmask("172.16.0.0/12") = "255.240.0.0"
        cidrnetmask("::/0") = !IPv6
        cidrsubnet("172.16.0.0/12", 4, 2) = "172.18.0.0/16"
        cidrsubnet("10.1.2.0/24", 4, 15) = "10.1.2.240/28"
        cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162) = "fd00:fd12:3456:7800:a200::/72"
        cidrsubnet("10.0.0.0/24", 9, 0) = !address space
        cidrsubnet("10.0.0.0/24", 1, 2) = !numbered 2
        cidrsubnet("0.0.0.0/0", 0, 0) = "0.0.0.0/0"
        cidrsubnet("::/0", 128, 0) = "::/128"
        cidrsubnets("10.1.0.0/16", 4, 4, 8, 4) = ["10.1.0.0/20", "10.1.16.0/20", "10.1.32.0/24", "10.1.48.0/20"]
        cidrsubnets("fd00:fd12:3456:7890::/56", 16, 16, 16, 32) = ["fd00:fd12:3456:7800::/72", "fd00:fd12:3456:7800:100::/72", "fd00:fd12:3456:7800:200::/72", "fd00:fd12:3456:7800:300::/88"]
        cidrsubnets("10.0.0.0/24", 1, 1, 1) = !not enough
        cidrsubnets("255.255.255.0/24", 1, 1) = ["255.255.255.0/25", "255.255.255.128/25"]
        cidrcontains("192.168.2.0/20", "192.168.2.1") = true
        cidrcontains("192.168.2.0/24", "192.168.3.0/24") = false
        cidrsubnet("nonsense", 1, 1) = !not a CIDR
        cidrsubnet("?x", 1, 1) = "?x"
        cidrsubnets("?x", 1, 1) = ["?x", "?x"]
        "#,
    );
}

#[test]
fn budgets_are_kept() {
    let tree = Tree::from_texts::<String, String>([]);
    let budget = |name: &str, arguments: &str| {
        let node = run(&tree, name, arguments).unwrap();
        assert!(shown(&node).contains("Budget"), "{name}: {}", shown(&node));
    };
    budget("range", "1000000");
    let many = format!("[{}]", vec!["1"; 400].join(","));
    budget("setproduct", &format!("{many}, {many}"));
    let many = format!("[{}]", vec!["1"; 4000].join(","));
    budget("setsubtract", &format!("{many}, {many}"));
    let long = "x".repeat(5000);
    budget("replace", &format!("\"{long}\", \"x\", \"{long}\""));
    budget("replace", &format!("\"{long}\", \"/x/\", \"{}\"", "$0".repeat(2500)));
}

#[test]
fn computed_values_keep_the_places_they_came_through() {
    let tree = Tree::from_texts::<String, String>([]);
    let far = Span::new(FileId(1), 5..9);
    let text = Node {
        value: Value::String("a".into()),
        origins: Origins::via(Span::new(FileId(0), 120..125), Some([far].into())),
    };
    let scope = Scope { tree: &tree, folder: "", root_folder: "", span: span() };
    let upper = call("upper", vec![text.clone()], &scope).unwrap();
    assert_eq!(upper.origins, Origins::via(span(), Some([far].into())));
    let list = Node::at(Value::List(vec![text.clone()]), span());
    assert_eq!(call("element", vec![list.clone(), Node::at(Value::Number(0.0), span())], &scope).unwrap(), text);
    let joined = call("concat", vec![list.clone(), list], &scope).unwrap();
    assert_eq!(joined.origins.related(), [far]);
}

#[test]
fn a_function_that_does_not_exist_is_told_apart() {
    let tree = Tree::from_texts::<String, String>([]);
    assert_eq!(run(&tree, "nonsense", ""), Err(Fault::NoSuchFunction));
    assert_eq!(run(&tree, "core::length", "[]").map(|node| shown(&node)), Ok("0".to_owned()));
}
