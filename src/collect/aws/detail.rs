//! One thing more that is asked of an item: where it is asked, of which page, and what it leaves unknown.

use serde_json::Value;

use super::ask::Ask;
use super::conditions::{covering, unmet};
use super::reply::Reply;
use super::scan::Stopped;
use super::shape;
use super::table::{Question, Type};
use super::template::{Missing, Names, Parent};
use super::unit::Unit;
use crate::collect::snapshot::{Gap, GapState};

impl<A: Ask> Unit<'_, A> {
    /// Asks one thing more of an item.
    pub(super) async fn detail(
        &self,
        of: &Type,
        detail: &Question,
        item: &mut Value,
        bare: &Value,
        parent: Option<&Parent>,
        gaps: &mut Vec<Gap>,
    ) -> Result<(), Stopped> {
        let at = detail.into.as_ref().map(super::path::Path::trunk).unwrap_or_default();
        if detail.unless.as_ref().is_some_and(|path| path.get(item).is_some()) {
            return Ok(());
        }
        if let Some(hidden) = unmet(&detail.when, item, gaps) {
            gaps.extend(hidden.map(|gap| Gap { at, ..gap }));
            return Ok(());
        }
        let (id, arn) = self.identity(of, item, bare, parent);
        let names = Names { id: id.as_deref(), arn: arn.as_deref(), ..self.names(item, bare, parent) };
        let mut input = match names.fill(&detail.with) {
            Ok(input) => input,
            Err(Missing(path)) => {
                // what was not told before cannot be asked about now
                let hidden = covering(gaps, &path).cloned();
                gaps.extend(hidden.map(|gap| Gap { at, ..gap }));
                return Ok(());
            }
        };
        let region = self.home(of, item, parent);
        let about = id.or(arn);
        if let Some(gap) = self.prepare(detail, &region, about.as_deref()).await? {
            gaps.push(Gap { at, ..gap });
            return Ok(());
        }
        let mut whole: Option<Value> = None;
        loop {
            let answer = match self.put(detail, &detail.call, &region, &input, about.as_deref()).await? {
                Reply::Answered(answer) => answer,
                Reply::Absent => break,
                Reply::Elsewhere(message) => {
                    let call = self.call_name(detail, &detail.call);
                    let message = Some(message);
                    gaps.push(Gap { at, state: GapState::Failed, call, permission: None, message });
                    break;
                }
                // half a list is no list
                Reply::Unknown(gap) => {
                    gaps.push(Gap { at, ..gap });
                    return Ok(());
                }
            };
            let next = self.ask.next(self.service.client(detail), &detail.call, &input, &answer);
            if let Some(taken) = shape::wanted(detail, answer) {
                match &mut whole {
                    None => whole = Some(taken),
                    Some(whole) => append(whole, taken),
                }
            }
            match next {
                Some(next) => input = next,
                None => break,
            }
        }
        if let Some(taken) = whole {
            shape::merge(detail, item, taken);
        }
        Ok(())
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
