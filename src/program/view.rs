//! A person as this program knows them, for whoever shows people to people.

use super::{Program, RunError};
use crate::engine::{self, Effects, Lateness, Profile, ProfileView};
use crate::value::FIRST_INSTANT;

/// Looking at people.
impl Program {
    /// What is kept of a person: what is known of them, where they stand in journeys, and what became of their messages. Nothing is
    /// changed or played, and what is due is still to come. A profile that an earlier version played is shown as this one
    /// takes it over ([`Program::following`]): where the next call finds it.
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs; wait 1d; email offer");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let (mut ana, mut effects) = (program.profile("ana"), Effects::new());
    /// let monday = 1_772_442_000_000;
    /// program.advance(&mut ana, &Input::event("ana", monday, "Cart Abandoned", Json::Null), Lateness::any(), &mut effects)?;
    ///
    /// let view = program.view(&ana)?;
    /// let entry = &view.entries[0];
    /// assert_eq!((entry.journey.as_str(), entry.state.name(), entry.step.as_str()), ("cart", "waiting", "wait 1d"));
    /// assert_eq!(entry.due, Some(monday + 24 * 3_600_000));
    /// let send = &view.sends[0];
    /// assert_eq!((send.message.as_str(), send.channel.as_str(), send.state()), ("recs", "email", "sent"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the profile belongs to a program that this one does not follow: its numbers are names of other things there.
    pub fn view(&self, profile: &Profile) -> Result<ProfileView, RunError> {
        if self.is_own(profile) {
            return Ok(engine::profile_view(&self.code, profile, self.sources(), self.next_due(profile)));
        }
        let mut taken_over = profile.clone();
        let at = profile.clock().unwrap_or(FIRST_INSTANT);
        self.same_program(&mut taken_over, at, Lateness::any(), &mut Effects::new())?;
        Ok(engine::profile_view(&self.code, &taken_over, self.sources(), self.next_due(&taken_over)))
    }
}
