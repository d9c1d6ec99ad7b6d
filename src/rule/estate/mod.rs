//! The estate file `deodar.yaml`: what no manifest and no API can tell. Text to [`Estate`] is pure; reading the file is
//! another room's.

mod check;
mod document;
mod error;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{KindName, Resource};
use crate::rule::profile::Thresholds;
use crate::rule::{Library, Severity, Waiver, matches};
use crate::source::{FileId, Note, NoteKind, Span};
use crate::value::{Provider, State};

pub use error::EstateError;

/// The class of data that nothing regulates.
pub const NOT_REGULATED: &str = "none";

/// The classes that need no declaration.
pub const CLASSES: &[&str] = &[NOT_REGULATED, "personal", "phi", "special-category"];

/// What an estate file declares.
#[derive(Clone, Default, Debug)]
pub struct Estate {
    /// Where it was read.
    pub path: Arc<str>,
    /// The same, where it is one of the scanned files.
    pub file: Option<FileId>,
    /// The scan sees the estate as a whole.
    pub whole: bool,
    /// The data classes by name.
    pub classes: BTreeMap<String, Class>,
    /// Classes and owners by selector, in order: the first that matches counts.
    pub assets: Vec<Asset>,
    /// Accounts, tenants and projects of one's own; none where the file does not say.
    pub accounts: Option<Vec<Account>>,
    /// Recipients of data.
    pub vendors: Vec<Vendor>,
    /// Known transfers and what they rest on.
    pub flows: Vec<Flow>,
    /// Workloads that are part of an AI agent.
    pub agents: Vec<Agent>,
    /// Declared administrators and operators of clusters.
    pub administrators: Vec<Holder>,
    /// Principals for emergencies.
    pub breakglass: Vec<BreakGlass>,
    /// Thresholds that replace the defaults.
    pub thresholds: Thresholds,
    /// Accepted findings; malformed ones are not among them.
    pub waivers: Vec<Waiver>,
    /// Rules switched off or weighed otherwise, by id or alias.
    pub rules: BTreeMap<String, Override>,
    /// Patterns of paths that are not scanned, as a `.gitignore` writes them.
    pub exclude: Vec<String>,
    /// Variable files by Terraform root (its folder, `.` for the root of the scan), in order.
    pub terraform: BTreeMap<String, Vec<String>>,
    /// Parameter files by CloudFormation template, or by the folder of several, in order.
    pub cloudformation: BTreeMap<String, Vec<String>>,
    /// Values files by Helm chart (its folder), in order.
    pub helm: BTreeMap<String, Vec<String>>,
    /// What is wrong with it without making it unreadable: malformed waivers and overrides, which do not count.
    pub notes: Vec<Note>,
}

/// A data class.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Class {
    /// The baselines that speak of it.
    pub frameworks: Vec<String>,
    /// The jurisdiction codes in which its data may lie; none where the file does not say.
    pub allowed: Option<BTreeSet<Arc<str>>>,
    /// Countries whose adequacy decision holds under a condition, where the condition is met (`[US]`: the recipients are
    /// on the Data Privacy Framework list); none where the file does not say.
    pub conditional: Option<BTreeSet<Arc<str>>>,
    /// Where it was written, where the estate file is one of the scanned files.
    pub at: Option<Span>,
}

/// Which resources something is said of; all that is written must be so.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Selector {
    /// The cloud.
    pub provider: Option<Provider>,
    /// The kind.
    pub kind: Option<KindName>,
    /// A pattern of types in the provider's dialect.
    pub native_type: Option<String>,
    /// A pattern of names.
    pub name: Option<String>,
    /// A pattern of addresses.
    pub address: Option<String>,
    /// A pattern of tags or labels: `key` or `key=value`.
    pub tag: Option<String>,
}

/// What is said of some resources.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asset {
    /// Which.
    pub selector: Selector,
    /// Their data class.
    pub class: Option<String>,
    /// Who answers for them.
    pub owner: Option<String>,
    /// What their data is for.
    pub purpose: Option<String>,
    /// How long their data is kept.
    pub retention_days: Option<i64>,
    /// How much hangs on them: `low`, `medium`, `high`.
    pub criticality: Option<String>,
    /// Where it was written, where the estate file is one of the scanned files.
    pub at: Option<Span>,
}

/// An account, a tenant, a subscription or a project of one's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The cloud.
    pub provider: Provider,
    /// Its id, as the cloud writes it.
    pub id: Arc<str>,
    /// The country it is at home in.
    pub home: Option<String>,
    /// The business associate agreement with the provider.
    pub baa: Option<String>,
    /// The data processing agreement with the provider.
    pub dpa: Option<String>,
}

/// A recipient of data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vendor {
    /// What the other parts of the file call it.
    pub id: String,
    /// Its accounts at cloud providers, which may be trusted under a condition.
    pub accounts: Vec<Arc<str>>,
    /// Patterns of its hosts.
    pub hosts: Vec<String>,
    /// The country it processes in.
    pub country: Option<String>,
    /// Whether it is on the Data Privacy Framework list.
    pub dpf_listed: Option<bool>,
    /// The data processing agreement.
    pub dpa: Option<String>,
    /// The business associate agreement.
    pub baa: Option<String>,
    /// Whether it agreed not to train on the data.
    pub training_opt_out: Option<bool>,
}

/// A known transfer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Flow {
    /// The class of the data.
    pub class: Option<String>,
    /// The jurisdiction it comes from.
    pub from: Option<String>,
    /// The vendor it goes to.
    pub vendor: Option<String>,
    /// The jurisdiction it goes to.
    pub to: Option<String>,
    /// The form of the safeguard: `SCC`, `BCR`, …
    pub safeguard: Option<String>,
    /// Its document.
    pub document: Option<String>,
    /// The transfer impact assessment.
    pub tia: Option<String>,
    /// The last day on which it holds.
    pub until: Option<jiff::civil::Date>,
}

/// Workloads that are part of an AI agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agent {
    /// Which.
    pub selector: Selector,
    /// The tools it may use.
    pub tools: Vec<String>,
    /// Who approves what it does: `human`, `none`.
    pub approval: Option<String>,
    /// Whether tenants share it: `single`, `many`.
    pub tenants: Option<String>,
    /// Where it was written, where the estate file is one of the scanned files.
    pub at: Option<Span>,
}

/// A declared administrator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// The cloud.
    pub provider: Option<Provider>,
    /// A pattern of principals: `Group/platform-oncall`, `User/ada`, `ServiceAccount/flux-system/*`.
    pub principal: String,
    /// Why it must be one.
    pub reason: Option<String>,
}

/// A principal for emergencies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BreakGlass {
    /// The cloud.
    pub provider: Provider,
    /// A pattern of principals.
    pub principal: String,
    /// Who is told when it is used.
    pub alert: Option<String>,
}

/// What is said of a rule, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Override {
    /// It is not judged.
    pub disabled: bool,
    /// It weighs otherwise.
    pub severity: Option<Severity>,
    /// Why.
    pub reason: String,
}

impl Estate {
    /// Reads an estate file; `path` names it in messages, `file` is given where it is one of the scanned files.
    pub fn parse(text: &str, path: &str, file: Option<FileId>) -> Result<Self, EstateError> {
        check::estate(text, path, file)
    }

    /// The ids of the accounts of one's own; none where the file does not say.
    pub fn own_accounts(&self) -> Option<BTreeSet<Arc<str>>> {
        Some(self.accounts.as_ref()?.iter().map(|account| account.id.clone()).collect())
    }

    /// What the file says of `rule`, by its id or an alias.
    pub fn rule(&self, rule: &crate::rule::Rule) -> Option<&Override> {
        if self.rules.is_empty() {
            return None;
        }
        self.rules.get(rule.id()).or_else(|| rule.metadata().aliases.iter().find_map(|alias| self.rules.get(alias)))
    }

    /// A note for each rule that the file names and `library` does not have.
    pub fn unknown_rules(&self, library: &Library) -> Vec<Note> {
        let named =
            self.waivers.iter().map(|waiver| (&waiver.rule, waiver.at)).chain(self.rules.keys().map(|id| (id, None)));
        let unknown = named.filter(|(id, _)| library.named(id).is_none());
        unknown
            .map(|(id, at)| {
                let message = format!("the estate file speaks of rule `{id}`, which does not exist");
                let mut note = Note::new(NoteKind::Configuration, message).in_file(self.path.clone());
                note.span = at;
                note.help = error::did_you_mean(id, library.rules().iter().map(|rule| rule.id()));
                note
            })
            .collect()
    }

    /// Whether `holder` (`Group/admins`, `ServiceAccount/namespace/name`) is a declared administrator of `provider`.
    pub fn administers(&self, provider: Provider, holder: &str) -> bool {
        let of = |admin: &&Holder| admin.provider.is_none_or(|of| of == provider);
        self.administrators.iter().filter(of).any(|admin| matches(&admin.principal, holder))
    }

    /// The classes of regulated data that it declares.
    pub fn regulated(&self) -> impl Iterator<Item = (&str, &Class)> {
        self.classes.iter().filter(|(name, _)| *name != NOT_REGULATED).map(|(name, class)| (name.as_str(), class))
    }
}

impl Selector {
    /// Whether `resource` is meant. A tag that is not known does not match.
    pub fn matches(&self, resource: &Resource) -> bool {
        let like =
            |pattern: &Option<String>, text: &str| pattern.as_deref().is_none_or(|pattern| matches(pattern, text));
        self.provider.is_none_or(|provider| provider == resource.provider)
            && self.kind.is_none_or(|kind| kind == resource.kind_name())
            && like(&self.native_type, &resource.native_type)
            && like(&self.name, &resource.name)
            && (like(&self.address, &resource.address) || like(&self.address, &resource.full_address()))
            && self.tag.as_deref().is_none_or(|tag| has_tag(resource, tag))
    }
}

fn has_tag(resource: &Resource, pattern: &str) -> bool {
    let (State::Set(tags) | State::Default(tags)) = &resource.tags.state else { return false };
    let (key, value) = pattern.split_once('=').unwrap_or((pattern, "*"));
    tags.iter().any(|(name, text)| matches(key, name) && matches(value, text))
}
