//! Encodings, hashes, patterns, times and files.

use super::*;

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
