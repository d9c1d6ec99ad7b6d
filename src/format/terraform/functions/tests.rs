//! What each function gives, as its documentation says, and what it gives when something is unknown.
