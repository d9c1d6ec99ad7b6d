//! The table of places: made from `rules/places/*.yaml` into `table.txt`, one line a region, which is what deodar reads
//! when it starts. A test keeps the two alike.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::model::{Places, Spot, TextSet};
use crate::value::Provider;

static TABLE: LazyLock<Places> = LazyLock::new(|| table(include_str!("../../rules/places/table.txt")));

/// The table that is built in.
pub fn places() -> &'static Places {
    &TABLE
}

/// Reads lines of `<provider> <region> <codes, parted by commas> [<pair>]`.
fn table(text: &str) -> Places {
    let mut shared: BTreeMap<&str, Arc<TextSet>> = BTreeMap::new();
    let mut spots = BTreeMap::new();
    for line in text.lines() {
        let mut words = line.split(' ');
        let provider = match words.next() {
            Some("aws") => Provider::Aws,
            Some("azure") => Provider::Azure,
            Some("gcp") => Provider::Gcp,
            _ => continue,
        };
        let (Some(region), Some(codes)) = (words.next(), words.next()) else { continue };
        let jurisdictions =
            shared.entry(codes).or_insert_with(|| Arc::new(codes.split(',').map(Arc::from).collect())).clone();
        spots.insert((provider, Arc::from(region)), Spot { jurisdictions, pair: words.next().map(Arc::from) });
    }
    Places { spots }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde::Deserialize;

    use super::*;
    use crate::value::{Known, Origins};

    #[derive(Deserialize)]
    struct Regions {
        aws: Vec<Region>,
        azure: Vec<Region>,
        gcp: Vec<Region>,
    }

    #[derive(Deserialize)]
    struct Region {
        code: String,
        country: Option<String>,
        #[serde(default)]
        countries: Vec<String>,
        within: Option<String>,
        pair: Option<String>,
    }

    #[derive(Deserialize)]
    struct Jurisdictions {
        eu: Vec<String>,
        eea_efta: Vec<String>,
        adequacy: Vec<Adequacy>,
    }

    #[derive(Deserialize)]
    struct Adequacy {
        code: String,
        tier: String,
    }

    impl Jurisdictions {
        fn of(&self, country: &str) -> BTreeSet<String> {
            let mut codes = BTreeSet::from([country.to_owned()]);
            if self.eu.iter().any(|code| code == country) {
                codes.extend(["EU".to_owned(), "EEA".to_owned()]);
            }
            if self.eea_efta.iter().any(|code| code == country) {
                codes.insert("EEA".to_owned());
            }
            codes.extend(
                self.adequacy.iter().filter(|decision| decision.code == country).map(|decision| decision.tier.clone()),
            );
            codes
        }

        /// What holds for every part of a region; empty where nothing is known or nothing is in common.
        fn of_region(&self, region: &Region) -> BTreeSet<String> {
            if region.within.as_deref() == Some("EU") {
                return BTreeSet::from(["EU".to_owned(), "EEA".to_owned()]);
            }
            let countries = region.country.iter().chain(&region.countries);
            countries.map(|country| self.of(country)).reduce(|all, next| &all & &next).unwrap_or_default()
        }
    }

    /// The table as the two documents have it.
    fn made() -> String {
        let regions: Regions =
            serde_saphyr::from_str(include_str!("../../rules/places/regions.yaml")).expect("regions.yaml");
        let jurisdictions: Jurisdictions =
            serde_saphyr::from_str(include_str!("../../rules/places/jurisdictions.yaml")).expect("jurisdictions.yaml");
        let mut lines = Vec::new();
        for (provider, regions) in [("aws", &regions.aws), ("azure", &regions.azure), ("gcp", &regions.gcp)] {
            for region in regions {
                let codes: Vec<_> = jurisdictions.of_region(region).into_iter().collect();
                if !codes.is_empty() {
                    let pair = region.pair.as_ref().map(|pair| format!(" {pair}")).unwrap_or_default();
                    lines.push(format!("{provider} {} {}{pair}\n", region.code, codes.join(",")));
                }
            }
        }
        lines.sort();
        lines.concat()
    }

    #[test]
    fn the_table_of_places_is_what_its_documents_say() {
        let made = made();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/places/table.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &made).expect("it can be written");
        }
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(stored, made, "run UPDATE=1 cargo nextest run -E 'test(places)'");
    }

    fn codes(provider: Provider, region: &str) -> Option<String> {
        let place = places().place(provider, Known::set(Arc::from(region), Origins::NONE));
        place.value().map(|place| place.jurisdictions.iter().map(|code| &**code).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn places_of_regions_zones_and_display_names() {
        for (provider, region, expected) in [
            (Provider::Aws, "eu-central-1", "DE EEA EU"),
            (Provider::Aws, "eu-central-1a", "DE EEA EU"),
            (Provider::Aws, "us-gov-west-1", "US adequate-conditional"),
            (Provider::Azure, "West Europe", "EEA EU NL"),
            (Provider::Azure, "norwayeast", "EEA NO"),
            (Provider::Azure, "uksouth", "GB adequate"),
            (Provider::Gcp, "EU", "EEA EU"),
            (Provider::Gcp, "europe-west6", "CH adequate"),
            (Provider::Gcp, "europe-west4-a", "EEA EU NL"),
            (Provider::Gcp, "regional-europe-west4", "EEA EU NL"),
            (Provider::Gcp, "EUR3", "EEA EU"),
        ] {
            assert_eq!(codes(provider, region).as_deref(), Some(expected), "{region}");
        }
    }

    /// Nothing in common, nothing published, nothing known: no place, so no rule can call it allowed.
    #[test]
    fn places_that_are_not_one_jurisdiction_are_unknown() {
        for (provider, region) in [
            (Provider::Gcp, "asia"),
            (Provider::Gcp, "eur8"),
            (Provider::Gcp, "global"),
            (Provider::Azure, "europe"),
            (Provider::Aws, "eu-isoe-west-1"),
            (Provider::Aws, "us-east-1-bos-1a"),
            (Provider::Aws, "mars-north-1"),
        ] {
            assert_eq!(codes(provider, region), None, "{region}");
        }
    }

    #[test]
    fn the_pair_of_sao_paulo_lies_in_the_united_states() {
        let pair = places().pair(Provider::Azure, "Brazil South").expect("it has a pair");
        assert_eq!((&*pair.region, pair.jurisdictions.contains("US")), ("southcentralus", true));
    }
}
