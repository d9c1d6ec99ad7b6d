//! CloudFormation as CloudFormation means it: what is written, and what deodar makes of it, one meaning a case.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

#[path = "support/blocks.rs"]
mod support;

use std::collections::BTreeMap;

use support::{addresses, block, read_with, show};

use deodar::format::{self, Settings};
use deodar::source::{Note, Tree};
use deodar::value::{Block, Dialect, Provider};
use proptest::prelude::*;

/// Reads one template.
fn template(text: &str) -> (Vec<Block>, Vec<Note>) {
    let (_, blocks, notes) = read_with(&[("template.yaml", text)], &Settings::default());
    (blocks, notes)
}

/// Reads one template that nothing is wrong with.
#[track_caller]
fn blocks(text: &str) -> Vec<Block> {
    let (blocks, notes) = template(text);
    assert!(notes.is_empty(), "{notes:?}");
    blocks
}

/// What values come to, each with the same template around it; `absent` where the property is taken away.
#[track_caller]
fn values(around: &str, cases: &[(&str, &str)]) {
    let mut text = format!("{around}\n  Case:\n    Type: AWS::X::Y\n    Properties:\n");
    for (at, (value, _)) in cases.iter().enumerate() {
        text.push_str(&format!("      A{at}: {value}\n"));
    }
    let blocks = blocks(&text);
    let case = block(&blocks, "Case");
    let got: BTreeMap<&str, String> = cases
        .iter()
        .enumerate()
        .map(|(at, (value, _))| (*value, case.body.get(&format!("A{at}")).map_or_else(|| "absent".into(), show)))
        .collect();
    let want: BTreeMap<&str, String> = cases.iter().map(|(value, want)| (*value, (*want).to_owned())).collect();
    assert_eq!(got, want);
}

/// Parameters, conditions and resources that the cases speak of.
const AROUND: &str = "
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod]}
  Tier: {Type: String, Default: gold}
  Empty: {Type: String, Default: ''}
  Count: {Type: Number, Default: 3}
  Flag: {Type: String, Default: 'true', AllowedValues: ['true', 'false']}
  Zones: {Type: CommaDelimitedList, Default: 'a, b,c'}
  Ids: {Type: 'List<AWS::EC2::Subnet::Id>'}
  Image: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/service/x}
Mappings:
  Sizes:
    eu-west-1: {small: t3.small, tls: 'yes!'}
    us-east-1: {small: t2.small, tls: 'yes!'}
  Accounts:
    '111122223333': {name: prod}
Conditions:
  IsGold: !Equals [!Ref Tier, gold]
  IsIron: !Equals [!Ref Tier, iron]
  HasEmpty: !Not [!Equals [!Ref Empty, '']]
  IsProd: !Equals [!Ref Env, prod]
  ProdAndGold: !And [!Condition IsProd, !Condition IsGold]
  ProdAndIron: !And [!Condition IsProd, !Condition IsIron]
  ProdOrGold: !Or [!Condition IsProd, !Condition IsGold]
  NotProd: !Not [!Condition IsProd]
Resources:
  Key: {Type: AWS::KMS::Key}
  Bucket: {Type: AWS::S3::Bucket}
  Gone: {Type: AWS::S3::Bucket, Condition: IsIron}";

#[test]
fn several_templates_of_a_file_are_read_as_far_as_their_names_differ() {
    let one = |name: &str| format!("Resources:\n  {name}:\n    Type: AWS::S3::Bucket\n");
    let read = blocks(&[one("A"), one("B")].join("---\n"));
    assert_eq!(addresses(&read), ["A", "B"]);
    let (read, notes) = template(&[one("A"), one("A")].join("---\n"));
    assert_eq!(addresses(&read), ["A"]);
    assert!(notes[0].message.contains("names the same resources again"), "{notes:?}");
}

#[test]
fn references_as_cloudformation_has_them() {
    values(
        AROUND,
        &[
            ("!Ref Tier", "gold"),
            ("{Ref: Tier}", "gold"),
            ("!Ref Count", "3"),
            ("!Ref Flag", "true"),
            ("!Ref Zones", "[a, b, c]"),
            ("!Ref Env", "?(`Env` has no value)"),
            ("!Ref Ids", "?(`Ids` has no value)"),
            ("!Ref Image", "?(`Image` is read from the cloud)"),
            ("!Ref Key", "->Key.id"),
            ("!Ref Nothing", "->Nothing.id"),
            ("!Ref AWS::Region", "?(`AWS::Region` is read from the cloud)"),
            ("!Ref AWS::Partition", "aws"),
            ("!Ref AWS::NoValue", "absent"),
            ("[a, !Ref AWS::NoValue, b]", "[a, b]"),
            ("!GetAtt Key.Arn", "->Key.arn"),
            ("!GetAtt [Bucket, DomainName]", "->Bucket.domain_name"),
            ("{'Fn::GetAtt': [Bucket, DualStackDomainName]}", "->Bucket.dual_stack_domain_name"),
            ("!ImportValue net-Vpc", "->export.net-Vpc"),
        ],
    );
}

#[test]
fn texts_keep_what_is_known_of_them() {
    values(
        AROUND,
        &[
            ("!Sub '${Tier}-x'", "gold-x"),
            ("!Sub '${Key}'", "->Key.id"),
            ("!Sub 'arn:${AWS::Partition}:s3:::${Bucket}/*'", "arn:aws:s3:::->Bucket.id/*"),
            ("!Sub '${Key.Arn}/${Env}'", "->Key.arn/?(`Env` has no value)"),
            ("!Sub ['${A}-${Tier}', {A: !Ref Count}]", "3-gold"),
            ("{'Fn::Sub': '${!Literal} ${Tier}'}", "${Literal} gold"),
            ("!Sub 'a ${ b'", "a ${ b"),
            ("!Join ['-', [a, !Ref Tier, !Ref Count]]", "a-gold-3"),
            ("!Join ['', ['arn:aws:s3:::', !Ref Bucket, '/*']]", "arn:aws:s3:::->Bucket.id/*"),
            ("!Join [',', !Ref Zones]", "a,b,c"),
            ("!Join [',', !Ref Ids]", "?(`Ids` has no value)"),
            ("!Base64 'PASSWORD=x'", "PASSWORD=x"),
            (
                "'{{resolve:secretsmanager:db:SecretString:password}}'",
                "?(`resolve:secretsmanager:db:SecretString:password` is read from the cloud)",
            ),
            ("!Sub 'x{{resolve:ssm:${Env}}}'", "x?(`resolve:ssm:…` is read from the cloud)"),
            (
                "!Join ['', ['{{resolve:secretsmanager:', !Ref Key, '}}']]",
                "?(`resolve:secretsmanager:…` is read from the cloud)",
            ),
            (
                "!ToJsonString {a: [1, !Ref Tier, !Ref Env], b: true}",
                "{\"a\":[1,\"gold\",\"?(`Env` has no value)\"],\"b\":true}",
            ),
        ],
    );
}

#[test]
fn lists_and_maps() {
    values(
        AROUND,
        &[
            ("!Select [1, !Ref Zones]", "b"),
            ("!Select ['0', [x, y]]", "x"),
            ("!Select [9, [x]]", "?(there is no item 9)"),
            ("!Select [0, !GetAZs '']", "?(`Fn::GetAZs` is read from the cloud)"),
            ("!Select [1, !GetAZs eu-west-1]", "eu-west-1b"),
            ("!Split [',', 'a,b']", "[a, b]"),
            ("!Split [',', !Join [',', [!Ref Key, !Ref Bucket]]]", "[->Key.id, ->Bucket.id]"),
            ("!Select [1, !Split ['/', 'a/b/c']]", "b"),
            ("!Split [',', !Ref Env]", "?(`Env` has no value)"),
            ("!FindInMap [Sizes, eu-west-1, small]", "t3.small"),
            ("!FindInMap [Sizes, !Ref AWS::Region, small]", "?(`AWS::Region` is read from the cloud)"),
            ("!FindInMap [Sizes, !Ref AWS::Region, tls]", "yes!"),
            ("!FindInMap [Sizes, nowhere, small, {DefaultValue: t3.nano}]", "t3.nano"),
            ("!FindInMap [Sizes, nowhere, small]", "?(mapping `Sizes` has no such key)"),
            ("!FindInMap [Accounts, '111122223333', name]", "prod"),
            ("{'Fn::Length': !Ref Zones}", "3"),
            ("{'Fn::Length': !Ref Ids}", "?(`Ids` has no value)"),
            ("!Select [1, !Cidr [10.0.0.0/16, 2, 8]]", "10.0.1.0/24"),
            ("!Cidr [10.0.0.0/24, 3, 6]", "[10.0.0.0/26, 10.0.0.64/26, 10.0.0.128/26]"),
            ("!Cidr [!GetAtt Bucket.X, 2, 8]", "?(`Bucket.x` is known only after apply)"),
        ],
    );
}

#[test]
fn conditions_decide_and_what_both_sides_say_is_known() {
    let prod = "?(condition `IsProd` cannot be told, as `Env` has no value)";
    values(
        AROUND,
        &[
            ("!If [IsGold, yes, no]", "true"),
            ("!If [IsIron, a, b]", "b"),
            ("!If [HasEmpty, !Ref Empty, !Ref AWS::NoValue]", "absent"),
            ("!If [IsProd, a, b]", prod),
            ("!If [IsProd, a, a]", "a"),
            ("!If [IsProd, !Ref Key, !Ref Key]", "->Key.id"),
            ("!If [IsProd, !Ref Key, !Ref Bucket]", "?->Key.id,Bucket.id"),
            ("!If [IsProd, !Ref Key, !Ref AWS::NoValue]", "?->Key.id"),
            ("!If [IsProd, {A: 1, B: 2}, {A: 1, B: 3}]", &format!("{{A=1 B={prod}}}")),
            ("!If [IsProd, {A: 1, B: 2}, {A: 1}]", &format!("{{A=1 B={prod}}}")),
            ("!If [IsProd, [{A: 1}], [{A: 1}]]", "[{A=1}]"),
            ("!If [IsProd, [{A: 1}], [{A: 2}]]", &format!("[{{A={prod}}}]")),
            ("!If [IsProd, [{A: 1}, {A: 2}], [{A: 1}]]", "[{A=1}, ~{A=2}]"),
            ("!If [IsProd, [{A: 1}], !Ref AWS::NoValue]", "[~{A=1}]"),
            ("[{A: 1}, !If [IsProd, {A: 2}, !Ref AWS::NoValue]]", "[{A=1}, ~{A=2}]"),
            ("[a, !If [IsProd, b, !Ref AWS::NoValue]]", &format!("[a, {prod}]")),
            // the three-valued ones
            ("!If [ProdAndIron, a, b]", "b"),
            ("!If [ProdOrGold, a, b]", "a"),
            ("!If [NotProd, a, a]", "a"),
            // within an arm its condition holds, and what follows from it
            ("!If [IsProd, !If [IsProd, a, b], !If [IsProd, b, a]]", "a"),
            ("!If [IsProd, !If [NotProd, b, a], a]", "a"),
            ("!If [ProdAndGold, !If [IsProd, a, b], a]", "a"),
            ("!If [Nothing, a, b]", "?(`condition Nothing` is not among the scanned files)"),
        ],
    );
}

#[test]
fn a_resource_is_there_when_its_condition_holds() {
    let around = format!(
        "{AROUND}
  Some: {{Type: AWS::S3::Bucket, Condition: IsProd, Properties: {{BucketName: !If [IsProd, a, b]}}}}
  Other: {{Type: AWS::S3::Bucket, Condition: NotProd, Properties: {{BucketName: !If [IsProd, a, b]}}}}
  Sure: {{Type: AWS::S3::Bucket, Condition: IsGold}}"
    );
    let blocks = blocks(&around);
    assert_eq!(addresses(&blocks), ["Key", "Bucket", "Some", "Other", "Sure"]);
    let some = block(&blocks, "Some");
    let why = some.instances_unknown.as_ref().map(ToString::to_string);
    assert_eq!(why.as_deref(), Some("condition `IsProd` cannot be told, as `Env` has no value"));
    assert_eq!(show(&some.body), "{BucketName=a}");
    assert_eq!(show(&block(&blocks, "Other").body), "{BucketName=b}");
    assert!(block(&blocks, "Sure").instances_unknown.is_none());
}

#[test]
fn a_block_is_native_and_knows_its_places() {
    let text = "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n  Data:\n    Type: 'AWS::S3::Bucket'\n    \
                Properties:\n      BucketName: b\n  Other:\n    Type: Custom::Thing\n";
    let (tree, blocks, notes) = read_with(&[("x/stack.template", text)], &Settings::default());
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(addresses(&blocks), ["Logs", "Data", "Other"]);
    let logs = &blocks[0];
    assert_eq!((logs.provider, logs.dialect, &*logs.native_type), (Provider::Aws, Dialect::Native, "AWS::S3::Bucket"));
    assert_eq!(tree.slice(logs.head), "Logs");
    assert_eq!(show(&logs.body), "{DeletionPolicy=Retain}");
    assert_eq!(show(&logs.context), "{region=?(`AWS::Region` is read from the cloud)}");
    let name = blocks[1].body.get("BucketName").unwrap();
    assert_eq!(tree.slice(name.origins.primary.unwrap()), "b");
    assert_eq!(blocks[2].provider, Provider::Other);
    assert_ne!(logs.unit, deodar::value::UnitId(9));
}

#[test]
fn json_and_yaml_mean_the_same() {
    let yaml = "
AWSTemplateFormatVersion: '2010-09-09'
Conditions: {C: !Not [!Equals [a, b]]}
Resources:
  Key: {Type: AWS::KMS::Key}
  B:
    Type: AWS::S3::Bucket
    Properties: {A: !If [C, !Sub '${Key}-x', no], K: !GetAtt Key.Arn, L: [1, true, null, x]}
";
    let json = r#"{"AWSTemplateFormatVersion": "2010-09-09", "Conditions": {"C": {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}},
        "Resources": {"Key": {"Type": "AWS::KMS::Key"}, "B": {"Type": "AWS::S3::Bucket", "Properties":
            {"A": {"Fn::If": ["C", {"Fn::Sub": "${Key}-x"}, "no"]}, "K": {"Fn::GetAtt": ["Key", "Arn"]}, "L": [1, true, null, "x"]}}}}"#;
    let read = |name: &str, text: &str| {
        let (_, blocks, notes) = read_with(&[(name, text)], &Settings::default());
        assert!(notes.is_empty(), "{notes:?}");
        show(&block(&blocks, "B").body)
    };
    assert_eq!(read("a.yaml", yaml), read("a.json", json));
    assert_eq!(read("a.json", json), read("a.template", json));
    assert_eq!(read("a.json", json), "{A=->Key.id-x K=->Key.arn L=[1, true, x]}");
}

#[test]
fn only_templates_are_taken() {
    let (tree, blocks, _) = read_with(
        &[
            ("a.yaml", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n"),
            ("b.yaml", "Resources:\n  A:\n    Type: Thing\n# AWS::S3::Bucket\n"),
            ("c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {Resources: 'AWS::S3::Bucket'}\n"),
            ("d.json", "{\"Resources\": [\"AWS::S3::Bucket\"]}"),
            ("e.yaml", "Resources:\n  A:\n    Type: Custom::Thing\n"),
        ],
        &Settings::default(),
    );
    let (units, _) = format::units(&tree);
    let ours = units.iter().filter(|unit| format::formats()[unit.format].name() == "cloudformation");
    let files: Vec<String> = ours.flat_map(|unit| unit.files.iter().map(|file| tree.path(*file).to_string())).collect();
    assert_eq!(files, ["a.yaml", "e.yaml"]);
    assert_eq!(blocks.len(), 3);
}

#[test]
fn what_cannot_be_read_is_said() {
    let cases: &[(&str, &str)] = &[
        ("AWSTemplateFormatVersion: 1\nResources: {A: {Type: [}}", "cannot be read"),
        ("{\"AWSTemplateFormatVersion\": \"1\",, \"Resources\": {}}", "cannot be read"),
        ("AWSTemplateFormatVersion: 1\nResources: []", "`Resources` is no map"),
        ("AWSTemplateFormatVersion: 1", "the template has no resources"),
        ("AWSTemplateFormatVersion: 1\nResources: {A: {Properties: {}}}", "resource `A` has no type"),
        ("AWSTemplateFormatVersion: 1\nResources: {A: {Type: {Ref: X}}}", "resource `A` has no type"),
        (
            "Transform: Mine\nResources: {A: {Type: AWS::S3::Bucket}}",
            "what macro `Mine` makes of the template was not seen",
        ),
        (
            "Resources: {A: {Type: AWS::S3::Bucket, Properties: {X: {'Fn::Transform': {Name: Mine}}}}}",
            "what macro `Mine` makes is not known before the stack is deployed",
        ),
        ("Resources: {A: {Type: AWS::S3::Bucket}, B: !Rain::Module x}", "`B` is made by another tool"),
        ("Resources: {A: {Type: AWS::S3::Bucket}, B: {'Rain::Module': x}}", "`B` is made by another tool"),
        (
            "Resources: {A: {Type: AWS::S3::Bucket, Properties: {X: !Rain::Embed x}}}",
            "a tag is none of CloudFormation's",
        ),
        (
            "Resources: {A: {Type: AWS::S3::Bucket, Properties: {X: {'Fn::Sub': {'Rain::Embed': x.sh}}}}}",
            "`Rain::Embed` is none of CloudFormation's: what it stands for is not known",
        ),
    ];
    for (text, said) in cases {
        let (_, notes) = template(text);
        assert!(notes.iter().any(|note| note.message.contains(said) && note.path.is_some()), "{text}: {notes:?}");
    }
    // the rest is read
    let (blocks, _) = template("Resources:\n  A: {Properties: {}}\n  B: {Type: AWS::S3::Bucket}\n");
    assert_eq!(addresses(&blocks), ["B"]);
}

#[test]
fn loops_are_written_out() {
    let text = "
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'one,two-x'}
  Open: {Type: CommaDelimitedList}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - !Ref Names
    - Bucket&{Name}:
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Ref Name, Text: !Sub 'x-${Name}-${AWS::Partition}', Fn::ForEach::In: [K, [a, b], {'${K}': !Ref K}]}
  Fn::ForEach::Outer:
    - A
    - [x, y]
    - Fn::ForEach::Inner:
        - B
        - ['1', '2']
        - 'Topic${A}${B}': {Type: AWS::SNS::Topic, Properties: {Other: !GetAtt 'Topic${A}${B}.TopicName'}}
  Fn::ForEach::Open:
    - O
    - !Ref Open
    - Queue${O}: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref O}}
";
    let blocks = blocks(text);
    assert_eq!(
        addresses(&blocks),
        ["Bucketone", "Buckettwox", "Topicx1", "Topicx2", "Topicy1", "Topicy2", "Queue${O}"]
    );
    assert_eq!(show(&blocks[1].body), "{BucketName=two-x Text=x-two-x-aws a=a b=b}");
    assert_eq!(show(&blocks[3].body), "{Other=->Topicx2.topic_name}");
    assert!(blocks[6].instances_unknown.is_some());
    assert_eq!(
        show(&blocks[6].body),
        "{QueueName=?(how many instances `ForEach::Open` has cannot be told, as `Open` has no value)}"
    );
}

#[test]
fn files_of_parameters_give_values() {
    let text = "
Parameters:
  A: {Type: String}
  B: {Type: String, Default: b}
  C: {Type: CommaDelimitedList}
  D: {Type: Number}
Resources:
  X: {Type: AWS::X::Y, Properties: {A: !Ref A, B: !Ref B, C: !Ref C, D: !Ref D}}
";
    let cases = [
        (
            "p.json",
            r#"[{"ParameterKey": "A", "ParameterValue": "one"}, {"ParameterKey": "C", "ParameterValue": "x,y"}]"#,
        ),
        ("p.json", r#"{"Parameters": {"A": "one", "C": "x,y"}}"#),
        ("p.yaml", "A: one\nC: x,y\n"),
        ("p.json", r#"["A=one", "C=x,y"]"#),
    ];
    for (path, given) in cases {
        let settings = Settings { parameter_files: vec![path.to_owned()], ..Settings::default() };
        let (_, blocks, notes) = read_with(&[("t.yaml", text), (path, given)], &settings);
        assert!(notes.is_empty(), "{notes:?}");
        assert_eq!(show(&block(&blocks, "X").body), "{A=one B=b C=[x, y] D=?(`D` has no value)}", "{given}");
    }
    let settings = Settings { parameter_files: vec!["none.json".to_owned()], ..Settings::default() };
    let (_, _, notes) = read_with(&[("t.yaml", text)], &settings);
    assert!(notes.iter().any(|note| note.message.contains("there is no file of parameters")), "{notes:?}");
}

#[test]
fn a_region_that_is_given_is_that_of_every_resource() {
    let outer = "
Resources:
  A: {Type: AWS::S3::Bucket}
  App: {Type: AWS::Serverless::Application, Properties: {Location: inner.yaml}}
";
    let inner = "
Resources:
  B: {Type: AWS::S3::Bucket}
  C: {Type: AWS::EC2::Subnet, Properties: {VpcId: vpc-1, AvailabilityZone: !Select [0, !GetAZs '']}}
";
    let texts = [("a.yaml", outer), ("inner.yaml", inner), ("p.json", r#"{"AWS::Region": "eu-central-1"}"#)];
    let tree = Tree::from_texts(texts);
    let settings = Settings { parameter_files: vec!["p.json".to_owned()], ..Settings::default() };
    let (inventory, _) = deodar::pipeline::picture(&tree, &settings, None);
    for address in ["A", "App.B", "App.C"] {
        let found = inventory.resources().iter().find(|resource| &*resource.address == address);
        let region = found.unwrap_or_else(|| panic!("no {address}")).region.value();
        assert_eq!(region.map(|region| &**region), Some("eu-central-1"), "{address}");
    }
}

#[test]
fn a_nested_stack_is_read_with_what_it_is_given() {
    let outer = "
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  Key: {Type: AWS::KMS::Key}
  Store:
    Type: AWS::CloudFormation::Stack
    Condition: Prod
    Properties:
      TemplateURL: ./inner/store.yaml
      Parameters: {Name: !Sub 'x-${Env}', KeyArn: !GetAtt Key.Arn}
  Elsewhere:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: https://example.org/x.yaml}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties: {Bucket: !GetAtt Store.Outputs.Bucket, Other: !GetAtt Store.Outputs.None, Far: !GetAtt Elsewhere.Outputs.X}
";
    let inner = "
Parameters:
  Name: {Type: String}
  KeyArn: {Type: String}
  Size: {Type: Number, Default: 3}
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Name, Key: !Ref KeyArn, Size: !Ref Size}}
Outputs:
  Bucket: {Value: !Ref Bucket}
";
    let (tree, blocks, notes) =
        read_with(&[("a/outer.yaml", outer), ("a/inner/store.yaml", inner)], &Settings::default());
    assert_eq!(addresses(&blocks), ["Key", "Store", "Store.Bucket", "Elsewhere", "Policy"]);
    let bucket = block(&blocks, "Store.Bucket");
    assert_eq!(show(&bucket.body), "{BucketName=x-?(`Env` has no value) Key=->Key.arn Size=3}");
    assert!(bucket.instances_unknown.is_some());
    assert_eq!(bucket.via.iter().map(|span| tree.slice(*span)).collect::<Vec<_>>(), ["Store"]);
    assert_eq!(
        show(&block(&blocks, "Policy").body),
        "{Bucket=->Store.Bucket.id Other=?(`Store.Outputs.None` is not among the scanned files) Far=->Elsewhere.outputs.x}"
    );
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].message.contains("the template of `Elsewhere` is not among the files"), "{notes:?}");
    // stacks that nest themselves, or each other
    let round = |to: &str| {
        format!("Resources:\n  A: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: {to}}}}}\n")
    };
    let (_, blocks, notes) =
        read_with(&[("a.yaml", &round("b.yaml")), ("b.yaml", &round("a.yaml"))], &Settings::default());
    assert_eq!(addresses(&blocks), ["A", "A.A"]);
    assert!(notes.iter().any(|note| note.message.contains("nests itself")), "{notes:?}");
}

#[test]
fn what_the_cdk_writes_is_read() {
    let outer = r#"{"Resources": {
        "NestedStackResource1234": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": {"Fn::Sub": "https://s3.${AWS::Region}.${AWS::URLSuffix}/x/y.json"}},
            "Metadata": {"aws:cdk:path": "App/Nested", "aws:asset:path": "Nested.nested.template.json", "aws:asset:property": "TemplateURL"}
        },
        "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "x"}}
    }}"#;
    let inner = r#"{"Resources": {"Logs9B8C": {"Type": "AWS::S3::Bucket", "Metadata": {"aws:cdk:path": "App/Nested/Logs/Resource"}}}}"#;
    let texts = [("cdk.out/App.template.json", outer), ("cdk.out/Nested.nested.template.json", inner)];
    let (tree, blocks, notes) = read_with(&texts, &Settings::default());
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(addresses(&blocks), ["NestedStackResource1234", "NestedStackResource1234.Logs9B8C", "CDKMetadata"]);
    let (inventory, _) = deodar::pipeline::picture(&tree, &Settings::default(), None);
    let names: Vec<_> = inventory.resources().iter().map(|resource| &*resource.name).collect();
    assert!(names.contains(&"App/Nested/Logs"), "{names:?}");
}

#[test]
fn what_is_handed_on_does_not_nest_deeper() {
    let stack = |at: usize| {
        format!(
            "Parameters: {{P: {{Type: String}}}}
Resources:
  X: {{Type: AWS::X::Y, Properties: {{P: !Ref P}}}}
  S: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: t{}.yaml, Parameters: {{P: {{A: !Ref P}}}}}}}}
  Y: {{Type: AWS::X::Y, Properties: {{O: !GetAtt S.Outputs.O}}}}
Outputs: {{O: {{Value: {{B: [!GetAtt S.Outputs.O]}}}}}}
",
            at + 1
        )
    };
    let texts: Vec<(String, String)> = (0..60).map(|at| (format!("t{at}.yaml"), stack(at))).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (_, blocks, notes) = read_with(&texts, &Settings::default());
    assert_eq!(show(&block(&blocks, "S.X").body), "{P=?(a parameter is a text or a list of texts)}");
    assert_eq!(show(&block(&blocks, "Y").body), "{O=?(an output is a text or a list of texts)}");
    assert!(notes.iter().any(|note| note.message.contains("nests too deep")), "{notes:?}");
}

#[test]
fn the_template_of_a_stack_set_is_read() {
    let text = "
Resources:
  Set:
    Type: AWS::CloudFormation::StackSet
    Properties:
      Parameters: [{ParameterKey: Name, ParameterValue: x}]
      TemplateBody: |
        Parameters: {Name: {Type: String}}
        Resources:
          Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Name}}
";
    let blocks = blocks(text);
    assert_eq!(addresses(&blocks), ["Set", "Set.Bucket"]);
    assert_eq!(show(&blocks[1].body), "{BucketName=x}");
}

#[test]
fn serverless_resources_are_what_the_transform_makes_of_them() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Environment: {Variables: {A: a, B: b}}
    Layers: [one]
  Api: {TracingEnabled: true, Auth: {DefaultAuthorizer: AWS_IAM}}
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./src
      Environment: {Variables: {B: c}}
      Layers: [two]
      Tracing: Active
      Policies:
        - AmazonS3ReadOnlyAccess
        - Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]
        - DynamoDBReadPolicy: {TableName: !Ref Table}
        - OddPolicy: {}
      Events:
        Get: {Type: Api, Properties: {Path: /a, Method: get}}
        Open: {Type: Api, Properties: {Path: /b, Method: post, Auth: {Authorizer: NONE}}}
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}
      FunctionUrlConfig: {AuthType: NONE}
  Named: {Type: AWS::Serverless::Function, Properties: {Role: arn:aws:iam::111122223333:role/x, InlineCode: x}}
  Table: {Type: AWS::Serverless::SimpleTable, Properties: {SSESpecification: {SSEEnabled: true}, Tags: {a: b}}}
  Q: {Type: AWS::SQS::Queue}
  Web: {Type: AWS::Serverless::HttpApi, Properties: {AccessLogSettings: {DestinationArn: x}}}
  Machine: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: x.json, Logging: {Level: ALL}}}
";
    let blocks = blocks(text);
    let of = |address: &str| {
        let block = block(&blocks, address);
        format!("{} {}", block.native_type, show(&block.body))
    };
    assert_eq!(
        of("Fn"),
        "AWS::Lambda::Function {Code={} TracingConfig={Mode=Active} Role=->FnRole.arn Environment={Variables={B=c A=a}} \
         Layers=[one, two] Runtime=python3.12}"
    );
    assert_eq!(
        of("FnRole"),
        "AWS::IAM::Role {AssumeRolePolicyDocument={Version=2012-10-17 Statement=[{Effect=Allow \
         Principal={Service=[lambda.amazonaws.com]} Action=[sts:AssumeRole]}]} \
         ManagedPolicyArns=[arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole, \
         arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess, \
         arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole, \
         arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess] \
         Policies=[{PolicyName=FnRolePolicy0 PolicyDocument={Statement=[{Effect=Allow Action=s3:* Resource=*}]}}, \
         {PolicyName=FnRolePolicy1 PolicyDocument={Statement=[{Effect=Allow Action=[dynamodb:GetItem, dynamodb:Scan, \
         dynamodb:Query, dynamodb:BatchGetItem, dynamodb:DescribeTable] \
         Resource=[arn:aws:dynamodb:?(`AWS::Region` is read from the cloud):?(`AWS::AccountId` is read from the cloud):table/->Table.id, \
         arn:aws:dynamodb:?(`AWS::Region` is read from the cloud):?(`AWS::AccountId` is read from the cloud):table/->Table.id/index/*]}]}}, \
         {PolicyName=FnRolePolicy2 PolicyDocument=?(what policy template `OddPolicy` grants is not in deodar's table)}]}"
    );
    assert_eq!(
        of("FnGet"),
        "AWS::ApiGateway::Method {RestApiId=->ServerlessRestApi.id HttpMethod=GET AuthorizationType=AWS_IAM ApiKeyRequired=false}"
    );
    assert_eq!(
        of("FnOpen"),
        "AWS::ApiGateway::Method {RestApiId=->ServerlessRestApi.id HttpMethod=POST AuthorizationType=NONE ApiKeyRequired=false}"
    );
    assert_eq!(of("FnQueue"), "AWS::Lambda::EventSourceMapping {EventSourceArn=->Q.arn FunctionName=->Fn.id}");
    assert_eq!(of("FnUrl"), "AWS::Lambda::Url {TargetFunctionArn=->Fn.id AuthType=NONE}");
    assert_eq!(of("ServerlessRestApi"), "AWS::ApiGateway::RestApi {}");
    assert_eq!(
        of("ServerlessRestApiProdStage"),
        "AWS::ApiGateway::Stage {RestApiId=->ServerlessRestApi.id TracingEnabled=true StageName=Prod}"
    );
    assert!(!addresses(&blocks).contains(&"NamedRole"));
    assert_eq!(
        of("Named"),
        "AWS::Lambda::Function {Code={ZipFile=x} Role=arn:aws:iam::111122223333:role/x \
         Runtime=python3.12 Environment={Variables={A=a B=b}} Layers=[one]}"
    );
    assert_eq!(
        of("Table"),
        "AWS::DynamoDB::Table {AttributeDefinitions=[{AttributeName=id AttributeType=S}] \
         KeySchema=[{AttributeName=id KeyType=HASH}] BillingMode=PAY_PER_REQUEST Tags=[{Key=a Value=b}] \
         SSESpecification={SSEEnabled=true}}"
    );
    assert_eq!(
        of("WebApiGatewayDefaultStage"),
        "AWS::ApiGatewayV2::Stage {ApiId=->Web.id AccessLogSettings={DestinationArn=x} AutoDeploy=true StageName=$default}"
    );
    assert_eq!(
        of("Machine"),
        "AWS::StepFunctions::StateMachine {DefinitionS3Location=x.json LoggingConfiguration={Level=ALL} RoleArn=->MachineRole.arn}"
    );
}

/// The verdict of a rule on a resource, as a run of the program gives it.
fn verdicts(files: &[(&str, &str)], arguments: &[&str]) -> BTreeMap<(String, String), String> {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_deodar"));
    let out = command
        .current_dir(folder.path())
        .args(["scan", ".", "--root", ".", "--format", "json", "--verdicts"])
        .args(arguments)
        .output()
        .unwrap();
    let report: serde_json::Value =
        serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stderr)));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
    let all = report["verdicts"].as_array().unwrap();
    all.iter().map(|one| ((text(&one["rule"]), text(&one["resource"]["address"])), text(&one["state"]))).collect()
}

#[test]
fn an_open_condition_leaves_open_what_hangs_on_it_alone() {
    let deny = |bucket: &str| {
        format!(
            "{{Effect: Deny, Principal: '*', Action: 's3:*', Resource: [!GetAtt {bucket}.Arn, !Sub '${{{bucket}.Arn}}/*'], \
             Condition: {{Bool: {{'aws:SecureTransport': false}}}}}}"
        )
    };
    let policy = |bucket: &str, statement: &str, condition: &str| {
        format!(
            "  {bucket}Policy: {{Type: AWS::S3::BucketPolicy, {condition} Properties: {{Bucket: !Ref {bucket}, \
             PolicyDocument: {{Statement: [{statement}]}}}}}}\n"
        )
    };
    let text = format!(
        "
Parameters: {{Env: {{Type: String}}}}
Conditions: {{Prod: !Equals [!Ref Env, prod]}}
Resources:
  Both:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption: !If
        - Prod
        - ServerSideEncryptionConfiguration: [{{ServerSideEncryptionByDefault: {{SSEAlgorithm: 'aws:kms'}}}}]
        - ServerSideEncryptionConfiguration: [{{ServerSideEncryptionByDefault: {{SSEAlgorithm: AES256}}}}]
      VersioningConfiguration: {{Status: !If [Prod, Enabled, Suspended]}}
  Same: {{Type: AWS::S3::Bucket, Properties: {{VersioningConfiguration: !If [Prod, {{Status: Enabled}}, {{Status: Enabled}}]}}}}
  Beside: {{Type: AWS::S3::Bucket}}
  Along: {{Type: AWS::S3::Bucket, Condition: Prod}}
  Within: {{Type: AWS::S3::Bucket}}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: x
      SecurityGroupIngress:
        - !If [Prod, !Ref AWS::NoValue, {{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}}]
{}{}{}",
        policy("Beside", &deny("Beside"), "Condition: Prod,"),
        policy("Along", &deny("Along"), "Condition: Prod,"),
        policy("Within", &format!("!If [Prod, {}, !Ref AWS::NoValue]", deny("Within")), ""),
    );
    let found = verdicts(&[("t.yaml", &text)], &[]);
    for (rule, address, state) in [
        ("ENC-OBJ-REST", "Both", "holds"),
        ("RES-VERSION", "Both", "undetermined"),
        ("RES-VERSION", "Same", "holds"),
        ("TLS-OBJ-ONLY", "Beside", "undetermined"),
        ("TLS-OBJ-ONLY", "Along", "holds"),
        ("TLS-OBJ-ONLY", "Within", "undetermined"),
        ("NET-FW-ADMIN", "Group", "violated"),
    ] {
        let got = found.get(&(rule.to_owned(), address.to_owned())).map(String::as_str);
        assert_eq!(got, Some(state), "{rule} {address}");
    }
    // told which it is, all is known
    let found = verdicts(&[("t.yaml", &text), ("p.json", r#"{"Env": "prod"}"#)], &["--parameters", "p.json"]);
    for rule in ["RES-VERSION", "ENC-OBJ-REST"] {
        assert_eq!(found[&(rule.to_owned(), "Both".to_owned())], "holds");
    }
    assert_eq!(found[&("TLS-OBJ-ONLY".to_owned(), "Beside".to_owned())], "holds");
    assert!(!found.contains_key(&("NET-FW-ADMIN".to_owned(), "Group".to_owned())));
    // and by the estate file
    let estate = "cloudformation:\n  t.yaml: [p.json]\n";
    let found = verdicts(&[("t.yaml", &text), ("p.json", r#"{"Env": "dev"}"#), ("deodar.yaml", estate)], &[]);
    assert_eq!(found[&("RES-VERSION".to_owned(), "Both".to_owned())], "violated");
    assert!(!found.contains_key(&("TLS-OBJ-ONLY".to_owned(), "Along".to_owned())));
}

#[test]
fn both_arms_of_a_condition_are_judged_one_condition_at_a_time() {
    let way = |name: &str, range: &str| {
        format!(
            "  {name}:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: x\n      SecurityGroupIngress:\n        \
             - {{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: {range}}}\n"
        )
    };
    let text = format!(
        "
Parameters: {{Env: {{Type: String}}, Where: {{Type: String}}}}
Conditions: {{Prod: !Equals [!Ref Env, prod], Eu: !Equals [!Ref Where, eu]}}
Resources:
{}{}{}{}
  Kept: {{Type: AWS::RDS::DBInstance, Properties: {{Engine: postgres, BackupRetentionPeriod: !If [Prod, 35, 14]}}}}
  Brief: {{Type: AWS::RDS::DBInstance, Properties: {{Engine: postgres, BackupRetentionPeriod: !If [Prod, 2, 1]}}}}
  Either: {{Type: AWS::RDS::DBInstance, Properties: {{Engine: postgres, BackupRetentionPeriod: !If [Prod, 35, 1]}}}}
  Some: {{Type: AWS::RDS::DBInstance, Condition: Eu, Properties: {{Engine: postgres, BackupRetentionPeriod: !If [Prod, 35, 14]}}}}
",
        way("Closed", "!If [Prod, 10.0.0.0/8, 192.168.0.0/16]"),
        way("Open", "!If [Prod, 0.0.0.0/0, 128.0.0.0/1]"),
        way("Mixed", "!If [Prod, 10.0.0.0/8, 0.0.0.0/0]"),
        way("Deep", "!If [Prod, !If [Eu, 10.0.0.0/8, 10.1.0.0/16], 192.168.0.0/16]"),
    );
    let found = verdicts(&[("t.yaml", &text)], &[]);
    for (rule, address, state) in [
        ("NET-FW-ADMIN", "Closed", "holds"),
        ("NET-FW-ADMIN", "Mixed", "undetermined"),
        // what hangs on two conditions at once is not tried
        ("NET-FW-ADMIN", "Deep", "undetermined"),
        ("RES-BKP-RETAIN", "Kept", "holds"),
        ("RES-BKP-RETAIN", "Brief", "violated"),
        ("RES-BKP-RETAIN", "Either", "undetermined"),
        ("RES-BKP-RETAIN", "Some", "holds"),
    ] {
        let of: Vec<_> = found.iter().filter(|((of, at), _)| of == rule && at.starts_with(address)).collect();
        assert!(of.iter().any(|(_, got)| *got == state) && of.len() == 1, "{rule} {address}: {of:?}");
    }
    let open: Vec<_> = found.iter().filter(|((_, at), _)| at.starts_with("Open")).collect();
    assert!(open.iter().any(|((rule, _), got)| rule == "NET-FW-ADMIN" && *got == "violated"), "{open:?}");
}

/// What is said of how long backups of the resources at these addresses are kept.
fn kept(files: &[(&str, &str)], addresses: &[&str]) -> Vec<String> {
    let found = verdicts(files, &[]);
    let of =
        |address: &&str| found.get(&("RES-BKP-RETAIN".to_owned(), (*address).to_owned())).cloned().unwrap_or_default();
    addresses.iter().map(of).collect()
}

const STORE: &str = "
Parameters: {Days: {Type: Number, Default: 30}, Size: {Type: String}, Tier: {Type: String, Default: x}}
Conditions: {Big: !Equals [!Ref Size, big]}
Resources:
  Given: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !Ref Days}}
  Long: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !If [Big, 35, 14]}}
  Short: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !If [Big, 2, 1]}}
  Mixed: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !If [Big, 35, 1]}}
  Both: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !If [Big, !Ref Days, 14]}}
";

#[test]
fn both_arms_are_judged_of_conditions_of_nested_stacks() {
    let outer = "
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: store.yaml, Parameters: {Size: !If [Prod, big, small], Days: !If [Prod, 35, 14]}}}
  Two: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: store.yaml, Parameters: {Size: !Ref Env, Days: !If [Prod, 35, 1]}}}
  Some: {Type: AWS::CloudFormation::Stack, Condition: Prod, Properties: {TemplateURL: store.yaml, Parameters: {Size: !Ref Env}}}
";
    let files = [("outer.yaml", outer), ("store.yaml", STORE)];
    // the parent's condition decides what is given, and so the stack's own
    let one = ["One.Given", "One.Long", "One.Short", "One.Mixed", "One.Both"];
    assert_eq!(kept(&files, &one), ["holds", "holds", "violated", "undetermined", "holds"]);
    // what hangs on the parent's condition and on its own is not tried
    let two = ["Two.Given", "Two.Long", "Two.Short", "Two.Mixed", "Two.Both"];
    assert_eq!(kept(&files, &two), ["undetermined", "holds", "violated", "undetermined", "undetermined"]);
    assert_eq!(kept(&files, &["Some.Given", "Some.Long", "Some.Mixed"]), ["holds", "holds", "undetermined"]);
}

#[test]
fn a_condition_of_one_of_two_stacks_says_nothing_of_the_other() {
    let leaf = "
Parameters: {Size: {Type: String}}
Conditions: {Big: !Equals [!Ref Size, big]}
Resources: {Bucket: {Type: AWS::S3::Bucket}}
Outputs: {Days: {Value: !If [Big, 35, 1]}}
";
    let outer = "
Parameters: {A: {Type: String}, B: {Type: String}}
Resources:
  One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: leaf.yaml, Parameters: {Size: !Ref A}}}
  Two: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: leaf.yaml, Parameters: {Size: !Ref B}}}
  Same: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: same.yaml, Parameters: {One: !GetAtt One.Outputs.Days, Two: !GetAtt Two.Outputs.Days}}}
";
    // were both stacks taken to be alike, one and two would always be equal
    let same = "
Parameters: {One: {Type: String}, Two: {Type: String}}
Conditions: {Alike: !Equals [!Ref One, !Ref Two]}
Resources: {Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !If [Alike, 35, 1]}}}
";
    let files = [("outer.yaml", outer), ("leaf.yaml", leaf), ("same.yaml", same)];
    assert_eq!(kept(&files, &["Same.Db"]), ["undetermined"]);
}

#[test]
fn both_arms_are_judged_of_a_template_that_puts_something_out() {
    let base = "
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources:
  Own: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !If [Prod, 35, 14]}}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration: !If
        - Prod
        - {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
        - !Ref AWS::NoValue
Outputs:
  Days: {Value: !If [Prod, 35, 14], Export: {Name: days}}
  Few: {Value: !If [Prod, 35, 1], Export: {Name: few}}
  Name: {Value: !Ref Bucket, Export: {Name: bucket}}
";
    let user = "
Resources:
  Long: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !ImportValue days}}
  Mixed: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !ImportValue few}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !ImportValue bucket
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::x/*'}
";
    let files = [("base.yaml", base), ("user.yaml", user), ("other.yaml", "Resources: {Q: {Type: AWS::SQS::Queue}}")];
    assert_eq!(kept(&files, &["Own", "Long", "Mixed"]), ["holds", "holds", "undetermined"]);
    // what another template attaches counts in either arm
    let found = verdicts(&files, &[]);
    assert_eq!(found[&("NET-OBJ-PUBLIC".to_owned(), "Bucket".to_owned())], "undetermined");
    let found = verdicts(&files[..1], &[]);
    assert_eq!(found[&("NET-OBJ-PUBLIC".to_owned(), "Bucket".to_owned())], "holds");
}

#[test]
fn a_template_that_may_put_out_more_is_left_alone() {
    let base = "
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod]}
Resources: {Own: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !If [Prod, 35, 14]}}}
Outputs: {Days: {Value: !If [Prod, 35, 14], Export: {Name: !If [Prod, days, other]}}}
";
    let user = "Resources: {Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, BackupRetentionPeriod: !ImportValue days}}}";
    assert_eq!(kept(&[("base.yaml", base), ("user.yaml", user)], &["Own"]), ["undetermined"]);
}

#[test]
fn hostile_templates_end_in_a_note() {
    let nested = |opens: &str, closes: &str, times: usize| format!("{}x{}", opens.repeat(times), closes.repeat(times));
    let loops = (0..9).rev().fold("'${L0}${L1}': x".to_owned(), |inner, level| {
        format!("{{'Fn::ForEach::L{level}': [L{level}, [{}], {{{inner}}}]}}", "a,".repeat(50))
            .trim_start_matches('{')
            .trim_end_matches('}')
            .to_owned()
            + "}"
    });
    let chain: String =
        (0..5_000).map(|at| format!("  C{at}: !And [!Condition C{}, !Condition C{}]\n", at + 1, at + 1)).collect();
    let bomb: String = (1..40).map(|at| format!("  a{at}: &a{at} [*a{}, *a{}]\n", at - 1, at - 1)).collect();
    let cases = [
        format!(
            "Resources:\n  A: {{Type: AWS::S3::Bucket, Properties: {{X: {}}}}}",
            nested("{'Fn::Join': ['', [", "]]}", 150)
        ),
        format!(
            "Conditions:\n{chain}  C5000: !Condition C0\nResources:\n  A: {{Type: AWS::S3::Bucket, Condition: C0}}"
        ),
        "Conditions: {A: !Condition B, B: !Not [!Condition A]}\nResources: {A: {Type: AWS::S3::Bucket, Condition: A}}"
            .to_owned(),
        format!("Mappings:\n  a0: &a0 [x]\n{bomb}Resources: {{A: {{Type: AWS::S3::Bucket, Properties: {{X: *a39}}}}}}"),
        format!("Resources: {{A: {{Type: AWS::S3::Bucket, Properties: {{{loops}}}}}}}"),
        // wide ones: nothing may take the square of what is written
        format!(
            "Resources:\n{}  Last: {{Type: AWS::X::Y, Properties: {{A: !Join [',', [{}]]}}}}",
            (0..5_000).map(|at| format!("  R{at}: {{Type: AWS::X::Y}}\n")).collect::<String>(),
            (0..5_000).map(|at| format!("!Ref R{at}, ")).collect::<String>(),
        ),
        format!(
            "Parameters: {{P: {{Type: String}}}}\nConditions: {{C: !Equals [!Ref P, x]}}\nResources: {{A: {{Type: AWS::X::Y, \
             Properties: !If [C, {{{}}}, {{{}}}]}}}}",
            (0..5_000).map(|at| format!("K{at}: 1, ")).collect::<String>(),
            (0..5_000).rev().map(|at| format!("K{at}: 2, ")).collect::<String>(),
        ),
        format!(
            "Mappings: {{M: {{{}}}}}\nResources: {{A: {{Type: AWS::X::Y, Properties: {{A: [{}]}}}}}}",
            (0..3_000).map(|at| format!("K{at}: {{x: {at}}}, ")).collect::<String>(),
            "!FindInMap [M, !Ref AWS::Region, x], ".repeat(3_000),
        ),
        format!(
            "Transform: AWS::Serverless-2016-10-31\nGlobals: {{Function: {{Environment: {{Variables: {{{}}}}}}}}}\nResources:\n{}",
            (0..3_000).map(|at| format!("K{at}: 1, ")).collect::<String>(),
            (0..3_000).map(|at| format!("  F{at}: {{Type: AWS::Serverless::Function}}\n")).collect::<String>(),
        ),
    ];
    for text in cases {
        let (blocks, notes) = template(&text);
        let short: String = text.chars().take(120).collect();
        assert!(!blocks.is_empty() || !notes.is_empty(), "{short}");
    }
}

/// Trees that look like templates and go wrong in every way.
fn tree() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a",
        "A",
        "Ref",
        "AWS::NoValue",
        "AWS::Region",
        "C",
        "D",
        "P",
        "1",
        "true",
        "${A}",
        "${A.B}",
        "${P}-x",
        "''",
        "AWS::S3::Bucket",
        "{{resolve:ssm:x}}",
        "'{{resolve:ssm:x}}'",
        "0",
        "null",
        ",",
    ]);
    let tag = prop::sample::select(vec![
        "Ref",
        "GetAtt",
        "Sub",
        "Join",
        "Select",
        "Split",
        "FindInMap",
        "If",
        "Equals",
        "And",
        "Or",
        "Not",
        "Condition",
        "Base64",
        "Cidr",
        "GetAZs",
        "ImportValue",
        "Length",
        "ToJsonString",
        "Transform",
        "Odd",
    ]);
    let leaf = word.prop_map(|word| format!("'{}'", word.replace('\'', "")));
    leaf.prop_recursive(6, 64, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            (tag.clone(), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(tag, items)| format!("{{'Fn::{tag}': [{}]}}", items.join(", "))),
            (tag.clone(), inner.clone()).prop_map(|(tag, item)| format!("{{'{tag}': {item}}}")),
            (prop::sample::select(vec!["A", "Type", "Properties", "Condition", "Default", "Fn::ForEach::X"]), inner)
                .prop_map(|(key, item)| format!("{{'{key}': {item}}}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_tree_is_too_odd(parameter in tree(), condition in tree(), other in tree(), resource in tree(), value in tree()) {
        let text = format!(
            "{{AWSTemplateFormatVersion: x, Parameters: {{P: {parameter}}}, Mappings: {{M: {other}}}, Conditions: {{C: {condition}, D: {other}}},
             Resources: {{A: {resource}, B: {{Type: AWS::S3::Bucket, Condition: C, Properties: {{X: {value}, Y: !Ref P}}}}}}}}"
        );
        let (blocks, notes) = template(&text);
        prop_assert!(!blocks.is_empty() || !notes.is_empty() || text.contains("Condition: C"));
        prop_assert!(notes.iter().all(|note| !note.message.contains("could not be read")), "{notes:?}");
    }

    #[test]
    fn any_text_is_read(text in ".{0,200}") {
        let _ = template(&format!("AWSTemplateFormatVersion: x\n{text}"));
    }
}

/// Templates that export what others import.
fn network(export: &str) -> String {
    format!(
        "
Parameters: {{Prefix: {{Type: String, Default: clinic}}, Open: {{Type: String, Default: 'no'}}}}
Conditions: {{Open: !Equals [!Ref Open, 'yes']}}
Resources:
  Group: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: x}}}}
  Records: {{Type: AWS::S3::Bucket}}
Outputs:
  Group: {{Value: !GetAtt Group.GroupId, Export: {{Name: {export}}}}}
  Range: {{Value: 0.0.0.0/0, Export: {{Name: !Sub '${{Prefix}}-range'}}}}
  Records: {{Value: !Ref Records, Export: {{Name: records}}}}
  Never: {{Value: 10.0.0.0/8, Condition: Open, Export: {{Name: !Sub '${{Prefix}}-range'}}}}
"
    )
}

const USER: &str = "
Resources:
  Way:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !ImportValue clinic-group, IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: !ImportValue clinic-range}
  Function:
    Type: AWS::Lambda::Function
    Properties: {Environment: {Variables: {AT: !Sub ['http://${R}/', {R: !ImportValue clinic-range}]}}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !ImportValue records
      PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: '*'}]}
";

#[test]
fn what_one_template_of_the_scan_exports_another_imports() {
    let network = network("clinic-group");
    let found = verdicts(&[("network.yaml", &network), ("user.yaml", USER)], &[]);
    let state = |rule: &str, address: &str| found.get(&(rule.to_owned(), address.to_owned())).cloned();
    assert_eq!(state("NET-FW-ADMIN", "Way").as_deref(), Some("violated"), "{found:?}");
    // a policy that stands in another template is the bucket's all the same
    assert_eq!(state("NET-OBJ-PUBLIC", "Records").as_deref(), Some("violated"), "{found:?}");

    let tree = deodar::source::Tree::from_texts([("network.yaml", network.as_str()), ("user.yaml", USER)]);
    let (units, _) = deodar::format::units(&tree);
    let mut blocks = Vec::new();
    let mut exports = Vec::new();
    for unit in &units {
        let reading = deodar::format::formats()[unit.format].read(&tree, unit, &Settings::default());
        blocks.extend(reading.blocks);
        exports.extend(reading.exports);
    }
    deodar::format::cloudformation::link(&mut blocks, exports);
    let way = block(&blocks, "Way");
    assert_eq!(way.body.get("GroupId").map(show).as_deref(), Some("->Group.group_id"));
    let at = &block(&blocks, "Function").body;
    assert_eq!(at.text("Environment.Variables.AT").value().map(|text| &**text), Some("http://0.0.0.0/0/"));
}

#[test]
fn an_export_of_several_templates_or_of_none_is_unknown() {
    let (one, other) = (network("clinic-group"), network("other-group"));
    // two put out the range, one the group
    let found = verdicts(&[("a.yaml", &one), ("b.yaml", &other), ("user.yaml", USER)], &[]);
    let state = |rule: &str, address: &str| found.get(&(rule.to_owned(), address.to_owned())).cloned();
    assert_eq!(state("NET-FW-ADMIN", "Way").as_deref(), Some("undetermined"), "{found:?}");
    let found = verdicts(&[("user.yaml", USER)], &[]);
    assert_eq!(found.get(&("NET-FW-ADMIN".into(), "Way".into())).map(String::as_str), Some("undetermined"));
}
