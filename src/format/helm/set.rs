//! `--set key=value`, as Helm reads it. See <https://helm.sh/docs/intro/using_helm/#the-format-and-limitations-of---set>.

use std::rc::Rc;

use super::engine::integer;
use super::engine::val::{Map, V, Val};

/// The longest list that `a[9]=x` makes.
const LONGEST: usize = 1024;

/// Puts what `text` says into `values`; what is wrong with it otherwise.
pub(super) fn set(values: &Val, text: &str) -> Result<(), String> {
    for part in split(text, ',') {
        if part.trim().is_empty() {
            continue;
        }
        let halves = split(part, '=');
        let [key, rest @ ..] = halves.as_slice() else { continue };
        if rest.is_empty() {
            return Err(format!("`{part}` has no value"));
        }
        let value = part.get(key.len() + 1..).unwrap_or("");
        put(values, &steps(key)?, typed(value))?;
    }
    Ok(())
}

/// Puts `value` to where `key` leads, as it is.
pub(super) fn at(values: &Val, key: &str, value: Val) -> Result<(), String> {
    put(values, &steps(key)?, value)
}

/// `a.b[1]`.
fn steps(key: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    for name in split(key, '.') {
        let (name, indexes) = name.split_once('[').map_or((name, ""), |(name, rest)| (name, rest));
        if !name.is_empty() {
            steps.push(Step::Key(Rc::from(name.replace('\\', ""))));
        }
        for index in indexes.split('[').filter(|index| !index.is_empty()) {
            let number = index.strip_suffix(']').and_then(|index| index.parse::<usize>().ok());
            match number.filter(|number| *number < LONGEST) {
                Some(number) => steps.push(Step::At(number)),
                None => return Err(format!("`[{index}` is no index")),
            }
        }
    }
    Ok(steps)
}

enum Step {
    Key(Rc<str>),
    At(usize),
}

/// Splits at `mark` outside of braces; a backslash before it takes its meaning away.
fn split(text: &str, mark: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth, mut escaped) = (0, 0usize, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => {}
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            letter if letter == mark && depth == 0 => {
                parts.push(text.get(start..at).unwrap_or(""));
                start = at + mark.len_utf8();
            }
            _ => {}
        }
        escaped = letter == '\\' && !escaped;
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

fn typed(text: &str) -> Val {
    if let Some(inner) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        let items = split(inner, ',').into_iter().filter(|item| !item.is_empty());
        return Val::from(items.map(|item| typed(item.trim())).collect::<Vec<_>>());
    }
    match text {
        "true" => Val::from(true),
        "false" => Val::from(false),
        "null" => Val::NIL,
        "0" => Val::from(0),
        _ => match integer(text).filter(|_| !text.starts_with(['0', '+']) && text.parse::<i64>().is_ok()) {
            Some(number) => Val::from(number),
            None => Val::from(text.replace("\\,", ",").replace("\\.", ".").replace("\\=", "=")),
        },
    }
}

fn put(target: &Val, steps: &[Step], value: Val) -> Result<(), String> {
    let [Step::Key(key), rest @ ..] = steps else { return Err("a key is missing".into()) };
    let Some(map) = target.map() else { return Err(format!("`{key}` is no key of a map")) };
    if rest.is_empty() {
        map.borrow_mut().insert(key.clone(), value);
        return Ok(());
    }
    let own = map.borrow().get(key).cloned().unwrap_or(Val::NIL);
    let new = inner(own, rest, value)?;
    map.borrow_mut().insert(key.clone(), new);
    Ok(())
}

/// The value with the rest of the steps done.
fn inner(own: Val, steps: &[Step], value: Val) -> Result<Val, String> {
    match steps {
        [] => Ok(value),
        [Step::Key(_), ..] => {
            let map = if own.map().is_some() { own } else { Val::from(Map::new()) };
            put(&map, steps, value)?;
            Ok(map)
        }
        [Step::At(at), rest @ ..] => {
            let mut items = match &own.v {
                V::List(items) => items.to_vec(),
                _ => Vec::new(),
            };
            while items.len() <= *at {
                items.push(Val::NIL);
            }
            if let Some(item) = items.get_mut(*at) {
                *item = inner(item.clone(), rest, value)?;
            }
            Ok(Val::from(items))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::helm::engine::print::show;

    #[test]
    fn values_are_set_as_helm_sets_them() {
        let values = Val::from(Map::new());
        for text in ["a.b=1,c=x\\,y", "d[1].e=true", "f={1,two}", "g=null,h=007,i=1.5", "j\\.k=v"] {
            set(&values, text).unwrap();
        }
        let shown = "map[a:map[b:1] c:x,y d:[<nil> map[e:true]] f:[1 two] g:<nil> h:007 i:1.5 j.k:v]";
        assert_eq!(show(&values).as_str(), shown);
        assert!(set(&values, "nothing").is_err());
    }
}
