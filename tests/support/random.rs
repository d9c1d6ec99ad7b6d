//! Resources with random facts, for properties and for measuring: any kind, any state of any fact.

use std::sync::Arc;

use deodar::model::{
    Common, Datum, Fact, FactKind, Facts, Inventory, Kind, KindName, Link, Place, Resource, ResourceId, Target,
    TextSet, UnknownTypes,
};
use deodar::rule::Library;
use deodar::source::{FileId, Span};
use deodar::value::{Known, Origins, Provider, State, UnitId, Unknown, Why};

/// Pseudo-random numbers (splitmix64): the same seed, the same numbers.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    pub fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        let at = self.below(all.len());
        &all[at]
    }
}

/// How often a fact is unknown or absent, in a hundred.
#[derive(Clone, Copy)]
pub struct Odds {
    pub unknown: usize,
    pub unset: usize,
}

/// Makes resources. Values are those that policies compare with, so that both sides of every condition are met.
pub struct Maker {
    texts: Vec<Arc<str>>,
    /// The kinds that links lead to; two of each stand at the end of every inventory.
    targets: Vec<KindName>,
}

/// How many there are of each kind that links lead to.
const SPARE: usize = 2;

/// Numbers around the thresholds.
const NUMBERS: &[i64] = &[-1, 0, 1, 6, 7, 8, 30, 89, 90, 91, 365];

impl Maker {
    pub fn new(library: &Library) -> Self {
        let mut texts: Vec<Arc<str>> = ["DE", "EEA", "US", "data"].map(Arc::from).to_vec();
        for rule in library.rules() {
            // every second piece between quotes is a literal
            texts.extend(rule.policy().split('"').skip(1).step_by(2).filter(|text| text.len() < 20).map(Arc::from));
        }
        texts.sort();
        texts.dedup();
        let facts = KindName::ALL.iter().flat_map(|kind| kind.facts());
        let mut targets: Vec<KindName> =
            facts.filter_map(|fact| if let FactKind::Link(to) = fact.kind { Some(to) } else { None }).collect();
        targets.sort();
        targets.dedup();
        Self { texts, targets }
    }

    /// An inventory of `kinds`, and after them the spare ones.
    pub fn inventory(&self, kinds: &[KindName], odds: Odds, dice: &mut Dice) -> Inventory {
        let all: Vec<KindName> = kinds.iter().copied().chain(self.spares()).collect();
        let resources =
            all.iter().enumerate().map(|(at, kind)| self.resource(at, *kind, kinds.len(), odds, dice)).collect();
        Inventory::new(resources, UnknownTypes::new())
    }

    fn spares(&self) -> impl Iterator<Item = KindName> {
        self.targets.iter().flat_map(|kind| std::iter::repeat_n(*kind, SPARE))
    }

    fn resource(&self, at: usize, kind: KindName, judged: usize, odds: Odds, dice: &mut Dice) -> Resource {
        let nowhere = Span::new(FileId(0), 0..0);
        let provider = *dice.of(&[Provider::Aws, Provider::Azure, Provider::Gcp, Provider::Kubernetes]);
        let mut resource = Resource {
            id: ResourceId(0),
            address: Arc::from(format!("r{at:07}")),
            part: None,
            name: dice.of(&self.texts).clone(),
            provider,
            native_type: Arc::from("thing"),
            dialect: deodar::value::Dialect::Native,
            unit: UnitId(0),
            head: nowhere,
            span: nowhere,
            via: Arc::from([]),
            instances_unknown: None,
            aliases: Vec::new(),
            tags: Known::unset(Origins::NONE),
            region: Known::unset(Origins::NONE),
            inherits: None,
            common: Common::default(),
            kind: kind.unread(),
        };
        self.fill(&mut resource, judged, odds, dice);
        resource
    }

    /// Rolls every fact anew.
    fn fill(&self, resource: &mut Resource, judged: usize, odds: Odds, dice: &mut Dice) {
        let mut facts = |facts: &mut dyn Facts| {
            for at in 0..facts.facts().len() {
                let fact = facts.facts()[at];
                let fact = self.known(&fact, judged, odds, dice);
                assert!(facts.put(at, fact));
            }
        };
        facts(&mut resource.common);
        facts(resource.kind.facts_mut());
    }

    fn known(&self, fact: &Fact, judged: usize, odds: Odds, dice: &mut Dice) -> Known<Datum> {
        let roll = dice.below(100);
        if roll < odds.unknown {
            return Known::unknown(Unknown::new(Why::Variable("var.x".into())), Origins::NONE);
        }
        // what may be absent is a link, or what a Boolean guards
        if roll < odds.unknown + odds.unset && (matches!(fact.kind, FactKind::Link(_)) || dice.below(10) == 0) {
            return Known::unset(Origins::NONE);
        }
        let datum = self.datum(fact.kind, judged, odds.unknown > 0, dice);
        if dice.below(2) == 0 { Known::set(datum, Origins::NONE) } else { Known::default_of(datum, Origins::NONE) }
    }

    fn datum(&self, kind: FactKind, judged: usize, not_seen: bool, dice: &mut Dice) -> Datum {
        let mut some =
            |most: usize| -> TextSet { (0..dice.below(most + 1)).map(|_| dice.of(&self.texts).clone()).collect() };
        match kind {
            FactKind::Texts => Datum::Texts(some(3)),
            FactKind::Place => Datum::Place(Place { jurisdictions: Arc::new(some(3)), region: "eu-central-1".into() }),
            FactKind::Bool => Datum::Bool(dice.below(2) == 0),
            FactKind::Long => Datum::Long(*dice.of(NUMBERS)),
            FactKind::Text => Datum::Text(dice.of(&self.texts).clone()),
            FactKind::Link(to) => {
                let place = self.targets.iter().position(|kind| *kind == to).unwrap();
                let id = ResourceId(u32::try_from(judged + place * SPARE + dice.below(SPARE)).unwrap());
                let resolved = (!not_seen || dice.below(3) > 0).then_some(id);
                Datum::Link(Link { target: Target::Name("k".into()), resolved })
            }
        }
    }

    /// The same inventory with a value for everything that is unknown or was not seen.
    pub fn completed(&self, inventory: &Inventory, judged: usize, dice: &mut Dice) -> Inventory {
        let mut resources: Vec<Resource> = inventory.resources().to_vec();
        for resource in &mut resources {
            self.complete(&mut resource.common, judged, dice);
            let kind: &mut Kind = &mut resource.kind;
            self.complete(kind.facts_mut(), judged, dice);
        }
        Inventory::new(resources, UnknownTypes::new())
    }

    fn complete(&self, facts: &mut dyn Facts, judged: usize, dice: &mut Dice) {
        for at in 0..facts.facts().len() {
            let fact = facts.facts()[at];
            let open = match facts.read(at).unwrap().0 {
                State::Unknown(_) => true,
                State::Set(deodar::model::Scalar::Link(link)) | State::Default(deodar::model::Scalar::Link(link)) => {
                    link.resolved.is_none()
                }
                _ => false,
            };
            if open {
                let was_link = !matches!(facts.read(at).unwrap().0, State::Unknown(_));
                let unset = matches!(fact.kind, FactKind::Link(_)) && !was_link && dice.below(3) == 0;
                let value = if unset {
                    Known::unset(Origins::NONE)
                } else {
                    Known::set(self.datum(fact.kind, judged, false, dice), Origins::NONE)
                };
                assert!(facts.put(at, value));
            }
        }
    }
}
