//! What gives another answer each time: random texts, certificates, the time. A hole, never a made-up literal.

use super::{Args, Kept, MANY, Row};
use crate::format::helm::engine::val::{Map, Val};
use crate::value::{Unknown, Why};

/// A call that is another each time it is made.
fn impure(args: &Args<'_>, call: &str) -> Val {
    args.engine.holes.dig(Unknown::new(Why::Impure(call.into())), true)
}

/// A map of texts that are all unknown, such as a certificate and its key.
fn unknown_map(args: &Args<'_>, call: &str) -> Val {
    Val::from(["Cert", "Key"].iter().map(|key| ((*key).into(), impure(args, call))).collect::<Map>())
}

pub(super) const TABLE: &[Row] = &[
    ("randAlphaNum", 1, 1, Kept, |args| Ok(impure(args, "randAlphaNum"))),
    ("randAlpha", 1, 1, Kept, |args| Ok(impure(args, "randAlpha"))),
    ("randNumeric", 1, 1, Kept, |args| Ok(impure(args, "randNumeric"))),
    ("randAscii", 1, 1, Kept, |args| Ok(impure(args, "randAscii"))),
    ("randBytes", 1, 1, Kept, |args| Ok(impure(args, "randBytes"))),
    ("randInt", 2, 2, Kept, |args| Ok(args.engine.holes.dig(Unknown::new(Why::Impure("randInt".into())), false))),
    ("shuffle", 1, 1, Kept, |args| Ok(impure(args, "shuffle"))),
    ("uuidv4", 0, 0, Kept, |args| Ok(impure(args, "uuidv4"))),
    ("now", 0, 0, Kept, |args| Ok(impure(args, "now"))),
    ("ago", 1, 1, Kept, |args| Ok(impure(args, "ago"))),
    ("date", 2, 2, Kept, |args| Ok(impure(args, "date"))),
    ("date_in_zone", 3, 3, Kept, |args| Ok(impure(args, "dateInZone"))),
    ("dateInZone", 3, 3, Kept, |args| Ok(impure(args, "dateInZone"))),
    ("date_modify", 2, 2, Kept, |args| Ok(impure(args, "dateModify"))),
    ("dateModify", 2, 2, Kept, |args| Ok(impure(args, "dateModify"))),
    ("must_date_modify", 2, 2, Kept, |args| Ok(impure(args, "dateModify"))),
    ("mustDateModify", 2, 2, Kept, |args| Ok(impure(args, "dateModify"))),
    ("htmlDate", 1, 1, Kept, |args| Ok(impure(args, "htmlDate"))),
    ("htmlDateInZone", 2, 2, Kept, |args| Ok(impure(args, "htmlDateInZone"))),
    ("toDate", 2, 2, Kept, |args| Ok(impure(args, "toDate"))),
    ("mustToDate", 2, 2, Kept, |args| Ok(impure(args, "toDate"))),
    ("unixEpoch", 1, 1, Kept, |args| Ok(impure(args, "unixEpoch"))),
    ("duration", 1, 1, Kept, |args| Ok(impure(args, "duration"))),
    ("durationRound", 1, 1, Kept, |args| Ok(impure(args, "durationRound"))),
    ("genPrivateKey", 1, 1, Kept, |args| Ok(impure(args, "genPrivateKey"))),
    ("genCA", 2, 2, Kept, |args| Ok(unknown_map(args, "genCA"))),
    ("genCAWithKey", 3, 3, Kept, |args| Ok(unknown_map(args, "genCAWithKey"))),
    ("genSelfSignedCert", 4, 4, Kept, |args| Ok(unknown_map(args, "genSelfSignedCert"))),
    ("genSelfSignedCertWithKey", 5, 5, Kept, |args| Ok(unknown_map(args, "genSelfSignedCertWithKey"))),
    ("genSignedCert", 5, 5, Kept, |args| Ok(unknown_map(args, "genSignedCert"))),
    ("genSignedCertWithKey", 6, 6, Kept, |args| Ok(unknown_map(args, "genSignedCertWithKey"))),
    ("buildCustomCert", 2, 2, Kept, |args| Ok(unknown_map(args, "buildCustomCert"))),
    ("derivePassword", 5, 5, Kept, |args| Ok(impure(args, "derivePassword"))),
    ("htpasswd", 2, 3, Kept, |args| Ok(impure(args, "htpasswd"))),
    ("bcrypt", 1, 1, Kept, |args| Ok(impure(args, "bcrypt"))),
    ("encryptAES", 2, 2, Kept, |args| Ok(impure(args, "encryptAES"))),
    ("decryptAES", 2, 2, Kept, |args| Ok(impure(args, "decryptAES"))),
    ("getHostByName", 1, 1, Kept, |args| Ok(impure(args, "getHostByName"))),
    ("env", 0, MANY, Kept, |_| Err("Helm has no `env`".into())),
];
