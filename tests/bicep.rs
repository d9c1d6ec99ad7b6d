//! Bicep as it means it: what is written, and what deodar makes of it, one meaning a case.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

#[path = "support/deployments.rs"]
mod deployments;

use std::collections::BTreeMap;

use deodar::rule::Library;
use deodar::source::NoteKind;
use deodar::value::Block;
use deployments::{block, facts, read, show};
use proptest::prelude::*;

/// The blocks of a file that nothing is wrong with.
#[track_caller]
fn blocks(text: &str) -> Vec<Block> {
    let (blocks, notes) = read(&[("main.bicep", text)]);
    assert!(notes.is_empty(), "{notes:?}");
    blocks
}

/// What the cases speak of.
const AROUND: &str = "
@description('who pays')
param open string
param tier string = 'Gold'
@secure()
param secret string
param list array = [
  'a'
  'b', 'c'
]
param maybe string?
param sizes ('S' | 'M')[] = ['S']
param object {
  x: int
  y: { z: bool[] }
} = {
  x: 1
  y: { z: [true] }
}
type kind = 'a'
  | 'b'
var name = 'shop${toLower(tier)}'
var typed string = 'typed'
var long = '''
it's ${not}
'''
func twice(text string) string => '${text}${text}'
resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: 'westeurope'
  properties: { minimumTlsVersion: 'TLS1_2' }
}
resource many 'Microsoft.Storage/storageAccounts@2023-05-01' = [for (item, i) in list: {
  name: '${item}${i}'
}]
resource there 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'there'
}
";

/// What expressions come to, each with the same file around it.
#[track_caller]
fn values(cases: &[(&str, &str)]) {
    let mut text = format!("{AROUND}\nresource case 'A.B/c@2020-01-01' = {{\n  name: 'case'\n  properties: {{\n");
    for (at, (value, _)) in cases.iter().enumerate() {
        text.push_str(&format!("    p{at}: {value}\n"));
    }
    text.push_str("  }\n}\n");
    let blocks = blocks(&text);
    let body = block(&blocks, "A.B/c.case").body.get("properties").unwrap();
    let shown = |at: usize| show(body.get(&format!("p{at}")).unwrap());
    let got: BTreeMap<&str, String> = cases.iter().enumerate().map(|(at, (value, _))| (*value, shown(at))).collect();
    let want: BTreeMap<&str, String> = cases.iter().map(|(value, want)| (*value, (*want).to_owned())).collect();
    assert_eq!(got, want);
}

#[test]
fn values_are_worked_out() {
    values(&[
        ("tier", "Gold"),
        ("name", "shopgold"),
        ("typed", "typed"),
        ("long", "it's ${not}\n"),
        ("'it\\'s \\${not}'", "it's ${not}"),
        ("'${'a${tier}'}-${1 + 2}'", "aGold-3"),
        ("list[1]", "b"),
        ("list[?9]", "null"),
        ("object.y.z[0]", "true"),
        ("object.?nothing", "null"),
        ("object['x']", "1"),
        ("tier == 'Gold' ? 'yes' : open", "yes"),
        ("tier =~ 'gold' && !(1 > 2) || false", "true"),
        ("1 + 2 * 3 - -4", "11"),
        ("twice('ab')", "abab"),
        ("[for i in range(0, 3): i * 2]", "[0, 2, 4]"),
        ("[for item in list: { n: item }]", "[{n=a}, {n=b}, {n=c}]"),
        ("map(list, item => '${item}!')", "[a!, b!, c!]"),
        ("filter(list, (item) => item != 'b')", "[a, c]"),
        ("reduce([1, 2, 3], 0, (sum, one) => sum + one)", "6"),
        ("union({ a: 1 }, { b: 2 })", "{a=1 b=2}"),
        ("{ ...object, x: 2 }.x", "2"),
        ("[...list, 'd']", "[a, b, c, d]"),
        ("contains(list, 'c')", "true"),
        ("tier!", "Gold"),
        ("sys.concat('a', 'b')", "ab"),
        ("account.name", "shopgold"),
        ("account.properties.minimumTlsVersion", "TLS1_2"),
        ("account.location", "westeurope"),
        ("many[1].name", "b1"),
    ]);
}

#[test]
fn what_cannot_be_told_keeps_its_reason_and_what_it_refers_to() {
    values(&[
        ("open", "?(`open` has no value)"),
        ("secret", "?(`secret` has no value)"),
        ("maybe", "null"),
        ("maybe ?? 'none'", "none"),
        ("'a-${open}'", "a-?(`open` has no value)"),
        ("open == 'x' ? 'a' : 'b'", "?(`open` has no value)"),
        ("resourceGroup().location", "?(`resourceGroup().location` is read from the cloud)"),
        ("az.subscription().id", "?(`subscription().id` is read from the cloud)"),
        ("account.id", "->Microsoft.Storage/storageAccounts.account.id"),
        (
            "account.properties.primaryEndpoints.blob",
            "->Microsoft.Storage/storageAccounts.account.properties.primaryEndpoints.blob",
        ),
        ("many[2].id", "->Microsoft.Storage/storageAccounts.many[2].id"),
        ("there.id", "->Microsoft.KeyVault/vaults.there.id"),
        (
            "resourceId('Microsoft.Storage/storageAccounts', 'shopgold')",
            "->Microsoft.Storage/storageAccounts.account.id",
        ),
        ("noSuchThing", "?(`noSuchThing` is not declared)"),
    ]);
}

#[test]
fn a_resource_is_a_block_under_its_symbol() {
    let text =
        "resource letters 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n  name: 'letters'\n  properties: {}\n}\n";
    let blocks = blocks(text);
    let account = block(&blocks, "Microsoft.Storage/storageAccounts.letters");
    assert_eq!(&text[account.head.range()], "resource letters 'Microsoft.Storage/storageAccounts@2023-05-01'");
    assert_eq!(show(&account.body), "{name=letters properties={} apiVersion=2023-05-01}");
}

#[test]
fn children_say_what_they_lie_in_however_they_are_written() {
    let blocks = blocks(
        "resource server 'Microsoft.Sql/servers@2023-08-01' = {
           name: 's'
           resource inner 'databases' = {
             name: 'inner'
             resource audit 'auditingSettings@2023-08-01' = {
               name: 'default'
             }
           }
         }
         resource beside 'Microsoft.Sql/servers/databases@2023-08-01' = {
           parent: server
           name: 'beside'
         }
         resource spelled 'Microsoft.Sql/servers/databases@2023-08-01' = {
           name: '${server.name}/spelled'
           properties: { other: server::inner.id }
         }",
    );
    let relation = |address: &str, key: &str| show(block(&blocks, address).body.get(key).unwrap());
    let server = "->Microsoft.Sql/servers.server.id";
    for symbol in ["inner", "beside", "spelled"] {
        let address = format!("Microsoft.Sql/servers/databases.{symbol}");
        assert_eq!((relation(&address, "parent"), relation(&address, "name")), (server.into(), symbol.into()));
    }
    let audit = "Microsoft.Sql/servers/databases/auditingSettings.audit";
    assert_eq!(relation(audit, "parent"), "->Microsoft.Sql/servers/databases.inner.id");
    assert_eq!(relation(audit, "root"), server);
    let other = block(&blocks, "Microsoft.Sql/servers/databases.spelled").body.get("properties").unwrap();
    assert_eq!(show(other), "{other=->Microsoft.Sql/servers/databases.inner.id}");
}

#[test]
fn loops_and_conditions_make_none_several_or_maybe() {
    let text = "
param open string
param on bool = false
resource off 'A.B/c@2020-01-01' = if (on) {
  name: 'off'
}
resource maybe 'A.B/c@2020-01-01' = if (open == 'x') {
  name: 'maybe'
}
resource each 'A.B/c@2020-01-01' = [for n in ['a', 'b']: if (n != 'a') {
  name: n
}]
resource some 'A.B/c@2020-01-01' = [for n in split(open, ','): {
  name: n
}]
";
    let blocks = blocks(text);
    let all: Vec<(&str, bool)> =
        blocks.iter().map(|block| (&*block.address, block.instances_unknown.is_some())).collect();
    assert_eq!(all, [("A.B/c.maybe", true), ("A.B/c.each[1]", false), ("A.B/c.some", true)]);
}

#[test]
fn a_local_module_is_read_where_it_is_called() {
    let main = "
param tls string
module one 'modules/account.bicep' = {
  name: 'one'
  params: { tls: tls, name: 'letters' }
}
module two 'modules/account.bicep' = [for n in ['a', 'b']: {
  params: { tls: 'TLS1_2', name: n }
}]
resource setting 'A.B/c@2020-01-01' = {
  name: 'x'
  properties: { id: one.outputs.id, name: two[1].outputs.name }
}
module away 'br/public:avm/res/storage:0.1' = {
  params: {}
}
";
    let account = "
param tls string
param name string
resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  properties: { minimumTlsVersion: tls }
}
output id string = account.id
output name string = account.name
";
    let (blocks, notes) = read(&[("main.bicep", main), ("modules/account.bicep", account)]);
    let one = block(&blocks, "module.one.Microsoft.Storage/storageAccounts.account");
    assert_eq!(one.via.len(), 1);
    assert_eq!(show(one.body.get("properties").unwrap()), "{minimumTlsVersion=?(`tls` has no value)}");
    block(&blocks, "module.two[1].Microsoft.Storage/storageAccounts.account");
    let setting = block(&blocks, "A.B/c.setting").body.get("properties").unwrap();
    assert_eq!(show(setting), "{id=->module.one.Microsoft.Storage/storageAccounts.account.id name=b}");
    assert_eq!(blocks.len(), 4);
    assert_eq!(notes.iter().map(|note| note.kind).collect::<Vec<_>>(), [NoteKind::NotSeen]);
}

#[test]
fn parameter_files_of_both_forms_give_values() {
    let main = "param name string\nresource a 'A.B/c@2020-01-01' = {\n  name: name\n}\n";
    let json = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "parameters": {"name": {"value": "given"}}}"#;
    let own = "using './main.bicep'\nvar start = 'gi'\nparam name = '${start}ven'\n";
    for file in [("main.parameters.json", json), ("main.bicepparam", own), ("prod.bicepparam", own)] {
        let (blocks, notes) = read(&[("main.bicep", main), file]);
        assert!(notes.is_empty(), "{notes:?}");
        assert_eq!(show(block(&blocks, "A.B/c.a").body.get("name").unwrap()), "given", "{}", file.0);
    }
    // of two, neither is meant more than the other
    let (blocks, _) = read(&[("main.bicep", main), ("dev.bicepparam", own), ("prod.bicepparam", own)]);
    assert_eq!(show(block(&blocks, "A.B/c.a").body.get("name").unwrap()), "?(`name` has no value)");
}

#[test]
fn one_broken_declaration_costs_itself_and_a_note() {
    let text = "
resource good 'A.B/c@2020-01-01' = {
  name: 'good'
}
resource broken 'A.B/c@2020-01-01' = {
  name: 'broken
  properties: { a: [ }
}
param p string = 'x'
resource after 'A.B/c@2020-01-01' = {
  name: p
}
";
    let (blocks, notes) = read(&[("main.bicep", text)]);
    let all: Vec<&str> = blocks.iter().map(|block| &*block.address).collect();
    assert_eq!(all, ["A.B/c.good", "A.B/c.after"]);
    assert_eq!(notes.iter().map(|note| note.kind).collect::<Vec<_>>(), [NoteKind::PartLost]);
    assert!(notes[0].span.is_some());
}

#[test]
fn a_part_of_what_is_not_seen_says_what_it_says_and_no_more() {
    facts(
        &[(
            "main.bicep",
            "resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = { name: 'clinic' }
             resource records 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
               parent: vault
               name: 'records'
               properties: { kty: 'RSA', attributes: { exp: 1798761600 } }
             }
             resource letters 'Microsoft.Storage/storageAccounts@2023-05-01' existing = { name: 'letters' }
             resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
               parent: letters
               name: 'default'
               properties: { isVersioningEnabled: true }
             }
             resource portal 'Microsoft.Web/sites@2023-12-01' existing = { name: 'portal' }
             resource settings 'Microsoft.Web/sites/config@2023-12-01' = {
               parent: portal
               name: 'web'
               properties: { minTlsVersion: '1.0' }
             }",
        )],
        "Microsoft.KeyVault/vaults/keys.records ends true
         Microsoft.KeyVault/vaults/keys.records deletion_guarded ?
         Microsoft.Storage/storageAccounts/blobServices.blobs versioned true
         Microsoft.Storage/storageAccounts/blobServices.blobs tls_only ?
         Microsoft.Web/sites/config.settings modern_tls false
         Microsoft.Web/sites/config.settings plain_ftp ?
         Microsoft.Web/sites/config.settings internet_open ?",
    );
}

#[test]
fn a_file_and_its_terraform_twin_have_the_same_facts() {
    facts(
        &[(
            "main.bicep",
            "resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
               name: 'n'
               properties: { subnets: [ { name: 'a', properties: { networkSecurityGroup: { id: group.id } } } ] }
             }
             resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
               name: 'g'
               properties: {
                 securityRules: [for port in [22, 443]: {
                   name: 'p${port}'
                   properties: {
                     access: 'Allow', direction: 'Inbound', protocol: 'Tcp', priority: 100
                     sourceAddressPrefix: '*', destinationPortRange: string(port)
                   }
                 }]
               }
             }",
        )],
        "Microsoft.Network/virtualNetworks/subnets.network/a has_firewall true
         Microsoft.Network/networkSecurityGroups.group/security_rule[0] admin_port true
         Microsoft.Network/networkSecurityGroups.group/security_rule[0] from_anywhere true
         Microsoft.Network/networkSecurityGroups.group/security_rule[1] admin_port false",
    );
}

#[test]
fn every_remedy_in_bicep_can_be_read() {
    for rule in Library::embedded().rules() {
        let remedies = rule.metadata().remediation.iter();
        for (_, text) in remedies.filter(|(key, _)| *key == "bicep" || key.starts_with("Microsoft.")) {
            // a part of a resource has no name, and what it refers to stands elsewhere
            if text.contains("resource ") {
                let (_, notes) = read(&[("main.bicep", text)]);
                assert!(notes.is_empty(), "{}: {notes:?}", rule.id());
            }
        }
    }
}

#[test]
fn hostile_files_end_in_notes() {
    for text in [
        format!("var a = {}1{}", "(".repeat(50_000), ")".repeat(50_000)),
        format!("var a = {}", "!".repeat(50_000)),
        format!("var a = {}{}", "[".repeat(50_000), "]".repeat(50_000)),
        format!("var a = '{}", "${'".repeat(50_000)),
        format!("var a = 1{}", " + 1".repeat(50_000)),
        format!("var a = b{}", ".c".repeat(50_000)),
        "resource".repeat(1000),
        "\0\u{1}PNG".to_owned(),
    ] {
        let (_, notes) = read(&[("main.bicep", &text)]);
        assert!(!notes.is_empty(), "{}", &text[..40]);
    }
    let (blocks, notes) = read(&[(
        "main.bicep",
        "var a = b\nvar b = a\nresource x 'A.B/c@1' = [for n in range(0, 999999): {\n  name: a\n}]\n
         module m 'main.bicep' = {\n  name: 'm'\n}\n",
    )]);
    assert!(!blocks.is_empty() && !notes.is_empty());
}

proptest! {
    #[test]
    fn any_text_is_read(text in r"(resource|var|param|module|for|if|in|a|b|'|\$\{|\}|\{|\[|\]|\(|\)|=|=>|:|\?|!|@|\.|,|\n| |1){0,60}") {
        let _ = read(&[("main.bicep", &text)]);
    }

    #[test]
    fn any_slip_of_the_pen_is_read(at in 0usize..900, what in r#"['{}\[\]():=$a\n ]{0,3}"#) {
        let mut text = AROUND.to_owned();
        let at = at.min(text.len());
        if text.is_char_boundary(at) {
            text.insert_str(at, &what);
        }
        let _ = read(&[("main.bicep", &text)]);
    }
}
