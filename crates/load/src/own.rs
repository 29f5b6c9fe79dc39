//! A service in this process.

use journey_server::serve::{Options, serve};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

/// A service that was started here; it ends with the process.
pub(crate) struct Own {
    pub(crate) url: String,
    pub(crate) store: PathBuf,
}

/// The program that it runs.
pub(crate) const PROGRAM: &str = include_str!("load.journey");

/// Writes the program into a folder.
pub(crate) fn program(folder: &Path) -> Result<PathBuf, String> {
    let path = folder.join("load.journey");
    std::fs::write(&path, PROGRAM).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

pub(crate) fn start(folder: &Path, key: &str) -> Result<Own, String> {
    let store = folder.join("own.db");
    let options = Options {
        program: program(folder)?,
        store: Some(store.clone()),
        listen: Some(([127, 0, 0, 1], 0).into()),
        write_keys: vec![key.to_string()],
        ..Options::default()
    };
    let (says, said) = channel();
    let ended = says.clone();
    std::thread::spawn(move || {
        let failed = serve(&options, move |text| {
            let _ = says.send(text.to_string());
        });
        let _ = ended.send(format!("{failed:?}"));
    });
    let first = said.recv_timeout(Duration::from_secs(20)).map_err(|_| "the service does not start".to_string())?;
    // What it says later is for whoever looks.
    std::thread::spawn(move || said.iter().for_each(|line| eprintln!("{line}")));
    match first.split_whitespace().next() {
        Some(url) if url.starts_with("http://") => Ok(Own { url: url.to_string(), store }),
        _ => Err(first),
    }
}
