//! The real program `journeyd`, and the tools by which real clients and a browser are run against it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A service that runs; it is killed, as by a power cut, when this is dropped.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Running {
    /// Starts it with these arguments, in the root of the repository, and waits until it says where it listens.
    pub fn start(arguments: &[&str], address: &str) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_journeyd"))
            .args(arguments)
            .args(["--listen", address])
            .current_dir(root())
            .env_remove("JOURNEY_WRITE_KEY")
            // Who is killed leaves its temporary store behind.
            .env("TMPDIR", env!("CARGO_TARGET_TMPDIR"))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let first = said.next().and_then(Result::ok).unwrap_or_default();
        let rest = move || said.map_while(Result::ok).collect::<Vec<_>>().join("\n");
        if !first.starts_with("http://") {
            panic!("journeyd {arguments:?} did not start: {first}\n{}", rest());
        }
        // What it says is read on, or it would wait for a reader.
        std::thread::spawn(rest);
        Running { child, address: address.to_string() }
    }

    /// Kills it; nothing in it hears of that.
    pub fn kill(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends a request, and gives back the status and the body of its answer.
    pub fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic ZGV2Og==\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_string())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An address of this machine at which nothing listens.
pub fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The folder of a test's own tools.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Chromium, where it is installed.
fn chromium() -> PathBuf {
    std::env::var_os("CHROMIUM").map_or_else(|| "/usr/bin/chromium".into(), PathBuf::from)
}

/// The Python that has the client, where one has.
pub fn python() -> PathBuf {
    let own = root().join("target/tools/clients/bin/python");
    std::env::var_os("PYTHON").map_or_else(|| if own.is_file() { own } else { "python3".into() }, PathBuf::from)
}

fn runs(program: &Path, arguments: &[&str]) -> bool {
    let run = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

/// What a test needs beside this crate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Node, with the packages of this folder.
    Node(&'static str),
    Chromium,
    Python,
    Curl,
}

/// Whether all tools are there. Where one is missing the test is passed over, loudly; with `REAL_CLIENTS` set, as CI does, it
/// fails.
pub fn has(tools: &[Tool]) -> bool {
    let missing: Vec<String> = tools.iter().filter_map(missing).collect();
    if missing.is_empty() {
        return true;
    }
    let missing = missing.join("; ");
    assert!(std::env::var_os("REAL_CLIENTS").is_none(), "REAL_CLIENTS is set, and a tool is missing: {missing}");
    let name = std::thread::current().name().unwrap_or_default().to_string();
    // Not by a macro: tests that pass would keep it to themselves.
    let _ = writeln!(std::io::stderr().lock(), "\nPASSED OVER: {name}: {missing}\n");
    false
}

fn missing(tool: &Tool) -> Option<String> {
    match tool {
        Tool::Node(_) if !runs(Path::new("node"), &["--version"]) => Some("install Node".into()),
        Tool::Curl if !runs(Path::new("curl"), &["--version"]) => Some("install curl".into()),
        Tool::Node(name) if !folder(name).join("node_modules").is_dir() => {
            Some(format!("run `npm ci` in crates/server/tests/{name}"))
        }
        Tool::Chromium if !chromium().is_file() => Some(format!("install Chromium, or say in CHROMIUM where it is: {}", chromium().display())),
        Tool::Python if !runs(&python(), &["-c", "import segment.analytics"]) => {
            Some("run `python3 -m venv target/tools/clients && target/tools/clients/bin/pip install -r crates/server/tests/clients/requirements.txt`".into())
        }
        _ => None,
    }
}

/// Another program that runs; it is killed when this is dropped.
pub struct Started(Child);

impl Started {
    pub fn new(command: &mut Command) -> Started {
        Started(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Waits for its end, and gives back all that it said, and whether it ended well.
    pub fn finish(mut self, longest: Duration) -> (bool, String) {
        let until = Instant::now() + longest;
        let status = loop {
            match self.0.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if Instant::now() > until => break None,
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        let _ = self.0.kill();
        let mut said = String::new();
        self.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        match status {
            Some(status) => (status.success(), said),
            None => (false, format!("it did not end within {longest:?}\n{said}")),
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
