//! The service as a process of its own, and clients that send to it.

use journey_server::store::sqlite::Sqlite;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const KEY: &str = "w1";

/// A port that nothing else is given by chance: below those of outgoing connections.
pub fn port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 12_000 + (std::process::id() % 9_000) as u16;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// How `journeyd` is started.
#[derive(Clone)]
pub struct Start {
    pub program: PathBuf,
    pub store: PathBuf,
    pub port: u16,
    pub dev: bool,
    pub stop_at: Option<String>,
    pub pages: Option<PathBuf>,
}

impl Start {
    pub fn new(folder: &Path, program: &str) -> Start {
        let path = folder.join("shop.journey");
        std::fs::write(&path, program).unwrap();
        Start { program: path, store: folder.join("shop.db"), port: port(), dev: false, stop_at: None, pages: None }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn run(&self) -> Running {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port)).to_string();
        let mut command = journeyd();
        command.arg(&self.program).arg("--store").arg(&self.store).args(["--keep-lines", "7", "--listen", &address]);
        if self.dev {
            command.arg("--dev");
        } else {
            command.args(["--write-key", KEY]);
        }
        if let Some(place) = &self.stop_at {
            command.env("JOURNEY_STOP_AT", place);
        }
        if let Some(pages) = &self.pages {
            command.env("JOURNEY_STORE_PAGES", pages);
        }
        Running::start(command)
    }
}

/// The program with none of the tests' settings.
pub fn journeyd() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_journeyd"));
    command.env_remove("JOURNEY_WRITE_KEY").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// A service that runs, until this is dropped.
pub struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    hears: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    fn start(mut command: Command) -> Running {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (errors, hears) = (child.stderr.take().unwrap(), said.clone());
        let hears = std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                *hears.lock().unwrap() += &format!("{line}\n");
            }
        });
        Running { child, said, hears: Some(hears) }
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it says something.
    pub fn says(&mut self, text: &str) {
        let until = Instant::now() + Duration::from_secs(30);
        while !self.said().contains(text) {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended: {}", self.said());
            assert!(Instant::now() < until, "it never said {text:?}: {}", self.said());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until it has ended by itself.
    pub fn ends(&mut self, within: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + within;
        loop {
            match self.child.try_wait().unwrap() {
                Some(status) => return Some(status),
                None if Instant::now() > until => return None,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and says how it ended.
    pub fn stop(mut self) -> ExitStatus {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        let status = self.ends(Duration::from_secs(20)).expect("it does not stop");
        self.hears.take().unwrap().join().unwrap();
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a program that ends says, and its exit code.
pub fn ends(mut command: Command) -> (i32, String) {
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if Instant::now() > until => {
                child.kill().unwrap();
                panic!("it goes on");
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    (status.code().unwrap(), said)
}

/// A client with connections of its own.
pub struct Client {
    agent: ureq::Agent,
    url: String,
    authorization: String,
}

/// What a client was told.
#[derive(Debug)]
pub struct Told {
    pub status: u16,
    pub retry_after: Option<u64>,
    pub body: String,
}

impl Client {
    pub fn new(url: &str) -> Client {
        use base64::Engine;
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(20)));
        let authorization = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{KEY}:")));
        Client { agent: config.build().into(), url: url.to_string(), authorization }
    }

    /// Sends lines once; none: there was no answer.
    pub fn send(&self, lines: &[String]) -> Option<Told> {
        let body = format!(r#"{{"batch":[{}]}}"#, lines.join(","));
        let request = self.agent.post(format!("{}/v1/batch", self.url)).header("authorization", &self.authorization);
        let mut answer = request.content_type("application/json").send(body).ok()?;
        let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
        Some(Told { status: answer.status().as_u16(), retry_after, body: answer.body_mut().read_to_string().ok()? })
    }

    /// Sends lines until they are taken; not for ever.
    pub fn deliver(&self, lines: &[String]) {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let told = self.send(lines);
            if told.as_ref().is_some_and(|told| told.status == 200) {
                return;
            }
            assert!(Instant::now() < until, "nothing takes {lines:?}: {told:?}");
            std::thread::sleep(Duration::from_millis(15));
        }
    }
}

/// Waits until all has been played and nothing is due in the next hour.
pub fn settled(store: &Path) {
    let store = Sqlite::open(store).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let now = journey_server::clock::Clock::default().now();
        let is_calm = store.next().unwrap().is_none_or(|(due, _)| due > now + 3_600_000);
        if is_calm && store.counts().unwrap().inbox == 0 {
            return;
        }
        assert!(Instant::now() < until, "it does not come to an end: {:?}, {:?}", store.counts(), store.next());
        std::thread::sleep(Duration::from_millis(50));
    }
}
