//! Functions over points in time that are written out. None reads a clock.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::Row;
use super::args::{Args, Given, Stop, wrong};

pub(super) const TABLE: &[Row] =
    &[("formatdate", 2, 2, formatdate), ("timeadd", 2, 2, timeadd), ("timecmp", 2, 2, timecmp)];

/// A point in time, and the offset it was written in.
fn point(text: &str) -> Result<(Timestamp, Offset), Stop> {
    let shaped = text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T');
    let (Ok(at), true) = (text.parse::<Timestamp>(), shaped) else {
        return wrong(format!("`{text}` is not a timestamp of RFC 3339"));
    };
    let offset = match text.get(text.len().saturating_sub(6)..) {
        Some(tail) if tail.starts_with(['+', '-']) => {
            let number = |range| tail.get(range).and_then(|digits: &str| digits.parse::<i32>().ok()).unwrap_or(0);
            let seconds = number(1..3) * 3600 + number(4..6) * 60;
            Offset::from_seconds(if tail.starts_with('-') { -seconds } else { seconds }).unwrap_or(Offset::UTC)
        }
        _ => Offset::UTC,
    };
    Ok((at, offset))
}

fn timecmp(args: &Args<'_>) -> Given {
    let ((a, _), (b, _)) = (point(&args.text(0)?)?, point(&args.text(1)?)?);
    args.give_number(f64::from(a.cmp(&b) as i8))
}

fn timeadd(args: &Args<'_>) -> Given {
    let ((at, offset), duration) = (point(&args.text(0)?)?, duration(&args.text(1)?)?);
    let Ok(sum) = at.checked_add(duration) else {
        return wrong("the time is out of range");
    };
    let local = offset.to_datetime(sum);
    args.give_text(format!("{}{}", stem(local), zone(offset, ":", "Z")))
}

/// `2006-01-02T15:04:05`.
fn stem(at: DateTime) -> String {
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", at.year(), at.month(), at.day(), at.hour(), at.minute(), at.second())
}

/// The offset as `+02:00` with `colon` between, or `zero` where there is none.
fn zone(offset: Offset, colon: &str, zero: &str) -> String {
    let seconds = offset.seconds();
    if seconds == 0 && !zero.is_empty() {
        return zero.to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
}

/// Go's durations: `1h30m`, `-1.5h`, `300ms`.
fn duration(text: &str) -> Result<SignedDuration, Stop> {
    let fault = || Stop::Wrong(format!("`{text}` is not a duration such as `1h30m`"));
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(SignedDuration::ZERO);
    }
    if rest.is_empty() {
        return Err(fault());
    }
    let mut nanoseconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).ok_or_else(fault)?;
        let (number, tail) = rest.split_at_checked(digits).ok_or_else(fault)?;
        let number: f64 = number.parse().map_err(|_| fault())?;
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(end).ok_or_else(fault)?;
        let size = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 6e10,
            "h" => 3.6e12,
            _ => return Err(fault()),
        };
        nanoseconds += number * size;
        rest = tail;
    }
    if nanoseconds > 9.2e18 {
        return Err(fault());
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the guard")]
    let nanoseconds = nanoseconds as i64;
    Ok(SignedDuration::from_nanos(if negative { -nanoseconds } else { nanoseconds }))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn formatdate(args: &Args<'_>) -> Given {
    let (spec, (at, offset)) = (args.text(0)?, point(&args.text(1)?)?);
    let local = offset.to_datetime(at);
    let mut result = String::new();
    let mut rest = &*spec;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            let (literal, tail) = quoted(rest)?;
            result.push_str(&literal);
            rest = tail;
            continue;
        }
        let end = rest.find(|c| c != first).unwrap_or(rest.len());
        let (token, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = tail;
        if first.is_ascii_alphabetic() {
            result.push_str(&part(token, local, offset)?);
        } else {
            result.push_str(token);
        }
    }
    args.give_text(result)
}

/// A literal between single quotes, in which two quotes are one; and what follows it.
fn quoted(text: &str) -> Result<(String, &str), Stop> {
    let mut literal = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != '\'' {
            literal.push(character);
        } else if characters.peek().is_some_and(|(_, next)| *next == '\'') {
            literal.push('\'');
            characters.next();
        } else {
            return Ok((literal, text.get(at + 1..).unwrap_or("")));
        }
    }
    wrong("a literal in the format has no closing quote")
}

fn part(token: &str, at: DateTime, offset: Offset) -> Result<String, Stop> {
    let named = |names: &[&str], number: i8, letters: usize| {
        let name = usize::try_from(number - 1).ok().and_then(|number| names.get(number)).copied().unwrap_or("");
        name.chars().take(letters).collect::<String>()
    };
    let half = match at.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let weekday = at.weekday().to_monday_one_offset();
    let afternoon = at.hour() >= 12;
    Ok(match token {
        "YYYY" => format!("{:04}", at.year()),
        "YY" => format!("{:02}", at.year().rem_euclid(100)),
        "MMMM" => named(&MONTHS, at.month(), usize::MAX),
        "MMM" => named(&MONTHS, at.month(), 3),
        "MM" => format!("{:02}", at.month()),
        "M" => at.month().to_string(),
        "DD" => format!("{:02}", at.day()),
        "D" => at.day().to_string(),
        "EEEE" => named(&DAYS, weekday, usize::MAX),
        "EEE" => named(&DAYS, weekday, 3),
        "hh" => format!("{:02}", at.hour()),
        "h" => at.hour().to_string(),
        "HH" => format!("{half:02}"),
        "H" => half.to_string(),
        "AA" => if afternoon { "PM" } else { "AM" }.to_owned(),
        "aa" => if afternoon { "pm" } else { "am" }.to_owned(),
        "mm" => format!("{:02}", at.minute()),
        "m" => at.minute().to_string(),
        "ss" => format!("{:02}", at.second()),
        "s" => at.second().to_string(),
        "ZZZZZ" => zone(offset, ":", ""),
        "ZZZZ" => zone(offset, "", ""),
        "ZZZ" => zone(offset, "", "UTC"),
        "Z" => zone(offset, ":", "Z"),
        other => return wrong(format!("`{other}` is not a verb of a date format")),
    })
}
