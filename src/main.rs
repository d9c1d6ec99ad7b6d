//! The command `deodar`.

fn main() {}
