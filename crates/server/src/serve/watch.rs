//! A save of the program is seen at once: it is compiled, and runs where it has no mistakes.

use super::Service;
use crate::loaded;
use notify::{RecursiveMode, Watcher};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

/// Editors write in several goes: a save is looked at when it has been quiet for so long.
const CALM: Duration = Duration::from_millis(60);

/// Watches the program's folder; what is given watches until it is dropped.
pub(super) fn start(service: &Arc<Service>) -> Result<Option<notify::RecommendedWatcher>, String> {
    let program = &service.options.program;
    let (tell, told) = channel();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = tell.send(());
        }
    });
    let mut watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            (service.say)(&format!("saves are not seen ({error}): start again after a change"));
            return Ok(None);
        }
    };
    // An editor may put a new file in the place of the old one: its folder is watched.
    let folder =
        if program.is_dir() { program.clone() } else { program.parent().map_or_else(|| ".".into(), Into::into) };
    let folder = if folder.as_os_str().is_empty() { ".".into() } else { folder };
    if let Err(error) = watcher.watch(&folder, RecursiveMode::Recursive) {
        (service.say)(&format!("saves in {} are not seen ({error}): start again after a change", folder.display()));
        return Ok(None);
    }
    let service = service.clone();
    std::thread::spawn(move || {
        while told.recv().is_ok() {
            while told.recv_timeout(CALM).is_ok() {}
            look(&service);
        }
    });
    Ok(Some(watcher))
}

/// Takes the newest save.
fn look(service: &Service) {
    let is_new = |sources: &[journey::SourceFile]| {
        let loaded = service.loaded();
        let before = loaded.program.sources();
        let stood =
            |now: &journey::SourceFile| before.iter().any(|then| then.name == now.name && then.text == now.text);
        sources.len() != before.len() || !sources.iter().all(stood)
    };
    let was_broken = !service.broken.read().unwrap_or_else(|poisoned| poisoned.into_inner()).is_empty();
    if let Ok(sources) = journey_files::sources(&service.options.program)
        && !was_broken
        && !is_new(&sources)
    {
        return;
    }
    let found = match loaded::load(&service.options.program) {
        Ok(loaded) => match service.deploy(loaded) {
            Ok(()) => {
                (service.say)("saved: the new program runs");
                super::service::say_troubles(service);
                vec![]
            }
            Err(trouble) => {
                (service.say)(&format!("the new program does not run: {trouble}"));
                return;
            }
        },
        Err(found) => {
            for finding in &found {
                (service.say)(finding.text.trim_end());
            }
            (service.say)("this save has mistakes: the program before goes on running");
            found
        }
    };
    *service.broken.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = found;
    service.changed();
}
