//! What each function gives, as its documentation says, and what it gives when something is unknown.
//!
//! A case is `name(arguments) = result`, arguments and result in JSON. In both, the string `?x` is an unknown value
//! (`var.x`), `&x` is a reference to the block `x`, and `${x}` within a string is a hole. In results `?x+` stands for any
//! number of items, and `?x&a&b` is unknown because of `x` and refers to the blocks `a` and `b`.

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
        Why::Instances(name) => (name.to_string(), "+"),
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
fn lists() {
    hold(
        r#"
        alltrue(["true", true]) = true
        alltrue([true, false]) = false
        alltrue([]) = true
        anytrue(["true"]) = true
        anytrue([true, false]) = true
        anytrue([]) = false
        chunklist(["a", "b", "c", "d", "e"], 2) = [["a", "b"], ["c", "d"], ["e"]]
        coalescelist(["a", "b"], ["c"]) = ["a", "b"]
        coalescelist([], ["c", "d"]) = ["c", "d"]
        compact(["a", "", "b", null, "c"]) = ["a", "b", "c"]
        concat(["a", ""], ["b", "c"]) = ["a", "", "b", "c"]
        contains(["a", "b", "c"], "a") = true
        contains(["a", "b", "c"], "d") = false
        distinct(["a", "b", "a", "c", "d", "b"]) = ["a", "b", "c", "d"]
        element(["a", "b", "c"], 1) = "b"
        element(["a", "b", "c"], 3) = "a"
        element([], 0) = !empty
        flatten([["a", "b"], [], ["c"]]) = ["a", "b", "c"]
        flatten([[["a", "b"], []], ["c"]]) = ["a", "b", "c"]
        index(["a", "b", "c"], "b") = 1
        index(["a"], "b") = !not found
        list("a", 1) = ["a", "1"]
        matchkeys(["i-123", "i-abc", "i-def"], ["us-west", "us-east", "us-east"], ["us-east"]) = ["i-abc", "i-def"]
        one([]) = null
        one(["hello"]) = "hello"
        one(["a", "b"]) = !more than one
        range(3) = [0, 1, 2]
        range(0) = []
        range(1, 4) = [1, 2, 3]
        range(1, 8, 2) = [1, 3, 5, 7]
        range(4, 1) = [4, 3, 2]
        range(10, 5, -2) = [10, 8, 6]
        range(1, 4, 0) = !zero
        range(1, 4, -1) = !away
        reverse([1, 2, 3]) = [3, 2, 1]
        slice(["a", "b", "c", "d"], 1, 3) = ["b", "c"]
        slice(["a"], 1, 3) = !beyond
        sort(["e", "d", "a", "x"]) = ["a", "d", "e", "x"]
        sum([10, 13, 6, 4.5]) = 33.5
        sum([]) = !no sum
        "#,
    );
}

#[test]
fn lists_with_unknown_items() {
    hold(
        r#"
        alltrue(["?x", false]) = false
        alltrue(["?x", true]) = "?x"
        anytrue(["?x", true]) = true
        anytrue(["?x", false]) = "?x"
        concat(["a"], "?x") = ["a", "?x+"]
        concat(["a"], ["?x"]) = ["a", "?x"]
        contains(["?x", "a"], "a") = true
        contains(["?x", "a"], "b") = "?x"
        contains(["a", "b"], "?x") = "?x"
        contains(["arn:${x}"], "http") = false
        compact(["a", "?x", "&aws_a.b", "a${x}"]) = ["a", "?x+", "&aws_a.b", "a${x}"]
        distinct(["a", "?x", "a"]) = ["a", "?x"]
        element(["&aws_a.b"], 0) = "&aws_a.b"
        element(["a", "&aws_a.b"], 3) = "&aws_a.b"
        element(["&aws_a.b", "&aws_a.c"], "?x") = "?x&aws_a.b&aws_a.c"
        element(["a", "a"], "?x") = "a"
        element("?x", 0) = "?x"
        flatten([["a"], "?x", ["&aws_a.b"]]) = ["a", "?x+", "&aws_a.b+"]
        index(["a", "?x"], "a") = 0
        index(["?x", "a"], "a") = "?x"
        matchkeys(["a", "b"], ["?k", "y"], ["y"]) = ["?k+", "b"]
        one(["&aws_a.b"]) = "&aws_a.b"
        reverse(["a", "?x"]) = ["?x", "a"]
        slice(["a", "?x", "b"], 0, 2) = ["a", "?x"]
        sort(["b", "?x", "a"]) = ["a", "b", "?x"]
        sum([1, "?x"]) = "?x"
        coalescelist([], "?x") = "?x"
        coalescelist("?x", ["&aws_a.b"]) = "?x&aws_a.b"
        range("?x") = "?x"
        "#,
    );
}

/// A list that was joined to an unknown one has no known length, and which item is the third cannot be told.
#[test]
fn an_open_list_has_no_length() {
    let tree = Tree::from_texts::<String, String>([]);
    let joined = run(&tree, "concat", r#"["a", "b"], "?x""#).unwrap();
    let of = |name: &str, more: Vec<Node>| {
        let args = std::iter::once(joined.clone()).chain(more).collect();
        call(name, args, &Scope { tree: &tree, folder: "", root_folder: "", span: span() }).map(|node| shown(&node))
    };
    let number = |number: f64| Node::at(Value::Number(number), span());
    assert_eq!(of("length", vec![]).unwrap(), r#""?x+""#);
    assert_eq!(of("element", vec![number(1.0)]).unwrap(), r#""b""#);
    assert_eq!(of("element", vec![number(2.0)]).unwrap(), r#""?x+""#);
    assert_eq!(of("contains", vec![Node::at(Value::String("a".into()), span())]).unwrap(), "true");
    assert_eq!(of("slice", vec![number(0.0), number(2.0)]).unwrap(), r#"["a", "b"]"#);
    assert_eq!(of("slice", vec![number(0.0), number(3.0)]).unwrap(), r#""?x+""#);
}

#[test]
fn maps() {
    hold(
        r#"
        coalesce("a", "b") = "a"
        coalesce("", "b") = "b"
        coalesce(null, 1, 2) = 1
        coalesce(null, 1, "b") = "1"
        coalesce("", null) = !no non-null
        keys({"c": 2, "a": 1, "d": 3}) = ["a", "c", "d"]
        length([]) = 0
        length(["a", "?b"]) = 2
        length({"a": "b"}) = 1
        length("hello") = 5
        length(5) = !required
        lookup({"a": "ay", "b": "bee"}, "a", "what?") = "ay"
        lookup({"a": "ay", "b": "bee"}, "c", "what") = "what"
        lookup({"a": "ay"}, "c") = !no key `c`
        map("a", "b", "c", "d") = {"a": "b", "c": "d"}
        merge({"a": "b", "c": "d"}, {"e": "f", "c": "z"}) = {"a": "b", "c": "z", "e": "f"}
        merge({"a": {"b": 1}}, {"a": {"c": 2}}, null) = {"a": {"c": 2}}
        merge() = {}
        merge([]) = !a map is required
        transpose({"a": ["1", "2"], "b": ["2", "3"]}) = {"1": ["a"], "2": ["a", "b"], "3": ["b"]}
        values({"a": 3, "c": 2, "d": 1}) = [3, 2, 1]
        zipmap(["a", "b"], [1, 2]) = {"a": 1, "b": 2}
        zipmap(["a"], [1, 2]) = !same
        "#,
    );
}

#[test]
fn maps_with_unknown_values() {
    hold(
        r#"
        coalesce("?x", "a") = "?x"
        coalesce("?key", "&aws_kms_key.a") = "?key&aws_kms_key.a"
        coalesce(null, "&aws_kms_key.a") = "&aws_kms_key.a"
        coalesce("a${x}", "b") = "a${x}"
        coalesce("${x}", "b") = "?x"
        coalesce("a", "?x") = "a"
        merge({"a": "?x"}, {"b": "&aws_a.b"}) = {"a": "?x", "b": "&aws_a.b"}
        merge({"a": 1}, "?x") = "?x"
        merge("?x", {"a": "&aws_a.b"}) = "?x&aws_a.b"
        lookup({"a": "?x"}, "a", "b") = "?x"
        lookup({"a": "?x"}, "b", "c") = "c"
        lookup("&aws_a.b", "a", "c") = "&aws_a.b"
        // with null as the answer if it is not there, nobody knows that anything is
        lookup("&aws_a.b", "a", null) = ""
        lookup({"a": "&aws_a.b"}, "?x", null) = "?x"
        lookup({"a": "&aws_a.b"}, "?x", "&aws_a.c") = "?x&aws_a.b&aws_a.c"
        lookup({"a": "same"}, "?x", "same") = "same"
        keys({"a": "?x"}) = ["a"]
        values({"a": "?x"}) = ["?x"]
        length({"a": "?x"}) = 1
        zipmap(["a", "b"], "?x") = {"a": "?x", "b": "?x"}
        zipmap(["?x"], [1]) = "?x"
        transpose({"a": ["?x"]}) = "?x"
        "#,
    );
}

#[test]
fn sets() {
    hold(
        r#"
        setintersection(["a", "b"], ["b", "c"], ["b", "d"]) = ["b"]
        setproduct(["development", "staging"], ["app1", "app2"]) = [["development", "app1"], ["development", "app2"], ["staging", "app1"], ["staging", "app2"]]
        setproduct(["a"], []) = []
        setsubtract(["a", "b", "c"], ["a", "c"]) = ["b"]
        setunion(["a", "b"], ["b", "c"], ["d"]) = ["a", "b", "c", "d"]
        setunion(["b"], "?x", ["a"]) = ["a", "b", "?x+"]
        setintersection(["a", "b"], ["a", "?x"]) = ["a", "?x+"]
        setsubtract(["a", "b"], ["a", "?x"]) = ["?x+"]
        setsubtract(["a", "&aws_a.b"], ["c"]) = ["a", "&aws_a.b+"]
        setproduct(["a"], ["?x"]) = [["a", "?x"]]
        toset(["c", "b", "b"]) = ["b", "c"]
        toset(["a", "b", 3]) = ["3", "a", "b"]
        toset([10, 9, 9]) = [9, 10]
        toset(["b", "?x", "a"]) = ["a", "b", "?x"]
        toset("?x") = "?x"
        toset(null) = null
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
fn encodings() {
    hold(
        r#"
        base64encode("Hello World") = "SGVsbG8gV29ybGQ="
        base64decode("SGVsbG8gV29ybGQ=") = "Hello World"
        base64decode("%") = !not base64
        base64encode("?x") = "?x"
        csvdecode("a,b,c\n1,2,3\n4,5,6") = [{"a": "1", "b": "2", "c": "3"}, {"a": "4", "b": "5", "c": "6"}]
        csvdecode("a,b\n1") = !as many fields
        jsonencode({"hello": "world"}) = "{\"hello\":\"world\"}"
        jsonencode({"b": [1, 2.5, true, null], "a": {}}) = "{\"a\":{},\"b\":[1,2.5,true,null]}"
        jsonencode("a\"\\\n") = "\"a\\\"\\\\\\n\""
        jsondecode("{\"hello\": \"world\", \"n\": [1, null]}") = {"hello": "world", "n": [1, null]}
        jsondecode("{") = !not JSON
        textencodebase64("Hello World", "UTF-16LE") = "SABlAGwAbABvACAAVwBvAHIAbABkAA=="
        textdecodebase64("SABlAGwAbABvACAAVwBvAHIAbABkAA==", "UTF-16LE") = "Hello World"
        yamldecode("hello: world") = {"hello": "world"}
        yamldecode("a: [1, 2]\nb: true\nc: yes\nd: ~") = {"a": [1, 2], "b": true, "c": "yes", "d": null}
        yamldecode("a: &x 1\nb: *x") = {"a": 1, "b": 1}
        yamldecode("a: [") = !
        yamldecode("a: 1\n---\nb: 2") = !more than one
        yamlencode({"a": "b", "c": "d"}) = "\"a\": \"b\"\n\"c\": \"d\"\n"
        yamlencode({"foo": [1, {"a": "b", "d": 5}, 3], "bar": "baz"}) = "\"bar\": \"baz\"\n\"foo\":\n- 1\n- \"a\": \"b\"\n  \"d\": 5\n- 3\n"
        yamlencode({"a": {"b": "x\ny\n"}, "e": [], "n": null}) = "\"a\":\n  \"b\": |\n    x\n    y\n\"e\": []\n\"n\": null\n"
        "#,
    );
    let tree = Tree::from_texts::<String, String>([]);
    let html = run(&tree, "jsonencode", r#"{"a": "<b> & c"}"#).unwrap();
    assert_eq!(html.as_str(), Some(r#"{"a":"\u003cb\u003e \u0026 c"}"#));
}

#[test]
fn encoded_documents_with_holes_can_be_read_again() {
    hold(
        r#"
        jsonencode({"a": "?x", "b": ["arn:${x}/*"]}) = "{\"a\":\"${x}\",\"b\":[\"arn:${x}/*\"]}"
        jsonencode("?x") = "?x"
        yamlencode({"a": "?x"}) = "\"a\": \"${x}\"\n"
        jsondecode("?x") = "?x"
        jsondecode("{\"a\": ${x}, \"b\": \"s-${y}\"}") = {"a": "?x", "b": "s-${y}"}
        jsondecode("{${x}}") = "?x"
        yamldecode("a: ${x}\nb: s-${y}\nc: 1") = {"a": "?x", "b": "s-${y}", "c": 1}
        yamldecode("${x}: 1") = "?x"
        "#,
    );
    let tree = Tree::from_texts::<String, String>([]);
    let policy =
        run(&tree, "jsonencode", r#"{"Statement": [{"Resource": ["&aws_s3_bucket.b", "${&aws_s3_bucket.b}/*"]}]}"#)
            .unwrap();
    let again =
        call("jsondecode", vec![policy], &Scope { tree: &tree, folder: "", root_folder: "", span: span() }).unwrap();
    assert_eq!(shown(&again), r#"{"Statement": [{"Resource": ["&aws_s3_bucket.b", "${&aws_s3_bucket.b}/*"]}]}"#);
}

#[test]
fn packed_texts_can_be_unpacked() {
    let tree = Tree::from_texts::<String, String>([]);
    let packed = run(&tree, "base64gzip", r#""hello hello""#).unwrap();
    let again =
        call("base64gunzip", vec![packed], &Scope { tree: &tree, folder: "", root_folder: "", span: span() }).unwrap();
    assert_eq!(again.as_str(), Some("hello hello"));
}

#[test]
fn hashes() {
    hold(
        r#"
        md5("hello world") = "5eb63bbbe01eeed093cb22bb8f5acdc3"
        sha1("hello world") = "2aae6c35c94fcfb415dbe95f408b9ce91ee846ed"
        sha256("hello world") = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"
        base64sha256("hello world") = "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="
        uuidv5("dns", "www.terraform.io") = "a5008fae-b28c-5ba5-96cd-82b4c53552d6"
        uuidv5("nonsense", "a") = !not a namespace
        sha256("&aws_a.b") = "&aws_a.b"
        "#,
    );
    let tree = Tree::from_texts::<String, String>([]);
    assert_eq!(run(&tree, "sha512", r#""a""#).unwrap().as_str().map(str::len), Some(128));
}

#[test]
fn patterns() {
    hold(
        r#"
        regex("[a-z]+", "53453453.345345aaabbbccc23454") = "aaabbbccc"
        regex("(\\d\\d\\d\\d)-(\\d\\d)-(\\d\\d)", "2019-02-01") = ["2019", "02", "01"]
        regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/") = {"authority": "terraform.io", "scheme": "https"}
        regex("[a-z]+", "53453453") = !did not match
        regex("(a)|(b)", "b") = [null, "b"]
        regex("(", "a") = !regular expression
        regexall("[a-z]+", "1234abcd5678efgh9") = ["abcd", "efgh"]
        regexall("[a-z]+", "123456789") = []
        replace("1 + 2 + 3", "+", "-") = "1 - 2 - 3"
        replace("hello world", "/w.*d/", "everybody") = "hello everybody"
        replace("a-b", "/(\\w)-(\\w)/", "$2-$1") = "b-a"
        replace("a/b", "/", "-") = "a-b"
        regex("a", "?x") = "?x"
        "#,
    );
}

#[test]
fn times() {
    hold(
        r#"
        formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z") = "02 Jan 2018 23:12 UTC"
        formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01Z") = "Tuesday, 02-Jan-18 23:12:01 UTC"
        formatdate("EEE, DD MMM YYYY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00") = "Tue, 02 Jan 2018 23:12:01 -0800"
        formatdate("MMM DD, YYYY", "2018-01-02T23:12:01Z") = "Jan 02, 2018"
        formatdate("HH:mmaa", "2018-01-02T23:12:01Z") = "11:12pm"
        formatdate("h'h'mm'm'", "2018-01-02T23:12:01Z") = "23h12m"
        formatdate("'it''s' YYYY", "2018-01-02T23:12:01Z") = "it's 2018"
        formatdate("YYYYY", "2018-01-02T23:12:01Z") = !not a verb
        formatdate("YYYY", "2018") = !RFC 3339
        timeadd("2017-11-22T00:00:00Z", "10m") = "2017-11-22T00:10:00Z"
        timeadd("2017-11-22T00:00:00+02:00", "-1h30m") = "2017-11-21T22:30:00+02:00"
        timeadd("2017-11-22T00:00:00Z", "10 minutes") = !duration
        timecmp("2017-11-22T00:00:00Z", "2017-11-22T00:00:00Z") = 0
        timecmp("2017-11-22T00:00:00Z", "2017-11-22T01:00:00Z") = -1
        timecmp("2017-11-22T01:00:00Z", "2017-11-22T00:00:00-01:00") = 0
        timeadd("?x", "10m") = "?x"
        timestamp() = "?impure timestamp()"
        uuid() = "?impure uuid()"
        "#,
    );
}

#[test]
fn files_are_read_through_the_tree_only() {
    let tree = Tree::from_texts([
        ("envs/prod/policy.json", "prod"),
        ("modules/web/policy.json", "web"),
        ("modules/web/files/a.txt", "a"),
        ("modules/web/files/b/c.txt", "c"),
        ("modules/web/files/b/d.json", "d"),
    ]);
    hold_in(
        &tree,
        r#"
        // a plain relative path starts at the root module, path.module is the folder itself
        file("policy.json") = "prod"
        file("./policy.json") = "prod"
        file("modules/web/policy.json") = "web"
        file("../../modules/web/policy.json") = "web"
        file("/modules/web/policy.json") = "web"
        file("missing.json") = "?file missing.json"
        file("../../../etc/passwd") = "?file ../../../etc/passwd"
        file("/etc/passwd") = "?file /etc/passwd"
        fileexists("policy.json") = true
        fileexists("missing.json") = "?file missing.json"
        filebase64("policy.json") = "cHJvZA=="
        filemd5("modules/web/files/a.txt") = "0cc175b9c0f1b6a831c399e269772661"
        fileset("modules/web/files", "*.txt") = ["a.txt"]
        fileset("modules/web/files", "**/*.txt") = ["a.txt", "b/c.txt"]
        fileset("modules/web", "files/**") = ["files/a.txt", "files/b/c.txt", "files/b/d.json"]
        fileset("modules/web/files", "b/{c.txt,d.json}") = ["b/c.txt", "b/d.json"]
        fileset("modules/none", "*") = []
        fileset("../../../etc", "*") = "?file ../../../etc"
        basename("foo/bar/baz.txt") = "baz.txt"
        dirname("foo/bar/baz.txt") = "foo/bar"
        dirname("baz.txt") = "."
        abspath("modules/web") = "/modules/web"
        pathexpand("a/b") = "a/b"
        pathexpand("~/.ssh/id_rsa") = "?impure pathexpand()"
        file("?x") = "?x"
        "#,
    );
    let read = run(&tree, "file", r#""policy.json""#).unwrap();
    let from = tree.find("envs/prod/policy.json").unwrap();
    assert_eq!(read.origins.related(), [Span::new(from, 0..4)]);
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
