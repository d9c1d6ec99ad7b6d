//! The policies of one kind: one Cedar set with every policy that speaks of it, and the tests that tell whether each
//! applies. Policies with the same `when` share one test.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use cedar_policy::{Policy, PolicyId, PolicySet};

use crate::engine::policy::Parted;
use crate::model::KindName;

/// A policy in a kind's set.
pub(super) struct Row {
    /// The rule: its place in the library.
    pub rule: usize,
    /// The policy's place in the rule's file.
    pub at: u16,
    /// The test of whether it applies, by number; none where it always does.
    pub test: Option<usize>,
    /// What its requirement reads.
    pub primary: Vec<String>,
    /// What decides whether it applies.
    pub related: Vec<String>,
    /// The policy and its test.
    texts: (Policy, Option<Policy>),
    alone: OnceLock<Option<PolicySet>>,
}

impl Row {
    /// The set of only this policy and its test; their numbers are the same. None if Cedar refuses it.
    pub(super) fn alone(&self) -> Option<&PolicySet> {
        self.alone
            .get_or_init(|| {
                PolicySet::from_policies(std::iter::once(self.texts.0.clone()).chain(self.texts.1.clone())).ok()
            })
            .as_ref()
    }

    /// Every path it reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = &str> {
        self.primary.iter().chain(&self.related).map(String::as_str)
    }
}

/// The policies of one kind.
pub(super) struct KindSet {
    /// Rows of one rule stand together, rules in the order of the library.
    pub rows: Vec<Row>,
    /// How many tests there are.
    pub tests: usize,
    /// Every policy and test.
    pub policies: PolicySet,
    /// Rules whose policies cannot be used, with the fault: they fail on every resource of the kind.
    pub broken: Vec<(usize, String)>,
}

/// What a policy's number stands for in a [`KindSet`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Numbered {
    /// A row.
    Row(usize),
    /// A test.
    Test(usize),
}

impl Numbered {
    fn id(self) -> PolicyId {
        PolicyId::new(match self {
            Self::Row(at) => at.to_string(),
            Self::Test(at) => format!("t{at}"),
        })
    }

    /// What the policy `id` is.
    pub(super) fn of(id: &PolicyId) -> Option<Self> {
        let id: &str = id.as_ref();
        match id.strip_prefix('t') {
            Some(test) => test.parse().ok().map(Self::Test),
            None => id.parse().ok().map(Self::Row),
        }
    }
}

impl KindSet {
    /// The set of `kind`; `rules` are the rules that speak of it, with their policies or the fault that hinders them.
    pub(super) fn new<'p>(kind: KindName, rules: impl Iterator<Item = (usize, Result<&'p [Parted], String>)>) -> Self {
        let mut set = Self { rows: Vec::new(), tests: 0, policies: PolicySet::new(), broken: Vec::new() };
        let mut tests = BTreeMap::new();
        let mut spoken: Vec<(usize, usize, &Parted)> = Vec::new();
        for (rule, parts) in rules {
            match parts {
                Ok(parts) => spoken.extend(parts.iter().enumerate().map(|(at, part)| (rule, at, part))),
                Err(fault) => set.broken.push((rule, fault)),
            }
        }
        spoken.retain(|(_, _, part)| part.kinds.contains(&kind));
        let texts = spoken.iter().flat_map(|(_, _, part)| std::iter::once(&part.text).chain(&part.applies));
        let read = read(texts);
        for (rule, at, part) in spoken {
            if set.broken.iter().any(|(broken, _)| *broken == rule) {
                continue;
            }
            if let Err(fault) = set.add(rule, at, part, &mut tests, &read) {
                set.broken.push((rule, fault));
            }
        }
        set
    }

    fn add<'p>(
        &mut self,
        rule: usize,
        at: usize,
        part: &'p Parted,
        tests: &mut BTreeMap<&'p str, (usize, Policy)>,
        read: &HashMap<&str, Policy>,
    ) -> Result<(), String> {
        let mut parse = |text: &str, number: Numbered| -> Result<Policy, String> {
            let policy = match read.get(text) {
                Some(policy) => policy.new_id(number.id()),
                None => Policy::parse(Some(number.id()), text).map_err(|error| error.to_string())?,
            };
            self.policies.add(policy.clone()).map_err(|error| error.to_string())?;
            Ok(policy)
        };
        let policy = parse(&part.text, Numbered::Row(self.rows.len()))?;
        let test = match part.applies.as_deref() {
            None => None,
            Some(text) => Some(match tests.get(text) {
                Some(known) => known.clone(),
                None => {
                    let made = (self.tests, parse(text, Numbered::Test(self.tests))?);
                    self.tests += 1;
                    tests.insert(text, made.clone());
                    made
                }
            }),
        };
        let (number, test) = test.unzip();
        self.rows.push(Row {
            rule,
            at: u16::try_from(at).unwrap_or(u16::MAX),
            test: number,
            primary: part.primary.clone(),
            related: part.related.clone(),
            texts: (policy, test),
            alone: OnceLock::new(),
        });
        Ok(())
    }
}

/// The policies of `texts`, each of which is one, in one reading: what Cedar's parser sets up for itself costs as much as
/// a dozen policies. Where a text cannot be read nothing is given, as then each is to be read by itself, to tell which.
fn read<'t>(texts: impl Iterator<Item = &'t String>) -> HashMap<&'t str, Policy> {
    let mut seen = HashSet::new();
    let texts: Vec<&str> = texts.map(String::as_str).filter(|text| seen.insert(*text)).collect();
    let Ok(set) = texts.join("\n").parse::<PolicySet>() else { return HashMap::new() };
    if set.policies().count() != texts.len() {
        return HashMap::new();
    }
    // the parser numbers them in the order of the text
    let numbered =
        |(at, text): (usize, &'t str)| Some((text, set.policy(&PolicyId::new(format!("policy{at}")))?.clone()));
    texts.into_iter().enumerate().filter_map(numbered).collect()
}
