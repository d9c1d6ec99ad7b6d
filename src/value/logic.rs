//! Three-valued logic over facts: true wins an `any` whatever is unknown, false wins an `all`.
//!
//! `Unset` counts as false: what may be absent reads as "it is not so".

use crate::value::{Known, Origins, State};

impl Known<bool> {
    /// Not.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "an operator would hide that unknown stays unknown")]
    pub fn not(self) -> Self {
        match self.state {
            State::Unset => Self { state: State::Default(true), origins: self.origins },
            _ => self.map(|value| !value),
        }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        all([self, other])
    }

    /// Either.
    #[must_use]
    pub fn either(self, other: Self) -> Self {
        any([self, other])
    }
}

/// Whether any is true: true if one is, unknown if none is and one is unknown, else false. An empty list is false,
/// without a place.
pub fn any(facts: impl IntoIterator<Item = Known<bool>>) -> Known<bool> {
    decide(facts, true)
}

/// Whether all are true: false if one is false, unknown if none is and one is unknown, else true.
pub fn all(facts: impl IntoIterator<Item = Known<bool>>) -> Known<bool> {
    decide(facts, false)
}

/// The first fact equal to `decisive` decides; else the first unknown; else the opposite, from every place.
fn decide(facts: impl IntoIterator<Item = Known<bool>>, decisive: bool) -> Known<bool> {
    let mut unknown = None;
    let mut rest: Option<Known<bool>> = None;
    for fact in facts {
        let value = match &fact.state {
            State::Set(value) | State::Default(value) => *value,
            State::Unset => false,
            State::Unknown(_) => {
                unknown.get_or_insert(fact);
                continue;
            }
        };
        if value == decisive {
            let set = matches!(fact.state, State::Set(_));
            let state = if set { State::Set(decisive) } else { State::Default(decisive) };
            return Known { state, origins: fact.origins };
        }
        let set = matches!(fact.state, State::Set(_));
        rest = Some(match rest {
            None => fact,
            Some(known) => {
                let set = set || matches!(known.state, State::Set(_));
                // the written one is the better place to point at
                let origins = if matches!(known.state, State::Set(_)) {
                    known.origins.and(&fact.origins)
                } else {
                    fact.origins.and(&known.origins)
                };
                Known { state: if set { State::Set(!decisive) } else { State::Default(!decisive) }, origins }
            }
        });
    }
    if let Some(unknown) = unknown {
        return unknown;
    }
    let (set, origins) = match rest {
        Some(known) => (matches!(known.state, State::Set(_)), known.origins),
        None => (false, Origins::NONE),
    };
    Known { state: if set { State::Set(!decisive) } else { State::Default(!decisive) }, origins }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Unknown, Why};

    fn set(value: bool) -> Known<bool> {
        Known::set(value, Origins::NONE)
    }

    fn unknown() -> Known<bool> {
        Known::unknown(Unknown::new(Why::Variable("var.x".into())), Origins::NONE)
    }

    #[test]
    fn one_unknown_hides_no_truth() {
        assert_eq!(any([unknown(), set(true)]).value(), Some(&true));
        assert!(any([unknown(), set(false)]).why().is_some());
        assert_eq!(all([unknown(), set(false)]).value(), Some(&false));
        assert!(all([unknown(), set(true)]).why().is_some());
        assert_eq!(any([]).value(), Some(&false));
        assert_eq!(all([]).value(), Some(&true));
    }
}
