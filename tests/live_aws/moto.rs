//! A moto server for the tests: installed once into the cache, one server a test, gone when its test is.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use deodar::collect::aws::client::{Client, Options};

/// The version that the tests were written against.
const MOTO: &str = "moto[server]==5.2.5";

/// Serves until its standard input ends, so that it goes with the test, however that ends.
const SERVE: &str = r"
import os, sys, threading
from werkzeug.serving import make_server
from moto.server import DomainDispatcherApplication, create_backend_app
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server = make_server('127.0.0.1', 0, DomainDispatcherApplication(create_backend_app), threaded=True)
print(server.server_port, flush=True)
server.serve_forever()
";

/// A running server.
pub(crate) struct Moto {
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    child: Child,
}

/// The Python with moto; none, and loudly, where there is no Python 3.
fn python() -> Option<&'static Path> {
    static PYTHON: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
        let folder = cache.join("deodar/moto");
        let python = folder.join("bin/python");
        let has_moto =
            || Command::new(&python).args(["-c", "import moto.server"]).status().is_ok_and(|end| end.success());
        if python.exists() && has_moto() {
            return Some(python);
        }
        if !Command::new("python3").arg("--version").status().is_ok_and(|end| end.success()) {
            return None;
        }
        let made = Command::new("python3").args(["-m", "venv"]).arg(&folder).status().expect("python3");
        assert!(made.success(), "python3 -m venv {} failed", folder.display());
        let got = Command::new(&python).args(["-m", "pip", "--quiet", "install", MOTO]).status().expect("pip");
        assert!(got.success(), "pip install {MOTO} failed");
        Some(python)
    });
    if PYTHON.is_none() {
        eprintln!("\nSKIPPED: no Python 3 here, so nothing was tested against moto\n");
    }
    PYTHON.as_deref()
}

impl Moto {
    /// A fresh server.
    pub(crate) fn start() -> Option<Self> {
        let mut child = Command::new(python()?)
            .args(["-c", SERVE])
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            // they come with a thousand snapshots that nobody took
            .env("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its port");
        let url = format!("http://127.0.0.1:{}", line.trim().parse::<u16>().expect("its port"));
        Some(Self { url, child })
    }

    /// Runs Python with `boto3`, and `client(service)` in eu-west-1, against the server.
    pub(crate) fn seed(&self, script: &str) -> String {
        let mut child = Command::new(python().expect("Python"))
            .arg("-")
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_ACCESS_KEY_ID", "seed")
            .env("AWS_SECRET_ACCESS_KEY", "seed")
            .env("AWS_DEFAULT_REGION", "eu-west-1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let head = "import boto3, json\ndef client(service, **more): return boto3.client(service, **more)\n";
        let mut input = child.stdin.take().expect("its input");
        input.write_all(head.as_bytes()).and_then(|()| input.write_all(script.as_bytes())).expect("its input");
        drop(input);
        let output = child.wait_with_output().expect("Python ends");
        assert!(output.status.success(), "the seed failed");
        String::from_utf8(output.stdout).expect("a text").trim().to_owned()
    }

    /// A client with these keys, of the server's own account unless they are of a user there.
    pub(crate) async fn client(&self, key: &str, secret: &str) -> Client {
        Client::connect(&Options { endpoint: Some(self.url.clone()), ..options(key, secret) }).await.expect("a client")
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the tests' clients have in common: no look at this machine's own credentials, and no waiting for a budget.
pub(crate) fn options(key: &str, secret: &str) -> Options {
    let credentials = aws_credential_types::Credentials::new(key, secret, None, None, "tests");
    Options {
        credentials: Some(aws_credential_types::provider::SharedCredentialsProvider::new(credentials)),
        region: Some("eu-west-1".to_owned()),
        rate: Some(1e6),
        ..Options::default()
    }
}
