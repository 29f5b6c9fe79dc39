//! Sends as people write them.

use super::habit::{Habit, advise, same, write};
use super::phrase::Phrase;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;

const AT_ONCE: &str = "A message goes once, when its step is reached";
const WHEN: &str = "When a message goes is said by a step before it";
const NAME: &str = "The name of the message follows its channel at once";
const AGAIN: &str = "What is sent again and again stands in a `repeat`";
const TEXTS: &str = "What a message says stands in a `message`, and a step only names it";
const VALUES: &str = "Values for a message stand in parentheses behind `with`, each as `name: value`";
const CONDITION: &str = "A condition comes before the step that depends on it";
const INSTEAD: &str = "What is tried instead is said behind `or`, with its channel and its message";
const CATEGORY: &str = "The category of a send is named behind `as`";
const CHANNEL: &str = "A send begins with its channel";
const BEST_TIME: &str = "The best time is written `at best time within` and how long it is looked for";
const BEST: &str = "`best of` names each channel with its message, parted by commas";
const PARTED: &str = "Steps are parted by `;`, or stand on lines of their own";
const DAYS: &str = "The days on which to go on are waited for before the step";
const ONE_WORD: &str = "A name is one word";

pub(super) const SENDS: &[Habit] = &[
    write(
        "^ envoyer|envoie|envoyez|sende|senden|schicke|enviar un|une|ein|eine|le|la|el|die|das? <channel> <word> $",
        "{1} {2}",
        "The words of the language are English, and a send begins with its channel",
    ),
    write("^ <channel> <word> && <step> $", "{1} {2}; {3}", PARTED),
    // The channel and the name.
    advise(
        "^ <channel> :|= <text>",
        "write `{1} hello` here, and elsewhere `message hello:` with `{1}: {2}` below it",
        TEXTS,
    ),
    write(
        "^ <channel> <name> : $",
        "{1} {2}",
        "A send opens no block: what is done then stands below it in the same column",
    ),
    write("^ <channel> :|=|(|-|> >|message|template? <name> )? $", "{1} {2}", NAME),
    write(
        "^ <channel> the|a|an|my|our|this|message|template|campaign|named|called|email|name <word> $",
        "{1} {2}",
        NAME,
    ),
    write("^ <channel> <word> . html|mjml|txt|liquid|htm|md $", "{1} {2}", NAME),
    same("^ e - mail :? <name> $", "email {1}", "The channel is called `email` here"),
    write("^ in -? app message|notification? <word> $", "in_app {1}", "The channel is called `in_app` here"),
    write("^ push notification|message|msg <name> $", "push {1}", NAME),
    same("send out? the|a|an|one? <channel> : <name>", "{1} {2}", CHANNEL),
    write(
        "^ <channel> to the? customer|user|them|everybody|everyone <name> $",
        "{1} {2}",
        "Whoever is in the journey gets it; a send names nobody",
    ),
    same("send out? the|a|an|one? <channel> message|template|called|named? <name>", "{1} {2}", CHANNEL),
    write("^ send the|a|an? <word> by|via|as|over|through|per|with an|a? <channel> $", "{2} {1}", CHANNEL),
    write("^ send the|a|an? <word> <channel> $", "{2} {1}", CHANNEL),
    write(
        "^ send|deliver|trigger|dispatch the|a|an? <channel> $",
        "{1} recs",
        "This does not say which message is sent",
    ),
    write("^ <channel> <word> by|via|through|over|per|as <channel> $", "{3} {2}", CHANNEL),
    advise("^ <channel> $", "write which message: `{1} recs`", "This does not say which message is sent"),
    advise("^ <channel> <number> $", "write a name, such as `{1} recs`", "A message has a name, not a number"),
    write("^ <channel> <word> , <word> $", "{1} {2}; {1} {3}", PARTED),
    write("^ <channel> <word> , <word> ,|and|&? <word> $", "{1} {2}; {1} {3}; {1} {4}", PARTED),
    write("^ <channel> <word> - <word> $", "{1} {2}_{3}", ONE_WORD),
    write("^ <channel> <word> -? #? <number> $", "{1} {2}_{3}", ONE_WORD),
    write(
        "^ <channel> <name> or <channel> <name> ,|;|: whichever|depending|what|whatever|the|by|better|best <rest> $",
        "best of {1} {2}, {3} {4}",
        "The channel that a customer answers best is found by `best of`",
    ),
    advise(
        "^ <channel> <name> ,? except|not|but|never not? on|at|during? the? <days> $",
        "write `{1} {2}` here, and in the column of the journey's `on`: `quiet 00:00-24:00 on {3}`",
        "On which days nothing goes is said by `quiet`",
    ),
    write("^ <channel> <name> ,? only on|during <days> $", "wait between 09:00 and 18:00 on {3}; {1} {2}", DAYS),
    write("^ <channel> <name> ,? on|during <days> only $", "wait between 09:00 and 18:00 on {3}; {1} {2}", DAYS),
    write(
        "^ <channel> <name> to|for everyone|everybody|those|people|customers|users|all who|that has|have? <asked> $",
        "if {3} then {1} {2}",
        CONDITION,
    ),
    write("^ <channel> <name> ,|( unless <asked> )? $", "if !({3}) then {1} {2}", CONDITION),
    write(
        "^ <channel> <name> ,|( but|max|maximum|at|only|just most? only? once|1x per|for|a? each|every? customer|user|person|contact? )? $",
        "{1} {2}",
        AT_ONCE,
    ),
    advise(
        "^ <channel> <name> via|by|over|on|with|through the? best|preferred|favourite|favorite channel",
        "write `best of {1} {2}, email {2}`, with each channel that it may go by",
        "The channel that a customer answers best is found by `best of`",
    ),
    advise(
        "^ <channel> <name> cc|bcc|reply_to|from|sender <rest> $",
        "write `{1} {2}` here, and in its `message`, below `{1}:`, a line such as `cc \"team@example.com\"`",
        TEXTS,
    ),
    advise(
        "^ <channel> <name> to <word> @ <rest> $",
        "take what follows `{2}` away",
        "Whoever is in the journey gets it; a send names nobody",
    ),
    write("^ <channel> <name> after|in <length> ,? only? if|when <asked> $", "wait {3}; if {4} then {1} {2}", WHEN),
    write(
        "^ <channel> <name> if possible|available|reachable|allowed ,|;|and? otherwise|else|or then? <channel> <name> $",
        "{1} {2} or {3} {4}",
        INSTEAD,
    ),
    write("^ <channel> <name> with the? event . <word> $", "{1} {2} with ({3}: event.{3})", VALUES),
    write("^ text message|to? <word> $", "sms {1}", "The channel is called `sms` here"),
    // How often.
    write("^ <channel> <name> up|max|maximum to? <often> times|x? $", "repeat {3} times every 1d: {1} {2}", AGAIN),
    write("^ <channel> <name> at most <often> times|x $", "repeat {3} times every 1d: {1} {2}", AGAIN),
    write("^ <channel> <name> until <asked> $", "repeat 7 times every 1d until {3}: {1} {2}", AGAIN),
    write("^ <channel> <name> every|each <day> $", "repeat 4 times every 7d: {1} {2}", AGAIN),
    write(
        "^ <channel> <name> right|straight? now|immediately|instantly|directly|asap|once|away|please|today $",
        "{1} {2}",
        AT_ONCE,
    ),
    write("^ <channel> <name> twice $", "repeat 2 times every 1d: {1} {2}", AGAIN),
    write("^ <channel> <name> again|once? more? after|in <length> $", "wait {3}; {1} {2}", WHEN),
    write("^ <channel> <name> again|once? more? <length> later|after $", "wait {3}; {1} {2}", WHEN),
    write("^ <channel> <name> on <day> $", "wait until {3} at 09:00; {1} {2}", WHEN),
    write("^ <channel> <name> as transactional mail|mails|email|message|send $", "{1} {2} as transactional", CATEGORY),
    write("^ <channel> <name> again $", "{1} {2}", "A step that stands here is done, whether it was before or not"),
    write("^ <channel> <name> <often> times? every|each <length> $", "repeat {3} times every {4}: {1} {2}", AGAIN),
    write("^ <channel> <name> <often> times|x? $", "repeat {3} times every 1d: {1} {2}", AGAIN),
    write("^ <channel> <name> daily|everyday $", "repeat 7 times every 1d: {1} {2}", AGAIN),
    write("^ <channel> <name> monthly $", "repeat 3 times every 30d: {1} {2}", AGAIN),
    write("^ <channel> <name> weekly $", "repeat 4 times every 7d: {1} {2}", AGAIN),
    write("^ <channel> <name> every|each <unit> $", "repeat 7 times every 1{3}: {1} {2}", AGAIN),
    write("^ <channel> <name> every|each <length> $", "repeat 7 times every {3}: {1} {2}", AGAIN),
    // When.
    write("^ <channel> <name> with|after|delayed a|by? delay of? <length> $", "wait {3}; {1} {2}", WHEN),
    write("^ <channel> <name> at|@|around <hours> $", "wait until {3}; {1} {2}", WHEN),
    write("^ <channel> <name> <length> before the? <attribute> $", "wait until {4} - {3}; {1} {2}", WHEN),
    write("^ <channel> <name> <length> after the? <attribute> $", "wait until {4} + {3}; {1} {2}", WHEN),
    write("^ <channel> <name> followed by <step> $", "{1} {2}; {3}", PARTED),
    same("^ <channel> <name> at|with|in the? best time $", "{1} {2} at best time within 24h", BEST_TIME),
    write(
        "^ <channel> <name> at|with|in the? best time in|for|within|up to? <length> $",
        "{1} {2} at best time within {3}",
        BEST_TIME,
    ),
    write("^ best time :? <channel> <name> $", "{1} {2} at best time within 24h", BEST_TIME),
    write("^ send at|with the? best time <channel> <name> $", "{1} {2} at best time within 24h", BEST_TIME),
    write("^ <channel> <name> after <length> $", "wait {3}; {1} {2}", WHEN),
    write("^ <channel> <name> <length> later|after|afterwards|delay|delayed $", "wait {3}; {1} {2}", WHEN),
    write("^ <channel> <name> with|delayed a|by? <length> delay? $", "wait {3}; {1} {2}", WHEN),
    write("^ <channel> <name> between|from <time> and|to|- <time> $", "wait between {3} and {4}; {1} {2}", WHEN),
    write("^ <channel> <name> at|in|by the? <hour> $", "wait until {3}; {1} {2}", WHEN),
    write("^ <channel> <name> tonight $", "wait until 18:00; {1} {2}", WHEN),
    write(
        "^ <channel> <name> at|on|by|until|not? before? the? <moment> local|their|own|cet? time? $",
        "wait until {3}; {1} {2}",
        WHEN,
    ),
    write("^ <channel> <name> on|at <attribute> $", "wait until {3}; {1} {2}", WHEN),
    write("^ <channel> <name> within <length> $", "{1} {2} at best time within {3}", BEST_TIME),
    write("^ <channel> <name> after|once|upon the? <word> $", "wait for {3} up to 7d; {1} {2}", WHEN),
    write(
        "^ on? day <number> :|,|-|–|—? <step> $",
        "wait until day {1}; {2}",
        "A day of the journey is waited for before its step",
    ),
    write("^ at|on|by? <moment> :|,|-|then? <step> $", "wait until {1}; {2}", WHEN),
    write("^ at|in the? <hour> :|,? <step> $", "wait until {1}; {2}", WHEN),
    write("^ the? next day :|, <step> $", "wait until tomorrow; {1}", WHEN),
    write("^ t|d? + <length> :|,|-? <step> $", "wait {1}; {2}", WHEN),
    write("^ d|day|t + <number> :|,|-? <step> $", "wait {1}d; {2}", WHEN),
    // For whom.
    write("^ <channel> <name> only for|to <word> $", "if in {3} then {1} {2}", CONDITION),
    advise(
        "^ <channel> <name> in|lang|language french|german|english|spanish|italian|dutch|fr|de|en|es|it|nl",
        "write `{1} {2}`, and in its text `{% if profile.language == \"fr\" %}…{% endif %}`",
        "A message has one text for each channel, which asks for the language",
    ),
    advise(
        "^ <channel> <name> using|template template? <number>",
        "take what follows `{2}` away: the name of the message is all that a step says",
        NAME,
    ),
    advise(
        "^ <channel> <text> subject|body|title|text",
        "write `{1} hello` here, and elsewhere `message hello:` with the text below it",
        TEXTS,
    ),
    advise(
        "^ <channel> : subject|body|title|text",
        "write `{1} hello` here, and elsewhere `message hello:` with the text below it",
        TEXTS,
    ),
    write(
        "^ best of <channel> <name> and|or|, <channel> <name> and|or|, <channel> <name> $",
        "best of {1} {2}, {3} {4}, {5} {6}",
        BEST,
    ),
    write("^ <channel> <name> only|but? only? if|when|where <asked> $", "if {3} then {1} {2}", CONDITION),
    write(
        "^ <channel> <name> to|for everyone|everybody|all|customer|user|them $",
        "{1} {2}",
        "Whoever is in the journey gets it; a send names nobody",
    ),
    write("^ <channel> <name> for only? <word> $", "if in {3} then {1} {2}", CONDITION),
    write("^ <channel> <word> if <asked> else <channel> <word> $", "if {3} then {1} {2} else {4} {5}", CONDITION),
    // What it says.
    advise(
        "^ <channel> <word> ,|:|with|-|(? subject|body|text|title|content|from|preheader|image|link|sender :|=? <text>",
        "write `{1} {2}` here, and elsewhere `message {2}:` with `{1}: …` below it",
        TEXTS,
    ),
    advise(
        "^ <channel> <word> :|,? <text>",
        "write `{1} {2}` here, and elsewhere `message {2}:` with `{1}: {3}` below it",
        TEXTS,
    ),
    write("^ <channel> <name> with a|an|the? <word> of <value> $", "{1} {2} with ({3}: {4})", VALUES),
    write("^ <channel> <name> with <word> :|=? <value> $", "{1} {2} with ({3}: {4})", VALUES),
    write("^ <channel> <name> with? (|{ <word> =|: <value> )|} $", "{1} {2} with ({3}: {4})", VALUES),
    advise(
        "^ <channel> <name> else : <step> $",
        "begin a new line with `else: {3}`, in the column of its `if`",
        "An `else` stands on a line of its own below its `if`",
    ),
    // Instead, or by several channels.
    write(
        "^ <channel> <name> ,|;? if|when|where not|un|in|impossible possible|available|reachable|delivered|deliverable|allowed? then|,? <channel> <name> $",
        "{1} {2} or {3} {4}",
        INSTEAD,
    ),
    write(
        "^ <channel> <name> ,|or? or|and|then|with? else|fallback|otherwise|alternatively|backup|failing to|with|that|:? <channel> <name> $",
        "{1} {2} or {3} {4}",
        INSTEAD,
    ),
    write("^ try <channel> <name> else|then|,|otherwise|or <channel> <name> $", "{1} {2} or {3} {4}", INSTEAD),
    write("^ <channel> <name> or <channel> $", "{1} {2} or {3} {2}", INSTEAD),
    write("^ <channel> or|/ <channel> <name> $", "{1} {3} or {2} {3}", INSTEAD),
    write("^ <channel> ,|and|+|& <channel> <name> $", "{1} {3}; {2} {3}", PARTED),
    advise(
        "^ <channel> <name> or wait|if|exit|add|remove|set|start|emit|call",
        "write only channels and messages behind `or`, and other steps on lines of their own",
        INSTEAD,
    ),
    // As what.
    write("^ <channel> <name> as? ( as? <word> ) $", "{1} {2} as {3}", CATEGORY),
    write("^ <channel> <name> as the|a|an? <word> category|message|email? $", "{1} {2} as {3}", CATEGORY),
    write("^ <channel> <name> category|type|is|= :|=|is? <word> $", "{1} {2} as {3}", CATEGORY),
    advise(
        "^ <channel> <name> with|,|(? high|low|priority|urgent|important",
        "take what follows `{2}` away, and order categories in the charter: `priority transactional, cart`",
        "What goes first is decided by the charter's `priority`",
    ),
    // The best channel.
    write("^ best of :|(? <channel> <name> and|or|/|+ <channel> <name> )? $", "best of {1} {2}, {3} {4}", BEST),
    write("^ best of :|( <channel> <name> , <channel> <name> )? $", "best of {1} {2}, {3} {4}", BEST),
    write("^ best of? <channel> ,|and|or|/ <channel> <name> $", "best of {1} {3}, {2} {3}", BEST),
    write("^ best of? channel|channels :|,|of|for? <word> $", "best of email {1}, push {1}", BEST),
    advise(
        "^ best of? <channel> ,|and|or|/ <channel> $",
        "write a message behind each: `best of {1} recs, {2} recs`",
        BEST,
    ),
];

const BELOW: &str = "What a message says stands in a `message` of its own, and a step only names it";

/// `email hello:` with `subject: "Hi"` below it; these have the same message.
pub(super) fn with_parts_below(phrase: &Phrase<'_>) -> Option<Problem> {
    const PARTS: [&str; 9] =
        ["subject", "body", "title", "text", "preheader", "html", "content", "message", "headline"];
    let is_part = PARTS.contains(&phrase.low(0).as_str())
        && (phrase.is(1, Lexeme::Text) || matches!(phrase.text(1), ":" | "=") && phrase.is(2, Lexeme::Text));
    if is_part {
        return Some(
            phrase
                .say(
                    0,
                    phrase.len(),
                    BELOW,
                    "write this below a line such as `message hello:`, and there below `email:`",
                )
                .shared(),
        );
    }
    let (channel, name) = (phrase.text(0), phrase.text(1));
    let sends =
        phrase.names().is_channel(channel) && phrase.is(1, Lexeme::Word) && phrase.end() == 2 && phrase.len() == 3;
    if !sends || !phrase.goes_on_below(&PARTS) {
        return None;
    }
    let edit = format!(
        "write `{channel} {name}` here, and in the first column `message {name}:`, below it `{channel}:`, and below that these parts without their `:`"
    );
    Some(phrase.say(0, phrase.len(), BELOW, &edit).shared())
}
