//! Helm charts: what a template renders becomes objects, each value with its place in the template and the key of the
//! values file that it was printed from. The real Helm is the judge of the engine, where it is at hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test may panic"
)]

#[path = "support/alike.rs"]
mod alike;
#[path = "helm/oracle.rs"]
mod oracle;

use deodar::format::{ChartSettings, Reading, Settings, formats, units};
use deodar::source::{NoteKind, Tree};
use deodar::value::{Block, Node, Redacted, Value, Why};

const CHART: (&str, &str) = ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: \"2.0\"\n");

/// Reads files as a scan does, with `charts` as the person said.
fn read_with(files: &[(&str, &str)], charts: ChartSettings) -> (Tree, Reading) {
    let tree = Tree::from_texts(files.iter().map(|(path, text)| (*path, *text)));
    let settings = Settings { charts, ..Settings::default() };
    let mut all = Reading::default();
    for unit in units(&tree).0 {
        let reading = formats()[unit.format].read(&tree, &unit, &settings);
        all.blocks.extend(reading.blocks);
        all.notes.extend(reading.notes);
    }
    (tree, all)
}

/// Reads the chart `web` with these values and one template.
fn web(values: &str, template: &str) -> (Tree, Reading) {
    read_with(&[CHART, ("web/values.yaml", values), ("web/templates/a.yaml", template)], ChartSettings::default())
}

fn addresses(reading: &Reading) -> Vec<&str> {
    reading.blocks.iter().map(|block| &*block.address).collect()
}

fn block<'r>(reading: &'r Reading, address: &str) -> &'r Block {
    reading.blocks.iter().find(|block| &*block.address == address).expect("the object")
}

/// The node at a path of keys and indexes.
fn at<'n>(node: &'n Node, path: &str) -> &'n Node {
    path.split('.').fold(node, |node, step| match &node.value {
        Value::List(items) => &items[step.parse::<usize>().unwrap()],
        _ => node.get(step).unwrap_or_else(|| panic!("no `{step}`")),
    })
}

/// What a value points at in the template, and the keys of the values file that it names.
fn places<'t>(tree: &'t Tree, node: &Node) -> (&'t str, Vec<&'t str>) {
    let primary = tree.slice(node.origins.primary.unwrap());
    (primary, node.origins.related().iter().map(|span| tree.slice(*span)).collect())
}

fn config_map(data: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  x: {data}\n")
}

/// What `x` is when a template of one config map is rendered.
fn rendered(values: &str, expression: &str) -> Value {
    let (_, reading) = web(values, &config_map(expression));
    assert_eq!(reading.notes, [], "{expression}");
    at(&block(&reading, "ConfigMap/c").body, "data.x").value.clone()
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-web
  namespace: {{ .Release.Namespace }}
  labels: {name: {{ include \"web.name\" . }}}
spec:
  hostNetwork: true
  hostPID: {{ .Values.pid }}
  securityContext:
    {{- toYaml .Values.security | nindent 4 }}
  containers:
    - name: web
      image: \"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}\"
      {{- include \"web.ports\" . | nindent 6 }}
";

const VALUES: &str = "\
pid: true
security:
  runAsUser: 0
image:
  repository: example/web
  tag:
";

const HELPERS: &str = "{{- define \"web.ports\" -}}\nports:\n  - hostPort: 80\n{{- end }}\n\
                       {{ define \"web.name\" }}web{{ end }}";

#[test]
fn a_value_stands_at_its_line_in_the_template_and_names_its_key_in_the_values() {
    let files =
        [CHART, ("web/values.yaml", VALUES), ("web/templates/pod.yaml", POD), ("web/templates/_h.tpl", HELPERS)];
    let (tree, reading) = read_with(&files, ChartSettings::default());
    assert_eq!(reading.notes, []);
    assert_eq!(addresses(&reading), ["Pod/default/release-name-web"]);
    let pod = block(&reading, "Pod/default/release-name-web");
    assert_eq!(tree.path(pod.span.file).as_ref(), "web/templates/pod.yaml");
    // what the template says itself stands there, to the letter
    assert_eq!(places(&tree, at(&pod.body, "spec.hostNetwork")), ("true", vec![]));
    // what it prints stands at the action, and the key is named
    assert_eq!(places(&tree, at(&pod.body, "spec.hostPID")), ("{{ .Values.pid }}", vec!["pid: true"]));
    // so it is with a part of a whole map
    let (action, keys) = places(&tree, at(&pod.body, "spec.securityContext.runAsUser"));
    assert_eq!((action, keys), ("{{- toYaml .Values.security | nindent 4 }}", vec!["runAsUser: 0"]));
    // a text of several parts names each, and the place of what stands in for a value that is not set
    let image = at(&pod.body, "spec.containers.0.image");
    assert_eq!(image.value, text("example/web:2.0"));
    assert_eq!(places(&tree, image).1, ["repository: example/web", "appVersion: \"2.0\""]);
    // what another template wrote stands where that wrote it, unless it is one line: then where that is asked for
    let port = at(&pod.body, "spec.containers.0.ports.0.hostPort");
    assert_eq!(places(&tree, port), ("80", vec![]));
    assert_eq!(tree.path(port.origins.primary.unwrap().file).as_ref(), "web/templates/_h.tpl");
    let name = at(&pod.body, "metadata.labels.name");
    assert_eq!((&name.value, places(&tree, name).0), (&text("web"), "{{ include \"web.name\" . }}"));
}

#[test]
fn a_value_that_goes_through_a_library_keeps_its_key() {
    let template = "{{ define \"base\" }}\nkind: Pod\nspec: {hostNetwork: {{ .Values.net }}, hostPID: false}\n{{ end }}\
                    {{ toYaml (merge (dict \"apiVersion\" \"v1\") (fromYaml (include \"base\" .))) }}";
    let (tree, reading) = web("other: 1\nnet: true\n", template);
    let spec = at(&reading.blocks[0].body, "spec");
    assert_eq!(places(&tree, at(spec, "hostNetwork")).1, ["net: true"]);
    assert!(places(&tree, at(spec, "hostPID")).1.is_empty());
}

#[test]
fn what_is_another_each_time_is_unknown() {
    let impure = |name: &str| Why::Impure(name.into());
    for (expression, name) in [
        ("{{ randAlphaNum 8 }}", "randAlphaNum"),
        ("{{ randAlphaNum 8 | b64enc | quote }}", "randAlphaNum"),
        ("{{ now | date \"2006\" }}", "date"),
        ("{{ (genCA \"a\" 1).Cert | b64enc }}", "genCA"),
    ] {
        match rendered("a: 1", expression) {
            Value::Unknown(unknown) => assert_eq!(unknown.why, impure(name), "{expression}"),
            other => panic!("{expression}: {other:?}"),
        }
    }
    // what is known around it stays known
    match rendered("a: 1", "prefix-{{ uuidv4 }}") {
        Value::Text(text) => assert_eq!((text.lead(), text.holes.len()), ("prefix-", 1)),
        other => panic!("{other:?}"),
    }
    // a random text is certainly there, so a condition on it holds
    assert_eq!(rendered("a: 1", "{{ if randAlpha 5 }}yes1{{ end }}"), text("yes1"));
}

#[test]
fn a_condition_that_cannot_be_told_loses_its_template_only() {
    let chart = [
        CHART,
        ("web/templates/a.yaml", "{{ if eq (randAlpha 1) \"a\" }}\n{{ end }}"),
        ("web/templates/b.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: s}\n"),
    ];
    let (_, reading) = read_with(&chart, ChartSettings::default());
    assert_eq!(addresses(&reading), ["Service/s"]);
    let note = &reading.notes[0];
    assert_eq!((note.kind, note.path.as_deref()), (NoteKind::NotSeen, Some("web/templates/a.yaml")));
    assert_eq!(
        note.message,
        "template `web/templates/a.yaml` was not seen: what it renders cannot be told: `randAlpha` gives another answer \
         each time"
    );
}

#[test]
fn a_template_that_fails_is_a_note_and_its_objects_are_not_seen() {
    let cases = [
        ("{{ required \"give a host\" .Values.host }}", "a value is required: give a host"),
        ("{{ fail \"no\" }}", "the chart gives up: no"),
        ("{{ .Values.a.b.c }}", "`.Values.a` is not set, and its `b` is asked for"),
        ("{{ include \"x\" . }}", "there is no template `x`"),
        ("{{ nonsense 1 }}", "function `nonsense` is not known"),
        ("{{ if }}", "a value is missing"),
        ("{{ if true }}", "a block has no `end`"),
        ("{{ end }}", "`end` closes nothing"),
        ("{{ $x }}", "variable `$x` is not declared"),
        ("{{ \"a }}", "a text is not closed"),
        ("{{ index (list 1) 5 }}", "`index`: there is no item 5 in a list of 1"),
        ("{{ range \"text\" }}{{ end }}", "`range` cannot go over a string"),
        ("{{ semverCompare \"what\" \"1.0.0\" }}", "`semverCompare`: `what` is no constraint"),
    ];
    for (template, reason) in cases {
        let (tree, reading) = web("x: 1", template);
        let [note] = reading.notes.as_slice() else { panic!("{template}: {:?}", reading.notes) };
        assert_eq!(note.message, format!("template `web/templates/a.yaml` was not seen: {reason}"));
        assert_eq!(note.kind, NoteKind::NotSeen);
        assert!(note.span.is_none_or(|span| tree.path(span.file).as_ref() == "web/templates/a.yaml"));
    }
    // what is rendered and is no YAML is told of at its line
    let (tree, reading) = web("x: 1", "apiVersion: v1\nkind: Pod\nmetadata: {{ .Values.x }}: {{ .Values.x }}: 3\n");
    assert_eq!(reading.notes[0].kind, NoteKind::NotSeen);
    assert!(tree.slice(reading.notes[0].span.unwrap()).contains("{{ .Values.x }}"), "{:?}", reading.notes);
}

#[test]
fn a_chart_that_never_ends_ends_in_a_note() {
    let cases = [
        "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
        "{{ define \"t\" }}{{ tpl \"{{ include \\\"t\\\" . }}\" . }}{{ end }}{{ include \"t\" . }}",
        "{{ range until 99999 }}{{ range until 99999 }}{{ end }}{{ end }}",
        "{{ repeat 99999999 \"aaaaaaaaaaaaaaaaa\" }}",
        "{{ $x := \"a\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}{{ $x }}",
        "{{ $x := list }}{{ range until 90 }}{{ $x = list $x $x }}{{ end }}{{ toYaml $x }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}",
        "{{ until 99999999999 | len }}",
        "{{ range until 99999 }}{{ $x := until 99999 }}{{ end }}",
        "{{ $x := list }}{{ range until 99999 }}{{ range until 99999 }}{{ $x = list $x }}{{ end }}{{ end }}",
        "{{ $x := dict }}{{ range until 99999 }}{{ range until 99999 }}{{ $x = dict \"a\" $x }}{{ end }}{{ end }}",
        "{{ $x := dict }}{{ range until 90 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ deepCopy $x | len }}",
        "{{ $x := dict }}{{ range until 90 }}{{ $x = dict \"a\" $x \"b\" $x }}{{ end }}{{ toToml $x }}",
        "{{ $x := list }}{{ range until 90 }}{{ $x = list $x $x }}{{ end }}{{ dict \"a\" $x | toToml }}",
        "{{ $x := until 99999 }}{{ uniq $x | len }}",
        "{{ $x := repeat 999999 \"a\" }}{{ range until 99999 }}{{ regexFind \"(a*)*b\" $x }}{{ end }}",
        "{{ $x := repeat 999999 \"a,\" }}{{ splitList \",\" $x | len }}",
        "{{ printf \"%999999999d\" 1 }}{{ printf \"%*d\" 999999999 1 | len }}{{ fail \"padded\" }}",
    ];
    for template in cases {
        let (_, reading) = web("x: 1", template);
        assert_eq!(reading.notes.len(), 1, "{template}: {:?}", reading.notes);
    }
    // two things that are alike in themselves are never compared for ever
    let same = "{{ $x := list }}{{ $y := list }}{{ range until 90 }}{{ $x = list $x $x }}{{ $y = list $y $y }}{{ end }}\
                {{ deepEqual $x $y }}";
    assert_eq!(web("x: 1", same).1.notes, []);
    let deep = format!("{}1{}", "(".repeat(5000), ")".repeat(5000));
    let (_, reading) = web("x: 1", &format!("{{{{ {deep} }}}}"));
    assert!(reading.notes[0].message.ends_with("parentheses nest too deeply"));
    let (_, reading) = web("x: 1", &"{{ if true }}".repeat(5000));
    assert!(reading.notes[0].message.ends_with("blocks nest too deeply"));
}

#[test]
fn the_person_gives_values_a_namespace_and_a_version() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.a }}-{{ .Values.b.c }}-{{ .Values.d }}\n  \
               namespace: {{ .Release.Namespace }}\nspec: {host: {{ .Capabilities.KubeVersion.Minor | quote }}}\n";
    let files = [
        CHART,
        ("web/values.yaml", "a: default\nb: {c: default}\nd: default\n"),
        ("web/templates/pod.yaml", pod),
        ("prod.yaml", "a: file\nb: {c: file}\n"),
    ];
    let charts = ChartSettings {
        values_files: vec!["prod.yaml".into()],
        set: vec!["b.c=set".into()],
        namespace: Some("shop".into()),
        kube_version: Some("1.29".into()),
        ..ChartSettings::default()
    };
    let (tree, reading) = read_with(&files, charts);
    assert_eq!(addresses(&reading), ["Pod/shop/file-set-default"]);
    let pod = &reading.blocks[0].body;
    assert_eq!(at(pod, "spec.host").value, text("29"));
    assert_eq!(places(&tree, at(pod, "metadata.name")).1, ["a: file", "d: default"]);
    // the estate file speaks of one chart, and the command line after it
    let estate = ChartSettings {
        values_files_of: [("web".to_owned(), vec!["prod.yaml".to_owned()])].into(),
        set: vec!["a=set".into()],
        ..ChartSettings::default()
    };
    assert_eq!(addresses(&read_with(&files, estate).1), ["Pod/default/set-file-default"]);
    let wrong = ChartSettings {
        values_files: vec!["none.yaml".into()],
        set: vec!["novalue".into()],
        kube_version: Some("new".into()),
        ..ChartSettings::default()
    };
    let (_, reading) = read_with(&files, wrong);
    assert_eq!(reading.notes.iter().filter(|note| note.kind == NoteKind::Configuration).count(), 3);
}

#[test]
fn charts_inside_a_chart_are_its_own_and_one_that_is_not_there_is_told_of() {
    let outer = "apiVersion: v2\nname: outer\nversion: 1.0.0\ndependencies:\n- {name: inner, condition: inner.enabled}\n\
                 - {name: gone, version: 1.x.x}\n- {name: packed, version: 1.x.x}\n- {name: off, condition: none.off, tags: [no]}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Values.name }}}\n";
    let files = [
        ("outer/Chart.yaml", outer),
        ("outer/values.yaml", "inner: {name: given, enabled: true}\ntags: {no: false}\n"),
        ("outer/charts/inner/Chart.yaml", "apiVersion: v2\nname: inner\nversion: 1.0.0\n"),
        ("outer/charts/inner/values.yaml", "name: own\n"),
        ("outer/charts/inner/templates/s.yaml", service),
        ("outer/charts/packed-1.2.3.tgz", ""),
    ];
    let (tree, reading) = read_with(&files, ChartSettings::default());
    assert_eq!(addresses(&reading), ["Service/given"]);
    assert_eq!(tree.path(reading.blocks[0].span.file).as_ref(), "outer/charts/inner/templates/s.yaml");
    let messages: Vec<_> = reading.notes.iter().map(|note| (note.kind, note.message.as_str())).collect();
    assert_eq!(
        messages,
        [
            (
                NoteKind::NotSeen,
                "chart `outer` needs chart `gone`, which is not in its `charts/`: its objects were not seen"
            ),
            (NoteKind::NotSeen, "chart `packed` is packed and cannot be unpacked: its objects were not seen"),
        ]
    );
    let off = ChartSettings { set: vec!["inner.enabled=false".into()], ..ChartSettings::default() };
    assert!(read_with(&files, off).1.blocks.is_empty());
}

/// A tape archive of these files, packed.
fn tgz(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tape = Vec::new();
    for (name, text) in files {
        let mut header = [0u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..136].copy_from_slice(format!("{:011o}\0", text.len()).as_bytes());
        header[156] = b'0';
        header[257..262].copy_from_slice(b"ustar");
        tape.extend(header);
        tape.extend(text.as_bytes());
        tape.resize(tape.len().div_ceil(512) * 512, 0);
    }
    tape.extend([0; 1024]);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, &tape).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_chart_that_lies_packed_in_a_chart_is_read_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let web = folder.path().join("web");
    std::fs::create_dir_all(web.join("charts")).unwrap();
    let needs = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.x.x}\n- {name: bad, version: 1.x.x}\n";
    std::fs::write(web.join("Chart.yaml"), needs).unwrap();
    std::fs::write(web.join("values.yaml"), "db: {name: given}\n").unwrap();
    let packed = tgz(&[
        ("db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.2.3\n"),
        ("db/templates/s.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Values.name }}}\n"),
        ("../../escaped.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: escaped}\n"),
    ]);
    std::fs::write(web.join("charts/db-1.2.3.tgz"), packed).unwrap();
    std::fs::write(web.join("charts/bad-1.0.0.tgz"), "no archive").unwrap();
    let request = deodar::collect::Request { paths: vec![folder.path().to_owned()], ..Default::default() };
    let gathered = deodar::collect::gather(&request).unwrap();
    let tree = gathered.tree;
    assert!(tree.files().all(|(_, file)| !file.path.contains("escaped")));
    let unit = units(&tree).0.into_iter().next().unwrap();
    let reading = formats()[unit.format].read(&tree, &unit, &Settings::default());
    assert_eq!(addresses(&reading), ["Service/given"]);
    let path = tree.path(reading.blocks[0].span.file);
    assert!(path.ends_with("web/charts/db-1.2.3.tgz/db/templates/s.yaml"), "{path}");
    assert!(gathered.notes[0].message.contains("charts/bad-1.0.0.tgz` cannot be unpacked"), "{:?}", gathered.notes);
    assert!(reading.notes[0].message.starts_with("chart `bad` is packed and cannot be unpacked"));
    assert_eq!(std::fs::read_dir(web.join("charts")).unwrap().count(), 2);
}

#[test]
fn a_template_is_never_taken_for_an_object() {
    let plain = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";
    let files = [
        ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\n"),
        ("charts/web/templates/p.yaml", plain),
        ("charts/web/templates/NOTES.txt", plain),
        ("charts/web/templates/_p.yaml", plain),
        ("charts/web/values-prod.yaml", plain),
        (
            "charts/web/crds/c.yaml",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n",
        ),
        ("plain/pod.yaml", plain),
        ("bad/Chart.yaml", "name: [\n"),
        ("bad/templates/p.yaml", plain),
    ];
    let (_, reading) = read_with(&files, ChartSettings::default());
    // the pod of the template, the definition, and the plain one: units of their own
    assert_eq!(addresses(&reading), ["Pod/p", "CustomResourceDefinition/c", "Pod/p"]);
    assert!(reading.notes.iter().any(|note| note.message.starts_with("chart `bad` was not seen")));
}

#[test]
fn secrets_are_redacted_as_in_plain_manifests() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: {{ .Values.password }}\n  \
                  b: x{{ uuidv4 }}\n  c: {{ randAlpha 9 }}\n";
    let (_, reading) = web("password: hunter2", secret);
    let data = at(&reading.blocks[0].body, "stringData");
    assert_eq!(
        (&at(data, "a").value, &at(data, "b").value),
        (&Value::Redacted(Redacted::Untold), &Value::Redacted(Redacted::Untold))
    );
    assert!(matches!(at(data, "c").value, Value::Unknown(_)));
}

#[test]
fn the_engine_renders_what_helm_renders() {
    oracle::compare();
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    #[test]
    fn any_template_reads_without_panic(
        body in "(\\{\\{-? ?(if|range|with|end|else|define \"a\"|include \"a\" \\.|toYaml|\\.Values\\.a|\\$x := 1|\\| quote|printf \"%[-+0-9.]{0,4}[a-z]\"|\\()? ?-?\\}\\}|[a-z: \n-]|.){0,40}",
    ) {
        web("a: {b: [1, x]}", &body);
    }
}
