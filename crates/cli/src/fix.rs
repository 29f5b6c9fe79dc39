//! `journey fix`: mends what can be mended, and formats.

use crate::config::Config;
use crate::{End, load};
use clap::Args;
use journey::diagnostic::Level;
use std::path::PathBuf;

/// What `journey fix` takes.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A .journey file, or a folder of them.
    program: PathBuf,
    /// Apply fixes too that may change what the program does; read what they did before you keep it.
    #[arg(long = "unsafe")]
    also_unsafe: bool,
}

pub(crate) fn run(arguments: &Arguments) -> End {
    let (sources, config) =
        match load::sources(&arguments.program).and_then(|sources| Ok((sources, Config::of(&arguments.program)?))) {
            Ok(both) => both,
            Err(why) => return End::Unusable(why),
        };
    let mut mended = journey::mend(&sources, arguments.also_unsafe);
    config.apply(&mut mended.left);
    for (before, after) in sources.iter().zip(&mended.sources) {
        if before.text != after.text
            && let Err(why) = load::write(&after.name, &after.text)
        {
            return End::Unusable(why);
        }
    }
    for repair in &mended.repairs {
        anstream::println!("{}:{}: {} [{}]", repair.file, repair.line, repair.message, repair.name);
    }
    let name = arguments.program.display();
    let more = mended.left.iter().filter(|finding| finding.fix.is_some()).count();
    let (mended_count, left) = (mended.repairs.len(), load::count(&mended.left));
    match mended.left.is_empty() {
        true => anstream::eprintln!("{name}: {mended_count} mended, nothing left"),
        false => anstream::eprintln!("{name}: {mended_count} mended, {left} left: see `journey check`"),
    }
    if more > 0 && !arguments.also_unsafe {
        anstream::eprintln!("{more} of them can be mended with `--unsafe`, which may change what the program does");
    }
    let failed = mended.left.iter().any(|finding| finding.level == Level::Error);
    if failed { End::Findings } else { End::Good }
}
