//! Hashes of texts.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::Digest as _;

use super::Row;
use super::args::{Args, Given, wrong};

pub(super) const TABLE: &[Row] = &[
    ("base64sha256", 1, 1, |args| args.give_text(base64sha256(args.text(0)?.as_bytes()))),
    ("base64sha512", 1, 1, |args| args.give_text(base64sha512(args.text(0)?.as_bytes()))),
    ("md5", 1, 1, |args| args.give_text(md5(args.text(0)?.as_bytes()))),
    ("sha1", 1, 1, |args| args.give_text(sha1(args.text(0)?.as_bytes()))),
    ("sha256", 1, 1, |args| args.give_text(sha256(args.text(0)?.as_bytes()))),
    ("sha512", 1, 1, |args| args.give_text(sha512(args.text(0)?.as_bytes()))),
    ("uuidv5", 2, 2, uuidv5),
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(super) fn md5(bytes: &[u8]) -> String {
    hex(&md5::Md5::digest(bytes))
}

pub(super) fn sha1(bytes: &[u8]) -> String {
    hex(&sha1::Sha1::digest(bytes))
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

pub(super) fn sha512(bytes: &[u8]) -> String {
    hex(&sha2::Sha512::digest(bytes))
}

pub(super) fn base64sha256(bytes: &[u8]) -> String {
    STANDARD.encode(sha2::Sha256::digest(bytes))
}

pub(super) fn base64sha512(bytes: &[u8]) -> String {
    STANDARD.encode(sha2::Sha512::digest(bytes))
}

/// The namespace is one of four names, or a UUID of one's own.
fn uuidv5(args: &Args<'_>) -> Given {
    let (namespace, name) = (args.text(0)?, args.text(1)?);
    let namespace = match &*namespace {
        "dns" => uuid::Uuid::NAMESPACE_DNS,
        "url" => uuid::Uuid::NAMESPACE_URL,
        "oid" => uuid::Uuid::NAMESPACE_OID,
        "x500" => uuid::Uuid::NAMESPACE_X500,
        other => match uuid::Uuid::parse_str(other) {
            Ok(uuid) => uuid,
            Err(_) => return wrong(format!("`{other}` is not a namespace")),
        },
    };
    args.give_text(uuid::Uuid::new_v5(&namespace, name.as_bytes()).to_string())
}
