//! Semantic versions.

use std::rc::Rc;

use super::{Args, Given, Lost, Row, text_of};
use crate::format::helm::engine::val::{Thing, V, Val};
use crate::format::helm::engine::version::{Version, keeps};

pub(super) const TABLE: &[Row] = &[
    ("semver", 1, 1, Lost, |args| Ok(Val::from(V::Thing(Thing::Version(Rc::new(version(args, 0)?)))))),
    ("semverCompare", 2, 2, Lost, |args| {
        let constraint = args.text(0);
        let version = version(args, 1)?;
        keeps(&constraint, &version).map(Val::from).ok_or_else(|| format!("`{constraint}` is no constraint"))
    }),
];

fn version(args: &Args<'_>, at: usize) -> Result<Version, String> {
    let text = args.text(at);
    Version::read(&text).ok_or_else(|| format!("`{text}` is no version"))
}

/// `.Capabilities.KubeVersion.Minor`, `(semver "1.2.3").Major`.
pub(super) fn method(version: &Version, name: &str, args: &[Val]) -> Given {
    let [major, minor, patch] = version.numbers;
    let number = |number: u64| match version.kube {
        true => Val::from(number.to_string()),
        false => Val::from(i64::try_from(number).unwrap_or(i64::MAX)),
    };
    Ok(match (name, args) {
        ("Major", []) => number(major),
        ("Minor", []) => number(minor),
        ("Patch", []) => number(patch),
        ("Prerelease", []) => Val::from(&*version.pre),
        ("Metadata", []) => Val::from(&*version.build),
        ("Original", []) => Val::from(&*version.written),
        ("Version" | "GitVersion", []) if version.kube => Val::from(&*version.written),
        ("String", []) => Val::from(if version.kube { version.written.clone() } else { version.plain() }),
        ("Compare", [other]) => {
            let other = Version::read(text_of(other).as_str()).ok_or("it is compared with what is no version")?;
            Val::from(version.compare(&other) as i64)
        }
        _ => return Err(format!("a version has no `{name}`")),
    })
}
