//! The memory of a service that has nothing to do.

use crate::own;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Starts `journeyd`, which lies beside this program, and looks at it after a while.
pub(crate) fn run(folder: &Path) -> Result<(), String> {
    let here = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = own::program(folder)?;
    for dev in [false, true] {
        let mut command = Command::new(here.with_file_name("journeyd"));
        command
            .arg(&program)
            .arg("--store")
            .arg(folder.join(format!("idle{dev}.db")))
            .args(["--listen", "127.0.0.1:0"]);
        command.args(if dev { ["--dev", "--keep-lines=1"] } else { ["--write-key=load", "--keep-lines=1"] });
        let mut child =
            command.stderr(Stdio::null()).spawn().map_err(|error| format!("journeyd: {error}: build it first"))?;
        std::thread::sleep(Duration::from_secs(5));
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id()));
        let _ = child.kill();
        let _ = child.wait();
        let status =
            status.map_err(|_| "the memory of a process can be read on Linux alone, while it runs".to_string())?;
        let kilobytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        // Ticks of user and system time, of which there are a hundred a second: fields 14 and 15.
        let stat = stat.unwrap_or_default();
        let ticks: u64 = stat.split_whitespace().skip(13).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        let what = if dev { "idle with --dev" } else { "idle" };
        println!("{what}: {:.1} MB, {ticks}0 ms of a processor in 5 s", kilobytes.unwrap_or(0) as f64 / 1024.0);
    }
    Ok(())
}
