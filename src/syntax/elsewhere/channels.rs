//! Channels of one's own, and what is said of them.

use super::as_name;
use super::phrase::Phrase;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

/// `channel whatsapp`, `channel whatsapp tracks delivered`
pub(super) fn channel(phrase: &Phrase<'_>) -> Option<Problem> {
    let title = "A channel is its name, `:` and what it tells of a message";
    let name = as_name(if phrase.text(1) == ":" { phrase.text(2) } else { phrase.text(1) });
    let edit = format!("channel {name}: tracks delivered");
    if phrase.text(1) == ":" || phrase.len() == 2 || phrase.len() == 3 && phrase.text(2) == ":" {
        return phrase.whole(title, &edit);
    }
    if matches!(phrase.text(2), "tracks" | "limit") {
        return phrase.whole(title, &format!("channel {name}: {}", phrase.written(2, phrase.end())));
    }
    None
}

/// `tracks: delivered and opened`, `limit 1024`, `delivered, opened`, `max 1024 characters`
pub(super) fn channel_part(phrase: &Phrase<'_>) -> Option<Problem> {
    let all = phrase.len();
    let first = phrase.low(0);
    let engagements = |from: usize| -> Vec<&'static str> {
        (from..all)
            .filter_map(|at| match phrase.low(at).as_str() {
                "delivered" | "delivery" | "deliveries" => Some("delivered"),
                "opened" | "opens" | "open" => Some("opened"),
                "clicked" | "clicks" | "click" => Some("clicked"),
                "replied" | "replies" | "reply" => Some("replied"),
                "bounced" | "bounces" | "bounce" => Some("bounced"),
                "dismissed" => Some("dismissed"),
                "complained" | "complaints" | "spam" => Some("complained"),
                _ => None,
            })
            .collect()
    };
    let number = (0..all).find(|&at| phrase.is(at, Lexeme::Number)).filter(|_| first != "tracks");
    if let Some(number) = number {
        let title = "How much a channel holds is said by `limit` and a number of characters";
        return phrase.whole(title, &format!("limit {} characters", phrase.text(number)));
    }
    let told = engagements(0);
    if !told.is_empty() && !matches!(first.as_str(), "limit" | "provides" | "filters" | "tags") {
        let title = "What a channel tells of a message is said by `tracks`, parted by commas";
        return phrase.whole(title, &format!("tracks {}", told.join(", ")));
    }
    if matches!(first.as_str(), "provides" | "filters" | "tags" | "tracks") && phrase.find(&[":", "and", "="]).is_some()
    {
        let names: Vec<&str> = (1..all)
            .filter(|&at| phrase.is(at, Lexeme::Word) && phrase.text(at) != "and")
            .map(|at| phrase.text(at))
            .collect();
        let title = "The names are listed behind the word at once, parted by commas";
        return (!names.is_empty()).then(|| phrase.whole(title, &format!("{first} {}", names.join(", ")))).flatten();
    }
    let title = match first.as_str() {
        "cap" | "gap" | "quiet" | "consent" => "How often a channel may be used is a rule of the charter",
        _ => "A channel says what it tells of a message and how much it holds, and nothing else",
    };
    let edit = match first.as_str() {
        "cap" | "gap" | "quiet" | "consent" => {
            "move this line below `charter:`, indented, and name the channel in it".to_string()
        }
        _ => "write `tracks delivered` or `limit 1024 characters` instead".to_string(),
    };
    Some(phrase.say(0, all, title, &edit))
}
