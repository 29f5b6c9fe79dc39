//! Who gets nothing: `consent`, `exclude`, `stop` and `transactional` as people say them.

use super::asked::condition;
use super::phrase::Phrase;
use super::slots::Slots;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

/// `require consent for sms`, `opt-in required`, `consent email yes`
pub(super) fn consent(phrase: &Phrase<'_>) -> Option<Problem> {
    const AROUND: [&str; 48] = [
        "those",
        "who",
        "people",
        "agreed",
        "consented",
        "given",
        "consent",
        "consents",
        "require",
        "required",
        "requires",
        "require_consent",
        "opt",
        "optin",
        "opt_in",
        "in",
        "opted",
        "permission",
        "for",
        "yes",
        "true",
        "on",
        "needed",
        "need",
        "needs",
        "must",
        "have",
        "only",
        "with",
        "to",
        "and",
        "send",
        "messages",
        "message",
        "is",
        "gdpr",
        "explicit",
        "mandatory",
        "obligatory",
        "necessary",
        "compulsory",
        "all",
        "channels",
        "customers",
        "no",
        "without",
        "never",
        "nothing",
    ];
    let (all, first) = (phrase.len(), phrase.low(0));
    let says = phrase.find(&[
        "consent",
        "consents",
        "optin",
        "opt_in",
        "opted",
        "opt",
        "gdpr",
        "permission",
        "agreed",
        "consented",
    ])?;
    if !matches!(phrase.low(says).as_str(), "opt" | "opted")
        || phrase.low(says + 1) == "in"
        || phrase.low(says + 2) == "in"
    {
        if first == "double" || phrase.find(&["double"]).is_some() {
            let title = "How somebody agrees is the affair of the form where it happens";
            return Some(phrase.say(0, all, title, "write what must be agreed to: `consent required for email`"));
        }
        let said = Slots::of(phrase, 0, all, &AROUND);
        let signs = (0..all).all(|at| !phrase.is(at, Lexeme::Plus));
        let said = if signs { said } else { Slots::of(phrase, 0, all, &[&AROUND[..], &["+"]].concat()) };
        let title = "Who must have agreed is said by `consent required for`";
        let fits = !said.odd && said.names.is_empty() && said.texts.is_empty();
        if fits && !said.list.is_empty() {
            return phrase.line(title, &format!("consent required for {}", said.joined()));
        }
        let own: Vec<&str> = phrase.names().sending().collect();
        if fits && phrase.find(&["all"]).is_some() && !phrase.names().is_channel("all") {
            return phrase.line(title, &format!("consent required for {}", own.join(", ")));
        }
        let edit = format!("write the channels or categories: `consent required for {}`", own.join(", "));
        return fits.then(|| phrase.say(0, all, title, &edit));
    }
    None
}

/// `respect unsubscribes`, `opt-out honored`
pub(super) fn refusals(phrase: &Phrase<'_>) -> Option<Problem> {
    let says = matches!(
        phrase.low(0).as_str(),
        "respect"
            | "honor"
            | "honour"
            | "obey"
            | "unsubscribe"
            | "unsubscribes"
            | "opt"
            | "optout"
            | "suppress"
            | "exclude"
    );
    let about =
        phrase.find(&["unsubscribes", "unsubscribed", "unsubscribe", "optout", "out", "opted", "unsubscribers"])?;
    let title = "Who has unsubscribed gets nothing more, without a rule";
    (says && about < 4 && phrase.low(1) != "when").then(|| phrase.say(0, phrase.len(), title, "take this line away"))
}

/// `exclude vip`, `exclude customers who ordered in the last 7 days`, `suppress when profile.vip`
pub(super) fn exclude(phrase: &Phrase<'_>) -> Option<Problem> {
    let first = phrase.low(0);
    // `exclude inactive for 90 days`, `exclude if no engagement since 180 days`
    let silent = phrase.find(&["inactive", "unengaged", "dormant"]).is_some()
        || phrase.find(&["engagement", "activity"]).is_some() && phrase.find(&["no", "without"]).is_some();
    if let (true, "exclude" | "suppress", Some((length, _))) =
        (silent, first.as_str(), (1..phrase.len()).find_map(|at| super::slots::length(phrase, at)))
        && !phrase.has(Lexeme::Dot)
    {
        let title = "Who gets nothing is said by `exclude when` and a condition";
        let found = phrase.line(title, &format!("exclude when no engagement in last {length}"));
        if found.is_some() && phrase.len() < 9 {
            return found;
        }
    }
    let begins = matches!(
        first.as_str(),
        "exclude"
            | "excluding"
            | "suppress"
            | "suppression"
            | "block"
            | "blacklist"
            | "blocklist"
            | "except"
            | "ignore"
            | "omit"
    );
    let refused = matches!(first.as_str(), "never" | "skip" | "do" | "don") && phrase.find(&["per", "than"]).is_none();
    if refused {
        let named = |at: &usize| super::asked::named(phrase, &super::as_name(phrase.text(*at))).is_some();
        let at = (1..phrase.end()).find(|at| phrase.is(*at, Lexeme::Word) && named(at))?;
        let asked = condition(phrase, at, phrase.end())?;
        let list =
            Slots::of(phrase, 1, at, &["contact", "send", "message", "not", "'", "’", "t", "to", "in", "segment"])
                .joined();
        let list = if list.is_empty() { list } else { format!(" for {list}") };
        return phrase.line(
            "Who gets nothing is said by `exclude when` and a condition",
            &format!("exclude when {asked}{list}"),
        );
    }
    if !begins {
        return None;
    }
    let all = phrase.end();
    let title = "Who gets nothing is said by `exclude when` and a condition";
    let end = (2..all).rev().find(|&at| matches!(phrase.low(at).as_str(), "for" | "from")).unwrap_or(all);
    let list = Slots::of(phrase, end, all, &["for", "from", "messages", "and"]);
    let (end, list) = match list.joined() {
        list if list.is_empty() => (all, list),
        list => (end, format!(" for {list}")),
    };
    // `exclude customers with no engagement in last 180d`
    let asked = (2..all).find(|&at| {
        matches!(phrase.low(at - 1).as_str(), "with" | "where" | "if" | "who" | "whose" | "when" | "have" | "are")
            && phrase.low(at) == "no"
    });
    if let Some(asked) = asked
        && let Some(found) = phrase.line(title, &format!("exclude when {}", phrase.written(asked, all)))
    {
        return Some(found);
    }
    if let Some(asked) = condition(phrase, 1, end)
        && let Some(found) = phrase.line(title, &format!("exclude when {asked}{list}"))
    {
        return Some(found);
    }
    if first == "exclude" && phrase.text(1) == "when" {
        return None;
    }
    let example = format!("exclude when in {}", phrase.names().segment());
    let edit = format!("write a condition, such as `{example}` or `exclude when order_placed in last 7d`");
    Some(phrase.say(0, phrase.len(), title, &edit))
}

/// `transactional: receipt and invoice`
pub(super) fn transactional(phrase: &Phrase<'_>) -> Option<Problem> {
    let title = "Behind `transactional` stand the names of messages, parted by commas";
    if phrase.low(0) != "transactional" {
        // `thank_you is transactional`, `mark thank_you as transactional`
        let says = phrase.find(&["transactional"])?;
        let said = Slots::of(
            phrase,
            0,
            says,
            &["is", "are", "as", "a", "be", "mark", "set", "treat", "send", "make", "and", "message"],
        );
        let names = !said.odd && said.list.is_empty() && !said.names.is_empty();
        let known = said.names.iter().all(|name| phrase.names().may_be_message(name));
        let last = says + 1 == phrase.len() || says + 2 == phrase.len() && phrase.is(says + 1, Lexeme::Word);
        let line = format!("transactional {}", said.names.join(", "));
        return (names && known && last).then(|| phrase.line(title, &line)).flatten();
    }
    let said = Slots::of(phrase, 1, phrase.len(), &["messages", "message", "and", "is", "are", "emails"]);
    if !said.odd
        && !said.names.is_empty()
        && !matches!(said.names.first().map(String::as_str), Some("ignore" | "ignores"))
    {
        let line = format!("transactional {}", said.names.join(", "));
        let unknown = said.names.iter().find(|name| !phrase.names().may_be_message(name));
        return match unknown {
            Some(name) => {
                let edit = format!("write `{line}`, and declare `message {name}`, or take `{name}` away");
                Some(phrase.say(0, phrase.len(), title, &edit))
            }
            None => phrase.line(title, &line),
        };
    }
    let edit = format!(
        "write the messages that may be sent as transactional, such as `transactional {}`",
        phrase.names().message()
    );
    Some(phrase.say(0, phrase.len(), title, &edit))
}

/// `stop all`, `pause everything`, `emergency stop`
pub(super) fn stop(phrase: &Phrase<'_>) -> Option<Problem> {
    let begins = matches!(phrase.low(0).as_str(), "stop" | "pause" | "halt" | "emergency" | "kill" | "freeze");
    if !begins || phrase.has(Lexeme::Number) {
        return None;
    }
    let around = ["stop", "everything", "all", "sending", "please", "and", "the", "channel", "any", "now"];
    let said = Slots::of(phrase, 1, phrase.len(), &around);
    let title = "What is not sent at all is said by `stop` and its channels or categories";
    if !said.odd && !said.list.is_empty() && said.names.is_empty() {
        return phrase.line(title, &format!("stop {}", said.joined()));
    }
    phrase.whole(title, "stop email, sms, push")
}
