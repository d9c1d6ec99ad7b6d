//! Values of the typed client to JSON, and values of a question from it.

use std::collections::HashMap;

use aws_sdk_iam::types::{
    AssertionEncryptionModeType, AssignmentStatusType, EntityType, PermissionsBoundaryAttachmentType,
    PolicyEvaluationDecisionType, PolicyScopeType, PolicyUsageType, ReportFormatType, ReportStateType, StatusType,
    SummaryKeyType,
};
use aws_smithy_types::{Blob, DateTime, date_time::Format};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::collect::aws::client::decode::scalar;

/// What JSON says of a value; nothing where it was not in the answer.
pub(super) trait Json {
    /// As JSON.
    fn json(&self) -> Option<Value>;
}

/// An object without what was not in the answer.
pub(super) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(present.collect::<Map<_, _>>())
}

impl<T: Json> Json for Option<T> {
    fn json(&self) -> Option<Value> {
        self.as_ref().and_then(Json::json)
    }
}

impl<T: Json> Json for Vec<T> {
    fn json(&self) -> Option<Value> {
        Some(self.iter().filter_map(Json::json).collect())
    }
}

impl Json for HashMap<SummaryKeyType, i32> {
    fn json(&self) -> Option<Value> {
        let mut entries: Vec<_> =
            self.iter().map(|(key, value)| (key.as_str().to_owned(), Value::from(*value))).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Some(Value::Object(entries.into_iter().collect()))
    }
}

/// Where the API promises a member and the answer has none (the root user has no name), the typed client puts an empty
/// text or the first second of 1970.
impl Json for String {
    fn json(&self) -> Option<Value> {
        (!self.is_empty()).then(|| Value::from(self.as_str()))
    }
}

impl Json for DateTime {
    fn json(&self) -> Option<Value> {
        if self.secs() == 0 {
            return None;
        }
        self.fmt(Format::DateTime).ok().map(|text| scalar::time_in_json(Value::from(text)))
    }
}

impl Json for Blob {
    fn json(&self) -> Option<Value> {
        Some(Value::from(STANDARD.encode(self.as_ref())))
    }
}

macro_rules! plain {
    ($($type:ty),*) => { $(impl Json for $type {
        fn json(&self) -> Option<Value> {
            Some(Value::from(*self))
        }
    })* };
}
plain!(bool, i32);

macro_rules! words {
    ($($type:ty),*) => { $(impl Json for $type {
        fn json(&self) -> Option<Value> {
            Some(Value::from(self.as_str()))
        }
    })* };
}
words!(
    AssertionEncryptionModeType,
    PermissionsBoundaryAttachmentType,
    PolicyEvaluationDecisionType,
    ReportFormatType,
    ReportStateType,
    StatusType
);

/// A value of a question.
pub(super) trait Asked: Sized {
    /// From JSON.
    fn asked(value: &Value) -> Option<Self>;
}

/// The member `name` of a question.
pub(super) fn get<T: Asked>(input: &Value, name: &str) -> Option<T> {
    input.get(name).and_then(T::asked)
}

impl Asked for String {
    fn asked(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }
}

impl Asked for bool {
    fn asked(value: &Value) -> Option<Self> {
        value.as_bool()
    }
}

impl Asked for i32 {
    fn asked(value: &Value) -> Option<Self> {
        value.as_i64().and_then(|number| number.try_into().ok())
    }
}

impl<T: Asked> Asked for Vec<T> {
    fn asked(value: &Value) -> Option<Self> {
        Some(value.as_array()?.iter().filter_map(T::asked).collect())
    }
}

macro_rules! asked_words {
    ($($type:ty),*) => { $(impl Asked for $type {
        fn asked(value: &Value) -> Option<Self> {
            value.as_str().map(Self::from)
        }
    })* };
}
asked_words!(AssignmentStatusType, EntityType, PolicyScopeType, PolicyUsageType);
