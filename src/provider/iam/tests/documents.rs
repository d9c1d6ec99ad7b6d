//! What a document may be, and which places its answers have.

use super::*;

#[test]
fn a_document_that_is_not_seen_whole_leaves_questions_open() {
    let grant = r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#;
    // what is seen counts
    assert_eq!(answer(&policy(&[grant, "${x}"]).anyone_may(READ)), Some(true));
    for text in [
        r#"{"Statement": ["#,
        r#"{"Statement": [${x}]}"#,
        r#"{"Statement": ${x}}"#,
        "${x}",
        r#"{"a": 1}"#,
        "[1, 2]",
        r#"{"Statement": [{"${x}": 1}]}"#,
    ] {
        let policy = Policy::of(&node(text));
        assert_eq!(answer(&policy.anyone_may(READ)), None, "{text}");
        assert_eq!(answer(&policy.denies_plain_http("s3")), None, "{text}");
    }
    assert_eq!(answer(&Policy::of(&Node::at(Value::Unknown(unknown("x")), Span::new(FileId(0), 0..1))).admin()), None);
    // nothing is written: nothing is granted
    let unset = Policy::read(&Known::unset(Origins::NONE));
    assert_eq!(answer(&unset.anyone_may(READ)), Some(false));
    assert_eq!(answer(&Policy::of(&node("")).anyone_may(READ)), Some(false));
}

#[test]
fn maps_and_encoded_texts_are_documents_too() {
    let text = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}}"#;
    let Value::String(plain) = node(text).value else { panic!() };
    let map = crate::value::Text { text: plain, holes: Arc::from([]) }.json(&|_| Origins::NONE).unwrap();
    assert_eq!(answer(&Policy::of(&map).anyone_may(READ)), Some(true));
    let encoded = node(
        "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%22%2A%22%2C%22Action%22%3A%22s3%3A%2A%22%7D%7D",
    );
    assert_eq!(answer(&Policy::of(&encoded).anyone_may(READ)), Some(true));
}

/// AWS would refuse it, but what it would grant is plain to read.
#[test]
fn a_comma_too_many_hides_nothing() {
    let text =
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject",], "Resource": "*",},],}"#;
    assert_eq!(answer(&Policy::of(&node(text)).anyone_may(READ)), Some(true));
}

#[test]
fn a_statement_of_a_policy_file_is_pointed_at_in_the_file() {
    let text = r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*"}]}"#;
    let file = Span::new(FileId(7), 0..text.len());
    let attribute = Span::new(FileId(0), 40..60);
    let node = Node { value: Value::String(text.into()), origins: Origins::via(attribute, Some([file].into())) };
    let open = Policy::of(&node).any(Statement::open);
    let primary = open.origins.primary.unwrap();
    assert_eq!((primary.file, text.get(primary.range())), (FileId(7), Some(r#""*""#)));
    assert!(open.origins.related().contains(&attribute));
    // elsewhere the attribute is all there is
    let policy = one(r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*"}"#);
    assert_eq!(policy.anyone_may(READ).origins.primary, Some(Span::new(FileId(0), 10..20)));
}

#[test]
fn the_references_of_unknown_principals_are_kept() {
    let policy = one(r#"{"Effect": "Allow", "Principal": {"AWS": "${&aws_iam_role.r.arn}"}, "Action": "*"}"#);
    let Principals::Only(list) = &policy.statements[0].principals else { panic!() };
    let Who::Unknown(unknown) = &list[0].who else { panic!() };
    assert_eq!(&*unknown.refers[0].address, "aws_iam_role.r");
}

/// A heredoc stands in the source letter by letter: the statement itself is pointed at.
#[test]
fn a_statement_of_a_heredoc_is_pointed_at() {
    let text = "resource \"aws_s3_bucket_policy\" \"p\" {\n  policy = <<EOF\n{\n  \"Statement\": [\n    {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\"}\n  ]\n}\nEOF\n}\n";
    let tree = crate::source::Tree::from_texts([("main.tf", text)]);
    let (units, _) = crate::format::units(&tree);
    let reading = crate::format::formats()[units[0].format].read(&tree, &units[0], &crate::format::Settings::default());
    let policy = Policy::read(&reading.blocks[0].body.at_path("policy"));
    assert_eq!(
        tree.slice(policy.statements[0].origins.primary.unwrap()),
        r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:*"}"#
    );
}
