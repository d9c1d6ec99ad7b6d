//! The functions of Helm's templates: Go's own, sprig's, and Helm's. One file a theme, each a table from name to function.
//!
//! What gives another answer each time (a random text, a certificate, the time) is a hole, and so is what is made of one,
//! unless the function only moves texts about. See <https://helm.sh/docs/chart_template_guide/function_list/>.

mod dicts;
mod emit;
mod encoding;
mod files;
mod impure;
mod indent;
mod lists;
mod logic;
mod numbers;
mod patterns;
mod strings;
mod toml;
mod toml_read;
mod versions;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

use super::engine::hold::{Items, Table};
use super::engine::text::Str;
use super::engine::val::{Hole, Thing, V, Val};
use super::engine::{Engine, LONGEST, print};

pub(super) use numbers::integer_of;

/// What a function was given.
pub(super) struct Args<'a> {
    pub all: &'a [Val],
    pub engine: &'a Engine<'a>,
}

/// What it gives, or why it cannot.
type Given = Result<Val, String>;

/// Its name, the fewest and the most arguments, whether it moves holes about without looking at them, and what it does.
type Row = (&'static str, usize, usize, Holed, fn(&Args<'_>) -> Given);

/// What a function makes of a hole among its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holed {
    /// It goes through, as a part of the result.
    Kept,
    /// The result is the hole, and what it is cannot be told at all.
    Lost,
    /// The result is the hole, a text that is there if the argument is.
    Turned,
}

use Holed::{Kept, Lost, Turned};

/// Any number of arguments.
const MANY: usize = usize::MAX;

static TABLE: LazyLock<BTreeMap<&'static str, &'static Row>> = LazyLock::new(|| {
    let groups = [
        dicts::TABLE,
        emit::TABLE,
        encoding::TABLE,
        files::TABLE,
        impure::TABLE,
        indent::TABLE,
        lists::TABLE,
        logic::TABLE,
        numbers::TABLE,
        patterns::TABLE,
        strings::TABLE,
        toml::TABLE,
        versions::TABLE,
    ];
    groups.into_iter().flatten().map(|row| (row.0, row)).collect()
});

/// Calls a function.
pub(super) fn call(name: &str, args: &Args<'_>) -> Given {
    let Some((_, fewest, most, holed, run)) = TABLE.get(name) else {
        return Err(format!("function `{name}` is not known"));
    };
    if args.all.len() < *fewest || args.all.len() > *most {
        return Err(format!("`{name}` does not take {} arguments", args.all.len()));
    }
    if *holed != Kept
        && let Some(hole) = args.all.iter().find_map(Val::hole)
    {
        return Ok(Val::from(V::Hole(Hole { there: hole.there && *holed == Turned, ..hole })));
    }
    let said = |reason: String| format!("`{name}`: {reason}");
    args.engine.charge(args.all.iter().map(weight).sum()).map_err(said)?;
    let value = run(args).map_err(said)?;
    args.engine.charge(weight(&value)).map_err(said)?;
    Ok(match &value.v {
        // what a text is made of says where it comes from
        V::Str(_) | V::Bool(_) | V::Int(_) | V::Float(_) => value.or_via(args.all.iter().find_map(Val::via)),
        _ => value,
    })
}

/// How much work a value is for a function that looks at all of it once, in steps.
fn weight(value: &Val) -> usize {
    match &value.v {
        V::Str(text) => text.as_str().len() / 32,
        V::List(items) => items.len() / 2,
        V::Map(map) => map.borrow().len() / 2,
        _ => 0,
    }
}

/// Calls a method of a thing.
pub(super) fn method(engine: &Engine<'_>, thing: &Thing, name: &str, args: &[Val]) -> Given {
    match thing {
        Thing::Files(all) => files::method(engine, all, name, args),
        Thing::Apis(all) => match (name, args) {
            ("Has", [api]) => Ok(Val::from(all.iter().any(|known| Some(&**known) == api.str()))),
            _ => Err(format!("API versions have no `{name}`")),
        },
        Thing::Version(version) => versions::method(version, name, args),
    }
}

impl Args<'_> {
    fn get(&self, at: usize) -> &Val {
        self.all.get(at).unwrap_or(&Val::NIL)
    }

    /// An argument as a text, marks and all; nothing is an empty one.
    fn str(&self, at: usize) -> Str {
        text_of(self.get(at))
    }

    fn text(&self, at: usize) -> Rc<str> {
        self.str(at).rc()
    }

    fn int(&self, at: usize) -> i64 {
        integer_of(self.get(at))
    }

    /// A count, that is no less than nothing.
    fn count(&self, at: usize) -> usize {
        usize::try_from(self.int(at)).unwrap_or(0)
    }

    fn list(&self, at: usize) -> Result<Rc<Items>, String> {
        list_of(self.get(at))
    }

    fn map(&self, at: usize) -> Result<&Rc<Table>, String> {
        let value = self.get(at);
        value.map().ok_or_else(|| format!("a map is needed, not {}", article(value.kind())))
    }

    /// The hole at `at` after all: for functions that keep holes but have to look at one argument.
    fn open(&self, at: usize) -> Option<Val> {
        self.get(at).hole().map(|hole| Val::from(V::Hole(Hole { there: false, ..hole })))
    }
}

fn article(kind: &str) -> String {
    format!("a {kind}")
}

fn text_of(value: &Val) -> Str {
    print::printed(value)
}

fn list_of(value: &Val) -> Result<Rc<Items>, String> {
    match &value.v {
        V::List(items) => Ok(items.clone()),
        V::Nil => Ok(Items::new(Vec::new())),
        _ => Err(format!("a list is needed, not {}", article(value.kind()))),
    }
}

/// A text that is not longer than a text may be.
fn fits(length: usize) -> Result<(), String> {
    if length > LONGEST { Err("the text is longer than a text may be".into()) } else { Ok(()) }
}

/// A text made by `change` of each of the first argument's.
fn changed(args: &Args<'_>, change: impl Fn(&str) -> Cow<'_, str>) -> Given {
    let text = args.str(args.all.len().saturating_sub(1));
    let new = change(text.as_str());
    if new == text.as_str() { Ok(Val::from(text)) } else { Ok(Val::from(new.into_owned())) }
}
