//! Templates of Azure Resource Manager as it means them: what is written, and what deodar makes of it, one meaning a case.

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

use deodar::source::NoteKind;
use deodar::value::{Block, Dialect, Provider};
use deployments::{block, facts, read, show};
use proptest::prelude::*;

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A template with these resources, and what else it says.
fn template(rest: &str, resources: &str) -> String {
    format!(r#"{{"$schema": "{SCHEMA}", "contentVersion": "1.0.0.0", {rest} "resources": {resources}}}"#)
}

/// The blocks of a template that nothing is wrong with.
#[track_caller]
fn blocks(text: &str) -> Vec<Block> {
    let (blocks, notes) = read(&[("main.json", text)]);
    assert!(notes.is_empty(), "{notes:?}");
    blocks
}

/// Parameters, variables and resources that the cases speak of.
const AROUND: &str = r#"
"parameters": {
  "open": {"type": "string"},
  "tier": {"type": "string", "defaultValue": "Gold"},
  "flag": {"type": "bool", "defaultValue": true},
  "list": {"type": "array", "defaultValue": ["a", "b", "c"]},
  "object": {"type": "object", "defaultValue": {"x": 1, "y": {"z": [true]}}}
},
"variables": {
  "name": "[concat('shop', toLower(parameters('tier')))]",
  "loops": {"copy": [{"name": "ports", "count": 2, "input": "[add(8080, copyIndex('ports'))]"}]},
  "copy": [{"name": "names", "count": 3, "input": "[format('n{0}', copyIndex('names'))]"}],
  "circle": "[variables('round')]",
  "round": "[variables('circle')]"
},
"functions": [{"namespace": "own", "members": {"twice": {
  "parameters": [{"name": "text", "type": "string"}],
  "output": {"type": "string", "value": "[concat(parameters('text'), parameters('text'))]"}}}}],
"#;

const ACCOUNT: &str =
    r#"{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[variables('name')]"}"#;

/// What expressions come to, each with the same template around it.
#[track_caller]
fn values(cases: &[(&str, &str)]) {
    let properties: Vec<String> =
        cases.iter().enumerate().map(|(at, (value, _))| format!(r#""p{at}": "{value}""#)).collect();
    let case = format!(r#"{{"type": "A.B/c", "name": "case", "properties": {{{}}}}}"#, properties.join(", "));
    let (blocks, _) = read(&[("main.json", &template(AROUND, &format!("[{ACCOUNT}, {case}]")))]);
    let body = block(&blocks, "A.B/c.case").body.get("properties").unwrap();
    let shown = |at: usize| show(body.get(&format!("p{at}")).unwrap());
    let got: BTreeMap<&str, String> = cases.iter().enumerate().map(|(at, (value, _))| (*value, shown(at))).collect();
    let want: BTreeMap<&str, String> = cases.iter().map(|(value, want)| (*value, (*want).to_owned())).collect();
    assert_eq!(got, want);
}

#[test]
fn a_resource_is_a_block_with_all_that_is_written_of_it() {
    let text = template(
        "",
        r#"[{
        "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "letters",
        "location": "westeurope", "properties": {"minimumTlsVersion": "TLS1_2"}, "dependsOn": ["x"]}]"#,
    );
    let blocks = blocks(&text);
    let account = block(&blocks, "Microsoft.Storage/storageAccounts.letters");
    assert_eq!((account.provider, account.dialect), (Provider::Azure, Dialect::Native));
    assert_eq!(&text[account.head.range()], r#""name": "letters""#);
    assert_eq!(
        show(&account.body),
        "{type=Microsoft.Storage/storageAccounts apiVersion=2023-01-01 name=letters location=westeurope \
         properties={minimumTlsVersion=TLS1_2}}"
    );
}

#[test]
fn values_are_worked_out() {
    values(&[
        ("plain", "plain"),
        ("[[not an expression]", "[not an expression]"),
        ("[parameters('tier')]", "Gold"),
        ("[PARAMETERS('TIER')]", "Gold"),
        ("[variables('name')]", "shopgold"),
        ("[variables('loops').ports[1]]", "8081"),
        ("[variables('names')]", "[n0, n1, n2]"),
        ("[parameters('object').y.z[0]]", "true"),
        ("[own.twice('ab')]", "abab"),
        ("[if(parameters('flag'), 'yes', parameters('open'))]", "yes"),
        ("[if(equals(parameters('tier'), 'Silver'), 'yes', 'no')]", "no"),
        ("[and(true(), not(false()), or(false(), greater(2, 1)))]", "true"),
        ("[format('{0}-{1:D2} {{x}}', 'a', 7)]", "a-7 {x}"),
        ("[join(split('a/b/c', '/'), '+')]", "a+b+c"),
        ("[replace(substring('abcdef', 1, 3), 'c', 'X')]", "bXd"),
        ("[union(createObject('a', 1), createObject('b', 2))]", "{a=1 b=2}"),
        ("[union(createArray('a'), createArray('a', 'b'))]", "[a, b]"),
        ("[concat(parameters('list'), createArray('d'))]", "[a, b, c, d]"),
        ("[last(parameters('list'))]", "c"),
        ("[length(take(parameters('list'), 2))]", "2"),
        ("[contains(parameters('list'), 'b')]", "true"),
        ("[empty('')]", "true"),
        ("[coalesce(null(), 'x')]", "x"),
        ("[json('{\\\"a\\\": [1]}').a[0]]", "1"),
        ("[string(createArray(1, 'a'))]", "[1,\"a\"]"),
        ("[int('42')]", "42"),
        ("[div(add(mul(3, 4), 1), 2)]", "6"),
        ("[items(parameters('object'))[0].key]", "x"),
        ("[map(parameters('list'), lambda('i', concat(lambdaVariables('i'), '!')))]", "[a!, b!, c!]"),
        ("[filter(range(0, 5), lambda('i', greater(lambdaVariables('i'), 2)))]", "[3, 4]"),
        ("[base64ToString(base64('abc'))]", "abc"),
    ]);
}

#[test]
fn what_cannot_be_told_keeps_its_reason() {
    values(&[
        ("[parameters('open')]", "?(`parameters('open')` has no value)"),
        ("[concat('a-', parameters('open'), '-b')]", "a-?(`parameters('open')` has no value)-b"),
        ("[resourceGroup().location]", "?(`resourceGroup().location` is read from the cloud)"),
        ("[uniqueString(resourceGroup().id)]", "?(`uniqueString(resourceGroup().id)` gives another answer each time)"),
        ("[if(equals(parameters('open'), 'x'), 'a', 'b')]", "?(`parameters('open')` has no value)"),
        ("[if(equals(parameters('open'), 'x'), 'a', 'a')]", "a"),
        ("[or(equals(parameters('open'), 'x'), true())]", "true"),
        ("[contains(createArray(parameters('open'), 'b'), 'b')]", "true"),
        ("[startsWith(concat('a-', parameters('open')), 'a-')]", "true"),
        ("[variables('circle')]", "?(`variables('circle')` depends on itself)"),
        ("[noSuchFunction(1)]", "?(the function `nosuchfunction` with such arguments is not known)"),
        ("[concat('a']", "?(the expression cannot be read)"),
    ]);
}

#[test]
fn an_id_is_a_reference_to_the_resource() {
    values(&[
        (
            "[resourceId('Microsoft.Storage/storageAccounts', variables('name'))]",
            "->Microsoft.Storage/storageAccounts.shopgold.id",
        ),
        (
            "[resourceId('x-rg', 'microsoft.storage/STORAGEACCOUNTS', 'ShopGold')]",
            "->Microsoft.Storage/storageAccounts.shopgold.id",
        ),
        (
            "[reference(variables('name')).primaryEndpoints.blob]",
            "->Microsoft.Storage/storageAccounts.shopgold.primaryEndpoints.blob",
        ),
        ("[resourceId('Microsoft.Sql/servers', 'elsewhere')]", "->Microsoft.Sql/servers.elsewhere.id"),
        (
            "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '8e3a')]",
            "/providers/Microsoft.Authorization/roleDefinitions/8e3a",
        ),
    ]);
}

#[test]
fn a_child_says_what_it_lies_in() {
    let resources = r#"[
        {"type": "Microsoft.Sql/servers", "name": "[parameters('open')]", "resources": [
            {"type": "databases", "name": "main", "resources": [
                {"type": "auditingSettings", "name": "default", "properties": {}}]}]},
        {"type": "Microsoft.Sql/servers/firewallRules", "name": "[concat(parameters('open'), '/all')]", "properties": {}},
        {"type": "Microsoft.Sql/servers/keys", "name": "elsewhere/key", "properties": {}}]"#;
    let blocks = blocks(&template(AROUND, resources));
    let relation = |address: &str, key: &str| show(block(&blocks, address).body.get(key).unwrap());
    let server = "->Microsoft.Sql/servers.[parameters('open')].id";
    let audit = "Microsoft.Sql/servers/databases/auditingSettings.default";
    assert_eq!(relation("Microsoft.Sql/servers/databases.main", "parent"), server);
    assert_eq!(relation(audit, "root"), server);
    assert_eq!(relation(audit, "parent"), "->Microsoft.Sql/servers/databases.main.id");
    let rule = "Microsoft.Sql/servers/firewallRules.[concat(parameters('open'), '/all')]";
    assert_eq!(relation(rule, "parent"), server);
    assert_eq!(relation(rule, "name"), "all");
    assert_eq!(relation("Microsoft.Sql/servers/keys.elsewhere/key", "parent"), "->Microsoft.Sql/servers.elsewhere.id");
}

#[test]
fn loops_make_one_of_each_and_conditions_none_or_maybe() {
    let resources = r#"[
        {"type": "A.B/c", "name": "[concat('n', copyIndex(1))]", "copy": {"name": "l", "count": 2},
         "properties": {"copy": [{"name": "ports", "count": 2, "input": "[copyIndex('ports', 10)]"}]}},
        {"type": "A.B/d", "name": "off", "condition": false},
        {"type": "A.B/d", "name": "maybe", "condition": "[equals(parameters('open'), 'x')]"},
        {"type": "A.B/e", "name": "some", "copy": {"name": "m", "count": "[parameters('open')]"}}]"#;
    let blocks = blocks(&template(AROUND, resources));
    let all: Vec<(&str, bool)> =
        blocks.iter().map(|block| (&*block.address, block.instances_unknown.is_some())).collect();
    assert_eq!(all, [("A.B/c.n1", false), ("A.B/c.n2", false), ("A.B/d.maybe", true), ("A.B/e.some", true)]);
    assert_eq!(show(blocks[0].body.get("properties").unwrap()), "{ports=[10, 11]}");
}

#[test]
fn deployments_within_are_deployed() {
    let nested = |scope: &str| {
        format!(
            r#"[{{"type": "Microsoft.Resources/deployments", "name": "inner", "properties": {{
            "expressionEvaluationOptions": {{"scope": "{scope}"}},
            "parameters": {{"tier": {{"value": "Given"}}}},
            "template": {{"$schema": "{SCHEMA}", "parameters": {{"tier": {{"type": "string"}}}},
                "resources": [{{"type": "A.B/c", "name": "[parameters('tier')]"}}],
                "outputs": {{"out": {{"type": "string", "value": "[parameters('tier')]"}}}}}}}}}},
            {{"type": "A.B/d", "name": "d", "properties": {{"p": "[reference('inner').outputs.out.value]"}}}}]"#
        )
    };
    let inner = blocks(&template(AROUND, &nested("inner")));
    assert_eq!(show(block(&inner, "A.B/c.Given").body.get("name").unwrap()), "Given");
    assert_eq!(show(block(&inner, "A.B/d.d").body.get("properties").unwrap()), "{p=Given}");
    block(&blocks(&template(AROUND, &nested("outer"))), "A.B/c.Gold");
}

#[test]
fn a_linked_template_is_read_once_with_the_parameters_it_is_given() {
    let main = template(
        "",
        r#"[{"type": "Microsoft.Resources/deployments", "name": "l", "properties": {
            "templateLink": {"uri": "[uri(deployment().properties.templateLink.uri, 'nested/one.json')]"},
            "parameters": {"name": {"value": "given"}}}}]"#,
    );
    let one = template(
        r#""parameters": {"name": {"type": "string"}},"#,
        r#"[{"type": "A.B/c", "name": "[parameters('name')]"}]"#,
    );
    let (blocks, notes) = read(&[("main.json", &main), ("nested/one.json", &one)]);
    assert!(notes.is_empty(), "{notes:?}");
    assert_eq!(blocks.iter().map(|block| &*block.address).collect::<Vec<_>>(), ["A.B/c.given"]);
}

#[test]
fn a_parameter_file_of_the_same_name_gives_values() {
    let main = template(
        r#""parameters": {"name": {"type": "string"}, "key": {"type": "string"}},"#,
        r#"[{"type": "A.B/c", "name": "[parameters('name')]", "properties": {"k": "[parameters('key')]"}}]"#,
    );
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
    let given = format!(
        r#"{{"$schema": "{schema}", "parameters": {{"name": {{"value": "given"}}, "key": {{"reference": {{}}}}}}}}"#
    );
    let (blocks, notes) = read(&[("main.json", &main), ("main.parameters.json", &given)]);
    assert!(notes.is_empty(), "{notes:?}");
    let properties = show(block(&blocks, "A.B/c.given").body.get("properties").unwrap());
    assert_eq!(properties, "{k=?(`parameters.key.reference` is read from the cloud)}");
}

#[test]
fn symbolic_names_and_what_is_there_already_are_understood() {
    let resources = r#"{
        "vault": {"type": "Microsoft.KeyVault/vaults", "name": "v", "existing": true},
        "key": {"type": "Microsoft.KeyVault/vaults/keys", "name": "v/k", "properties": {}}}"#;
    let blocks = blocks(&template(r#""languageVersion": "2.0","#, resources));
    assert_eq!(blocks.len(), 1);
    assert_eq!(show(blocks[0].body.get("parent").unwrap()), "->Microsoft.KeyVault/vaults.v.id");
}

#[test]
fn a_template_may_be_wrapped() {
    let inner = template("", r#"[{"type": "A.B/c", "name": "x"}]"#);
    for text in [
        format!(r#"{{"properties": {{"template": {inner}, "parameters": {{}}}}, "kind": "template"}}"#),
        format!(r#"{{"properties": {{"mainTemplate": {inner}}}}}"#),
        format!("// a comment\n{}", inner.replace("}]}", "},],}")),
    ] {
        block(&blocks(&text), "A.B/c.x");
    }
}

#[test]
fn what_is_no_template_or_broken_says_so() {
    let (_, notes) = read(&[("main.json", &format!(r#"{{"$schema": "{SCHEMA}", "resources": ["#))]);
    assert_eq!(notes.len(), 1);
    assert!(notes[0].kind.incomplete(), "{notes:?}");
    let away = template(
        "",
        r#"[{"type": "Microsoft.Resources/deployments", "name": "l",
            "properties": {"templateLink": {"uri": "https://example.org/x.json"}}}]"#,
    );
    let (_, notes) = read(&[("main.json", &away)]);
    assert_eq!(notes.iter().map(|note| note.kind).collect::<Vec<_>>(), [NoteKind::NotSeen]);
}

#[test]
fn a_template_and_its_terraform_twin_have_the_same_facts() {
    let account = r#"{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "letters",
        "sku": {"name": "Standard_GRS"}, "properties": {"allowBlobPublicAccess": true, "minimumTlsVersion": "TLS1_2",
        "supportsHttpsTrafficOnly": true, "allowSharedKeyAccess": false}}"#;
    let container = r#"{"type": "Microsoft.Storage/storageAccounts/blobServices/containers", "name": "letters/default/open",
        "properties": {"publicAccess": "Blob"}}"#;
    let service = r#"{"type": "Microsoft.Storage/storageAccounts/blobServices", "name": "letters/default",
        "properties": {"isVersioningEnabled": true}}"#;
    let text = template("", &format!("[{account}, {container}, {service}]"));
    facts(
        &[("main.json", &text)],
        "Microsoft.Storage/storageAccounts.letters public_read true
         Microsoft.Storage/storageAccounts.letters tls_only true
         Microsoft.Storage/storageAccounts.letters modern_tls true
         Microsoft.Storage/storageAccounts.letters shared_keys false
         Microsoft.Storage/storageAccounts.letters versioned true
         Microsoft.Storage/storageAccounts.letters geo_paired true",
    );
}

#[test]
fn properties_that_cannot_be_told_leave_everything_open() {
    let text = template(
        r#""parameters": {"p": {"type": "object"}},"#,
        r#"[{"type": "Microsoft.Storage/storageAccounts", "name": "letters", "properties": "[parameters('p')]"}]"#,
    );
    facts(
        &[("main.json", &text)],
        "Microsoft.Storage/storageAccounts.letters tls_only ?
         Microsoft.Storage/storageAccounts.letters modern_tls ?
         Microsoft.Storage/storageAccounts.letters public_access_blocked ?",
    );
}

#[test]
fn subnets_within_their_network_are_subnets() {
    let text = template(
        "",
        r#"[{"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"subnets": [
            {"name": "a", "properties": {"networkSecurityGroup": {"id": "[resourceId('Microsoft.Network/networkSecurityGroups', 'g')]"}}},
            {"name": "b", "properties": {}}]}}]"#,
    );
    facts(
        &[("main.json", &text)],
        "Microsoft.Network/virtualNetworks/subnets.v/a has_firewall true
         Microsoft.Network/virtualNetworks/subnets.v/b has_firewall false",
    );
}

#[test]
fn settings_of_a_site_that_stand_apart_count() {
    let text = template(
        "",
        r#"[{"type": "Microsoft.Web/sites", "name": "s", "kind": "app", "properties": {"httpsOnly": true}, "resources": [
            {"type": "config", "name": "web", "properties": {"minTlsVersion": "1.0", "ftpsState": "Disabled"}}]}]"#,
    );
    facts(
        &[("main.json", &text)],
        "Microsoft.Web/sites.s https_only true
         Microsoft.Web/sites.s modern_tls false
         Microsoft.Web/sites.s plain_ftp false",
    );
}

#[test]
fn hostile_templates_end_in_notes() {
    let many = template("", r#"[{"type": "A.B/c", "name": "x", "copy": {"name": "l", "count": 99999999}}]"#);
    let (blocks, notes) = read(&[("main.json", &many)]);
    assert_eq!((blocks.len(), notes.len()), (1, 1), "{notes:?}");
    let deep = template(
        &format!(
            r#""variables": {{"v0": "x", {}}},"#,
            (1..900).map(|at| format!(r#""v{at}": "[variables('v{}')]""#, at - 1)).collect::<Vec<_>>().join(",")
        ),
        r#"[{"type": "A.B/c", "name": "x", "properties": {"p": "[variables('v899')]"}}]"#,
    );
    let (blocks, notes) = read(&[("main.json", &deep)]);
    assert_eq!((blocks.len(), notes.len()), (1, 1), "{notes:?}");
    let doubling = (1..60).map(|at| format!(r#""v{at}": "[concat(variables('v{0}'), variables('v{0}'))]""#, at - 1));
    let doubling: Vec<String> = doubling.collect();
    let bomb = template(
        &format!(r#""variables": {{"v0": ["x", "y"], {}}},"#, doubling.join(",")),
        r#"[{"type": "A.B/c", "name": "x", "properties": {"p": "[variables('v59')]"}}]"#,
    );
    assert_eq!(read(&[("main.json", &bomb)]).0.len(), 1);
}

proptest! {
    #[test]
    fn any_expression_comes_to_something(text in r"\[[a-z(),'.0-9]{0,30}\]") {
        let resource = format!(r#"[{{"type": "A.B/c", "name": "x", "properties": {{"p": "{text}"}}}}]"#);
        let _ = read(&[("main.json", &template("", &resource))]);
    }

    #[test]
    fn any_template_is_read(at in 0usize..900, what in r#"["\[\]{},:a-z ]{0,3}"#) {
        let mut text = template(AROUND, &format!("[{ACCOUNT}]"));
        if text.is_char_boundary(at.min(text.len())) {
            text.insert_str(at.min(text.len()), &what);
        }
        let _ = read(&[("main.json", &text)]);
    }
}
