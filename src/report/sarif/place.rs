//! Places as SARIF writes them: addresses relative to the root, percent-encoded, and regions with exact columns.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_sarif::sarif::{ArtifactLocation, Location, PhysicalLocation, Region};

use super::message;
use crate::report::{Finding, Place};

/// What is not encoded in a path.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Where a result stands: the first of its places that is in the repository. A fetched module is not.
pub(super) fn anchor(finding: &Finding) -> Option<&Place> {
    let places = std::iter::once(&finding.primary).chain(finding.related.iter().rev());
    places.filter_map(|label| label.place.as_ref()).find(|place| is_ours(place))
}

/// Whether the file is in the checkout: what `terraform init` fetched is not.
pub(super) fn is_ours(place: &Place) -> bool {
    !place.file.split('/').any(|part| part == ".terraform")
}

/// A location, with what there is to say of it.
pub(super) fn location(place: &Place, text: Option<&str>) -> Location {
    let number = |n: usize| i64::try_from(n.max(1)).unwrap_or(i64::MAX);
    let (start, end) = (place.start, place.end);
    // a region is never empty
    let end_column = if end.line == start.line { end.column.max(start.column + 1) } else { end.column };
    let region = Region {
        start_line: Some(number(start.line)),
        start_column: Some(number(start.column)),
        end_line: Some(number(end.line)),
        end_column: Some(number(end_column)),
        ..Region::default()
    };
    let uri = utf8_percent_encode(&place.file, KEPT).to_string();
    Location {
        physical_location: Some(PhysicalLocation {
            artifact_location: Some(ArtifactLocation { uri: Some(uri), ..ArtifactLocation::default() }),
            region: Some(region),
            ..PhysicalLocation::default()
        }),
        message: text.map(message),
        ..Location::default()
    }
}
