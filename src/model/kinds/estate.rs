//! The estate itself.

use crate::model::fact::facts;

facts! {
    /// The scanned estate as a whole: one in every scan, at the estate file or nowhere.
    Estate {
        /// An estate file declares classes and owners.
        declared: bool,
    }
}
