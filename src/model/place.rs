//! Where a resource lies: region, country, jurisdictions. The table is data (`rules/places`); this room knows no
//! region by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::TextSet;
use crate::value::{Known, Provider, Why};

/// A place as policies see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The region as the provider writes it, in lower case.
    pub region: Arc<str>,
    /// Every jurisdiction code it surely lies in: the country (`DE`), `EEA`, and `adequate` or
    /// `adequate-conditional` as the decisions of the Commission say. For a multi-region only what holds for all of it.
    pub jurisdictions: Arc<TextSet>,
}

/// A row of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spot {
    /// Its jurisdictions.
    pub jurisdictions: Arc<TextSet>,
    /// The region that the provider's implicit geo-redundancy copies to.
    pub pair: Option<Arc<str>>,
}

/// The table of places: filled from data by `rule`.
#[derive(Clone, Default, Debug)]
pub struct Places {
    /// By provider and region in lower case.
    pub spots: BTreeMap<(Provider, Arc<str>), Spot>,
}

impl Places {
    /// The place of `region`; a region that is not in the table is unknown, never compliant. Availability zones and
    /// Azure's display names (`West Europe`) are brought to the region's code.
    pub fn place(&self, provider: Provider, region: Known<Arc<str>>) -> Known<Place> {
        let mut written: Arc<str> = Arc::from("");
        region
            .try_map(
                |name| {
                    written = name.clone();
                    // a cluster may run in any cloud, and no two of them share the name of a region
                    let clouds = match provider {
                        Provider::Kubernetes => &[Provider::Aws, Provider::Azure, Provider::Gcp][..],
                        _ => &[provider],
                    };
                    clouds.iter().find_map(|cloud| {
                        let region: Arc<str> = Arc::from(self.code(*cloud, &name)?);
                        let spot = self.spots.get(&(*cloud, region.clone()))?;
                        Some(Place { region, jurisdictions: spot.jurisdictions.clone() })
                    })
                },
                || Why::Place(Arc::from("")),
            )
            .named(&written)
    }

    /// The region's code in the table.
    fn code(&self, provider: Provider, name: &str) -> Option<String> {
        let plain = name.trim().to_ascii_lowercase();
        let candidates = match provider {
            // `eu-west-1a` is a zone of `eu-west-1`
            Provider::Aws => vec![plain.clone(), plain.trim_end_matches(|c: char| c.is_ascii_lowercase()).to_owned()],
            // `West Europe` is the display name of `westeurope`
            Provider::Azure => vec![plain.replace(' ', "")],
            // `europe-west1-b` is a zone of `europe-west1`
            // and `regional-europe-west1` Spanner's name for it
            Provider::Gcp => {
                let plain = plain.trim_start_matches("regional-");
                vec![plain.to_owned(), plain.rsplit_once('-').map_or_else(String::new, |(region, _)| region.to_owned())]
            }
            Provider::Kubernetes | Provider::Docker | Provider::Other => vec![plain],
        };
        candidates.into_iter().find(|code| self.spots.contains_key(&(provider, Arc::from(code.as_str()))))
    }

    /// The place of the implicit pair of `region`, if the provider has one.
    pub fn pair(&self, provider: Provider, region: &str) -> Option<Place> {
        let code = self.code(provider, region)?;
        let pair = self.spots.get(&(provider, Arc::from(code)))?.pair.clone()?;
        let spot = self.spots.get(&(provider, pair.clone()))?;
        Some(Place { region: pair, jurisdictions: spot.jurisdictions.clone() })
    }
}

impl Known<Place> {
    /// Puts the name that was looked up into the reason.
    fn named(mut self, written: &Arc<str>) -> Self {
        if let crate::value::State::Unknown(unknown) = &self.state
            && matches!(unknown.why, Why::Place(_))
        {
            self.state = crate::value::State::Unknown(crate::value::Unknown::new(Why::Place(written.clone())));
        }
        self
    }
}
