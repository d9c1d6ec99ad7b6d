//! Data events of CloudTrail: which reads and writes of objects a trail of the scan records.

use super::common::{default, region};
use super::trails::TRAILS;
use crate::provider::Context;
use crate::value::{Block, Known, Node, Origins, Value, Why, all, any};

/// Which events are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Read,
    Write,
}

/// Whether a trail records what is done to the objects of `bucket`. None does unless it is told to:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>.
pub(super) fn recorded(bucket: &Block, context: &Context<'_>, event: Event) -> Known<bool> {
    let here = Origins::at(bucket.head);
    let trails: Vec<&Block> = TRAILS.iter().flat_map(|native| context.blocks.of_type(native)).collect();
    // a trail of another region may record here as well
    let beyond = || context.beyond(TRAILS, None, "a trail that records data events may be set up elsewhere");
    if trails.is_empty()
        && let Some(unknown) = beyond()
    {
        return Known::unknown(unknown, here);
    }
    let by_trail = |trail: &Block| {
        let body = &trail.body;
        let on = body.bool("enable_logging").or_default(true).and(body.bool("suspend").or_default(false).not());
        let basic = body.each("event_selector").into_iter().map(|one| by_basic(one, bucket, context, event));
        let advanced = body.each("advanced_event_selector").into_iter();
        let selected = any(basic.chain(advanced.map(|one| by_advanced(one, bucket, context, event))));
        all([selected, on, reaches(trail, bucket)]).and_at(&Origins::at(trail.head))
    };
    any(trails.into_iter().map(by_trail)).and_at(&here)
}

/// A trail of one region records what is done there.
fn reaches(trail: &Block, bucket: &Block) -> Known<bool> {
    // an event data store takes in every region unless told otherwise
    let usual = trail.native_type.ends_with("data_store");
    let every = trail.body.bool("is_multi_region_trail").or(trail.body.bool("multi_region_enabled")).or_default(usual);
    let (here, there) = (region(trail), region(bucket));
    let same = match (here.value(), there.value()) {
        (Some(here), Some(there)) => default(trail, here == there),
        // both are that of the environment
        (None, None) => default(trail, true),
        _ => here.map(|_| false),
    };
    any([every, same])
}

fn by_basic(selector: &Node, bucket: &Block, context: &Context<'_>, event: Event) -> Known<bool> {
    let wanted = if event == Event::Read { "ReadOnly" } else { "WriteOnly" };
    let kind = selector.text("read_write_type").map(|kind| matches!(&*kind, "All") || &*kind == wanted);
    let covered = selector.each("data_resource").into_iter().map(|data| {
        let objects = data.text("type").map(|kind| &*kind == "AWS::S3::Object");
        objects.and(any(data.each("values").into_iter().map(|value| covers(value, bucket, context))))
    });
    all([kind.or_default(true), any(covered)])
}

/// Fields that take in a part of the events only (by name, by who asks) record less than all:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>.
fn by_advanced(selector: &Node, bucket: &Block, context: &Context<'_>, event: Event) -> Known<bool> {
    const FIELDS: [&str; 4] = ["eventCategory", "resources.type", "resources.ARN", "readOnly"];
    let fields = selector.each("field_selector");
    let named = |name: &str| -> Vec<&Node> {
        fields.iter().filter(|field| field.text("field").value().is_some_and(|own| &**own == name)).copied().collect()
    };
    let equals = |name: &str, wanted: &'static str| {
        any(named(name)
            .into_iter()
            .flat_map(|field| field.each("equals"))
            .map(|value| value.text("").map(|text| text.eq_ignore_ascii_case(wanted))))
    };
    let or_unsaid = |name: &str, said: Known<bool>| {
        if named(name).is_empty() { Known::default_of(true, selector.origins.clone()) } else { said }
    };
    let reads = equals("readOnly", if event == Event::Read { "true" } else { "false" });
    let arns = named("resources.ARN");
    let chosen = arns.iter().flat_map(|field| ["equals", "starts_with"].map(|by| field.each(by))).flatten();
    let chosen = any(chosen.map(|value| covers(value, bucket, context)));
    let parts = fields.iter().map(|field| field.text("field").map(|name| !FIELDS.contains(&&*name)));
    all([
        equals("eventCategory", "Data"),
        equals("resources.type", "AWS::S3::Object"),
        or_unsaid("readOnly", reads),
        or_unsaid("resources.ARN", chosen),
        any(parts).not(),
    ])
}

/// `arn:aws:s3` and `arn:aws:s3:::` are every bucket, `arn:aws:s3:::name/` is one; what names a folder in it is a part, and
/// without the slash it names no objects: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>.
fn covers(value: &Node, bucket: &Block, context: &Context<'_>) -> Known<bool> {
    if let Some(found) = context.blocks.follow(value, "", &["aws_s3_bucket"]) {
        let ends = matches!(&value.value, Value::Text(text) if text.tail() == "/");
        return Known::set(ends && found.address == bucket.address, value.origins.clone());
    }
    let own = bucket.body.text("bucket");
    value.text("").try_map(
        |arn| {
            let name = arn.split(':').nth(5).unwrap_or("");
            if name.is_empty() {
                return Some(true);
            }
            let Some((name, folder)) = name.split_once('/') else { return Some(false) };
            own.value().map(|own| **own == *name && folder.is_empty())
        },
        || Why::Expression("the bucket's name is not written".into()),
    )
}
