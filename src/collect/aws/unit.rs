//! One unit of work: lists the resources of a type in a region, asks more of each, shapes it, and goes on to what hangs
//! below it. Holds a page of a list and what is being asked at the moment, never all of it.
//!
//! **Invariant:** what was not answered is said: a list in its listing, an attribute in a gap, whatever it cost.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use futures_util::stream::{self, TryStreamExt};
use serde_json::{Map, Value};

use super::ask::{Ask, Pages};
use super::conditions::{covering, unmet};
use super::reply::Reply;
use super::scan::{Lanes, Scan, Stopped, worse};
use super::shape;
use super::table::{Question, Service, Type};
use super::template::{Missing, Names, Parent};
use crate::collect::snapshot::{Entry, Gap, GapState, Journal, ListState, Listing};

/// Items that are asked about at a time.
const ITEMS: usize = 8;
const NOTHING: &Value = &Value::Null;
/// Said where a description describes nothing.
pub(super) const HOLLOW: &str = "the answer says nothing of what was asked about";

/// A unit of work.
pub(super) struct Unit<'u, A> {
    pub(super) scan: &'u Scan<'u>,
    pub(super) ask: &'u A,
    pub(super) journal: &'u Journal,
    pub(super) lanes: &'u Lanes,
    pub(super) service: &'u Service,
    of: &'u Type,
    /// None for a global service.
    pub(super) region: Option<&'u str>,
    pub(super) name: String,
    /// How far the list of each type got.
    lists: RefCell<BTreeMap<&'u str, Listing>>,
}

type Boxed<'f> = Pin<Box<dyn Future<Output = Result<(), Stopped>> + 'f>>;

impl<'u, A: Ask> Unit<'u, A> {
    pub(super) fn new(
        scan: &'u Scan<'u>,
        ask: &'u A,
        journal: &'u Journal,
        lanes: &'u Lanes,
        service: &'u Service,
        of: &'u Type,
        region: Option<&'u str>,
    ) -> Self {
        let mut name = format!("{}/{}/{}", service.service, region.unwrap_or("-"), of.name);
        // a type may be found by several questions
        match service.roots().filter(|other| other.name == of.name).position(|other| std::ptr::eq(other, of)) {
            None | Some(0) => {}
            Some(number) => name.push_str(&format!("#{}", number + 1)),
        }
        Self { scan, ask, journal, lanes, service, of, region, name, lists: RefCell::default() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Does the work, and says that it is done.
    pub(super) async fn run(&self) -> Result<(), Stopped> {
        self.begin(self.of);
        self.find(self.of, None).await?;
        for listing in self.lists.borrow().values() {
            self.journal.listing(&self.name, listing)?;
        }
        Ok(self.journal.finished(&self.name)?)
    }

    /// Every type of the unit has a listing, those below it as well: a list of which there is nothing to ask is whole.
    fn begin(&self, of: &'u Type) {
        let Some(question) = of.first() else { return };
        let listing = Listing {
            native_type: of.name.clone(),
            region: self.region.map(str::to_owned),
            state: ListState::Complete,
            call: Some(self.call_name(question, &question.call)),
            permission: None,
            message: None,
        };
        if self.lists.borrow_mut().insert(&of.name, listing).is_none() {
            self.service.children(&of.name).for_each(|child| self.begin(child));
        }
    }

    /// A list is not whole.
    fn incomplete(&self, of: &Type, gap: &Gap) {
        let state = match gap.state {
            GapState::Refused => ListState::Refused,
            GapState::Failed => ListState::Failed,
            GapState::NotAsked => ListState::NotAsked,
        };
        if let Some(listing) = self.lists.borrow_mut().get_mut(&*of.name)
            && worse(listing.state, state) != listing.state
        {
            listing.state = state;
            listing.call = Some(gap.call.clone());
            listing.permission.clone_from(&gap.permission);
            listing.message.clone_from(&gap.message);
        }
        // what would hang below what was not listed is not listed either
        for child in self.service.children(&of.name) {
            self.incomplete(child, gap);
        }
    }

    /// Finds the resources of a type: all of them, or those of one parent.
    fn find<'f>(&'f self, of: &'f Type, parent: Option<&'f (Parent, Vec<Gap>)>) -> Boxed<'f> {
        Box::pin(async move {
            let Some(question) = of.first() else { return Ok(()) };
            let (above, gaps) = parent.map_or((None, &[][..]), |(parent, gaps)| (Some(parent), gaps.as_slice()));
            let names = Names {
                item: above.map_or(NOTHING, |parent| &parent.item),
                id: above.map(|parent| parent.id.as_str()),
                arn: above.and_then(|parent| parent.arn.as_deref()),
                ..self.names(NOTHING, NOTHING, above)
            };
            let Some(mut input) = self.input(of, question, &names, gaps) else { return Ok(()) };
            let region = self.home(of, NOTHING, above);
            let about = above.map(|parent| parent.id.as_str());
            if let Some(gap) = self.prepare(question, &region, about).await? {
                self.incomplete(of, &gap);
                return Ok(());
            }
            let mut pages = Pages::of(self.ask, self.service.client(question), &question.call);
            loop {
                let answer = match self.put(question, &question.call, &region, &input, about).await? {
                    Reply::Answered(answer) => answer,
                    Reply::Absent => return Ok(()),
                    Reply::Elsewhere(message) => {
                        if let Some(listing) = self.lists.borrow_mut().get_mut(&*of.name) {
                            listing.message = Some(message);
                        }
                        return Ok(());
                    }
                    // one of many parents: only its own attribute is unknown
                    Reply::Unknown(gap) if question.each.is_some() && question.into.is_some() => {
                        let into = question.into.as_ref().map(super::path::Path::trunk).unwrap_or_default();
                        let gaps = vec![Gap { at: into, ..gap }];
                        return self.item(of, Value::Object(Map::new()), above, gaps).await;
                    }
                    Reply::Unknown(gap) => {
                        self.incomplete(of, &gap);
                        return Ok(());
                    }
                };
                let next = pages.next(&input, &answer);
                let Some(items) = Self::items(question, answer) else {
                    self.incomplete(of, &self.broken(question, HOLLOW));
                    return Ok(());
                };
                let work = stream::iter(items.into_iter().map(Ok::<_, Stopped>));
                work.try_for_each_concurrent(ITEMS, |item| self.item(of, item, above, Vec::new())).await?;
                match next {
                    Ok(Some(next)) => input = next,
                    Ok(None) => return Ok(()),
                    Err(error) => {
                        self.incomplete(of, &self.broken(question, &error.to_string()));
                        return Ok(());
                    }
                }
            }
        })
    }

    /// What a question leaves unknown whose answer is no whole one.
    pub(super) fn broken(&self, question: &Question, message: &str) -> Gap {
        let call = self.call_name(question, &question.call);
        let message = Some(message.to_owned());
        Gap { at: String::new(), state: GapState::Failed, call, permission: None, message }
    }

    /// The input of a list; none where there is nothing to ask, or it hangs on what was not answered, which is said.
    fn input(&self, of: &Type, question: &Question, names: &Names<'_>, gaps: &[Gap]) -> Option<Value> {
        if let Some(hidden) = unmet(&question.when, names.item, gaps) {
            hidden.iter().for_each(|gap| self.incomplete(of, gap));
            return None;
        }
        let filled = names.fill(&question.with);
        if let Err(Missing(path)) = &filled {
            covering(gaps, path).into_iter().for_each(|gap| self.incomplete(of, gap));
        }
        filled.ok()
    }

    /// The items of an answer. Of a single one the one item; no item if what is wanted of it is not there, and none at all
    /// if it is a list of descriptions without one.
    fn items(question: &Question, answer: Value) -> Option<Vec<Value>> {
        if let Some(path) = &question.items {
            return Some(flat(path.all(&answer)));
        }
        let mut item = Value::Object(Map::new());
        let Some(taken) = shape::wanted(question, answer) else { return Some(Vec::new()) };
        if question.into.is_none() && taken.as_array().is_some_and(Vec::is_empty) {
            return None;
        }
        shape::merge(question, &mut item, taken);
        Some(vec![item])
    }

    /// Whether an item is one of those that the question is about.
    fn is_ours(&self, question: &Question, item: &Value, bare: &Value, parent: Option<&Parent>) -> bool {
        // a condition may name the account
        let only = self.names(item, bare, parent).fill(&question.only);
        only.as_ref().ok().and_then(Value::as_object).is_none_or(|only| unmet(only, item, &[]).is_none())
    }

    /// Asks more of one item, writes it, and goes on to what hangs below it.
    async fn item(&self, of: &Type, raw: Value, parent: Option<&Parent>, mut gaps: Vec<Gap>) -> Result<(), Stopped> {
        let (bare, mut item) = if raw.is_object() { (Value::Null, raw) } else { (raw, Value::Object(Map::new())) };
        if of.first().is_some_and(|question| !self.is_ours(question, &item, &bare, parent)) {
            return Ok(());
        }
        for detail in &of.details {
            let gone = !self.wanted(of, &item) || !self.detail(of, detail, &mut item, &bare, parent, &mut gaps).await?;
            if gone {
                return Ok(());
            }
        }
        if !self.wanted(of, &item) {
            return Ok(());
        }
        let (id, arn) = self.identity(of, &item, &bare, parent);
        let Some(id) = id.or_else(|| arn.clone()) else {
            let unnamed = || of.first().map(|question| self.broken(question, "an item of the list has no name"));
            if let Some(gap) = gaps.first().cloned().or_else(unnamed) {
                self.incomplete(of, &gap);
            }
            return Ok(());
        };
        let children: Vec<_> = self.service.children(&of.name).collect();
        let raw_gaps = gaps.clone();
        let as_parent = (!children.is_empty()).then(|| item.clone());
        let region = self.region_of(of, &item, parent);
        let parent_region = region.clone();
        let whole = item.clone();
        let names = Names { id: Some(&id), arn: arn.as_deref(), ..self.names(&whole, &bare, parent) };
        shape::shape(of, &mut item, &names, &mut gaps);
        gaps.sort_by(|a, b| (&a.at, &a.call).cmp(&(&b.at, &b.call)));
        let entry = Entry {
            native_type: of.name.clone(),
            id: id.clone(),
            arn: arn.clone(),
            region,
            properties: item,
            unknown: gaps,
        };
        self.journal.entry(&self.name, &entry)?;
        self.scan.watch.found(&of.name);
        if let Some(item) = as_parent {
            let parent = (Parent { item, id, arn, region: parent_region }, raw_gaps);
            for child in children {
                self.find(child, Some(&parent)).await?;
            }
        }
        Ok(())
    }
}

/// The items of lists, one after the other.
fn flat(found: Vec<&Value>) -> Vec<Value> {
    let each = found.into_iter().flat_map(|value| match value {
        Value::Array(list) => list.clone(),
        Value::Null => Vec::new(),
        other => vec![other.clone()],
    });
    each.collect()
}
