//! Waivers: findings that somebody accepted, for a reason and until a day. A waiver stands beside a verdict and never
//! replaces it.

use jiff::civil::Date;

use crate::model::Resource;
use crate::rule::{Estate, Rule, matches};
use crate::source::{Note, NoteKind, Span};

/// An accepted finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiver {
    /// The rule, by its id or an alias.
    pub rule: String,
    /// The resource's address, or a pattern of addresses.
    pub resource: String,
    /// Only resources of this kind, where it says so.
    pub kind: Option<String>,
    /// Why it was accepted.
    pub reason: String,
    /// Who accepted it.
    pub by: String,
    /// The last day on which it holds.
    pub until: Date,
    /// The decision about an addressable HIPAA specification that stands behind it.
    pub decision: Option<String>,
    /// Where it was written, where the estate file is one of the scanned files.
    pub at: Option<Span>,
}

impl Waiver {
    /// Whether it speaks of `rule` on `resource`, whatever the day.
    pub fn speaks_of(&self, rule: &Rule, resource: &Resource) -> bool {
        let named = self.rule == rule.id() || rule.metadata().aliases.contains(&self.rule);
        let kind = self.kind.as_deref().is_none_or(|kind| kind == resource.kind_name().name());
        named
            && kind
            && (matches(&self.resource, &resource.address) || matches(&self.resource, &resource.full_address()))
    }

    /// Whether it still holds on `today`.
    pub fn holds_on(&self, today: Date) -> bool {
        today <= self.until
    }
}

impl Estate {
    /// The waiver that holds on `today` for `rule` on `resource`, if there is one; the one that holds longest.
    pub fn waiver(&self, rule: &Rule, resource: &Resource, today: Date) -> Option<&Waiver> {
        let holding = self.waivers.iter().filter(|waiver| waiver.holds_on(today) && waiver.speaks_of(rule, resource));
        holding.max_by_key(|waiver| waiver.until)
    }

    /// A note for each waiver whose day has passed.
    pub fn expired(&self, today: Date) -> Vec<Note> {
        let over = self.waivers.iter().filter(|waiver| !waiver.holds_on(today));
        over.map(|waiver| {
            let message = format!(
                "the waiver of `{}` on `{}` ended on {} and no longer counts",
                waiver.rule, waiver.resource, waiver.until
            );
            let note = Note::new(NoteKind::Configuration, message)
                .in_file(self.path.clone())
                .help("mend the finding, or let somebody accept it anew");
            match waiver.at {
                Some(span) => note.at(span),
                None => note,
            }
        })
        .collect()
    }
}
