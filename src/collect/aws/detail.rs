//! One thing more that is asked of an item: where it is asked, of which page, and what it leaves unknown.

use serde_json::Value;

use super::ask::{Ask, Pages};
use super::conditions::{covering, unmet};
use super::reply::Reply;
use super::scan::Stopped;
use super::shape;
use super::table::{Question, Type};
use super::template::{Missing, Names, Parent};
use super::unit::{HOLLOW, Unit};
use crate::collect::snapshot::{Gap, GapState};

impl<A: Ask> Unit<'_, A> {
    /// Asks one thing more of an item. False where the answer is that there is no such item any more.
    pub(super) async fn detail(
        &self,
        of: &Type,
        detail: &Question,
        item: &mut Value,
        bare: &Value,
        parent: Option<&Parent>,
        gaps: &mut Vec<Gap>,
    ) -> Result<bool, Stopped> {
        let at = detail.into.as_ref().map(super::path::Path::trunk).unwrap_or_default();
        if detail.unless.as_ref().is_some_and(|path| path.get(item).is_some()) {
            return Ok(true);
        }
        let (id, arn) = self.identity(of, item, bare, parent);
        let names = Names { id: id.as_deref(), arn: arn.as_deref(), ..self.names(item, bare, parent) };
        let Some(mut input) = input(detail, &names, gaps, &at) else { return Ok(true) };
        let region = self.home(of, item, parent);
        let about = id.or(arn);
        if let Some(gap) = self.prepare(detail, &region, about.as_deref()).await? {
            gaps.push(Gap { at, ..gap });
            return Ok(true);
        }
        let mut whole: Option<Value> = None;
        let mut pages = Pages::of(self.ask, self.service.client(detail), &detail.call);
        loop {
            let answer = match self.put(detail, &detail.call, &region, &input, about.as_deref()).await? {
                Reply::Answered(answer) => answer,
                // what is described is gone; what is only one of its settings is not set
                Reply::Absent if detail.into.is_none() => return Ok(false),
                Reply::Absent => return Ok(true),
                Reply::Elsewhere(message) => {
                    let call = self.call_name(detail, &detail.call);
                    let message = Some(message);
                    gaps.push(Gap { at, state: GapState::Failed, call, permission: None, message });
                    return Ok(true);
                }
                // half a list is no list
                Reply::Unknown(gap) => {
                    gaps.push(Gap { at, ..gap });
                    return Ok(true);
                }
            };
            let next = pages.next(&input, &answer);
            if let Some(taken) = shape::wanted(detail, answer) {
                match &mut whole {
                    None => whole = Some(taken),
                    Some(whole) => append(whole, taken),
                }
            }
            match next {
                Ok(Some(next)) => input = next,
                Ok(None) => break,
                Err(error) => {
                    gaps.push(Gap { at, ..self.broken(detail, &error.to_string()) });
                    return Ok(true);
                }
            }
        }
        match whole {
            Some(taken) if detail.into.is_some() || !is_hollow(&taken) => shape::merge(detail, item, taken),
            None if detail.into.is_some() => {}
            // nothing is known of what it would have told
            Some(_) | None => gaps.push(self.broken(detail, HOLLOW)),
        }
        Ok(true)
    }
}

/// The input of a question; none where there is nothing to ask, or it hangs on what was not told, which leaves a gap `at`.
fn input(detail: &Question, names: &Names<'_>, gaps: &mut Vec<Gap>, at: &str) -> Option<Value> {
    let hidden = match unmet(&detail.when, names.item, gaps) {
        Some(hidden) => hidden,
        None => match names.fill(&detail.with) {
            Ok(input) => return Some(input),
            Err(Missing(path)) => covering(gaps, &path).cloned(),
        },
    };
    gaps.extend(hidden.map(|gap| Gap { at: at.to_owned(), ..gap }));
    None
}

/// Whether a description describes nothing.
fn is_hollow(taken: &Value) -> bool {
    match taken {
        Value::Array(list) => !list.first().is_some_and(Value::is_object),
        Value::Object(map) => map.is_empty(),
        _ => true,
    }
}

/// Adds the lists of a further page to those of the first.
fn append(whole: &mut Value, more: Value) {
    match (whole, more) {
        (Value::Array(whole), Value::Array(mut more)) => whole.append(&mut more),
        (Value::Object(whole), Value::Object(more)) => {
            for (name, value) in more {
                match whole.get_mut(&name) {
                    Some(found @ Value::Array(_)) => append(found, value),
                    Some(_) => {}
                    None => drop(whole.insert(name, value)),
                }
            }
        }
        _ => {}
    }
}
