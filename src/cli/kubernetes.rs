//! `deodar snapshot kubernetes` and `deodar permissions kubernetes`.

use std::io::{self, Write};

#[cfg(feature = "kubernetes")]
use super::Exit;
use super::error::CliError;
use super::typed::PermissionsKubernetes;
#[cfg(feature = "kubernetes")]
use super::typed::SnapshotKubernetes;
use crate::collect::kubernetes::{Kind, kinds, roles};
use crate::engine::kinds_of;
use crate::rule::Library;

/// The kinds that rules need; all without any.
fn chosen(secrets: bool, rules: &[String]) -> miette::Result<Vec<Kind>> {
    let mut kinds = kinds(secrets);
    if !rules.is_empty() {
        let library = Library::embedded();
        let found: Vec<_> = rules.iter().map(|name| super::rules::find(&library, name)).collect::<Result<_, _>>()?;
        let judged: Vec<&str> = found.iter().flat_map(|(_, rule)| kinds_of(rule.id())).collect();
        kinds.retain(|kind| judged.iter().any(|of| kind.gives(of)));
    }
    Ok(kinds)
}

/// Takes the snapshot.
#[cfg(feature = "kubernetes")]
pub(super) fn snapshot(typed: SnapshotKubernetes, mut to: impl Write) -> miette::Result<Exit> {
    use std::time::Duration;

    use crate::collect::kubernetes::{Request, take};
    let shown = typed.out.display().to_string();
    let request = Request {
        context: typed.context,
        kubeconfig: typed.kubeconfig,
        namespaces: typed.namespace,
        kinds: chosen(typed.secrets, &typed.rule)?,
        out: typed.out,
        fresh: typed.fresh,
        patience: Duration::from_secs(typed.timeout.max(1)),
        pause: Duration::from_millis(500),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        CliError::System { what: format!("the network cannot be used: {error}"), help: "try again".to_owned() }
    })?;
    let progress = super::progress::Progress::start();
    let said = |list: &str| progress.say(list);
    let taken = runtime.block_on(take(&request, &super::now, &said))?;
    progress.end();
    for listing in &taken.lacking {
        let what = listing.region.as_ref().map_or(String::new(), |namespace| format!(" in namespace {namespace}"));
        let why = match (&listing.state, &listing.permission) {
            (crate::collect::snapshot::ListState::Refused, Some(permission)) => format!("grant `{permission}`"),
            _ => listing.message.clone().unwrap_or_default(),
        };
        let line = format!("deodar: {}{what} was not listed: {why}", listing.native_type);
        let _ = writeln!(io::stderr().lock(), "{}", crate::report::escape::plain(&line));
    }
    let exit = if taken.lacking.is_empty() || typed.allow_partial { Exit::Clean } else { Exit::Incomplete };
    let kept = match taken.kept {
        0 => String::new(),
        1 => ", and what 1 list of an earlier run holds".to_owned(),
        lists => format!(", and what {lists} lists of an earlier run hold"),
    };
    let written = writeln!(to, "wrote {shown}: {} objects{kept}", taken.objects).and_then(|()| to.flush());
    super::scan::forgive(written, "standard output")?;
    Ok(exit)
}

/// Prints the roles.
pub(super) fn permissions(typed: PermissionsKubernetes, to: &mut dyn Write) -> miette::Result<io::Result<()>> {
    let mut wanted = chosen(typed.secrets, &typed.rule)?;
    for also in &typed.also {
        let kind = Kind::named(also).ok_or_else(|| CliError::Form {
            word: also.clone(),
            form: "a kind of constraint",
            help: "name it as `kubectl api-resources` does: `k8srequiredlabels.constraints.gatekeeper.sh`".to_owned(),
        })?;
        if !wanted.contains(&kind) {
            wanted.push(kind);
        }
    }
    Ok(to.write_all(roles(&wanted, &typed.namespace).as_bytes()))
}
