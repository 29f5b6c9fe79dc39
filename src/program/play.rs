//! What a host does with a program: it loads a profile, plays an input or an alarm, and stores the profile with its effects.

use super::error::SECONDS;
use super::{Program, RunError};
use crate::engine::{self, Effects, Input, InputKind, Lateness, Profile};
use crate::ir::Engagement;
use crate::limits;
use crate::value::{FIRST_INSTANT, LAST_INSTANT, Timestamp};

use smol_str::SmolStr;

/// Whose line an input is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The profile that plays it.
    pub profile: SmolStr,
    /// Another id of the same person on the line (the `previousId` of an `alias`, an `anonymousId` beside a `userId`),
    /// whose profile is to be merged in before the line is played, unless it belongs to another user already.
    pub merges: Option<SmolStr>,
}

/// So far ahead of the host's clock an input may be: clocks differ.
const AHEAD: Timestamp = limits::DAY;

/// An alarm that can ring: nothing happens behind the last day that we count with.
fn in_calendar(due: Option<Timestamp>) -> Option<Timestamp> {
    due.filter(|due| *due <= LAST_INSTANT).map(|due| due.max(FIRST_INSTANT))
}

/// Looks at the times that a host gives. In virtual time the first months of 1970 are as good as any.
fn timed(at: Timestamp, lateness: Lateness) -> Result<(), RunError> {
    let now = lateness.host();
    let is_odd = |at: &Timestamp| {
        !(FIRST_INSTANT..=LAST_INSTANT).contains(at) || lateness != Lateness::any() && SECONDS.contains(at)
    };
    if let Some(odd) = now.into_iter().chain([at]).find(is_odd) {
        return Err(RunError::Time(odd));
    }
    if now.is_some_and(|now| at.saturating_sub(now) > AHEAD) {
        return Err(RunError::Ahead(at));
    }
    Ok(())
}

/// Playing it: a host loads a profile, plays an input or an alarm, and stores the profile with its effects.
impl Program {
    /// A person of whom nothing is known yet, for an id that is not stored.
    ///
    /// ```
    /// # let program = journey::Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// let ana = program.profile("ana");
    /// assert_eq!((ana.id(), ana.inside()), ("ana", 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn profile(&self, id: &str) -> Profile {
        Profile::new(id, self.code.fingerprint)
    }

    /// Whose line this is: the profile to load, and which other profile is to be merged into it first.
    ///
    /// ```
    /// use journey::{Input, Program, Route};
    ///
    /// # let program = Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// let line = r#"{"type":"track","userId":"ana","anonymousId":"a7","timestamp":"2026-03-02T09:00:00Z","event":"Cart Abandoned"}"#;
    /// let input = Input::from_json(line).map_err(|e| e.to_string())?;
    /// assert_eq!(program.route(&input), Route { profile: "ana".into(), merges: Some("a7".into()) });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn route(&self, input: &Input) -> Route {
        // Whoever calls one person by one id twice joins nobody.
        let merges = input.other().filter(|other| **other != input.profile);
        Route { profile: input.profile.clone(), merges: merges.cloned() }
    }

    /// Whether an event of this name, in snake case, means anything to the program: to a journey, a condition, or as
    /// the answer to a message or to a question of consent.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert!(program.hears("cart_abandoned") && !program.hears("cart_viewed"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hears(&self, event: &str) -> bool {
        self.code.events.contains_key(event)
    }

    /// Whether an input can change any profile of this program; one that cannot need not even load its profile.
    ///
    /// ```
    /// use journey::{Input, Json, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert!(program.concerns(&Input::event("ana", 0, "Cart Abandoned", Json::Null)));
    /// assert!(program.concerns(&Input::event("ana", 0, "Email Opened", Json::Null)));
    /// assert!(!program.concerns(&Input::event("ana", 0, "Video Paused", Json::Null)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn concerns(&self, input: &Input) -> bool {
        match &input.kind {
            // A line may join two ids, whatever else it says.
            _ if input.other().is_some() => true,
            // Somebody seen for the first time concerns a program that asks since when, or that lets everybody in.
            _ if self.code.tracks_first_seen => true,
            InputKind::Track { event, .. } => self.code.events.contains_key(event),
            InputKind::Identify { traits } => self.code.reads(traits),
            InputKind::Alias { .. } | InputKind::Delete => true,
            InputKind::Group => false,
        }
    }

    /// What an event of this name, in snake case, tells of a message that was sent, if it tells that to this program.
    ///
    /// ```
    /// use journey::{Engagement, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert_eq!(program.engagement("email_opened"), Some(Engagement::Opened));
    /// assert_eq!(program.engagement("cart_abandoned"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn engagement(&self, event: &str) -> Option<Engagement> {
        self.code.events.get(event)?.engagement
    }

    /// Whether an event of this name, in snake case, gives consent or takes it back.
    ///
    /// ```
    /// # let program = journey::Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// assert!(program.is_consent("email_unsubscribed") && !program.is_consent("email_opened"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn is_consent(&self, event: &str) -> bool {
        self.code.events.get(event).is_some_and(|uses| uses.subscribes.is_some())
    }

    /// How long something that happened can matter, in milliseconds: the longest window of a rule or a condition, or the
    /// longest stay in a journey, and 400 days at most. Who plays a part of a history plays so much of what was before it,
    /// too. Attributes and consents have no such length: they hold until another answer comes.
    ///
    /// ```
    /// use journey::{Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs; if !opened within 48h then push r");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert_eq!(program.reach(), 3 * 86_400_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reach(&self) -> i64 {
        self.code.reach()
    }

    /// Plays the timers that are due when the input arrives, then the input. Effects and notices are appended.
    /// Returns whether the profile changed; one that did not need not be stored.
    ///
    /// In live time give the input the time at which your queue or collector took it ([`Input::ingested_at`]), and your
    /// own clock as [`Lateness::live`]; in a replay leave the time that was recorded, and give [`Lateness::any`].
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let mut ana = program.profile("ana");
    /// let mut effects = Effects::new();
    /// let input = Input::event("ana", 1_772_442_000_000, "cart_abandoned", Json::Null);
    /// let changed = program.advance(&mut ana, &input, Lateness::default(), &mut effects)?;
    /// assert!(changed);
    /// assert_eq!(effects.list.len(), 3); // entered, sent, exited
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the profile belongs to another program, the input to another profile, its time is none, or more is due before
    /// the input than one call plays.
    pub fn advance(
        &self,
        profile: &mut Profile,
        input: &Input,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        Self::fits(profile, input, lateness)?;
        let is_taken_over = self.same_program(profile, input.arrived, lateness, effects)?;
        let changed = engine::advance(&self.code, profile, input, lateness, effects).ok_or(RunError::Behind)?;
        Ok(changed || is_taken_over)
    }

    /// Takes an input for what it tells of the past, as a host that imports history does. What is known of the person is
    /// as if the input had been played: attributes, the zone, consent and reachability, what became of messages, what
    /// conditions ask of the past (`count of`, `last`, `ever` …), since when the person is known; and the input is known
    /// again by its id. But nothing comes of it: nobody enters a journey or leaves one, no goal is reached, nothing is sent,
    /// and no alarm rings; what is due stays due for the next [`Program::wake`]. Who turns out to be in a segment has not
    /// entered it, and a date of the profile lets in when it comes, if it lies ahead.
    ///
    /// Who is inside of a journey meanwhile is asked again when they go on next: by their own alarm, or by the next input that is
    /// played.
    ///
    /// In live time give the input the time at which you took it in ([`Input::ingested_at`]) and your own clock, as for every
    /// input. Appends notices, and no effects; except that a profile of an earlier version is taken over first, as by every
    /// call. Returns whether the profile changed.
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let text = "segment regulars: count of order_placed in last 365d > 1\non entering regulars: email thanks\n";
    /// let source = SourceFile::new("regulars.journey", text);
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let (mut ana, mut effects) = (program.profile("ana"), Effects::new());
    /// let (monday, day) = (1_772_442_000_000, 86_400_000);
    /// for ago in [40, 20] {
    ///     let order = Input::event("ana", monday - ago * day, "Order Placed", Json::Null);
    ///     let changed = program.backfill(&mut ana, &order.ingested_at(monday), Lateness::live(monday), &mut effects)?;
    ///     assert!(changed);
    /// }
    /// assert!(effects.list.is_empty()); // a regular since before we looked
    /// assert_eq!(program.next_due(&ana), Some(monday + 325 * day)); // when that may change
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Program::advance`]; and where the input is a deletion.
    pub fn backfill(
        &self,
        profile: &mut Profile,
        input: &Input,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        Self::fits(profile, input, lateness)?;
        if input.kind == InputKind::Delete {
            return Err(RunError::Deletion);
        }
        let is_taken_over = self.same_program(profile, input.arrived, lateness, effects)?;
        Ok(engine::backfill(&self.code, profile, input, lateness, effects) || is_taken_over)
    }

    /// Whether an input is this profile's, at times that can be.
    fn fits(profile: &Profile, input: &Input, lateness: Lateness) -> Result<(), RunError> {
        if profile.id() != input.profile {
            return Err(RunError::OtherProfile);
        }
        timed(input.arrived, lateness)?;
        if !(FIRST_INSTANT..=LAST_INSTANT).contains(&input.happened) {
            return Err(RunError::Time(input.happened));
        }
        Ok(())
    }

    /// Plays the timers that are due at or before `now`, in milliseconds since 1970-01-01T00:00:00Z. In live time all
    /// inputs that were taken in before `now` are played first: while a queue lags, `now` is how far it has been played,
    /// and [`Lateness::live`] is given the host's own clock; what would be too late then is left due. Returns whether the profile changed. One call plays [`crate::limits::STEPS`] steps at most; what is left then is still
    /// due by [`Program::next_due`].
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let mut ana = program.profile("ana");
    /// let mut effects = Effects::new();
    /// let monday = 1_772_442_000_000;
    /// program.advance(&mut ana, &Input::event("ana", monday, "cart_abandoned", Json::Null), Lateness::default(), &mut effects)?;
    ///
    /// let alarm = program.next_due(&ana).ok_or("nothing is due")?;
    /// assert_eq!(alarm, monday + 24 * 3_600_000);
    /// assert!(program.wake(&mut ana, alarm, Lateness::default(), &mut effects)?);
    /// assert_eq!(program.next_due(&ana), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the profile belongs to another program, or the time is none.
    pub fn wake(
        &self,
        profile: &mut Profile,
        now: Timestamp,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        timed(now, lateness)?;
        let is_taken_over = self.same_program(profile, now, lateness, effects)?;
        Ok(engine::wake(&self.code, profile, now, lateness, effects) || is_taken_over)
    }

    /// When to call [`Program::wake`], if no input comes before, in milliseconds since 1970-01-01T00:00:00Z; none:
    /// nothing will happen by itself. Ask after every turn, and once for every profile after a deploy.
    ///
    /// ```
    /// # let program = journey::Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// assert_eq!(program.next_due(&program.profile("ana")), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_due(&self, profile: &Profile) -> Option<Timestamp> {
        // What another version of the program has left is taken over at once.
        if !self.is_own(profile) && self.code.follows(profile.program).is_some() {
            return Some(profile.clock.clamp(FIRST_INSTANT, LAST_INSTANT));
        }
        in_calendar(profile.next_due())
    }

    /// In a replay after its last input: what the calendar brings for ever does not come any more.
    pub(crate) fn wake_last(
        &self,
        profile: &mut Profile,
        now: Timestamp,
        effects: &mut Effects,
    ) -> Result<(), RunError> {
        self.same_program(profile, now, Lateness::any(), effects)?;
        engine::wake_last(&self.code, profile, now, effects);
        Ok(())
    }

    /// The same for [`Program::next_due`].
    pub(crate) fn next_due_last(&self, profile: &Profile) -> Option<Timestamp> {
        in_calendar(profile.next_due_last(&self.code))
    }

    /// Merges the profile of another id of the same person into this one, when [`Program::route`] names one that belongs
    /// to nobody else. The target's traits win; histories, messages and consents unite, and a no wins; both keep their
    /// entries, and of two in one journey and key the one entered first stays. Play what is due of both before
    /// ([`Program::wake`]). From then on the other id is another name of this profile, and all effects bear the new one;
    /// the host keeps that name and forgets the other profile. `at` is when the line arrived, in milliseconds since
    /// 1970-01-01T00:00:00Z. Returns whether anything changed. The other profile is taken, also where nothing was done: a host
    /// still has its bytes.
    ///
    /// ```
    /// use journey::{Effects, Input, Json, Lateness, Program, SourceFile};
    ///
    /// let source = SourceFile::new("cart.journey", "on cart_abandoned: wait 1d; email recs");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// let (mut ana, mut anonymous) = (program.profile("ana"), program.profile("a7"));
    /// let mut effects = Effects::new();
    /// let monday = 1_772_442_000_000;
    /// let input = Input::event("a7", monday, "Cart Abandoned", Json::Null);
    /// program.advance(&mut anonymous, &input, Lateness::default(), &mut effects)?;
    ///
    /// assert!(program.merge(&mut ana, anonymous, monday + 60_000, Lateness::default(), &mut effects)?);
    /// assert_eq!(ana.inside(), 1); // the reminder goes to ana
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When one of the profiles belongs to another program, both have one id, or the time is none. Nothing was done.
    pub fn merge(
        &self,
        profile: &mut Profile,
        other: Profile,
        at: Timestamp,
        lateness: Lateness,
        effects: &mut Effects,
    ) -> Result<bool, RunError> {
        if profile.id() == other.id() {
            return Err(RunError::SameProfile);
        }
        timed(at, lateness)?;
        // Both, before anything is done to one of them.
        if !self.plays(profile) || !self.plays(&other) {
            return Err(RunError::ProgramChanged);
        }
        let mut other = other;
        self.same_program(&mut other, at, lateness, effects)?;
        let is_taken_over = self.same_program(profile, at, lateness, effects)?;
        Ok(engine::merge(&self.code, profile, other, at, lateness, effects) || is_taken_over)
    }

    /// A person who asked to be deleted and had unsubscribed from all before: nothing else is known.
    ///
    /// ```
    /// # let program = journey::Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// assert!(program.unsubscribed("ana").is_unsubscribed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unsubscribed(&self, id: &str) -> Profile {
        let mut profile = self.profile(id);
        profile.learn().consent.out_of_all = true;
        profile
    }

    /// The zone in which a person's local times count: their own, else the charter's.
    ///
    /// ```
    /// # use journey::{Program, SourceFile};
    /// let source = SourceFile::new("shop.journey", "charter: timezone \"Europe/Paris\"\non a: email b");
    /// let program = Program::compile(vec![source]).map_err(|e| e.to_string())?;
    /// assert_eq!(program.zone(&program.profile("ana")).name(), "Europe/Paris");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn zone(&self, profile: &Profile) -> chrono_tz::Tz {
        profile.known().zone.unwrap_or(self.code.charter.timezone)
    }
}
