//! How a command ends, and with which exit status.

/// How a command ended that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// All is well: 0.
    Good,
    /// Something was found: 1.
    Findings,
}

impl End {
    /// Whether all is well.
    pub(crate) fn good_if(all_is_well: bool) -> End {
        if all_is_well { End::Good } else { End::Findings }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The program has errors, which are drawn here: 1.
    Program(String),
    /// It was called in a way that it does not know, in clap's words: 2.
    Called(String),
    /// Called with what does not fit the program, a file cannot be read, or what it says cannot be written: 2.
    Unusable(String),
}

impl From<String> for Failure {
    fn from(why: String) -> Failure {
        Failure::Unusable(why)
    }
}

/// What every command gives.
pub(crate) type Ending = Result<End, Failure>;
