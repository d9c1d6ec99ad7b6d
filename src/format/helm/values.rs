//! The values of a chart and of the charts inside it: defaults, what the person gives, globals, conditions, imports.
//! See <https://helm.sh/docs/chart_template_guide/subcharts_and_globals/>.

use std::rc::Rc;

use super::chart::{Chart, Need, missing};
use super::engine::val::{Map, V, Val};
use crate::source::{Note, Tree};

/// Puts what `under` has and `over` has not into `over`, map by map. A null in `over` takes the key away.
pub(super) fn coalesce(over: &Val, under: &Val, keep_null: bool) {
    let (Some(over), Some(under)) = (over.map(), under.map()) else { return };
    if Rc::ptr_eq(over, under) {
        return;
    }
    let entries: Vec<(Rc<str>, Val)> = under.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    for (key, value) in entries {
        let own = over.borrow().get(&key).cloned();
        match own {
            None if keep_null => _ = over.borrow_mut().insert(key, value),
            None => {
                if !value.is_nil() {
                    without_nulls(&value);
                    over.borrow_mut().insert(key, value);
                }
            }
            Some(own) if own.is_nil() => {
                if !keep_null {
                    over.borrow_mut().remove(&key);
                }
            }
            Some(own) => {
                if own.map().is_some() && value.map().is_some() {
                    coalesce(&own, &value, keep_null);
                }
            }
        }
    }
}

/// A key that is nothing by default is as good as none.
fn without_nulls(values: &Val) {
    let Some(map) = values.map() else { return };
    map.borrow_mut().retain(|_, value| !value.is_nil());
    map.borrow().values().for_each(without_nulls);
}

/// The values of a chart, `given` over its own, those of its charts under their names.
pub(super) fn of_chart(chart: &Chart, given: &Val) -> Val {
    let values = given.deep_copy();
    let own = chart.values.deep_copy();
    // a null for a chart inside takes its default away, and so has to reach it
    for sub in &chart.charts {
        let (over, under) = (values.get(&sub.name), own.get(&sub.name));
        if let (Some(_), Some(_), Some(rest)) = (over.map(), under.map(), own.map()) {
            coalesce(&over, &under, true);
            rest.borrow_mut().remove(&sub.name);
        }
    }
    coalesce(&values, &own, false);
    for sub in &chart.charts {
        let mut own = values.get(&sub.name);
        if own.map().is_none() {
            own = Val::from(Map::new());
        }
        globals(&own, &values);
        let own = of_chart(sub, &own);
        if let Some(map) = values.map() {
            map.borrow_mut().insert(sub.name.clone(), own);
        }
    }
    values
}

/// Hands the globals of a chart on to one inside it; the outer chart's win.
fn globals(own: &Val, outer: &Val) {
    let outer = outer.get("global");
    if outer.map().is_none() {
        return;
    }
    let new = outer.deep_copy();
    coalesce(&new, &own.get("global"), true);
    if let Some(map) = own.map() {
        map.borrow_mut().insert(Rc::from("global"), new);
    }
}

/// Takes out the charts that conditions and tags disable, gives aliases, and says which are not there.
pub(super) fn enable(tree: &Tree, chart: &mut Chart, given: &Val, notes: &mut Vec<Note>) {
    let mut charts = Vec::new();
    let mut taken: Vec<Rc<str>> = Vec::new();
    for need in &chart.needs {
        let name = need.alias.clone().unwrap_or_else(|| need.name.clone());
        taken.push(need.name.clone());
        match chart.charts.iter().find(|sub| sub.name == need.name) {
            Some(found) => {
                let mut sub = found.clone();
                if let Some(alias) = &need.alias {
                    sub.name = alias.clone();
                    if let Some(about) = sub.about.deep_copy().map() {
                        about.borrow_mut().insert(Rc::from("Name"), Val::from(&**alias));
                        sub.about = Val::from(V::Map(about.clone()));
                    }
                }
                charts.push((sub, Some(need.clone())));
            }
            None => charts.push((absent(name), Some(need.clone()))),
        }
    }
    charts.extend(chart.charts.iter().filter(|sub| !taken.contains(&sub.name)).map(|sub| (sub.clone(), None)));
    // a condition may hang on a default of the chart that it is about
    let all = Chart { charts: charts.iter().map(|(sub, _)| sub.clone()).collect(), ..chart.clone() };
    let values = of_chart(&all, given);
    charts.retain(|(_, need)| need.as_ref().is_none_or(|need| is_enabled(need, &values)));
    let mut kept = Vec::new();
    for (sub, need) in charts {
        match need {
            Some(need) if sub.folder.is_empty() => notes.push(missing(tree, chart, &need)),
            _ => kept.push(sub),
        }
    }
    chart.charts = kept;
    for sub in &mut chart.charts {
        enable(tree, sub, &values.get(&sub.name), notes);
    }
}

/// A chart that is needed and is not there.
fn absent(name: Rc<str>) -> Chart {
    Chart {
        name,
        folder: Rc::from(""),
        about: Val::NIL,
        library: true,
        values: Val::from(Map::new()),
        templates: Vec::new(),
        files: Rc::default(),
        crds: Vec::new(),
        needs: Vec::new(),
        charts: Vec::new(),
    }
}

fn is_enabled(need: &Need, values: &Val) -> bool {
    for path in need.condition.split(',').map(str::trim).filter(|path| !path.is_empty()) {
        if let V::Bool(flag) = values.at_path(path).v {
            return flag;
        }
    }
    let tags = values.get("tags");
    let said: Vec<bool> = need
        .tags
        .iter()
        .filter_map(|tag| match tags.get(tag).v {
            V::Bool(flag) => Some(flag),
            _ => None,
        })
        .collect();
    said.is_empty() || said.contains(&true)
}

/// Takes over what a chart imports from those inside it, innermost first.
pub(super) fn import(chart: &mut Chart, given: &Val) {
    for sub in &mut chart.charts {
        import(sub, &given.get(&sub.name));
    }
    if chart.needs.iter().all(|need| need.imports.is_empty()) {
        return;
    }
    let values = of_chart(chart, given);
    let imported = Val::from(Map::new());
    for need in &chart.needs {
        let name = need.alias.as_ref().unwrap_or(&need.name);
        for import in &need.imports {
            let (child, parent) = match (import.str(), import.map()) {
                (Some(export), _) => (format!("{name}.exports.{export}"), String::new()),
                (_, Some(_)) => {
                    let part = |key: &str| import.get(key).str().unwrap_or("").to_owned();
                    (format!("{name}.{}", part("child")), part("parent"))
                }
                _ => continue,
            };
            let mut table = values.at_path(&child).deep_copy();
            if table.map().is_none() {
                continue;
            }
            for key in parent.rsplit('.').filter(|key| !key.is_empty() && *key != ".") {
                table = Val::from(Map::from([(Rc::from(key), table)]));
            }
            coalesce(&imported, &table, true);
        }
    }
    // what the chart says itself wins
    let own = chart.values.deep_copy();
    coalesce(&own, &imported, true);
    chart.values = own;
}
