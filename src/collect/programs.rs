//! Programs that the person named on the command line, run over what was gathered. Nothing in a scanned tree makes one
//! run.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The most bytes that are read of what a program prints.
const MOST: u64 = 256 << 20;
/// How long a program may run, in steps of [`STEP`].
const STEPS: u32 = 6_000;
const STEP: Duration = Duration::from_millis(50);

/// What `program` prints, run in `folder`; else why that is not to be had.
pub fn printed(program: &Path, arguments: &[String], folder: &Path) -> Result<String, String> {
    let shown = program.display();
    let piped = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = piped.map_err(|error| format!("`{shown}` cannot be run: {}", super::reason(&error)))?;
    let (out, said) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let mut ended = None;
    for _ in 0..STEPS {
        ended =
            child.try_wait().map_err(|error| format!("`{shown}` cannot be waited for: {}", super::reason(&error)))?;
        if ended.is_some() {
            break;
        }
        std::thread::sleep(STEP);
    }
    let Some(status) = ended else {
        _ = child.kill();
        _ = child.wait();
        return Err(format!("`{shown}` did not end within {} minutes", STEPS / 1200));
    };
    let (out, said) = (out.join().unwrap_or_default(), said.join().unwrap_or_default());
    if !status.success() {
        let said = String::from_utf8_lossy(&said);
        let line = said.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it says nothing");
        return Err(format!("`{shown}` ended with {status}: {line}"));
    }
    match String::from_utf8(out) {
        Ok(text) if (text.len() as u64) < MOST => Ok(text),
        Ok(_) => Err(format!("`{shown}` prints too much")),
        Err(_) => Err(format!("`{shown}` prints no text")),
    }
}

/// Reads a pipe to its end, in a thread of its own, as a full pipe stops who writes to it.
fn reader(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            _ = pipe.by_ref().take(MOST).read_to_end(&mut bytes);
            _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
        bytes
    })
}
