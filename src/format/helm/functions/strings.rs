//! Functions on texts.

use std::borrow::Cow;

use super::lists::LONGEST;
use super::{Args, Given, Kept, Lost, MANY, Row, Turned, changed, fits, text_of};
use crate::format::helm::engine::val::{Map, Val};

pub(super) const TABLE: &[Row] = &[
    ("upper", 1, 1, Turned, |args| changed(args, |text| text.to_uppercase().into())),
    ("lower", 1, 1, Turned, |args| changed(args, |text| text.to_lowercase().into())),
    ("title", 1, 1, Turned, |args| changed(args, |text| first_letters(text, true).into())),
    ("untitle", 1, 1, Turned, |args| changed(args, |text| first_letters(text, false).into())),
    ("camelcase", 1, 1, Turned, |args| changed(args, |text| camel(text).into())),
    ("snakecase", 1, 1, Turned, |args| changed(args, |text| parted(text, '_').into())),
    ("kebabcase", 1, 1, Turned, |args| changed(args, |text| parted(text, '-').into())),
    ("swapcase", 1, 1, Turned, |args| changed(args, |text| text.chars().map(swapped).collect::<String>().into())),
    ("nospace", 1, 1, Turned, |args| changed(args, |text| text.split_whitespace().collect::<String>().into())),
    ("initials", 1, 1, Turned, |args| {
        changed(args, |text| text.split_whitespace().filter_map(|word| word.chars().next()).collect::<String>().into())
    }),
    ("repeat", 2, 2, Turned, |args| {
        let text = args.text(1);
        fits(text.len().saturating_mul(args.count(0)))?;
        Ok(Val::from(text.repeat(args.count(0))))
    }),
    ("replace", 3, 3, Kept, |args| {
        let (old, new, text) = (args.text(0), args.text(1), args.str(2));
        if !text.as_str().contains(&*old) {
            return Ok(Val::from(text));
        }
        fits(text.as_str().len().saturating_add(1).saturating_mul(new.len().max(1)))
            .or_else(|_| fits(text.as_str().replace(&*old, &new).len()))?;
        Ok(Val::from(text.as_str().replace(&*old, &new)))
    }),
    ("trunc", 2, 2, Turned, |args| {
        let (count, text) = (args.int(0), args.str(1));
        let length = text.as_str().len();
        let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(length).min(length);
        let cut = |at: usize| (0..=at).rev().find(|at| text.as_str().is_char_boundary(*at)).unwrap_or(0);
        Ok(Val::from(match count {
            0.. => text.part(0..cut(wanted)),
            _ => text.part(cut(length - wanted)..length),
        }))
    }),
    ("abbrev", 2, 2, Turned, |args| {
        let width = args.count(0).max(4);
        changed(args, move |text| match text.chars().count() > width {
            true => (text.chars().take(width - 3).collect::<String>() + "...").into(),
            false => text.into(),
        })
    }),
    ("substr", 3, 3, Lost, |args| {
        let (start, end, text) = (args.int(0), args.int(1), args.str(2));
        let length = text.as_str().len();
        let start = usize::try_from(start).unwrap_or(0).min(length);
        let end = usize::try_from(end).unwrap_or(length).min(length);
        let kept = text.as_str().get(start..end.max(start)).ok_or("it cuts a character")?;
        Ok(Val::from(text.sub(kept)))
    }),
    ("contains", 2, 2, Lost, |args| Ok(Val::from(args.text(1).contains(&*args.text(0))))),
    ("hasPrefix", 2, 2, Lost, |args| Ok(Val::from(args.text(1).starts_with(&*args.text(0))))),
    ("hasSuffix", 2, 2, Lost, |args| Ok(Val::from(args.text(1).ends_with(&*args.text(0))))),
    ("split", 2, 2, Lost, |args| {
        let (between, text) = (args.text(0), args.text(1));
        let parts = text
            .split(&*between)
            .take(LONGEST)
            .enumerate()
            .map(|(at, part)| (format!("_{at}").into(), Val::from(part)));
        Ok(Val::from(parts.collect::<Map>()))
    }),
    ("splitn", 3, 3, Lost, |args| {
        let (between, text) = (args.text(0), args.text(2));
        let parts = text.splitn(args.count(1).max(1), &*between);
        Ok(Val::from(parts.enumerate().map(|(at, part)| (format!("_{at}").into(), Val::from(part))).collect::<Map>()))
    }),
    ("splitList", 2, 2, Lost, |args| {
        let (between, text) = (args.text(0), args.text(1));
        if text.matches(&*between).count() > LONGEST {
            return Err("the list is longer than a list may be".into());
        }
        let parts: Vec<Val> = match &*between {
            "" => text.chars().map(|letter| Val::from(letter.to_string())).collect(),
            between => text.split(between).map(Val::from).collect(),
        };
        Ok(Val::from(parts))
    }),
    ("wrap", 2, 2, Lost, |args| wrap(args.count(0), "\n", &args.text(1))),
    ("wrapWith", 3, 3, Lost, |args| wrap(args.count(0), &args.text(1), &args.text(2))),
    ("plural", 3, 3, Lost, |args| Ok(Val::from(args.str(if args.int(2) == 1 { 0 } else { 1 })))),
    ("sortAlpha", 1, 1, Lost, |args| {
        let mut all: Vec<String> = match args.get(0).list() {
            Some(items) => items.iter().map(|item| text_of(item).as_str().to_owned()).collect(),
            None => vec![args.text(0).to_string()],
        };
        all.sort_unstable();
        Ok(Val::from(all.into_iter().map(Val::from).collect::<Vec<_>>()))
    }),
    ("html", 1, MANY, Lost, escaped_html),
    ("js", 1, MANY, Lost, |args| {
        changed(args, |text| text.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\"").into())
    }),
    ("urlquery", 1, MANY, Lost, |args| changed(args, |text| query(text).into())),
    ("base", 1, 1, Lost, |args| changed(args, |text| base(text).into())),
    ("dir", 1, 1, Lost, |args| changed(args, |text| text.rsplit_once('/').map_or(".", |(dir, _)| dir).into())),
    ("ext", 1, 1, Lost, |args| {
        changed(args, |text| base(text).rfind('.').and_then(|at| base(text).get(at..)).unwrap_or("").into())
    }),
    ("clean", 1, 1, Lost, |args| changed(args, cleaned)),
    ("isAbs", 1, 1, Lost, |args| Ok(Val::from(args.text(0).starts_with('/')))),
    ("osIsAbs", 1, 1, Lost, |args| Ok(Val::from(args.text(0).starts_with('/')))),
    ("osBase", 1, 1, Lost, |args| changed(args, |text| base(text).into())),
    ("osDir", 1, 1, Lost, |args| changed(args, |text| text.rsplit_once('/').map_or(".", |(dir, _)| dir).into())),
    ("osExt", 1, 1, Lost, |args| {
        changed(args, |text| base(text).rfind('.').and_then(|at| base(text).get(at..)).unwrap_or("").into())
    }),
    ("osClean", 1, 1, Lost, |args| changed(args, cleaned)),
    ("urlParse", 1, 1, Lost, |args| url(&args.text(0))),
    ("urlJoin", 1, 1, Lost, |args| {
        let map = args.map(0)?.borrow();
        let part = |key: &str| map.get(key).map(text_of).map(|text| text.as_str().to_owned()).unwrap_or_default();
        let mut text = String::new();
        if !part("scheme").is_empty() {
            text += &format!("{}://", part("scheme"));
        }
        if !part("userinfo").is_empty() {
            text += &format!("{}@", part("userinfo"));
        }
        text += &part("host");
        text += &part("path");
        if !part("query").is_empty() {
            text += &format!("?{}", part("query"));
        }
        if !part("fragment").is_empty() {
            text += &format!("#{}", part("fragment"));
        }
        Ok(Val::from(text))
    }),
];

fn base(text: &str) -> &str {
    match text.trim_end_matches('/').rsplit('/').next() {
        Some("") | None => {
            if text.is_empty() {
                "."
            } else {
                "/"
            }
        }
        Some(name) => name,
    }
}

fn cleaned(text: &str) -> Cow<'_, str> {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            ".." if text.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (text.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}").into(),
        (false, true) => ".".into(),
        (false, false) => joined.into(),
    }
}

fn first_letters(text: &str, upper: bool) -> String {
    let mut start = true;
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match (start, upper) {
            (true, true) => out.extend(letter.to_uppercase()),
            (true, false) => out.extend(letter.to_lowercase()),
            _ => out.push(letter),
        }
        start = letter.is_whitespace() || (upper && !(letter.is_alphanumeric() || matches!(letter, '_' | '\'')));
    }
    out
}

fn camel(text: &str) -> String {
    let parts = text.split(['_', '-', ' ', '.']).filter(|part| !part.is_empty());
    parts.map(|part| first_letters(part, true)).collect()
}

/// `fooBar` to `foo_bar`.
fn parted(text: &str, mark: char) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    for (at, letter) in letters.iter().enumerate() {
        if matches!(letter, '_' | '-' | ' ' | '.') {
            if !out.ends_with(mark) && !out.is_empty() {
                out.push(mark);
            }
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if begins && !out.ends_with(mark) {
            out.push(mark);
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn swapped(letter: char) -> char {
    let other = if letter.is_uppercase() { letter.to_lowercase().next() } else { letter.to_uppercase().next() };
    other.unwrap_or(letter)
}

fn wrap(width: usize, between: &str, text: &str) -> Given {
    let mut out = String::new();
    let mut line = 0;
    for word in text.split(' ') {
        if line > 0 && line + 1 + word.len() > width {
            out.push_str(between);
            line = 0;
        } else if line > 0 {
            out.push(' ');
            line += 1;
        }
        out.push_str(word);
        line += word.len();
    }
    fits(out.len())?;
    Ok(Val::from(out))
}

fn escaped_html(args: &Args<'_>) -> Given {
    changed(args, |text| {
        let marks = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&#34;"), ("'", "&#39;")];
        marks.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)).into()
    })
}

fn query(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn url(text: &str) -> Given {
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = match rest.split_once(':') {
        Some((scheme, rest))
            if !scheme.is_empty()
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            (scheme, rest)
        }
        _ => ("", rest),
    };
    let (authority, path, opaque) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            (authority, path, "")
        }
        None if !scheme.is_empty() && !rest.starts_with('/') => ("", "", rest),
        None => ("", rest, ""),
    };
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let parts = [
        ("scheme", scheme),
        ("userinfo", user),
        ("host", host),
        ("hostname", name),
        ("path", path),
        ("query", query),
        ("fragment", fragment),
        ("opaque", opaque),
    ];
    Ok(Val::from(parts.into_iter().map(|(key, part)| (key.into(), Val::from(part))).collect::<Map>()))
}
