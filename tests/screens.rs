//! What people see, recorded in `tests/screens/*.md`. `TRYCMD=overwrite cargo test --test screens` records anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

#[test]
fn screens_are_as_recorded() {
    trycmd::TestCases::new().env("NO_COLOR", "1").env("CI", "1").case("tests/screens/*.md");
}
