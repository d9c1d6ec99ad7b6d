//! What cannot be told, set out so that each thing is said once: many for one reason together, then many of one resource
//! that point at nothing but the resource itself.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::report::escape::plain;
use crate::report::text::paint::Ink;
use crate::report::text::snippet::{Canvas, gutter};
use crate::report::text::wrap::wrap;
use crate::report::{Finding, Output};

/// The most resources that a group lists.
const MOST_LISTED: usize = 8;

/// Findings that are read together.
pub(super) enum Open<'f> {
    /// One by itself.
    Alone(&'f Finding),
    /// Many for one reason.
    OneReason(String, Vec<&'f Finding>),
    /// Many of one resource, each for a reason of its own, of which none has a place of its own.
    OneResource(Vec<&'f Finding>),
}

/// `findings` in the order in which they are written: the reason that would settle most comes first.
pub(super) fn together<'f>(findings: &[&'f Finding]) -> Vec<Open<'f>> {
    let mut by_reason: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let why = finding.why.as_ref().map(ToString::to_string).unwrap_or_default();
        by_reason.entry(why).or_default().push(finding);
    }
    let mut by_reason: Vec<(String, Vec<&Finding>)> = by_reason.into_iter().collect();
    by_reason.sort_by(|a, b| (b.1.len(), &a.0).cmp(&(a.1.len(), &b.0)));
    let (many, single): (Vec<_>, Vec<_>) = by_reason.into_iter().partition(|(_, findings)| findings.len() > 1);
    let mut by_resource: BTreeMap<_, Vec<&Finding>> = BTreeMap::new();
    let mut alone = Vec::new();
    for finding in single.into_iter().flat_map(|(_, findings)| findings) {
        match &finding.primary.place {
            Some(place) if finding.related.is_empty() => {
                by_resource.entry((finding.resource, place.span.start)).or_default().push(finding);
            }
            _ => alone.push(finding),
        }
    }
    let of_resource = by_resource.into_values().map(|findings| match findings.as_slice() {
        [one] => Open::Alone(one),
        _ => Open::OneResource(findings),
    });
    many.into_iter()
        .map(|(why, findings)| Open::OneReason(why, findings))
        .chain(of_resource)
        .chain(alone.into_iter().map(Open::Alone))
        .collect()
}

impl Canvas<'_, '_> {
    /// Findings that are read together.
    pub(super) fn open(&mut self, open: &Open<'_>, output: &Output<'_>) -> io::Result<()> {
        match open {
            Open::Alone(finding) => self.finding(finding, false),
            Open::OneReason(why, findings) => self.one_reason(findings, why),
            Open::OneResource(findings) => self.one_resource(findings, output),
        }
    }

    fn one_reason(&mut self, findings: &[&Finding], why: &str) -> io::Result<()> {
        let rules: BTreeSet<&str> = findings.iter().map(|finding| &*finding.rule_id).collect();
        let resources: BTreeSet<&str> = findings.iter().map(|finding| finding.address.as_str()).collect();
        let named = match (rules.len(), rules.first()) {
            (1, Some(rule)) => (*rule).to_owned(),
            (many, _) => format!("{many} rules"),
        };
        let of = if resources.len() == 1 { "1 resource".to_owned() } else { format!("{} resources", resources.len()) };
        self.title(&format!("cannot tell[{named}]"), &format!("{of}, because {why}"), Ink::Open)?;
        let listed = MOST_LISTED.min(findings.len());
        let one_rule = rules.len() == 1;
        let wide = widest_id(findings.iter().take(listed));
        for finding in findings.iter().take(listed) {
            let rule = if one_rule { String::new() } else { format!("{:wide$}  ", finding.rule_id) };
            let place = finding.primary.place.as_ref().map(|place| format!("{}:{}", place.file, place.start.line));
            let (text, place) = (format!("{rule}{}", finding.address), place.unwrap_or_default());
            let fits = text.chars().count() + place.chars().count() + 8 <= self.width;
            if fits && !place.is_empty() {
                self.bar(2, &plain(&format!("{text}  {place}")))?;
            } else {
                self.bar(2, &plain(&text))?;
                if !place.is_empty() {
                    let indent = if one_rule { 2 } else { wide + 2 };
                    self.bar(2, &plain(&format!("{:indent$}{place}", "")))?;
                }
            }
        }
        if listed < findings.len() {
            self.bar(2, &format!("… and {} more (--verbose lists all)", findings.len() - listed))?;
        }
        self.helps(2, findings)?;
        writeln!(self.to)
    }

    fn one_resource(&mut self, findings: &[&Finding], output: &Output<'_>) -> io::Result<()> {
        let Some(first) = findings.first() else { return Ok(()) };
        let named = output.inventory.get(first.resource).map(|it| format!("{} `{}`", it.kind_name().noun(), it.name));
        let message = format!("{}, each for its own reason", named.unwrap_or_else(|| first.address.clone()));
        self.title(&format!("cannot tell[{} rules]", findings.len()), &message, Ink::Open)?;
        let gutter = gutter(std::iter::once(&first.primary));
        if let Some(place) = &first.primary.place {
            self.head(gutter, "-->", place)?;
        }
        self.bar(gutter, "")?;
        let wide = widest_id(findings.iter());
        let room = self.width.saturating_sub(gutter + wide + 5).max(30);
        for finding in findings {
            let why = finding.why.as_ref().map(ToString::to_string).unwrap_or_default();
            let mut rule = &*finding.rule_id;
            for line in wrap(&plain(&why), room) {
                self.bar(gutter, &format!("{rule:wide$}  {line}"))?;
                rule = "";
            }
        }
        self.helps(gutter, findings)?;
        writeln!(self.to)
    }

    /// What settles them, each way once.
    fn helps(&mut self, gutter: usize, findings: &[&Finding]) -> io::Result<()> {
        let mut said = BTreeSet::new();
        for help in findings.iter().filter_map(|finding| finding.help.as_deref()) {
            if said.insert(help) {
                self.remark(gutter, "help", help)?;
            }
        }
        Ok(())
    }
}

fn widest_id<'f>(findings: impl Iterator<Item = &'f &'f Finding>) -> usize {
    findings.map(|finding| finding.rule_id.len()).max().unwrap_or(0)
}
