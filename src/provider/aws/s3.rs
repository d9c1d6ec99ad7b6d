//! Amazon S3: buckets with their access lists, policies, guards and default encryption, which Terraform spells as
//! resources of their own since provider 4 and inline before.

use std::sync::Arc;

use super::common::{account_wide, default, fixed, key, not_seen, part, resource};
use super::policy::Policies;
use super::{Row, backup, s3_kept as kept};
use crate::model::{ObjectStore, Replication, Resource};
use crate::provider::{Context, Joined, fragment};
use crate::value::{Block, Known, Node, Origins, State, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_s3_bucket", bucket),
    ("aws_s3_directory_bucket", directory_bucket),
    ("aws_s3_bucket_acl", stray_acl),
    ("aws_s3_bucket_policy", stray_policy),
    ("aws_s3_bucket_replication_configuration", stray_replication),
    ("aws_s3_account_public_access_block", fragment),
    ("aws_s3_bucket_accelerate_configuration", fragment),
    ("aws_s3_bucket_cors_configuration", fragment),
    ("aws_s3_bucket_lifecycle_configuration", fragment),
    ("aws_s3_bucket_logging", fragment),
    ("aws_s3_bucket_notification", fragment),
    ("aws_s3_bucket_object", fragment),
    ("aws_s3_bucket_object_lock_configuration", fragment),
    ("aws_s3_bucket_ownership_controls", fragment),
    ("aws_s3_bucket_public_access_block", stray_guard),
    ("aws_s3_bucket_server_side_encryption_configuration", fragment),
    ("aws_s3_bucket_versioning", fragment),
    ("aws_s3_bucket_website_configuration", fragment),
    ("aws_s3_object", fragment),
];

/// The grantees that are everyone: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>.
/// "Authenticated users" are those of every AWS account in the world.
const EVERYONE: [&str; 2] = ["/groups/global/AllUsers", "/groups/global/AuthenticatedUsers"];

/// Actions that read or list, and those that write or change permissions.
const READ: &[&str] = &["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"];
const WRITE: &[&str] = &[
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:RestoreObject",
    "s3:PutObjectAcl",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:DeleteBucket",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

impl Access {
    /// Whether a canned access list gives it to everyone:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>.
    fn of_canned(self, acl: &str) -> bool {
        match self {
            Self::Read => matches!(acl, "public-read" | "public-read-write" | "authenticated-read"),
            Self::Write => acl == "public-read-write",
        }
    }

    fn of_permission(self, permission: &str) -> bool {
        match self {
            Self::Read => matches!(permission, "READ" | "READ_ACP" | "FULL_CONTROL"),
            Self::Write => matches!(permission, "WRITE" | "WRITE_ACP" | "FULL_CONTROL"),
        }
    }

    fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Read => READ,
            Self::Write => WRITE,
        }
    }
}

fn bucket(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let of = |fragment: &str| context.blocks.joined(block, fragment, "bucket", &["bucket", "id"]);
    let guard =
        Guard::of(block, context, of("aws_s3_bucket_public_access_block"), of("aws_s3_bucket_ownership_controls"));
    let policies =
        Policies::of(context, block, "policy", &[("aws_s3_bucket_policy", "bucket", "policy")], &["bucket", "id"]);
    let versioned = versioned(block, &of("aws_s3_bucket_versioning"));
    let replicated =
        of("aws_s3_bucket_replication_configuration").exists().either(block.body.exists("replication_configuration"));
    let encryption = of("aws_s3_bucket_server_side_encryption_configuration");
    let rule = "rule.apply_server_side_encryption_by_default";
    let inline = format!("server_side_encryption_configuration.{rule}");
    let text = |name: &str| block.body.text(&format!("{inline}.{name}")).or(encryption.text(&format!("{rule}.{name}")));
    let named = block.body.each(&format!("{inline}.kms_master_key_id"));
    let named = named.into_iter().chain(encryption.each(&format!("{rule}.kms_master_key_id"))).next();
    let customer = match named {
        Some(node) => super::common::customer_key(node, ""),
        None => text("kms_master_key_id").exists(),
    };
    let link = super::common::through_alias(
        context,
        block
            .body
            .link(&format!("{inline}.kms_master_key_id"))
            .or(encryption.link(&format!("{rule}.kms_master_key_id"))),
    );
    let public_read = public(block, context, &guard, &policies, Access::Read);
    let public_write = public(block, context, &guard, &policies, Access::Write);
    let store = ObjectStore {
        encrypted: encrypted(block, text("sse_algorithm")),
        // a key counts for nothing beside an algorithm that uses none
        customer_key: customer.and(text("sse_algorithm").map(is_kms).or_default(true)),
        key: link,
        guard_off: guard_off(&of("aws_s3_bucket_public_access_block"), &guard, [&public_read, &public_write]),
        public_read,
        public_write,
        public_access_blocked: guard.all(),
        // lists are off in new buckets since April 2023, and to write one means to turn them on
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
        lists_off: guard.ownership.clone().map(|mode| &*mode == "BucketOwnerEnforced").or_default(true),
        tls_only: policies.denies_plain_http("s3"),
        // S3 has no shared account keys; a signed link carries its signer's rights and ends after 7 days at the latest:
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
        shared_keys: default(block, false),
        versioned: versioned.clone(),
        backed_up: any([versioned, replicated, backup::covered(block, context)]),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(Origins::at(block.head)),
        ..kept::store(block, context, &policies)
    };
    let mut made = resource(block, &["bucket"], store);
    if let Some(name) = block.body.text("bucket").value() {
        made.aliases.push(format!("arn:aws:s3:::{name}").into());
    }
    out.push(made);
    super::lifecycle::of_bucket(block, context, out);
    replications(block, &block.body.each("replication_configuration.rules"), context, out);
}

/// S3 encrypts every new object since 5 January 2023, whatever else is written:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html>. What is written must be one of
/// its algorithms.
fn encrypted(block: &Block, algorithm: Known<Arc<str>>) -> Known<bool> {
    match &algorithm.state {
        State::Unset => default(block, true),
        // whichever algorithm it is, and whoever sets it
        State::Unknown(_) => Known::default_of(true, algorithm.origins),
        _ => algorithm.map(|name| matches!(&*name, "AES256" | "aws:kms" | "aws:kms:dsse" | "aws:fsx")),
    }
}

fn is_kms(algorithm: Arc<str>) -> bool {
    algorithm.starts_with("aws:kms")
}

fn versioned(block: &Block, fragments: &Joined<'_>) -> Known<bool> {
    let status = fragments.text("versioning_configuration.status").map(|status| &*status == "Enabled");
    block.body.bool("versioning.enabled").or(status).or_default(false)
}

/// What refuses public access whatever grants say: the bucket's own settings and the account's, of which each only
/// adds. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
struct Guard {
    block_public_acls: Known<bool>,
    ignore_public_acls: Known<bool>,
    block_public_policy: Known<bool>,
    restrict_public_buckets: Known<bool>,
    /// Access lists are switched off.
    lists_off: Known<bool>,
    /// Who owns what others put into the bucket, which decides on that.
    ownership: Known<Arc<str>>,
}

impl Guard {
    fn of(block: &Block, context: &Context<'_>, own: Joined<'_>, ownership: Joined<'_>) -> Self {
        let account: Vec<&Block> = account_guards(block, context).collect();
        // buckets made since April 2023 have all four on, but files do not tell when a bucket was made
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
        let setting = |name: &str| {
            let account = account.iter().map(|block| block.body.bool(name).or_default(false));
            any(account.chain([own.bool(name).or_default(false)]))
        };
        let ownership = ownership.text("rule.object_ownership");
        Self {
            block_public_acls: setting("block_public_acls"),
            ignore_public_acls: setting("ignore_public_acls"),
            block_public_policy: setting("block_public_policy"),
            restrict_public_buckets: setting("restrict_public_buckets"),
            lists_off: ownership.clone().map(|mode| &*mode == "BucketOwnerEnforced").or_default(false),
            ownership,
        }
    }

    /// Whether `block` alone leaves no gap.
    fn written(block: &Block) -> Known<bool> {
        let names = ["block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"];
        crate::value::all(names.map(|name| block.body.bool(name).or_default(false)))
    }

    fn all(&self) -> Known<bool> {
        crate::value::all([
            self.block_public_acls.clone(),
            self.ignore_public_acls.clone(),
            self.block_public_policy.clone(),
            self.restrict_public_buckets.clone(),
        ])
    }
}

/// Whether a bucket's own guard was written with less than all of its four settings on, or what is written makes the
/// bucket `published`, which S3 accepts only of a bucket whose guard is off. Buckets made since April 2023 have all of
/// them where nothing is written: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html>.
fn guard_off(own: &Joined<'_>, guard: &Guard, published: [&Known<bool>; 2]) -> Known<bool> {
    let said = any([own.exists()].into_iter().chain(own.maybe()));
    let published = published.into_iter().filter(|public| public.value() == Some(&true)).cloned();
    any(std::iter::once(said.and(guard.all().not())).chain(published))
}

/// The guards of the account that a bucket lies in: those of the same provider configuration.
fn account_guards<'b>(block: &Block, context: &Context<'b>) -> impl Iterator<Item = &'b Block> {
    account_wide(block, context, "aws_s3_account_public_access_block")
}

/// Whether everyone has `access`: by an access list that is not ignored, or by a policy that is not restricted.
fn public(block: &Block, context: &Context<'_>, guard: &Guard, policies: &Policies<'_>, access: Access) -> Known<bool> {
    let mut lists = vec![canned(&block.body, "acl", access)];
    lists.extend(block.body.each("grant").into_iter().map(|grant| inline_grant(grant, access)));
    let joined = context.blocks.joined(block, "aws_s3_bucket_acl", "bucket", &["bucket", "id"]);
    lists.extend(joined.blocks.iter().map(|fragment| list(fragment, access)));
    for kind in ["aws_s3_object", "aws_s3_bucket_object"] {
        let objects = context.blocks.joined(block, kind, "bucket", &["bucket", "id"]);
        lists.extend(objects.blocks.iter().map(|object| canned(&object.body, "acl", access)));
    }
    lists.extend(joined.maybe());
    let by_list = any(lists).and(guard.lists_off.clone().not()).and(guard.ignore_public_acls.clone().not());
    let guarded = guard.restrict_public_buckets.clone().either(guard.block_public_policy.clone());
    let by_policy = policies.public(access.actions()).and(guarded.not());
    any([by_list, by_policy])
}

fn canned(node: &Node, path: &str, access: Access) -> Known<bool> {
    node.text(path).map(|acl| access.of_canned(&acl)).or_default(false)
}

/// One `aws_s3_bucket_acl`: a canned list or grants.
fn list(fragment: &Block, access: Access) -> Known<bool> {
    let grants = fragment.body.each("access_control_policy.grant");
    any(std::iter::once(canned(&fragment.body, "acl", access)).chain(grants.into_iter().map(|grant| {
        let everyone = grant.text("grantee.uri").map(|uri| is_everyone(&uri)).or_default(false);
        let permits = grant.text("permission").map(|permission| access.of_permission(&permission)).or_default(false);
        everyone.and(permits)
    })))
}

/// A grant inside the bucket, as before provider 4.
fn inline_grant(grant: &Node, access: Access) -> Known<bool> {
    let everyone = grant.text("uri").map(|uri| is_everyone(&uri)).or_default(false);
    let permissions = grant.each("permissions");
    let permits =
        permissions.into_iter().map(|one| one.text("").map(|text| access.of_permission(&text)).or_default(false));
    everyone.and(any(permits))
}

fn is_everyone(uri: &str) -> bool {
    EVERYONE.iter().any(|group| uri.ends_with(group))
}

/// An access list of a bucket that is not among the scanned files: judged for what it says.
fn stray_acl(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if named_bucket(block, context).is_some() {
        return;
    }
    let said = [list(block, Access::Read), list(block, Access::Write)];
    push_stray(block, said, not_seen(&block.body, "bucket"), out);
}

/// A policy of a bucket that is not among the scanned files.
fn stray_policy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if named_bucket(block, context).is_some() {
        return;
    }
    let policies = Policies::in_block(context, block, "policy");
    let said = [policies.public(READ), policies.public(WRITE)];
    push_stray(block, said, policies.denies_plain_http("s3"), out);
}

/// The guard of a bucket that is not among the scanned files: judged where it has a gap.
fn stray_guard(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let whole = Guard::written(block);
    if named_bucket(block, context).is_some() || whole.value() == Some(&true) {
        return;
    }
    out.push(resource(block, &["bucket"], ObjectStore { guard_off: whole.not(), ..unseen(block) }));
}

/// A bucket that is known only by a fragment; where that opens nothing, the bucket is left to where it is declared.
fn push_stray(block: &Block, said: [Known<bool>; 2], tls_only: Known<bool>, out: &mut Vec<Resource>) {
    if said.iter().all(|said| said.value() == Some(&false)) {
        return;
    }
    let or_unseen = |said: Known<bool>| any([said, not_seen(&block.body, "bucket")]);
    let [public_read, public_write] = said.map(or_unseen);
    out.push(resource(block, &["bucket"], ObjectStore { public_read, public_write, tls_only, ..unseen(block) }));
}

/// What can be said of a bucket that is not among the scanned files.
fn unseen(block: &Block) -> ObjectStore {
    let unseen = || not_seen(&block.body, "bucket");
    ObjectStore {
        encrypted: default(block, true),
        customer_key: unseen(),
        key: not_seen(&block.body, "bucket"),
        sets_anonymous: default(block, false),
        anonymous_read: default(block, false),
        public_read: unseen(),
        public_write: unseen(),
        public_access_blocked: unseen(),
        lists_off: unseen(),
        tls_only: unseen(),
        guard_off: unseen(),
        shared_keys: default(block, false),
        versioned: unseen(),
        backed_up: unseen(),
        geo_paired: default(block, false),
        pair_jurisdictions: Known::unset(Origins::at(block.head)),
        modern_tls: default(block, true),
        private_only: unseen(),
        access_logged: unseen(),
        reads_recorded: unseen(),
        writes_recorded: unseen(),
        holds_logs: unseen(),
        second_site: unseen(),
        lock_final: unseen(),
        lock_days: not_seen(&block.body, "bucket"),
    }
}

fn named_bucket<'b>(block: &Block, context: &Context<'b>) -> Option<&'b Block> {
    super::common::named(context, block, "bucket", &["aws_s3_bucket"], &["bucket"])
}

fn stray_replication(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    replications(block, &block.body.each("rule"), context, out);
}

/// One copy for each rule: to the region of the destination bucket, where that was scanned. An S3 ARN names no region.
fn replications(block: &Block, rules: &[&Node], context: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, rule) in rules.iter().enumerate() {
        let target = context.blocks.follow(rule, "destination.bucket", &["aws_s3_bucket"]);
        let target_region = match target {
            Some(target) => super::common::region(target),
            None => not_seen(rule, "destination.bucket"),
        };
        let copy = Replication { purpose: fixed(block, "data"), target_region, ..Replication::default() };
        let mut made = part(block, format!("replication[{at}]"), rule, &["bucket"], copy);
        made.inherits = super::common::inherits(block, (&*block.native_type != "aws_s3_bucket").then_some("bucket"));
        out.push(made);
    }
}

/// One availability zone, never public, always encrypted:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-best-practices.html>.
fn directory_bucket(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let mut store = unseen(block);
    store.customer_key = default(block, false);
    store.key = key(context, &block.body, "kms_master_key_id");
    store.public_read = default(block, false);
    store.public_write = default(block, false);
    store.public_access_blocked = default(block, true);
    store.guard_off = default(block, false);
    store.lists_off = default(block, true);
    // directory buckets answer on HTTPS only
    store.tls_only = default(block, true);
    store.versioned = default(block, false);
    // neither replication nor object lock nor access logs: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html
    store.second_site = default(block, false);
    store.lock_final = default(block, false);
    store.lock_days = default(block, 0);
    store.access_logged = default(block, false);
    store.holds_logs = default(block, false);
    store.private_only =
        Policies::of(context, block, "policy", &[("aws_s3_bucket_policy", "bucket", "policy")], &["bucket", "id"])
            .only_from_networks("s3express:CreateSession");
    store.backed_up = backup::covered(block, context);
    out.push(resource(block, &["bucket"], store));
}
