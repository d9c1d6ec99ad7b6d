//! Properties of the judge, over random facts of random kinds and the real rules: a definite verdict stands whatever the
//! unknown turns out to be, and neither chunks nor threads change a verdict.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

#[path = "support/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use deodar::engine::{Engine, Judgement, Outcome};
use deodar::model::{Inventory, KindName, ResourceId};
use deodar::rule::{Library, Profile};
use proptest::prelude::*;

use random::{Dice, Maker, Odds};

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::embedded);
static ENGINE: LazyLock<Engine<'static>> = LazyLock::new(|| Engine::without_lint(&LIBRARY).unwrap());
/// Engines with other chunks, and numbers of threads.
static OTHERS: LazyLock<Vec<(Engine<'static>, usize)>> = LazyLock::new(|| {
    [(1, 1), (7, 3), (1000, 2)]
        .map(|(chunk, threads)| (Engine::without_lint(&LIBRARY).unwrap().in_chunks_of(chunk), threads))
        .into()
});
static MAKER: LazyLock<Maker> = LazyLock::new(|| Maker::new(&LIBRARY));

fn judge(inventory: &Inventory) -> Judgement {
    ENGINE.judge(inventory, &Profile::of(None))
}

/// The verdicts on the first `judged` resources.
fn by_pair(judgement: &Judgement, judged: usize) -> BTreeMap<(ResourceId, usize), &Outcome> {
    let here = judgement.verdicts.iter().filter(|verdict| (verdict.resource.0 as usize) < judged);
    here.map(|verdict| ((verdict.resource, verdict.rule), &verdict.outcome)).collect()
}

fn kinds() -> impl Strategy<Value = Vec<KindName>> {
    prop::collection::vec(prop::sample::select(KindName::ALL.to_vec()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_definite_verdict_stands_under_every_completion(kinds in kinds(), seed in any::<u64>(), unknown in 5usize..60) {
        let mut dice = Dice(seed);
        let open = MAKER.inventory(&kinds, Odds { unknown, unset: 10 }, &mut dice);
        let judged = judge(&open);
        let before = by_pair(&judged, kinds.len());
        for _ in 0..6 {
            let whole = MAKER.completed(&open, kinds.len(), &mut dice);
            let completed = judge(&whole);
            let after = by_pair(&completed, kinds.len());
            for pair in before.keys().chain(after.keys()) {
                let rule = LIBRARY.rules()[pair.1].id();
                let agrees = match (before.get(pair), after.get(pair)) {
                    (_, Some(Outcome::Undetermined { .. })) => false,
                    (Some(Outcome::Violated { .. }), after) => matches!(after, Some(Outcome::Violated { .. })),
                    (Some(Outcome::Holds), after) => matches!(after, None | Some(Outcome::Holds)),
                    (None, after) => after.is_none(),
                    (Some(Outcome::Undetermined { .. } | Outcome::Failed { .. }), _) => true,
                };
                prop_assert!(agrees, "{rule} on {:?}: {:?}, completed {:?}", whole.get(pair.0), before.get(pair), after.get(pair));
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_resource_is_judged_alike_alone_and_among_others(kind in prop::sample::select(KindName::ALL.to_vec()), seed in any::<u64>()) {
        let inventory = MAKER.inventory(&[kind; 40], Odds { unknown: 10, unset: 10 }, &mut Dice(seed));
        let together = judge(&inventory);
        for at in 0..40 {
            let mut resources = inventory.resources().to_vec();
            for (_, other) in resources.iter_mut().take(40).enumerate().filter(|(other, _)| *other != at) {
                other.kind = KindName::Estate.unread();
            }
            let alone = judge(&Inventory::new(resources, Default::default()));
            let of = |judgement: &Judgement| judgement.verdicts.iter().filter(|verdict| verdict.resource.0 as usize == at).cloned().collect::<Vec<_>>();
            prop_assert_eq!(of(&together), of(&alone));
        }
    }

    #[test]
    fn chunks_and_threads_change_no_verdict(kinds in prop::collection::vec(prop::sample::select(KindName::ALL.to_vec()), 1..80), seed in any::<u64>()) {
        let inventory = MAKER.inventory(&kinds, Odds { unknown: 20, unset: 10 }, &mut Dice(seed));
        let expected = judge(&inventory);
        prop_assert!(expected.verdicts.is_sorted_by_key(|verdict| (verdict.resource, verdict.rule)));
        for (engine, threads) in OTHERS.iter() {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(*threads).build().unwrap();
            let found = pool.install(|| engine.judge(&inventory, &Profile::of(None)));
            prop_assert_eq!(&found, &expected);
        }
    }
}

#[test]
fn an_unknown_boolean_that_does_not_matter_leaves_a_verdict() {
    // FirewallRule: `unless { !(from_anywhere && admin_port) }` holds whatever `from_anywhere` is, when `admin_port` is false
    use deodar::model::FirewallRule;
    use deodar::value::{Known, Origins, Unknown, Why};
    let set = |value: bool| Known::set(value, Origins::NONE);
    let unknown = || Known::unknown(Unknown::new(Why::Variable("var.cidr".into())), Origins::NONE);
    let verdict = |admin_port: Known<bool>| {
        let mut dice = Dice(0);
        let mut resource =
            MAKER.inventory(&[KindName::FirewallRule], Odds { unknown: 0, unset: 0 }, &mut dice).resources()[0].clone();
        resource.kind = FirewallRule {
            allows: set(true),
            inbound: set(true),
            from_anywhere: unknown(),
            admin_port,
            form: Known::set("security-group".into(), Origins::NONE),
            ..FirewallRule::default()
        }
        .into();
        let inventory = Inventory::new(vec![resource], Default::default());
        let (rule, _) = LIBRARY.rule("NET-FW-ADMIN").unwrap();
        judge(&inventory).verdicts.into_iter().find(|verdict| verdict.rule == rule).unwrap().outcome
    };
    assert_eq!(verdict(set(false)), Outcome::Holds);
    assert_eq!(verdict(set(true)), Outcome::Undetermined { policies: [0].into() });
    assert_eq!(verdict(unknown()), Outcome::Undetermined { policies: [0].into() });
}

/// What one rule says of a disk whose key is so and so.
mod through_a_link {
    use super::*;
    use deodar::engine::{Evidence, Seen};
    use deodar::model::{Disk, Key, Link, Target};
    use deodar::rule::Rule;
    use deodar::value::{Known, Origins, State, Unknown, Why};

    fn set<T>(value: T) -> Known<T> {
        Known::set(value, Origins::NONE)
    }

    fn unknown<T>(variable: &str) -> Known<T> {
        Known::unknown(Unknown::new(Why::Variable(variable.into())), Origins::NONE)
    }

    fn link(resolved: Option<ResourceId>) -> Known<Link> {
        set(Link { target: Target::Name("alias/a".into()), resolved })
    }

    /// The verdict on a disk with `key`, beside a key that rotates so.
    fn judged(
        unless: &str,
        key: Known<Link>,
        rotates: Known<bool>,
    ) -> (Option<Outcome>, Evidence, Vec<(String, String)>) {
        let policy = format!(
            "@id(\"X\") @message(\"volume `{{name}}` of {{type}} has key {{key}}\") forbid (principal, action == Action::\"assess\", resource is Disk) unless {{ {unless} }};"
        );
        let document = LIBRARY.rules()[0].document().to_owned();
        let library = Library::with(vec![Rule::new("X", "x", policy, document)], Vec::new()).unwrap();
        let engine = Engine::of_all(&library).unwrap();
        let mut both = MAKER
            .inventory(&[KindName::Disk, KindName::Key], Odds { unknown: 0, unset: 0 }, &mut Dice(3))
            .resources()[..2]
            .to_vec();
        both[0].kind = Disk { key, ..Disk::default() }.into();
        both[0].name = "data".into();
        both[1].kind = Key { rotates, ..Key::default() }.into();
        let inventory = Inventory::new(both, Default::default());
        let judgement = engine.judge(&inventory, &Profile::of(None));
        let Some(verdict) = judgement.verdicts.first() else { return (None, Evidence::default(), Vec::new()) };
        (
            Some(verdict.outcome.clone()),
            engine.evidence(&inventory, &Profile::of(None), verdict),
            engine.messages(&inventory, verdict),
        )
    }

    const GUARDED: &str = "resource.has_key && resource.key.rotates";
    const HERE: Option<ResourceId> = Some(ResourceId(1));

    #[test]
    fn the_other_resource_is_read() {
        assert_eq!(judged(GUARDED, link(HERE), set(true)).0, Some(Outcome::Holds));
        let (outcome, evidence, messages) = judged(GUARDED, link(HERE), set(false));
        assert_eq!(outcome, Some(Outcome::Violated { policies: [0].into() }));
        let items: Vec<_> =
            evidence.primary.iter().map(|item| (item.path.as_str(), item.resource.0, item.value.clone())).collect();
        assert_eq!(items, [("key", 0, Seen::Set("alias/a".into())), ("key.rotates", 1, Seen::Set("false".into()))]);
        assert_eq!(messages, [("X".into(), "volume `data` of thing has key alias/a".into())]);
    }

    #[test]
    fn what_is_unknown_or_was_not_seen_is_undetermined() {
        let cases = [
            (link(HERE), unknown("var.rotates"), "`var.rotates` has no value"),
            (unknown("var.key"), set(true), "`var.key` has no value"),
            (link(None), set(true), "`alias/a` is not among the scanned files"),
        ];
        for (key, rotates, why) in cases {
            let (outcome, evidence, _) = judged(GUARDED, key, rotates);
            assert_eq!(outcome, Some(Outcome::Undetermined { policies: [0].into() }), "{why}");
            assert_eq!(evidence.unknown().next().unwrap().1.to_string(), why);
        }
    }

    #[test]
    fn what_is_absent_is_guarded_or_a_failure() {
        let none = || Known { state: State::Unset, origins: Origins::NONE };
        assert_eq!(judged(GUARDED, none(), set(true)).0, Some(Outcome::Violated { policies: [0].into() }));
        let (outcome, ..) = judged("resource.key.rotates", none(), set(true));
        assert_eq!(
            outcome,
            Some(Outcome::Failed { message: "`Disk::\"0\"` does not have the attribute `key`".into() })
        );
    }

    #[test]
    fn a_rule_that_breaks_the_house_rules_is_refused() {
        let document = LIBRARY.rules()[0].document().to_owned();
        for policy in [
            "permit (principal, action, resource);",
            "forbid (",
            "@id(\"X\") @message(\"x\") forbid (principal, action == Action::\"assess\", resource is Disk) unless { resource has key };",
        ] {
            let library = Library::with(vec![Rule::new("X", "x", policy, document.clone())], Vec::new()).unwrap();
            assert!(Engine::of_all(&library).is_err(), "{policy}");
        }
    }
}
