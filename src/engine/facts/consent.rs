//! Whether consent stands for a message.

use crate::bytecode::Code;
use crate::engine::state::profile::Profile;
use crate::ir::{CategoryId, ChannelId, Subject, TRANSACTIONAL};
use crate::limits;
use smol_str::SmolStr;

/// Whether consent stands for a send, else the rule that it breaks; where the person has refused, there need be none.
pub(crate) fn allows<'a>(
    code: &'a Code,
    profile: &Profile,
    channel: ChannelId,
    category: Option<CategoryId>,
) -> Result<(), Option<&'a SmolStr>> {
    if code.charter.consent.is_empty() && profile.known().consent.is_empty() {
        return Ok(());
    }
    let channel_name = code.channels.get(channel).map_or("", SmolStr::as_str);
    let category_name = category.and_then(|c| code.categories.get(c)).map(SmolStr::as_str);
    let both: &[&str] = &[channel_name, category_name.unwrap_or(channel_name)];
    if profile.known().consent.is_out(both) {
        return Err(None);
    }
    if is_transactional(category) {
        return Ok(());
    }
    // A send needs the consent of its channel and of its category.
    let required = |subject: Subject| -> Option<&'a SmolStr> {
        code.charter
            .consent
            .iter()
            .find(|(of, _)| {
                *of == subject || of.channel == Some(channel) && of.category == category && category.is_some()
            })
            .map(|(_, text)| text)
    };
    let of_channel = Subject { channel: Some(channel), category: None };
    let of_category = Subject { channel: None, category };
    for (name, subject) in [(Some(channel_name), of_channel), (category_name, of_category)] {
        let Some(name) = name else { continue };
        let rule = required(subject);
        let answer = profile.known().consent.given(name);
        if answer == Some(false) || answer.is_none() && rule.is_some() {
            return Err(rule);
        }
    }
    Ok(())
}

/// Whether a send passes where other sends need consent.
fn is_transactional(category: Option<CategoryId>) -> bool {
    category == Some(TRANSACTIONAL)
}

/// Whether there is room for an answer: always for the names of the program, whose sends ask for it.
pub(crate) fn has_room(code: &Code, profile: &Profile, name: &str) -> bool {
    let known = profile.known();
    let is_the_programs = || code.channels.iter().chain(&code.categories).any(|n| n == name);
    let room = known.consent.count().max(known.reachable.len()) < limits::ANSWERS;
    name.len() <= limits::NAME && room || is_the_programs()
}
