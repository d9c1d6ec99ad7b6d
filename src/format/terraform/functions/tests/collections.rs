//! Lists, maps and sets.

use super::*;

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
