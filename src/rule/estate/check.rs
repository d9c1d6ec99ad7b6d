//! From the estate file as written to what it means: names are checked against what exists, with the place of each fault.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use serde_saphyr::{Error, Location, Spanned};

use super::document::{self, Document, Word};
use super::error::{EstateError, did_you_mean};
use super::{Account, Agent, Asset, BreakGlass, CLASSES, Class, Estate, Flow, Holder, Override, Selector, Vendor};
use crate::model::KindName;
use crate::rule::{Severity, Waiver};
use crate::source::{FileId, Note, NoteKind, Span};
use crate::value::Provider;

const PROVIDERS: &[Provider] = &[Provider::Aws, Provider::Azure, Provider::Gcp, Provider::Kubernetes];

/// Codes that stand for more than a country.
const WIDE_CODES: &[&str] = &["EEA", "EU", "adequate", "adequate-conditional"];

/// The file that is being read.
struct Reader<'t> {
    text: &'t str,
    path: &'t str,
    file: Option<FileId>,
    classes: BTreeSet<String>,
    vendors: BTreeSet<String>,
    notes: Vec<Note>,
}

type Checked<T> = Result<T, EstateError>;

pub(super) fn estate(text: &str, path: &str, file: Option<FileId>) -> Result<Estate, EstateError> {
    let document: Option<Document> = serde_saphyr::from_str(text).map_err(|error| unreadable(&error, text, path))?;
    let document = document.unwrap_or_default();
    let classes = CLASSES.iter().map(|class| (*class).to_owned()).chain(document.classes.keys().cloned()).collect();
    let vendors = document.vendors.iter().map(|vendor| vendor.id.clone()).collect();
    let mut reader = Reader { text, path, file, classes, vendors, notes: Vec::new() };
    let mut estate = reader.estate(document)?;
    estate.notes = reader.notes;
    Ok(estate)
}

/// What serde found wrong, in our words.
fn unreadable(error: &Error, text: &str, path: &str) -> EstateError {
    let error = error.without_snippet();
    let range = error.location().map(|location| bytes(&location, text));
    let (message, help) = match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            let known = || expected.iter().copied();
            let all = || format!("it may be one of {}", listed(known()));
            (format!("there is no key `{field}` here"), did_you_mean(field, known()).or_else(|| Some(all())))
        }
        Error::SerdeMissingField { field, .. } => (format!("the key `{field}` is missing here"), None),
        Error::SerdeInvalidType { unexpected, expected, .. }
        | Error::SerdeInvalidValue { unexpected, expected, .. } => {
            (format!("{unexpected} stands here instead of {expected}"), None)
        }
        Error::DuplicateMappingKey { key: Some(key), .. } => (format!("the key `{key}` stands here twice"), None),
        Error::Unexpected { expected, .. } => {
            let expected = match *expected {
                "mapping start" => "a map",
                "sequence start" => "a list",
                other => other,
            };
            (format!("{expected} is expected here"), None)
        }
        other => {
            let said = other.to_string();
            // the place is shown beside it
            let said = said.split(" at line ").next().unwrap_or(&said);
            (format!("the estate file cannot be read: {said}"), None)
        }
    };
    EstateError::new(message, help, range, text, path)
}

fn listed<'k>(known: impl Iterator<Item = &'k str>) -> String {
    known.map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ")
}

/// The bytes of a place; a place without a length is one character.
fn bytes(location: &Location, text: &str) -> Range<usize> {
    let span = location.span();
    let small = |n: Option<u64>| n.and_then(|n| usize::try_from(n).ok());
    let start = small(span.byte_offset()).unwrap_or(0).min(text.len());
    let length = small(span.byte_len()).unwrap_or(0).max(1);
    let mut end = (start + length).min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

impl Reader<'_> {
    fn fault<T>(&self, message: String, help: Option<String>, at: &Location) -> Checked<T> {
        Err(EstateError::new(message, help, Some(bytes(at, self.text)), self.text, self.path))
    }

    /// One of `known`, by name.
    fn one_of<T: Copy>(&self, what: &str, word: &Word, known: &[(&str, T)]) -> Checked<T> {
        match known.iter().find(|(name, _)| *name == word.value) {
            Some((_, value)) => Ok(*value),
            None => {
                let names = || known.iter().map(|(name, _)| *name);
                let help = did_you_mean(&word.value, names())
                    .or_else(|| Some(format!("it may be one of {}", listed(names()))));
                self.fault(format!("there is no {what} `{}`", word.value), help, &word.referenced)
            }
        }
    }

    fn provider(&self, word: &Word) -> Checked<Provider> {
        let known: Vec<_> = PROVIDERS.iter().map(|provider| (provider.name(), *provider)).collect();
        self.one_of("provider", word, &known)
    }

    fn kind(&self, word: &Word) -> Checked<KindName> {
        let known: Vec<_> = KindName::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
        self.one_of("kind", word, &known)
    }

    fn class(&self, word: &Word) -> Checked<String> {
        let known: Vec<_> = self.classes.iter().map(|class| (class.as_str(), ())).collect();
        self.one_of("class", word, &known).map(|()| word.value.clone())
    }

    fn code(&self, word: &Word) -> Checked<Arc<str>> {
        let code = word.value.as_str();
        let country = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if country || WIDE_CODES.contains(&code) {
            return Ok(Arc::from(code));
        }
        let help = did_you_mean(code, WIDE_CODES.iter().copied());
        let help = help.unwrap_or_else(|| {
            format!(
                "a country has two capital letters, such as `DE`; wider codes are {}",
                listed(WIDE_CODES.iter().copied())
            )
        });
        self.fault(format!("there is no jurisdiction code `{code}`"), Some(help), &word.referenced)
    }

    fn codes(&self, words: Option<&[Word]>) -> Checked<Option<BTreeSet<Arc<str>>>> {
        words.map(|words| words.iter().map(|word| self.code(word)).collect()).transpose()
    }

    fn selector(&self, written: &Spanned<document::Selector>) -> Checked<Selector> {
        let document::Selector { provider, kind, native_type, name, address, tag } = &written.value;
        let selector = Selector {
            provider: provider.as_ref().map(|word| self.provider(word)).transpose()?,
            kind: kind.as_ref().map(|word| self.kind(word)).transpose()?,
            native_type: native_type.clone(),
            name: name.clone(),
            address: address.clone(),
            tag: tag.clone(),
        };
        if selector == Selector::default() {
            return self.fault(
                "the selector says nothing".into(),
                Some("name a provider, kind, type, name, address or tag".into()),
                &written.referenced,
            );
        }
        Ok(selector)
    }

    fn span(&self, at: &Location) -> Option<Span> {
        self.file.map(|file| Span::new(file, bytes(at, self.text)))
    }

    fn note(&mut self, message: String, help: &str, at: &Location) {
        let mut note = Note::new(NoteKind::Configuration, message).in_file(self.path).help(help);
        note.span = self.span(at);
        self.notes.push(note);
    }

    fn estate(&mut self, document: Document) -> Checked<Estate> {
        let mut estate = Estate {
            path: Arc::from(self.path),
            file: self.file,
            whole: document.whole,
            thresholds: document.thresholds,
            exclude: document.exclude,
            terraform: document.terraform,
            cloudformation: document.cloudformation,
            helm: document.helm,
            ..Estate::default()
        };
        for (name, written) in document.classes {
            let at = self.span(&written.referenced);
            let document::Class { frameworks, allowed, conditional } = written.value;
            let (allowed, conditional) = (self.codes(allowed.as_deref())?, self.codes(conditional.as_deref())?);
            estate.classes.insert(name, Class { frameworks, allowed, conditional, at });
        }
        estate.assets = document.assets.into_iter().map(|asset| self.asset(asset)).collect::<Checked<_>>()?;
        let accounts =
            document.accounts.map(|accounts| accounts.into_iter().map(|account| self.account(account)).collect());
        estate.accounts = accounts.transpose()?;
        estate.vendors = document.vendors.into_iter().map(vendor).collect();
        estate.flows = document.flows.into_iter().map(|flow| self.flow(flow)).collect::<Checked<_>>()?;
        estate.agents = document.agents.into_iter().map(|agent| self.agent(agent)).collect::<Checked<_>>()?;
        estate.administrators =
            document.administrators.into_iter().map(|holder| self.holder(holder)).collect::<Checked<_>>()?;
        estate.breakglass =
            document.breakglass.into_iter().map(|principal| self.break_glass(principal)).collect::<Checked<_>>()?;
        for waiver in document.waivers {
            estate.waivers.extend(self.waiver(waiver)?);
        }
        for (id, said) in document.rules {
            let kept = self.override_of(&id, said)?;
            estate.rules.extend(kept.map(|kept| (id, kept)));
        }
        Ok(estate)
    }

    fn asset(&self, written: document::Asset) -> Checked<Asset> {
        Ok(Asset {
            selector: self.selector(&written.selector)?,
            class: written.class.as_ref().map(|word| self.class(word)).transpose()?,
            owner: written.owner,
            purpose: written.purpose,
            retention_days: written.retention_days,
            criticality: written.criticality,
            at: self.span(&written.selector.referenced),
        })
    }

    fn account(&self, written: document::Account) -> Checked<Account> {
        let document::Account { provider, id, home, baa, dpa } = written;
        Ok(Account { provider: self.provider(&provider)?, id: Arc::from(id), home, baa, dpa })
    }

    fn agent(&self, written: document::Agent) -> Checked<Agent> {
        let document::Agent { selector, tools, approval, tenants } = written;
        Ok(Agent { selector: self.selector(&selector)?, tools, approval, tenants, at: self.span(&selector.referenced) })
    }

    fn holder(&self, written: document::Holder) -> Checked<Holder> {
        let document::Holder { provider, principal, reason } = written;
        Ok(Holder { provider: provider.as_ref().map(|word| self.provider(word)).transpose()?, principal, reason })
    }

    fn break_glass(&self, written: document::BreakGlass) -> Checked<BreakGlass> {
        let document::BreakGlass { provider, principal, alert } = written;
        Ok(BreakGlass { provider: self.provider(&provider)?, principal, alert })
    }

    fn flow(&self, written: document::Flow) -> Checked<Flow> {
        let document::Flow { from, to, safeguard } = written;
        let known: Vec<_> = self.vendors.iter().map(|vendor| (vendor.as_str(), ())).collect();
        let vendor = to.vendor.map(|word| self.one_of("vendor", &word, &known).map(|()| word.value)).transpose()?;
        let code = |word: Option<Word>| word.map(|word| self.code(&word).map(|code| code.to_string())).transpose();
        let (form, document, tia, until) = match safeguard {
            Some(safeguard) => (Some(safeguard.form), safeguard.id, safeguard.tia, safeguard.until),
            None => (None, None, None, None),
        };
        let until = match until {
            Some(word) => match word.value.parse::<Date>() {
                Ok(day) => Some(day),
                Err(_) => {
                    return self.fault(
                        format!("`{}` is not a day", word.value),
                        Some("write it as 2027-06-30".into()),
                        &word.referenced,
                    );
                }
            },
            None => None,
        };
        Ok(Flow {
            class: from.class.as_ref().map(|word| self.class(word)).transpose()?,
            from: code(from.jurisdiction)?,
            vendor,
            to: code(to.jurisdiction)?,
            safeguard: form,
            document,
            tia,
            until,
        })
    }

    /// A waiver, or none with a note where it lacks something.
    fn waiver(&mut self, written: Spanned<document::Waiver>) -> Checked<Option<Waiver>> {
        let at = written.referenced;
        let document::Waiver { rule, resource, kind, reason, by, until, decision } = written.value;
        let kind = kind.as_ref().map(|word| self.kind(word)).transpose()?.map(|kind| kind.name().to_owned());
        let fields = [("rule", &rule), ("resource", &resource), ("reason", &reason), ("by", &by), ("until", &until)];
        let blank = |text: &Option<String>| text.as_deref().is_none_or(|text| text.trim().is_empty());
        let missing: Vec<_> = fields.iter().filter(|(_, value)| blank(value)).map(|(name, _)| *name).collect();
        let of = rule.as_deref().unwrap_or("?").to_owned();
        let (Some(rule), Some(resource), Some(reason), Some(by), Some(until), []) =
            (rule, resource, reason, by, until, missing.as_slice())
        else {
            let lacks = listed(missing.into_iter());
            self.note(
                format!("a waiver of `{of}` does not count: it lacks {lacks}"),
                "say which rule, which resource, why, who and until when",
                &at,
            );
            return Ok(None);
        };
        match until.parse::<Date>() {
            Ok(until) => Ok(Some(Waiver { rule, resource, kind, reason, by, until, decision, at: self.span(&at) })),
            Err(_) => {
                self.note(
                    format!("a waiver of `{rule}` does not count: `{until}` is not a day"),
                    "write the day as 2027-01-31",
                    &at,
                );
                Ok(None)
            }
        }
    }

    /// What is said of a rule, or none with a note where it gives no reason or says nothing.
    fn override_of(&mut self, id: &str, written: Spanned<document::Override>) -> Checked<Option<Override>> {
        let at = written.referenced;
        let document::Override { disabled, severity, reason } = written.value;
        let known: Vec<_> = Severity::ALL.iter().map(|severity| (severity.name(), *severity)).collect();
        let severity = severity.map(|word| self.one_of("severity", &word, &known)).transpose()?;
        match reason.filter(|reason| !reason.trim().is_empty()) {
            Some(reason) if disabled || severity.is_some() => Ok(Some(Override { disabled, severity, reason })),
            Some(_) => {
                self.note(
                    format!("what is said of rule `{id}` changes nothing"),
                    "set `disabled: true` or a `severity`",
                    &at,
                );
                Ok(None)
            }
            None => {
                self.note(format!("what is said of rule `{id}` does not count: it lacks `reason`"), "say why", &at);
                Ok(None)
            }
        }
    }
}

fn vendor(written: document::Vendor) -> Vendor {
    let document::Vendor { id, accounts, hosts, country, dpf_listed, dpa, baa, training_opt_out } = written;
    Vendor {
        id,
        accounts: accounts.into_iter().map(Arc::from).collect(),
        hosts,
        country,
        dpf_listed,
        dpa,
        baa,
        training_opt_out,
    }
}
