//! What a resource is called, and where it is.

use serde_json::Value;

use super::scan::Scan;
use super::table::Type;
use super::template::{Names, Parent};
use super::unit::Unit;

impl<A> Unit<'_, A> {
    pub(super) fn names<'n>(&'n self, item: &'n Value, bare: &'n Value, parent: Option<&'n Parent>) -> Names<'n> {
        let Scan { account, partition, main_region, .. } = self.scan;
        let region = self.region.unwrap_or(main_region);
        Names { item, bare, id: None, arn: None, region, account, partition, parent }
    }

    /// What a resource is called; what there is one of is called after its account, or after its parent.
    pub(super) fn identity(
        &self,
        of: &Type,
        item: &Value,
        bare: &Value,
        parent: Option<&Parent>,
    ) -> (Option<String>, Option<String>) {
        let names = self.names(item, bare, parent);
        let id = match (&of.id, parent) {
            (Some(written), _) => names.identity(written),
            (None, Some(parent)) => Some(parent.id.clone()),
            (None, None) => Some(self.scan.account.to_owned()),
        };
        let names = Names { id: id.as_deref(), ..names };
        let arn = of.arn.as_ref().and_then(|written| names.identity(written));
        (id, arn)
    }

    /// The region in which an item is, if its own attributes tell.
    fn told(&self, of: &Type, item: &Value) -> Option<String> {
        let home = of.region.as_ref()?;
        let said = home.at.get(item)?.as_str().unwrap_or_default();
        Some(home.names.get(said).map_or_else(|| said.to_owned(), String::clone)).filter(|region| !region.is_empty())
    }

    /// The region that is asked about an item.
    pub(super) fn home(&self, of: &Type, item: &Value, parent: Option<&Parent>) -> String {
        self.region_of(of, item, parent).unwrap_or_else(|| self.scan.main_region.to_owned())
    }

    /// The region that an item is said to be in: its own, its parent's, or that in which it was found.
    pub(super) fn region_of(&self, of: &Type, item: &Value, parent: Option<&Parent>) -> Option<String> {
        let above = || parent.and_then(|parent| parent.region.clone());
        self.told(of, item).or_else(above).or_else(|| self.region.map(str::to_owned))
    }

    /// Whether an item is in a region that was asked for, as far as is known.
    pub(super) fn wanted(&self, of: &Type, item: &Value) -> bool {
        self.scan.all_regions || self.told(of, item).is_none_or(|region| self.scan.regions.contains(&region))
    }
}
