//! Sees that an answer of IAM is whole: the typed client reads a body that breaks off as far as it goes, and takes what
//! is missing for absent.

use aws_sdk_iam::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use roxmltree::Document;

/// Refuses answers that are not well formed.
#[derive(Debug)]
pub(super) struct Whole;

/// An answer that is not well formed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Broken(String);

impl Intercept for Whole {
    fn name(&self) -> &'static str {
        "Whole"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        if !response.status().is_success() || context.output_or_error().is_err() {
            return Ok(());
        }
        let text = std::str::from_utf8(response.body().bytes().unwrap_or_default())?;
        Document::parse(text).map(drop).map_err(|error| Broken(error.to_string()).into())
    }
}
