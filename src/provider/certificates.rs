//! When a certificate ends, read off its PEM text.

use base64::Engine as _;
use jiff::civil::Date;

use crate::value::{Known, Why};

/// The day on which the first certificate of a PEM text ends, counted from 1970-01-01.
pub(super) fn ends_on(pem: Known<std::sync::Arc<str>>) -> Known<i64> {
    pem.try_map(|text| end(&text), || Why::Expression("the text is no certificate that can be read".into()))
}

/// The day of a time such as `2026-11-27T08:00:00Z`, counted from 1970-01-01.
pub(super) fn day(time: &str) -> Option<i64> {
    let date: Date = time.get(..10)?.parse().ok()?;
    Some(date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24)
}

fn end(pem: &str) -> Option<i64> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let packed: String = body.chars().filter(|letter| !letter.is_whitespace()).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(packed).ok()?;
    // RFC 5280, 4.1: Certificate { tbsCertificate { [0] version, serialNumber, signature, issuer, validity { notBefore, notAfter }
    let (_, certificate, _) = element(&der)?;
    let (_, mut rest, _) = element(certificate)?;
    let (tag, _, after) = element(rest)?;
    if tag == 0xa0 {
        rest = after;
    }
    for _ in ["serialNumber", "signature", "issuer"] {
        (_, _, rest) = element(rest)?;
    }
    let (_, validity, _) = element(rest)?;
    let (_, _, rest) = element(validity)?;
    let (tag, time, _) = element(rest)?;
    let time = std::str::from_utf8(time).ok()?;
    // UTCTime `YYMMDD…` until 2049, GeneralizedTime `YYYYMMDD…` from 2050 on
    let (year, rest) = if tag == 0x17 {
        let (year, rest) = time.split_at_checked(2)?;
        let year: i16 = year.parse().ok()?;
        (if year < 50 { 2000 + year } else { 1900 + year }, rest)
    } else {
        let (year, rest) = time.split_at_checked(4)?;
        (year.parse().ok()?, rest)
    };
    let (month, rest) = rest.split_at_checked(2)?;
    let (day, _) = rest.split_at_checked(2)?;
    let date = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some(date.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24)
}

/// Tag, contents and what follows of the first element of DER (X.690, 8.1).
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (octets, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if octets.len() > 4 {
            return None;
        }
        length = octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
        rest = after;
    }
    let (contents, after) = rest.split_at_checked(length)?;
    Some((tag, contents, after))
}
