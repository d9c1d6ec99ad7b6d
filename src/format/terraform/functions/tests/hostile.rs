//! No arguments make a function panic or take long.

use proptest::prelude::*;

use super::*;

/// Texts that something reads.
const TEXTS: &[&str] = &[
    "",
    "a",
    "0",
    "-1",
    "1e308",
    "10.0.0.0/8",
    "::/0",
    "255.255.255.255/32",
    "%",
    "%d%s%q%5.3f%[9]v",
    "/(/",
    "/a*/",
    "é\u{F0000}0\u{F0001}",
    "2017-11-22T00:00:00Z",
    "-9999999h",
    "'",
    "[*?{a,b}",
    "../..",
    "{\"a\":[1,{}]}",
    "a: &x [*x]",
    "UTF-16LE",
];

/// Values that are at the edge of something.
fn nasty() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(TEXTS);
    let number = prop_oneof![
        Just(0.0),
        Just(-1.0),
        Just(1.0),
        Just(2.5),
        Just(128.0),
        Just(-129.0),
        Just(1e15),
        Just(9e15),
        Just(1e300),
        Just(f64::MIN_POSITIVE),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(Value::Number),
        text.prop_map(|text| Value::String(text.into())),
        ".{0,6}".prop_map(|text| Value::String(text.into())),
        Just(Value::Unknown(unknown("?x"))),
        Just(Value::Unknown(unknown("&aws_a.b"))),
        Just(Value::Redacted(crate::value::Redacted::Untold)),
        Just({
            let mut pen = TextPen::default();
            pen.known("é-");
            pen.hole(unknown("x"));
            pen.finish()
        }),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let node = inner.prop_map(|value| Node::at(value, span()));
        let entry = ("[ab]{0,1}", node.clone()).prop_map(|(key, value)| crate::value::Entry {
            key: key.into(),
            key_span: None,
            value,
        });
        prop_oneof![
            prop::collection::vec(node, 0..4).prop_map(Value::List),
            prop::collection::vec(entry, 0..3).prop_map(|mut entries| {
                entries.dedup_by(|a, b| a.key == b.key);
                Value::Map(entries)
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(args in prop::collection::vec(nasty(), 0..4)) {
        let tree = Tree::from_texts([("a", "x")]);
        let args: Vec<Node> = args.into_iter().map(|value| Node::at(value, span())).collect();
        for name in TABLE.keys() {
            let scope = Scope { tree: &tree, folder: "a", root_folder: "", span: span() };
            let _ = call(name, args.clone(), &scope);
        }
    }
}
