//! Whether something is to be asked at all, and whether it is hidden by what was not answered.

use serde_json::{Map, Value};

use super::path::Path;
use crate::collect::snapshot::Gap;

/// None where every attribute has one of the values; else the gap that hides the attribute, if there is one.
pub(super) fn unmet(wanted: &Map<String, Value>, item: &Value, gaps: &[Gap]) -> Option<Option<Gap>> {
    wanted.iter().find_map(|(path, wanted)| {
        let found = Path::try_from(path.clone()).ok().and_then(|path| path.get(item).cloned());
        let met = match (&found, wanted) {
            (Some(found), Value::Array(several)) => several.contains(found),
            (Some(found), one) => found == one,
            (None, wanted) => wanted.is_null(),
        };
        let hidden = || found.is_none().then(|| covering(gaps, path).cloned()).flatten();
        (!met).then(hidden)
    })
}

/// The gap in which a path lies.
pub(super) fn covering<'g>(gaps: &'g [Gap], path: &str) -> Option<&'g Gap> {
    let path = path.strip_prefix("parent.").unwrap_or(path);
    let within =
        |at: &str| at.is_empty() || path == at || path.strip_prefix(at).is_some_and(|rest| rest.starts_with('.'));
    gaps.iter().find(|gap| within(&gap.at))
}
