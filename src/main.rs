//! The command `deodar`.

use std::process::ExitCode;

// allocation is a large part of Cedar's time
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    deodar::cli::main()
}
