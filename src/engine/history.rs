//! What an input changes in what is known of a profile: traits, consent, and what became of messages.

use super::local_time::instant_of;
use super::profile::{Instance, Parked, Seen, SendRecord, set_flag};
use super::send_id;
use super::turn::{Happened, Turn};
use crate::ir::Engagement;
use crate::limits;
use crate::source::snake_case;
use crate::value::{Instant, Json, Value};
use smallvec::SmallVec;
use smol_str::SmolStr;

/// What an event tells of a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    pub(crate) engagement: Engagement,
    /// The entry and the number of the send it is about, if it fits one.
    pub(crate) send: Option<(u32, u32)>,
    /// The program's channel that it is about: by its name, by what it says, or that of its send.
    pub(crate) channel: Option<u16>,
}

impl Turn<'_> {
    /// Whether an input of this hash was seen already.
    pub(crate) fn seen(&self, hash: u64) -> bool {
        let since = self.now.saturating_sub(limits::REMEMBER_INPUTS);
        self.profile.seen.iter().any(|seen| seen.id == hash && seen.at > since)
    }

    /// Remembers an input that concerns the program.
    pub(crate) fn remember(&mut self, hash: u64) {
        let since = self.now.saturating_sub(limits::REMEMBER_INPUTS);
        let seen = &mut self.profile.seen;
        seen.retain(|seen| seen.at > since);
        let is_full = seen.len() >= limits::INPUTS;
        if is_full {
            seen.remove(0);
        }
        seen.push(Seen { id: hash, at: self.now });
        if is_full {
            self.notice(format!("more than {} inputs in 7 days: the oldest would not be known again", limits::INPUTS));
        }
    }

    /// Takes traits; says whether any of them concerns the program.
    pub(crate) fn identify(&mut self, traits: &Json) -> bool {
        let Json::Object(fields) = traits else {
            if *traits != Json::Null {
                self.notice("`traits` is no object of names and values: passed over".to_string());
            }
            return false;
        };
        if !self.code.reads(traits) {
            return false;
        }
        let zone = self.zone();
        // The zone first: local moments among the traits are moments of it.
        if let Some(value) = traits.get("timezone") {
            self.set_zone(value.text(), *value == Json::Null);
        }
        if let Some(value) = traits.get("preferred_channel") {
            self.set_preferred(value.text());
        }
        for (name, value) in [("consent", traits.get("consent")), ("reachable", traits.get("reachable"))] {
            let answers = match value {
                Some(Json::Object(answers)) => answers,
                None | Some(Json::Null) => continue,
                Some(_) => {
                    self.notice(format!(
                        "`{name}` is no list of names with true or false, such as {{\"email\": false}}: passed over"
                    ));
                    continue;
                }
            };
            for (key, answer) in answers {
                let yes = match answer {
                    Json::Bool(yes) => Some(*yes),
                    Json::Null => None,
                    _ => {
                        self.notice(format!("`{name}.{key}` is neither true nor false: passed over"));
                        continue;
                    }
                };
                if !self.remembers_answers_of(key) {
                    self.notice(format!("`{name}` has too many or too long names: one was passed over"));
                    continue;
                }
                match name {
                    "consent" => self.know_name(key),
                    _ if !self.code.answered.contains(key) => {
                        self.notice(format!(
                            "`{key}` is no channel of this program: whether it can be reached says nothing"
                        ));
                    }
                    _ => {}
                }
                match name {
                    "consent" => self.profile.learn().consent.set(key, yes),
                    _ => set_flag(&mut self.profile.learn().reachable, key, yes),
                }
            }
        }
        self.misplaced_answers(fields);
        self.attributes(fields);
        // Holds ask for the other traits of the line too.
        if self.zone() != zone {
            self.zone_changed();
        }
        true
    }

    /// `consent.email` as one word is no answer: it is said, so that a refusal is not lost in silence.
    fn misplaced_answers(&mut self, fields: &[(SmolStr, Json)]) {
        let code = self.code;
        for (field, _) in fields.iter().filter(|(field, _)| code.is_misplaced_answer(field)) {
            if let Some((what, name)) = field.split_once('_') {
                self.notice(format!(
                    "`{what}.{name}` as one name is no answer and was passed over: write \"{what}\": {{\"{name}\": …}}"
                ));
            }
        }
    }

    /// Takes the person's zone; one that is none is the charter's.
    pub(crate) fn set_zone(&mut self, name: Option<&str>, is_taken_away: bool) {
        self.profile.learn().zone = name.and_then(|name| name.parse().ok());
        if self.profile.known().zone.is_none() && !is_taken_away {
            let shown = name.unwrap_or("this");
            self.notice(format!("`{shown}` is no time zone: the charter's is used"));
        }
    }

    /// Takes the channel that the person prefers.
    pub(crate) fn set_preferred(&mut self, name: Option<&str>) {
        let name = name.filter(|name| name.len() <= limits::NAME);
        self.profile.learn().preferred = name.map(|name| SmolStr::new(snake_case(name)));
    }

    fn attributes(&mut self, fields: &[(SmolStr, Json)]) {
        let zone = self.zone();
        let code = self.code;
        let mut found: Vec<(u16, &Json)> = vec![];
        for (name, json) in fields {
            let Some(root) = code.roots.get(name) else { continue };
            found.extend(root.attributes.iter().map(|number| (*number, json)));
            // For a version that may be taken back; of this one it is no business, and nothing is said of it.
            let shelf = || root.shelf.iter().filter_map(|number| code.shelf.get(usize::from(*number)));
            shelf().for_each(|field| self.profile.learn().put_by(&field.path, None));
            for field in shelf() {
                let json = json.walk(field.path.get(1..).unwrap_or_default());
                let typed = json.map_or(Ok(None), |json| json.typed(&field.ty, &|local| instant_of(zone, local)));
                if let Some(value) = typed.ok().flatten().filter(|value| value.size() <= limits::VALUE) {
                    self.profile.learn().put_by(&field.path, Some(value));
                }
            }
        }
        found.sort_by_key(|(number, _)| *number);
        for (at, (number, json)) in found.iter().enumerate() {
            let is_last = found.get(at + 1).is_none_or(|next| next.0 != *number);
            let Some(field) = code.attributes.get(usize::from(*number)).filter(|_| is_last) else { continue };
            let typed = json
                .walk(field.path.get(1..).unwrap_or_default())
                .map_or(Ok(None), |json| json.typed(&field.ty, &|local| instant_of(zone, local)));
            let value = typed.unwrap_or_else(|()| {
                self.notice(format!("`{}` is not {}: it counts as missing", field.path.join("."), field.ty));
                None
            });
            let value = value.filter(|value| self.fits(&field.path, value));
            self.set_trait(*number, value);
        }
    }

    /// Whether a value is short enough to be kept.
    pub(crate) fn fits(&mut self, path: &[SmolStr], value: &Value) -> bool {
        let fits = value.size() <= limits::VALUE;
        if !fits {
            self.notice(format!("`{}` is longer than {} bytes: it counts as missing", path.join("."), limits::VALUE));
        }
        fits
    }

    pub(crate) fn set_trait(&mut self, number: u16, value: Option<Value>) {
        let traits = &mut self.profile.learn().traits;
        match (traits.binary_search_by_key(&number, |(n, _)| *n), value) {
            (Ok(at), Some(value)) => {
                if let Some(slot) = traits.get_mut(at) {
                    slot.1 = value;
                }
            }
            (Ok(at), None) => drop(traits.remove(at)),
            (Err(at), Some(value)) => traits.insert(at, (number, value)),
            (Err(_), None) => {}
        }
    }

    /// `subscribed` and `unsubscribed`: for the channel or category in the event's name, else for the one that it says, else
    /// for all. Gives that name.
    pub(crate) fn subscription(&mut self, properties: &Json, of: Option<&str>, yes: bool) -> Option<SmolStr> {
        let said = || ["channel", "category"].into_iter().find_map(|key| properties.get(key).and_then(Json::text));
        let name = of.map(SmolStr::new).or_else(|| said().map(|name| SmolStr::new(snake_case(name))));
        if let Some(name) = &name {
            if !self.remembers_answers_of(name) {
                self.notice("a subscription has too many or too long names: it was passed over".to_string());
                return None;
            }
            self.know_name(name);
        }
        self.profile.learn().consent.subscribe(name.as_deref(), yes);
        name
    }

    /// An answer about something that the program has not is kept, and is no answer that it asks for.
    fn know_name(&mut self, name: &str) {
        if !self.code.answered.iter().any(|known| known == name) {
            self.notice(format!(
                "`{name}` is no channel and no category of this program: what is answered for it changes nothing that is sent"
            ));
        }
    }

    /// Who calls a message spam gets no more marketing by its channel.
    fn complaint(&mut self, name: &str) {
        if self.profile.known().consent.given(name) != Some(false) && self.remembers_answers_of(name) {
            self.notice(format!("a complaint about spam: {name} is closed for all but transactional messages"));
            self.profile.learn().consent.subscribe(Some(name), false);
        }
    }

    /// Whether there is room for an answer: always for the names of the program, whose sends ask for it.
    pub(crate) fn remembers_answers_of(&self, name: &str) -> bool {
        let known = self.profile.known();
        let is_the_programs = || self.code.channels.iter().chain(&self.code.categories).any(|n| n == name);
        let room = known.consent.count().max(known.reachable.len()) < limits::ANSWERS;
        name.len() <= limits::NAME && room || is_the_programs()
    }

    /// Takes what an event tells of a message.
    pub(crate) fn engagement(&mut self, engagement: Engagement, event: &Happened<'_>) -> Told {
        let (properties, happened) = (event.properties, event.at);
        let named = || properties.get("channel").and_then(Json::text).map(|name| SmolStr::new(snake_case(name)));
        let channel_name = event.uses.of.clone().or_else(named);
        let channel = channel_name.as_deref().and_then(|name| self.code.channels.iter().position(|c| c == name));
        let found = self.find_send(properties, channel_name.as_deref(), channel);
        let send = found.and_then(|at| self.profile.sends.get(at)).map(|s| (s.entry, s.number, s.channel));
        if engagement == Engagement::Bounced {
            let of_send = send.and_then(|(_, _, c)| self.code.channels.get(usize::from(c))).map(SmolStr::as_str);
            let soft = properties.get("type").and_then(Json::text).is_some_and(|t| t.eq_ignore_ascii_case("soft"));
            if channel_name.as_deref().or(of_send) == Some("email") && !soft {
                set_flag(&mut self.profile.learn().reachable, "email", Some(false));
            }
        }
        if engagement == Engagement::Failed
            && let Some(record) = found.and_then(|at| self.profile.sends.get_mut(at))
        {
            record.failed = true;
        }
        if let Some(record) = found.and_then(|at| self.profile.sends.get_mut(at)) {
            let code = self.code;
            let asked_by = self.profile.instances.iter().find(|i| i.number == record.entry && !i.is_over(code));
            // A late event never acts on an entry that came after it; of one whose steps are over all is remembered.
            let counts = |i: &Instance| i.parked == Parked::Left || happened >= i.happened();
            if asked_by.map_or(code.answers, counts) {
                record.engage(engagement, happened);
                if engagement == Engagement::Clicked {
                    record.engage(Engagement::Opened, happened);
                }
            }
        }
        let about = channel.and_then(|at| u16::try_from(at).ok());
        let about = about.or(send.map(|(.., channel)| channel).filter(|_| channel_name.is_none()));
        if engagement == Engagement::Complained {
            // One that names no channel and fits no message is about email.
            let of_send = about.and_then(|channel| self.code.channels.get(usize::from(channel)));
            let name = channel_name.as_ref().or(of_send).cloned();
            self.complaint(name.as_deref().unwrap_or("email"));
        }
        Told { engagement, send: send.map(|(entry, number, _)| (entry, number)), channel: about }
    }

    /// The send that an engagement is about: by its id, else the newest of its message, else the newest.
    fn find_send(&self, properties: &Json, channel_name: Option<&str>, channel: Option<usize>) -> Option<usize> {
        let sends = &self.profile.sends;
        if let Some(id) = properties.get("send").and_then(Json::text) {
            let id = xxhash_rust::xxh3::xxh3_64(id.as_bytes());
            return sends.iter().rposition(|s| s.went() && s.id == id);
        }
        if channel_name.is_some() && channel.is_none() {
            return None;
        }
        let on_channel = |s: &SendRecord| s.went() && channel.is_none_or(|c| usize::from(s.channel) == c);
        match properties.get("message").and_then(Json::text) {
            Some(name) => {
                let message = self.code.messages.iter().position(|m| m == name)?;
                sends.iter().rposition(|s| usize::from(s.message) == message && on_channel(s))
            }
            None => sends.iter().rposition(on_channel),
        }
    }

    /// The id of a send: a function of the inputs alone.
    pub(crate) fn send_id(&self, journey: u16, entered: Instant, key: Option<&SmolStr>, number: u32) -> String {
        let name = self.code.journeys.get(usize::from(journey)).map_or("", |j| j.name.as_str());
        send_id::of(&self.profile.id, name, entered, key.map(SmolStr::as_str), number)
    }

    /// Forgets what nothing can ask for any more.
    pub(crate) fn forget(&mut self) {
        let is_left = |i: &Instance| i.parked == Parked::Left;
        if self.profile.instances.iter().any(is_left) {
            self.forget_left();
        }
        self.forget_entries();
        self.forget_sends();
        if let Some(past) = &mut self.profile.past {
            past.age(self.code, self.now);
        }
    }

    /// Forgets the entries that were left and whose goals cannot count any more.
    fn forget_left(&mut self) {
        let (now, code) = (self.now, self.code);
        self.profile.instances.retain(|i| {
            let converts = code.journeys.get(usize::from(i.journey)).and_then(|j| j.converts_for);
            i.parked != Parked::Left
                || converts.is_some_and(|d| now < i.entered.saturating_add(d).saturating_add(limits::LATE_GOALS))
        });
    }

    /// Forgets last entries that no `reenter` can ask about.
    pub(crate) fn forget_entries(&mut self) {
        if self.profile.entries.is_empty() {
            return;
        }
        let (now, code) = (self.now, self.code);
        self.profile.entries.retain(|e| {
            use crate::ir::Reenter;
            e.at >= now
                || match code.journeys.get(usize::from(e.journey)).map_or(Reenter::Always, |j| j.reenter) {
                    Reenter::Always => false,
                    Reenter::After(d) => {
                        now < e.at.saturating_add(d)
                            && (e.key.is_none() || now < e.at.saturating_add(limits::REMEMBER_KEYS))
                    }
                    Reenter::Never => e.key.is_none() || now < e.at.saturating_add(limits::REMEMBER_KEYS),
                }
        });
        let entries = &mut self.profile.entries;
        if entries.len() > limits::KEYS {
            entries.drain(..entries.len() - limits::KEYS);
            self.notice(format!("more than {} entries are remembered: the oldest was forgotten", limits::KEYS));
        }
    }

    /// Forgets sends that no cap, gap or entry can ask about, but the newest of each message and channel.
    pub(crate) fn forget_sends(&mut self) {
        let (now, code) = (self.now, self.code);
        // What lies in the profile itself takes no room.
        if self.profile.sends.len() <= self.profile.sends.inline_size() {
            return;
        }
        let since = now.saturating_sub(code.memory);
        let instances = &self.profile.instances;
        let lasts = |s: &SendRecord| s.went() && s.at > since || instances.iter().any(|i| i.number == s.entry);
        if self.profile.sends.len() <= limits::SENDS && self.profile.sends.iter().all(lasts) {
            return;
        }
        let mut newest: SmallVec<[(u16, u16); 8]> = SmallVec::new();
        let mut keep: SmallVec<[bool; 16]> = self
            .profile
            .sends
            .iter()
            .rev()
            .map(|s| {
                // The newest of a message on a channel is what a later engagement without an id is about.
                let first = s.went() && !newest.contains(&(s.message, s.channel));
                if first {
                    newest.push((s.message, s.channel));
                }
                first || lasts(s)
            })
            .collect();
        let sends = &mut self.profile.sends;
        sends.retain(|_| keep.pop().unwrap_or(true));
        if sends.len() > limits::SENDS {
            sends.drain(..sends.len() - limits::SENDS);
            self.notice(format!("more than {} messages are remembered: the oldest was forgotten", limits::SENDS));
        }
    }
}
