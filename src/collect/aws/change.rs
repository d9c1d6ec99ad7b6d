//! What is taken out of an answer and put elsewhere in it, by the paths of the tables.

use serde_json::{Map, Value};

use super::path::{Path, Step, is};

/// A value that was taken out, and which elements of which lists it came from; none for a list that had none.
struct Taken {
    at: Vec<usize>,
    value: Option<Value>,
}

impl Path {
    /// Changes every value there; `name` is the key that the value lies under.
    pub(super) fn change(&self, value: &mut Value, with: &mut dyn FnMut(&str, &mut Value)) {
        change(&self.0, "", value, with);
    }

    /// Leaves every value there out.
    pub(super) fn remove(&self, value: &mut Value) {
        self.take(value);
        self.prune(value);
    }

    /// Takes every value there out.
    fn take(&self, value: &mut Value) -> Vec<Taken> {
        let mut found = Vec::new();
        take(&self.0, value, &mut Vec::new(), &mut found);
        found
    }

    /// Puts a value there that was taken from elsewhere: into the same elements, as far as both paths go through lists.
    fn put(&self, value: &mut Value, taken: Taken) {
        put(&self.0, value, &taken.at, taken.value);
    }

    /// Moves every value there to `to`, element by element as far as both go through lists; where `to` has place for one
    /// it is the first.
    pub(super) fn shift(&self, to: &Self, value: &mut Value) {
        let lists = to.0.iter().filter(|step| matches!(step, Step::Each)).count();
        let one = !matches!(to.0.last(), Some(Step::Each));
        let mut filled = std::collections::BTreeSet::new();
        for taken in self.take(value) {
            let place = taken.at.iter().take(lists).copied().collect::<Vec<_>>();
            if !one || filled.insert(place) {
                to.put(value, taken);
            }
        }
        self.prune(value);
    }

    /// Puts a value there.
    pub(super) fn set(&self, value: &mut Value, new: Value) {
        put(&self.0, value, &[], Some(new));
    }

    /// Removes what is empty along the path, its last step first.
    fn prune(&self, value: &mut Value) {
        prune(&self.0, value);
    }

    /// The path up to where it goes through a list.
    pub(super) fn trunk(&self) -> String {
        let steps = self.0.iter().take_while(|step| matches!(step, Step::Key(_))).cloned();
        Self(steps.collect()).to_string()
    }
}

fn change(steps: &[Step], name: &str, value: &mut Value, with: &mut dyn FnMut(&str, &mut Value)) {
    let Some((step, rest)) = steps.split_first() else { return with(name, value) };
    match (step, value) {
        (Step::Key(key), Value::Object(map)) => {
            if let Some(value) = map.get_mut(key) {
                change(rest, key, value, with);
            }
        }
        (Step::Any, Value::Object(map)) => map.iter_mut().for_each(|(key, value)| change(rest, key, value, with)),
        (Step::Each, Value::Array(list)) => list.iter_mut().for_each(|value| change(rest, name, value, with)),
        (Step::Where(key, wanted), Value::Array(list)) => {
            list.iter_mut().filter(|element| is(element, key, wanted)).for_each(|v| change(rest, name, v, with));
        }
        _ => {}
    }
}

fn take(steps: &[Step], value: &mut Value, at: &mut Vec<usize>, found: &mut Vec<Taken>) {
    let Some((step, rest)) = steps.split_first() else { return };
    match (step, value) {
        (Step::Key(key), Value::Object(map)) if rest.is_empty() => {
            found.extend(map.shift_remove(key).map(|value| Taken { at: at.clone(), value: Some(value) }));
        }
        (Step::Key(key), Value::Object(map)) => {
            if let Some(value) = map.get_mut(key) {
                take(rest, value, at, found);
            }
        }
        (Step::Each, Value::Array(list)) if list.is_empty() => found.push(Taken { at: at.clone(), value: None }),
        (Step::Each | Step::Where(..), Value::Array(list)) => {
            let whole = rest.is_empty();
            for (number, element) in list.iter_mut().enumerate() {
                if matches!(step, Step::Where(key, wanted) if !is(element, key, wanted)) {
                    continue;
                }
                // what is chosen by a value stands for itself, not for one of many
                let depth = at.len();
                if matches!(step, Step::Each) {
                    at.push(number);
                }
                match whole {
                    true => found.push(Taken { at: at.clone(), value: Some(element.take()) }),
                    false => take(rest, element, at, found),
                }
                at.truncate(depth);
            }
            if whole && matches!(step, Step::Each) {
                list.clear();
            }
        }
        _ => {}
    }
}

fn put(steps: &[Step], value: &mut Value, at: &[usize], new: Option<Value>) {
    let Some((step, rest)) = steps.split_first() else {
        if let Some(new) = new {
            *value = new;
        }
        return;
    };
    match step {
        Step::Key(key) => {
            if !value.is_object() {
                *value = Value::Object(Map::new());
            }
            if let Value::Object(map) = value {
                put(rest, map.entry(key.as_str()).or_insert(Value::Null), at, new);
            }
        }
        Step::Each => {
            if !value.is_array() {
                *value = Value::Array(Vec::new());
            }
            let Value::Array(list) = value else { return };
            let Some(new) = new else { return };
            // the same element where both go through one; bare values one after the other
            let number = if rest.is_empty() { list.len() } else { at.first().copied().unwrap_or_default() };
            while list.len() <= number {
                list.push(Value::Object(Map::new()));
            }
            if let Some(element) = list.get_mut(number) {
                put(rest, element, at.get(1..).unwrap_or_default(), Some(new));
            }
        }
        // a place to put something is named outright: held by the tables' test
        Step::Any | Step::Where(..) => {}
    }
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn prune(steps: &[Step], value: &mut Value) {
    let Some((step, rest)) = steps.split_first() else { return };
    match (step, value) {
        (Step::Key(key), Value::Object(map)) => {
            if let Some(below) = map.get_mut(key)
                && !rest.is_empty()
            {
                prune(rest, below);
                if empty(below) {
                    map.shift_remove(key);
                }
            }
        }
        (Step::Each | Step::Where(..), Value::Array(list)) => {
            list.iter_mut().for_each(|element| prune(rest, element));
            list.retain(|element| !empty(element));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path(text: &str) -> Path {
        Path::try_from(text.to_owned()).unwrap()
    }

    fn moved(from: &str, to: &str, mut value: Value) -> Value {
        path(from).shift(&path(to), &mut value);
        value
    }

    #[test]
    fn moves_keep_all_else() {
        assert_eq!(moved("A", "B.C", json!({"A": 1, "D": 2})), json!({"D": 2, "B": {"C": 1}}));
        assert_eq!(
            moved("Groups[].Id", "GroupIds[]", json!({"Groups": [{"Id": 1, "Status": "x"}, {"Id": 2}]})),
            json!({"Groups": [{"Status": "x"}], "GroupIds": [1, 2]})
        );
        assert_eq!(
            moved("R[].Apply", "R[].By", json!({"R": [{"Apply": 1}, {"Other": 2}, {"Apply": 3}]})),
            json!({"R": [{"By": 1}, {"Other": 2}, {"By": 3}]})
        );
        assert_eq!(
            moved("A[].X", "B[].Y", json!({"A": [{"Z": 1}, {"X": 2}]})),
            json!({"A": [{"Z": 1}], "B": [{}, {"Y": 2}]})
        );
        assert_eq!(moved("P.Arn", "P", json!({"P": {"Arn": "a", "Type": "t"}})), json!({"P": "a"}));
        assert_eq!(moved("A[].B[]", "C[]", json!({"A": [{"B": [1, 2]}, {"B": [3]}]})), json!({"C": [1, 2, 3]}));
        assert_eq!(
            moved("A[Key=x].Value", "X", json!({"A": [{"Key": "y", "Value": 1}, {"Key": "x", "Value": 2}]})),
            json!({"A": [{"Key": "y", "Value": 1}, {"Key": "x"}], "X": 2})
        );
    }

    #[test]
    fn where_there_is_place_for_one_it_is_the_first() {
        assert_eq!(moved("A[].B", "C", json!({"A": [{"B": 1}, {"B": 2}]})), json!({"C": 1}));
        assert_eq!(
            moved("L[].A[].B", "L[].C", json!({"L": [{"A": [{"B": 1}, {"B": 2}]}, {"A": [{"B": 3}]}]})),
            json!({"L": [{"C": 1}, {"C": 3}]})
        );
        assert_eq!(moved("A.Items", "A", json!({"A": {"Items": [1], "Quantity": 1}})), json!({"A": [1]}));
    }

    #[test]
    fn an_empty_list_stays_an_empty_list() {
        assert_eq!(moved("Groups[].Id", "GroupIds[]", json!({"Groups": []})), json!({"GroupIds": []}));
        assert_eq!(moved("Groups[].Id", "GroupIds[]", json!({})), json!({}));
    }
}
