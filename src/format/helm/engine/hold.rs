//! Lists and maps that are let go of one by one, however deep a template has nested them: not by recursion.

use std::cell::RefCell;
use std::mem;
use std::ops::Deref;
use std::rc::Rc;

use super::val::{Map, V, Val};

/// What a list holds.
#[derive(Default, Debug)]
pub(in crate::format::helm) struct Items(Vec<Val>);

/// What a map holds.
#[derive(Default, Debug)]
pub(in crate::format::helm) struct Table(RefCell<Map>);

impl Items {
    pub fn new(items: Vec<Val>) -> Rc<Self> {
        Rc::new(Self(items))
    }
}

impl Table {
    pub fn new(map: Map) -> Rc<Self> {
        Rc::new(Self(RefCell::new(map)))
    }
}

impl Deref for Items {
    type Target = Vec<Val>;

    fn deref(&self) -> &Vec<Val> {
        &self.0
    }
}

impl Deref for Table {
    type Target = RefCell<Map>;

    fn deref(&self) -> &RefCell<Map> {
        &self.0
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        let nested = |value: &Val| matches!(value.v, V::List(_) | V::Map(_));
        if self.0.iter().any(nested) {
            release(mem::take(&mut self.0));
        }
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        let nested = |value: &Val| matches!(value.v, V::List(_) | V::Map(_));
        if self.0.get_mut().values().any(nested) {
            release(mem::take(self.0.get_mut()).into_values().collect());
        }
    }
}

fn release(mut open: Vec<Val>) {
    while let Some(value) = open.pop() {
        match value.v {
            V::List(items) => {
                if let Ok(mut items) = Rc::try_unwrap(items) {
                    open.append(&mut items.0);
                }
            }
            V::Map(map) => {
                if let Ok(mut map) = Rc::try_unwrap(map) {
                    open.extend(mem::take(map.0.get_mut()).into_values());
                }
            }
            _ => {}
        }
    }
}
