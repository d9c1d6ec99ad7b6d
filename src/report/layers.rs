//! One thing said once: where a plan is scanned beside the sources it was made of, what both say of a resource is the
//! source's finding, with the place in the plan beside.

use std::collections::HashMap;

use crate::model::Inventory;
use crate::report::Finding;

/// Takes out what a plan repeats of its source: the same rule, state and words of a resource that stands where the source
/// writes it. What only one of both says stays.
pub(super) fn once(findings: &mut Vec<Finding>, inventory: &Inventory) {
    let mut sources: HashMap<_, usize> = HashMap::new();
    let mut repeated: Vec<(usize, usize)> = Vec::new();
    for of_source in [true, false] {
        for (at, finding) in findings.iter().enumerate() {
            let Some(resource) = inventory.get(finding.resource) else { continue };
            // a plan's resource keeps its own span when it is led back to its source
            if (resource.head.file == resource.span.file) != of_source {
                continue;
            }
            let key =
                (finding.rule, finding.state.name(), finding.address.as_str(), finding.message.as_str(), resource.head);
            if of_source {
                sources.entry(key).or_insert(at);
            } else if let Some(source) = sources.get(&key) {
                repeated.push((at, *source));
            }
        }
    }
    for (at, source) in &repeated {
        let more = findings.get(*at).map(|finding| finding.related.clone()).unwrap_or_default();
        if let Some(finding) = findings.get_mut(*source) {
            let known: Vec<_> = finding.related.iter().map(|label| label.place.clone()).collect();
            let primary = finding.primary.place.clone();
            finding
                .related
                .extend(more.into_iter().filter(|label| label.place != primary && !known.contains(&label.place)));
        }
    }
    let gone: std::collections::HashSet<usize> = repeated.into_iter().map(|(at, _)| at).collect();
    let mut at = 0;
    findings.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}
