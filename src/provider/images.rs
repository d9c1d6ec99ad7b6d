//! Images: whether a name stands for one image for ever.

use crate::value::{Known, Node, Why};

/// Whether the image named at `path` is named by its digest: a tag can be moved to another image
/// (<https://kubernetes.io/docs/concepts/containers/images/#image-names>).
pub(super) fn pinned(container: &Node, path: &str) -> Known<bool> {
    let image = container.text(path);
    if image.is_unset() {
        return Known::because(Why::Expression("no image is written".into()), container.origins.clone());
    }
    image.map(|image| image.contains("@sha256:"))
}
