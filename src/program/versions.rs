//! Programs that follow each other, and whose profiles they take over.

use super::{Program, RunError};
use crate::bytecode;
use crate::changes::{self, Changes};
use crate::engine::{self, Effects, Lateness, Profile};
use crate::value::Timestamp;
use smol_str::SmolStr;
use std::sync::Arc;

/// A deploy: which programs this one follows, and what that changes for people.
impl Program {
    /// The same program as the newest version after another one, and after all that that one follows: it takes over the
    /// profiles that they have played, at the next call for each. A step is the same step if its journey, the blocks
    /// around it, its kind, what it is about and its place among its like are; a changed wait is worked out anew from its
    /// start; whoever stands at a step that is gone leaves with `changed`. Nothing that lies in the past becomes due. What
    /// a new version asks of the past is unknown as far back as the profile has not kept it (`docs/reference/versions.md`).
    ///
    /// A host keeps the bytes of the program it runs, and hands them to the next. A program is known by its source alone,
    /// so that one compiled again from the same files will do as well.
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let compile = |text: &str| Program::compile(vec![SourceFile::new("cart.journey", text)]).map_err(|e| e.to_string());
    /// let old = compile("on cart_abandoned: wait 2d; email recs")?;
    /// let new = compile("on cart_abandoned: wait 1d; email offer")?.following(&old);
    ///
    /// let (mut ana, mut effects) = (old.profile("ana"), Effects::new());
    /// let monday = 1_772_442_000_000;
    /// let input = Input::event("ana", monday, "Cart Abandoned", Json::Null);
    /// old.advance(&mut ana, &input, Lateness::default(), &mut effects)?;
    /// let hour = 3_600_000;
    /// new.wake(&mut ana, monday + hour, Lateness::default(), &mut effects)?; // after the deploy, once for everybody
    /// assert_eq!(new.next_due(&ana), Some(monday + 24 * hour));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn following(mut self, previous: &Program) -> Program {
        bytecode::follow(Arc::make_mut(&mut self.code), &previous.code);
        self
    }

    /// What this program is called by the profiles that it plays ([`Profile::program`]). It is the same for all files that
    /// come to the same program: their folder and their order, comments, empty lines and the ends of lines are nothing of
    /// it; the name of a file is, for a journey may take it.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let of = |name: &str, text: &str| Program::compile(vec![SourceFile::new(name, text)]).map(|p| p.fingerprint());
    /// let cart = of("cart.journey", "on cart_abandoned: email recs");
    /// assert_eq!(cart.as_ref().ok(), of("./shop/cart.journey", "# hello\n\non cart_abandoned: email recs\n").as_ref().ok());
    /// assert_ne!(cart.ok(), of("cart.journey", "on cart_abandoned: email offer").ok());
    /// ```
    pub fn fingerprint(&self) -> u64 {
        self.code.fingerprint
    }

    /// The programs that this one follows, by [`Program::fingerprint`], the oldest first.
    pub fn follows(&self) -> impl Iterator<Item = u64> {
        self.code.predecessors.iter().map(|earlier| earlier.fingerprint)
    }

    /// The same program, following only those of the programs before that a host still has profiles of
    /// ([`Profile::program`]); a profile of another one is refused from now on.
    ///
    /// ```
    /// # use journey::{Program, SourceFile};
    /// # let compile = |text: &str| Program::compile(vec![SourceFile::new("cart.journey", text)]).map_err(|e| e.to_string());
    /// # let old = compile("on cart_abandoned: wait 2d; email recs")?;
    /// let new = compile("on cart_abandoned: wait 1d; email offer")?.following(&old);
    /// assert_eq!(new.follows().collect::<Vec<_>>(), [old.fingerprint()]);
    /// let ana = old.profile("ana");
    /// let stored = [ana.program()];
    /// assert_eq!(new.clone().keeping(|program| stored.contains(&program)).follows().count(), 1);
    /// assert_eq!(new.keeping(|_| false).follows().count(), 0); // nobody is left behind
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn keeping(mut self, is_needed: impl Fn(u64) -> bool) -> Program {
        Arc::make_mut(&mut self.code)
            .predecessors
            .retain(|earlier| is_needed(earlier.fingerprint) || is_needed(earlier.of_bytes));
        self
    }

    /// What becomes different for people when this program follows another one: ask before a deploy.
    ///
    /// ```
    /// # use journey::{Program, SourceFile};
    /// # let compile = |text: &str| Program::compile(vec![SourceFile::new("cart.journey", text)]).map_err(|e| e.to_string());
    /// let old = compile("on cart_abandoned: wait 2d; if profile.tier is \"gold\" then email vip; email recs")?;
    /// let new = compile("on cart_abandoned: wait 1d; email recs with (age: profile.age)")?;
    /// let changes = new.changes_from(&old);
    /// assert_eq!(changes.attributes_dropped, ["tier"]);
    /// assert_eq!(changes.attributes_needed, ["age"]); // send them again, or they are missing
    /// assert_eq!(changes.steps_gone[0].text, "if profile.tier is \"gold\"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn changes_from(&self, previous: &Program) -> Changes {
        changes::between(&previous.code, &previous.sources, &self.code)
    }

    /// The journeys that a person of an earlier version leaves with `changed` when this program takes the profile over.
    pub fn evicts(&self, profile: &Profile) -> Vec<SmolStr> {
        let earlier = (!self.is_own(profile)).then(|| self.code.follows(profile.program)).flatten();
        earlier.map(|earlier| engine::evicted(earlier, profile)).unwrap_or_default()
    }

    /// Whether a profile is of this program, or of one that it follows.
    pub(super) fn plays(&self, profile: &Profile) -> bool {
        self.is_own(profile) || self.code.follows(profile.program).is_some()
    }

    /// Takes a profile over from another version of the program, if there is one that this follows; says whether it did.
    pub(super) fn same_program(
        &self,
        profile: &mut Profile,
        now: Timestamp,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        if self.is_own(profile) {
            profile.program = self.code.fingerprint;
            return Ok(false);
        }
        if engine::take_over(&self.code, profile, now, lateness, effects) {
            Ok(true)
        } else {
            Err(RunError::ProgramChanged)
        }
    }

    /// Whether a profile is of this very program, as it is called now or was before.
    pub(super) fn is_own(&self, profile: &Profile) -> bool {
        profile.program == self.code.fingerprint || profile.program == self.code.of_bytes
    }
}
