//! Images: whether a name stands for one image for ever.

use crate::value::{Known, Node, Piece, State, Value, Why};

/// Whether the image named at `path` is named by its digest: a tag can be moved to another image
/// (<https://kubernetes.io/docs/concepts/containers/images/#image-names>).
pub(super) fn pinned(container: &Node, path: &str) -> Known<bool> {
    const DIGEST: &str = "@sha256:";
    let image = container.text(path);
    if image.is_unset() {
        return Known::because(Why::Expression("no image is written".into()), container.origins.clone());
    }
    // the registry may be an account's; how the name ends is what counts
    if let State::Set(Node { value: Value::Text(text), .. }) = container.at_path(path).state {
        let pinned = text.pieces().iter().any(|piece| matches!(piece, Piece::Known(known) if known.contains(DIGEST)));
        if pinned || !text.tail().is_empty() {
            return Known::set(pinned, image.origins);
        }
    }
    image.map(|image| image.contains(DIGEST))
}
