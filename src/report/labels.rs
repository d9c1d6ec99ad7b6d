//! Where a finding points: the attribute that decides, the resource's head, and what the value came through.

use crate::engine::{Evidence, Item, Seen};
use crate::model::Resource;
use crate::report::place::Lines;
use crate::report::{Label, Material, State};
use crate::source::Span;
use crate::value::{Unknown, Why};

/// The most related places of one finding.
const MOST_RELATED: usize = 8;

/// The item that a finding points at first: what is unknown if it cannot be told, else what the requirement reads, a
/// written value before a default.
pub(super) fn leading(evidence: &Evidence, state: State) -> Option<&Item> {
    if state == State::Undetermined
        && let Some((item, _)) = evidence.unknown().next()
    {
        return Some(item);
    }
    let written = |item: &&Item| matches!(item.value, Seen::Set(_)) && item.origins.primary.is_some();
    evidence.primary.iter().find(written).or_else(|| evidence.primary.first())
}

/// The primary place and the related ones.
pub(super) fn labels(
    material: &Material<'_>,
    lines: &mut Lines<'_>,
    resource: &Resource,
    evidence: &Evidence,
    state: State,
) -> (Label, Vec<Label>) {
    let mut found = Labels { lines, taken: Vec::new(), related: Vec::new() };
    let lead = leading(evidence, state);
    let written = lead.filter(|item| matches!(item.value, Seen::Set(_) | Seen::Unknown(_)));
    let span = written.and_then(|item| item.origins.primary).unwrap_or(resource.head);
    let text = lead.map_or_else(|| format!("this {}", resource.kind_name().noun()), |item| either_way(item, state));
    let primary = Label { place: found.lines.place(span), text };
    found.taken.push(span);
    found.add(resource.head, || format!("the {}", resource.kind_name().noun()));
    if let Some(item) = lead {
        found.of_item(material, resource, item);
    }
    for item in evidence.primary.iter().chain(&evidence.related) {
        if let (Seen::Set(_), Some(span)) = (&item.value, item.origins.primary) {
            found.add(span, || says(item));
        }
    }
    for span in resource.via.iter() {
        found.add(*span, || "called from here".to_owned());
    }
    found.related.truncate(MOST_RELATED);
    (primary, found.related)
}

struct Labels<'a, 't> {
    lines: &'a mut Lines<'t>,
    taken: Vec<Span>,
    related: Vec<Label>,
}

impl Labels<'_, '_> {
    /// A related place, unless it is one already or holds nothing but one.
    fn add(&mut self, span: Span, text: impl FnOnce() -> String) {
        let known = self.taken.iter().any(|taken| taken.file == span.file && taken.start == span.start);
        if !known {
            self.taken.push(span);
            let place = self.lines.place(span);
            if place.is_some() {
                self.related.push(Label { place, text: text() });
            }
        }
    }

    /// Where the value of `item` came through, and the resource that it belongs to.
    fn of_item(&mut self, material: &Material<'_>, judged: &Resource, item: &Item) {
        if item.resource != judged.id
            && let Some(linked) = material.inventory.get(item.resource)
        {
            self.add(linked.head, || format!("the {} `{}`", linked.kind_name().noun(), linked.name));
        }
        for span in item.origins.related() {
            self.add(*span, || "the value comes through here".to_owned());
        }
        if let Seen::Unknown(unknown) = &item.value
            && let Some(at) = unknown.at
        {
            self.add(at, || where_unknown(unknown));
        }
    }
}

fn where_unknown(unknown: &Unknown) -> String {
    match &unknown.why {
        Why::Variable(name) => format!("`{name}` has no value"),
        Why::DataSource(_) => "read from the cloud".to_owned(),
        Why::Fragment(_) => "this may set it".to_owned(),
        _ => "it hangs on this".to_owned(),
    }
}

/// As [`says`], of what is wrong although it cannot be told: whichever way a condition goes.
fn either_way(item: &Item, state: State) -> String {
    match (&item.value, state) {
        (Seen::Unknown(unknown), State::Violated) => match &unknown.why {
            Why::Condition(name, _) => {
                format!("`{}` is not as it should be, whether condition `{name}` holds or not", item.path)
            }
            _ => says(item),
        },
        _ => says(item),
    }
}

/// What there is to say of a fact at its place.
fn says(item: &Item) -> String {
    let path = &item.path;
    match &item.value {
        Seen::Set(value) if value.chars().count() <= 40 => format!("`{path}` is {value}"),
        Seen::Set(_) => format!("`{path}`"),
        Seen::Default(value) => format!("`{path}` is {value} by default"),
        Seen::Unset => format!("`{path}` is not set"),
        Seen::Unknown(unknown) => unknown.to_string(),
    }
}
