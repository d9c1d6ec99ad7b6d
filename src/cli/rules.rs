//! `deodar rules` and `deodar explain`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::error::CliError;
use super::typed::Rules;
use crate::report::page;
use crate::rule::{Library, Rule};

/// Runs `deodar rules`.
pub(super) fn run(command: Option<Rules>, to: &mut dyn Write) -> miette::Result<io::Result<()>> {
    let library = Library::embedded();
    Ok(match command.unwrap_or(Rules::List) {
        Rules::List => list(&library, to),
        Rules::Show { id } => {
            let (_, rule) = find(&library, &id)?;
            writeln!(to, "{}\n", rule.document().trim_end()).and_then(|()| to.write_all(rule.policy().as_bytes()))
        }
        Rules::New { id, domain } => {
            let written = new(&id, &domain)?;
            written.iter().try_for_each(|path| writeln!(to, "wrote {path}"))
        }
    })
}

/// Runs `deodar explain`.
pub(super) fn explain(id: &str, to: &mut dyn Write) -> miette::Result<io::Result<()>> {
    let library = Library::embedded();
    let (_, rule) = find(&library, id)?;
    Ok(to.write_all(page::page(&library, rule, &[]).as_bytes()))
}

/// The rule called `name`, now or formerly, whatever its case.
pub(super) fn find<'l>(library: &'l Library, name: &str) -> Result<(usize, &'l Rule), CliError> {
    library
        .named(name)
        .or_else(|| library.named(&name.to_uppercase()))
        .ok_or_else(|| CliError::unknown("rule", name, library.rules().iter().map(Rule::id), "see `deodar rules`"))
}

/// The rules that are named, else those of the named baselines; none without either, which stands for all.
pub(super) fn chosen(
    library: &Library,
    rules: &[String],
    baselines: &[String],
) -> Result<Option<Vec<usize>>, CliError> {
    for name in baselines {
        if library.baseline(name).is_none() {
            let known = library.baselines().iter().map(|baseline| baseline.name.as_str());
            return Err(CliError::unknown("baseline", name, known, "see `deodar baselines`"));
        }
    }
    if rules.is_empty() && baselines.is_empty() {
        return Ok(None);
    }
    if !rules.is_empty() {
        return rules.iter().map(|name| find(library, name).map(|(at, _)| at)).collect::<Result<_, _>>().map(Some);
    }
    let named = library.baselines().iter().filter(|baseline| baselines.contains(&baseline.name));
    let ids = named.flat_map(|baseline| baseline.requirements.iter().flat_map(|requirement| &requirement.rules));
    Ok(Some(ids.filter_map(|id| library.rule(id)).map(|(at, _)| at).collect()))
}

fn list(library: &Library, to: &mut dyn Write) -> io::Result<()> {
    let wide = library.rules().iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    let mut domain = "";
    let mut rules: Vec<&Rule> = library.rules().iter().collect();
    rules.sort_by_key(|rule| (rule.domain(), rule.id()));
    for rule in rules {
        if rule.domain() != domain {
            domain = rule.domain();
            writeln!(to, "{domain}")?;
        }
        writeln!(to, "  {:wide$}  {:8}  {}", rule.id(), rule.metadata().severity.name(), rule.metadata().title)?;
    }
    Ok(())
}

/// Writes the files of a new rule; nothing that is there is overwritten.
fn new(id: &str, domain: &str) -> Result<Vec<String>, CliError> {
    let good =
        id.contains('-') && id.chars().all(|sign| sign.is_ascii_uppercase() || sign.is_ascii_digit() || sign == '-');
    if !good {
        let help = "an id is DOMAIN-OBJECT-PROPERTY in capitals, such as NET-OBJ-PUBLIC".to_owned();
        return Err(CliError::Form { word: id.to_owned(), form: "a rule id", help });
    }
    let files = [
        (format!("policies/{domain}/{id}.cedar"), policy(id)),
        (format!("rules/{domain}/{id}.yaml"), METADATA.to_owned()),
        (format!("fixtures/rules/{id}/fail.aws.tf"), "# the smallest bad input\n".to_owned()),
        (format!("fixtures/rules/{id}/pass.aws.tf"), "# the nearest good one\n".to_owned()),
        (format!("fixtures/rules/{id}/unknown.aws.tf"), "# the unknowable one\n".to_owned()),
    ];
    let mut written = Vec::new();
    for (path, text) in files {
        let fault = |error: io::Error| CliError::Write { path: path.clone(), reason: super::reason(&error) };
        if Path::new(&path).exists() {
            return Err(fault(io::Error::other("it is there already")));
        }
        if let Some(folder) = Path::new(&path).parent() {
            fs::create_dir_all(folder).map_err(fault)?;
        }
        fs::write(&path, text).map_err(fault)?;
        written.push(path);
    }
    Ok(written)
}

fn policy(id: &str) -> String {
    format!(
        "// What this says, and which neighbouring rule covers the other case.\n@id(\"{id}\")\n\
         @message(\"{{kind}} `{{name}}` is not as it should be\")\n\
         forbid (principal, action == Action::\"assess\", resource is ObjectStore)\nunless {{ resource.encrypted }};\n"
    )
}

const METADATA: &str = "title: The requirement, as a sentence that reads well when it holds
applies: every object store
violated: what makes it violated
unknown: what makes that it cannot be told
severity: medium
confidence: high
why: Why it matters, in one or two sentences.
remediation:
  aws: |
    what a person can paste
references: []
since: 0.1.0
";
