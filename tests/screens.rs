//! What people see, recorded in `tests/screens/*.md`. `TRYCMD=overwrite cargo test --test screens` records anew.

#[test]
fn screens_are_as_recorded() {
    trycmd::TestCases::new().env("NO_COLOR", "1").env("CI", "1").case("tests/screens/*.md");
}
