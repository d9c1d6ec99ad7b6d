//! What the estate file says of agreements with a cloud's provider, for its account: who may hold health data, and who may
//! learn from content.

use crate::model::{ASSUMED, Inventory, Kind, Resource};
use crate::rule::Estate;
use crate::value::{Known, Origins, Provider, Why, any};

/// Fills what an account cannot say of itself.
pub(super) fn fill(inventory: &mut Inventory, estate: Option<&Estate>) {
    const CLOUDS: [Provider; 4] = [Provider::Aws, Provider::Azure, Provider::Gcp, Provider::Kubernetes];
    let phi =
        CLOUDS.map(|provider| holds_phi(inventory.resources().iter().filter(|resource| resource.provider == provider)));
    for resource in inventory.resources_mut() {
        let provider = resource.provider;
        let here = Origins::at(resource.head);
        let Kind::Account(account) = &mut resource.kind else { continue };
        let held = CLOUDS.iter().position(|cloud| *cloud == provider).and_then(|at| phi.get(at));
        // a cluster's data lies in a cloud, whose account holds it
        account.holds_phi = match held {
            Some(held) if provider != Provider::Kubernetes => held.clone().and_at(&here),
            _ => Known::default_of(false, here.clone()),
        };
        account.agreement = agreement(provider, estate, &here);
        if account.ai_opted_out.value().is_none()
            && let Some(out) = opted_out(provider, estate)
        {
            account.ai_opted_out = Known::set(out, here);
        }
    }
}

/// Whether something of a cloud holds health data. What nobody classified may.
fn holds_phi<'r>(resources: impl Iterator<Item = &'r Resource>) -> Known<bool> {
    any(resources.filter(|resource| keeps(&resource.kind)).map(|resource| {
        let class = &resource.common.class;
        match class.value() {
            Some(class_name) if **class_name == *ASSUMED => {
                let what = "which data is health data";
                Known::because(Why::Undeclared(what.into()), class.origins.clone())
            }
            _ => class.clone().map(|class| &*class == "phi"),
        }
    }))
}

/// Kinds that keep, move or process data of their own.
fn keeps(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::ObjectStore(_)
            | Kind::Database(_)
            | Kind::Disk(_)
            | Kind::FileShare(_)
            | Kind::Warehouse(_)
            | Kind::SearchIndex(_)
            | Kind::Cache(_)
            | Kind::Queue(_)
            | Kind::Topic(_)
            | Kind::ModelService(_)
    )
}

/// A file that lists accounts and names no agreement says that there is none.
fn agreement(provider: Provider, estate: Option<&Estate>, here: &Origins) -> Known<bool> {
    let Some(estate) = estate else {
        return Known::because(Why::Undeclared("a business associate agreement".into()), here.clone());
    };
    let accounts = estate.accounts.iter().flatten().filter(|account| account.provider == provider);
    let mut named = accounts.map(|account| account.baa.as_ref().is_some_and(|baa| !baa.trim().is_empty())).peekable();
    let is = named.peek().is_some() && named.all(|named| named);
    Known::default_of(is, here.clone())
}

/// What a vendor that is the provider itself agreed to.
fn opted_out(provider: Provider, estate: Option<&Estate>) -> Option<bool> {
    let names: &[&str] = match provider {
        Provider::Aws => &["aws", "amazon"],
        Provider::Azure => &["azure", "microsoft"],
        Provider::Gcp => &["gcp", "google"],
        _ => &[],
    };
    let of = |id: &str| names.iter().any(|name| name.eq_ignore_ascii_case(id));
    estate?.vendors.iter().find(|vendor| of(&vendor.id))?.training_opt_out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_a_vendor_by_its_own_name() {
        let text = "vendors: [{id: microsoft, training_opt_out: true}]\n";
        let estate = Estate::parse(text, "deodar.yaml", None).expect("it is well formed");
        assert_eq!(opted_out(Provider::Azure, Some(&estate)), Some(true));
        assert_eq!(opted_out(Provider::Gcp, Some(&estate)), None);
    }

    #[test]
    fn an_account_without_an_agreement_has_none() {
        let estate = |text: &str| Estate::parse(text, "deodar.yaml", None).expect("it is well formed");
        let none = Origins::NONE;
        let with = estate("accounts: [{id: \"111122223333\", provider: aws, baa: BAA-7}]\n");
        assert_eq!(agreement(Provider::Aws, Some(&with), &none).value(), Some(&true));
        assert_eq!(agreement(Provider::Azure, Some(&with), &none).value(), Some(&false));
        assert_eq!(agreement(Provider::Aws, None, &none).value(), None);
    }
}
