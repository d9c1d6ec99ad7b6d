//! A real API server on loopback, for as long as a test holds it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::Value;

/// The server; it ends when this is dropped.
pub struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    pub dir: tempfile::TempDir,
    bin: PathBuf,
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/live_kubernetes").join(name)
}

impl Peer {
    /// Starts one; none where it cannot be built, which is said.
    pub fn start() -> Option<Self> {
        let built = Command::new(script("apiserver")).stderr(Stdio::inherit()).output().unwrap();
        if built.status.code() == Some(3) {
            return None;
        }
        assert!(built.status.success(), "the API server could not be built");
        let bin = PathBuf::from(String::from_utf8(built.stdout).unwrap().trim());
        let dir = tempfile::tempdir().unwrap();
        let mut child =
            Command::new(script("peer")).arg(dir.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "ready", "the API server did not start");
        Some(Self { child, input, dir, bin })
    }

    pub fn kubeconfig(&self, user: &str) -> String {
        self.dir.path().join(format!("{user}.kubeconfig")).display().to_string()
    }

    /// Runs kubectl as the administrator, with `input`.
    pub fn kubectl(&self, arguments: &[&str], input: &str) -> String {
        use std::io::Write;
        let mut child = Command::new(self.bin.join("kubectl"))
            .args(["--kubeconfig", &self.kubeconfig("admin")])
            .args(["--cache-dir", self.dir.path().join("cache").to_str().unwrap()])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "kubectl {arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a user asked of the server: verb, resource with its group, and path.
    pub fn audit(&self, user: &str) -> Vec<(String, String, String)> {
        let log = std::fs::read_to_string(self.dir.path().join("audit.log")).unwrap();
        let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let own = events.filter(|event| event["user"]["username"] == user);
        own.map(|event| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let object = &event["objectRef"];
            let resource = match (text(&object["resource"]), text(&object["apiGroup"])) {
                (resource, group) if group.is_empty() => resource,
                (resource, group) => format!("{resource}.{group}"),
            };
            (text(&event["verb"]), resource, text(&event["requestURI"]))
        })
        .collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
