//! Choices, rounds and changes as people write them.

use super::habit::{Habit, advise, same, write};

const THEN: &str = "What an `if` does is said behind `then`";
const ELSE: &str = "An `else` is followed by its step, or by `:` at the end of its line";
const BOTH: &str = "An `if` on one line does one step; several stand behind `:`";
const NOTHING: &str = "Where nothing is done, nothing is written";
const ENDS: &str = "A journey is left with `exit`";
const IF: &str = "A choice among steps begins with `if`";
const CHECK: &str = "Whoever shall not go on leaves with `exit`";
const ROUNDS: &str = "Rounds are written `repeat 3 times every 2d:`, with how many and how far apart";
const START: &str = "Another journey is begun with `start`, and this one left with `exit`";
const BEGIN: &str = "Another journey is begun with `start` and its name";
const MATCH: &str = "A choice by a value is written `match`";
const SPLIT: &str = "A split has a name, and each of its parts a line below it with its share";
const SET: &str = "An attribute is changed with `set profile.NAME to` and its new value";
const AUDIENCE: &str = "An audience follows `add to` or `remove from` at once";
const EACH: &str = "Each step is about one audience";
const EVENT: &str = "An event is brought about with `emit` and its name";
const VALUES: &str = "Values stand in parentheses behind the name, each as `name: value`";
const CALL: &str = "Another system is called by its name, with `call`";
const PARTED: &str = "Steps are parted by `;`, or stand on lines of their own";
const NOTE: &str = "A note to colleagues begins with `#`";
const BLOCK: &str = "Lines below are indented only behind `if`, `else`, `match`, `split` and `repeat`";
const NOT_NUMBERED: &str = "A step begins with its word, without a sign before it";
const EXPLAINED: &str = "write `split offers:`, and below it, indented, `50% a:` and `50% b:` with their steps";

pub(super) const CHANGES: &[Habit] = &[
    write(
        "^ update|change|set|modify the? contact|customer|person|user|profile|subscriber? attribute|property|field|trait <word> =|to|as|: <value> $",
        "set profile.{1} to {2}",
        SET,
    ),
    // Choices.
    write("elsif|elif|elseif <asked> then", "else if {1} then", "`else if` is two words"),
    write("or|otherwise else <step> $", "else {1}", ELSE),
    write("else if <asked> <step> $", "else if {1} then {2}", "A `then` is missing between the condition and the step"),
    write("^ in case of? <asked> then <step> $", "if {1} then {2}", IF),
    write("^ in case of? <asked> : <step> $", "if {1}: {2}", IF),
    write("^ as long as not|!? <asked> : <step> $", "if !{1}: {2}", IF),
    write("^ case|given|assuming|provided|suppose <asked> : <step> $", "if {1}: {2}", IF),
    write(
        "^ match <path> is|==|= <value> $",
        "if {1} is {2}",
        "A condition is asked with `if`; `match` names only the value",
    ),
    advise("^ match $", "write what is looked at: `match profile.tier:`", "This does not say which value is looked at"),
    advise(
        "^ default|fallback :",
        "write `else:`, in the column of its `if`",
        "What is done for all others begins with `else`",
    ),
    write("^ split <word> <word> $", "split {1}_{2}", "A name is one word"),
    advise("^ split <word> into|in|between|to", EXPLAINED, SPLIT),
    same("^ if <asked> then : $", "if {1}:", "An `if` has `then` and a step, or `:` and its steps below it"),
    advise(
        "^ if <asked> then <step> else $",
        "take the `:` away, or write both ways as blocks: `if {1}:` and `else:`",
        ELSE,
    ),
    advise("then <channel> $", "write which message: `then {1} recs`", "This does not say which message is sent"),
    write(
        "^ if <asked> then then? nothing|continue|skip|pass|do|none nothing? else <step> $",
        "if !({1}) then {2}",
        NOTHING,
    ),
    advise(
        "then do? nothing|continue|skip|pass|none|proceed|noop $",
        "take this line away: who it is about goes on below",
        NOTHING,
    ),
    write("else do? nothing|continue|skip|pass|proceed|noop $", "", NOTHING),
    same("then stop|end|quit|leave|finish|done|break|return|abort the|this? journey|flow? $", "then exit", ENDS),
    write("then exit the|this|from|journey|flow|now journey|flow|canvas? $", "then exit", ENDS),
    advise("then wait $", "write how long: `then wait 2d`", "This does not say how long to wait"),
    advise(
        "^ if <asked> then $",
        "write a step behind `then`, such as `then email recs`",
        "This `if` does not say what to do",
    ),
    write(
        "^ if <asked> then if <asked> then <step> $",
        "if {1} and {2} then {3}",
        "Two conditions are joined by `and`",
    ),
    write("^ check|test|when|whenever|once if? <asked> then <step> $", "if {1} then {2}", IF),
    write("^ when|whenever|once|check if? <asked> : <step> $", "if {1}: {2}", IF),
    write("^ when|whenever|once|check if? <asked> $", "if {1}", IF),
    advise(
        "^ as soon as <asked>",
        "write `wait for {1} up to 7d`, and what is done then below it",
        "Waiting for something is a step of its own",
    ),
    write(
        "^ filter|require|only|continue|proceed|go|ensure|must on? if|when|where|for? <asked> $",
        "if !({1}) then exit",
        CHECK,
    ),
    same("^ if <asked> , then <step>", "if {1} then {2}", THEN),
    advise("^ if <asked> ? <step>", "write `if {1} then …`", "A choice on one line is written with `then` and `else`"),
    write("^ if <asked> -|= > <step>", "if {1} then {2}", THEN),
    write("^ if <asked> ,|do|tehn|thn|hten|than|the|?|so|goto do? <step>", "if {1} then {2}", THEN),
    write("^ if <asked> then (|[|{ <step> ,|;|and|+ <step> )|]|} $", "if {1}: {2}; {3}", BOTH),
    write("^ if <asked> then (|[|{ <step> )|]|} $", "if {1} then {2}", THEN),
    write("^ if <asked> then <step> and|+|&|,|/ <step> $", "if {1}: {2}; {3}", BOTH),
    write("then : <step>", "then {1}", THEN),
    write("^ if <asked> then <step> . else <step>", "if {1} then {2} else {3}", ELSE),
    write("else : <step>", "else {1}", ELSE),
    same("^ if <asked> <step> $", "if {1} then {2}", "A `then` is missing between the condition and the step"),
    same("^ if <asked> exit $", "if {1} then exit", "A `then` is missing between the condition and the step"),
    advise("^ else if $", "write a condition behind `if`, or `else` alone for all others", "This `if` asks nothing"),
    write("^ if not|otherwise $", "else", "What is done for all others begins with `else`"),
    write("^ else <asked> $", "else if {1}", "A condition behind `else` begins with `if`"),
    advise(
        "^ yes|no|true|false|ja|nein|oui|non :",
        "write `if …:` and `else:`, each with its steps below it",
        super::CHOICE,
    )
    .shared(),
    advise(
        "^ end if|while|for|loop|split|repeat|match",
        "take this line away",
        "A block ends where its indentation ends",
    ),
    advise(
        "^ endif|fi|endwhile|endfor|endloop|done|esac|endsplit $",
        "take this line away",
        "A block ends where its indentation ends",
    ),
    advise(
        "^ continue|proceed|next|skip|nothing|noop|pass|break|return|no -? op? $",
        "take this line away: steps go on by themselves, and `exit` leaves",
        "No step is needed to go on",
    ),
    // Leaving, and other journeys.
    write(
        "^ exit|leave|stop|end the|this? journey? unless <asked> $",
        "if !({1}) then exit",
        "A condition comes before the step that depends on it",
    ),
    write(
        "^ exit|leave|stop|end the|this? journey? if|when|where|once <asked> $",
        "if {1} then exit",
        "A condition comes before the step that depends on it",
    ),
    advise(
        "^ exit on <asked>",
        "give it the column of `on`; or write `if {1} then exit`, which asks once, here",
        "`exit on` belongs to the journey, and stands among its steps",
    ),
    write("^ exit after|in <length> $", "wait {1}; exit", "Waiting is a step of its own, written with `wait`"),
    write("^ exit to|and|then|into start|enter|to? the? journey? <word> $", "start {1}; exit", START),
    write("^ exit with|as|( <rest> $", "exit", "`exit` stands alone"),
    write(
        "^ start|run|launch|begin|enter|call|trigger the? journey|flow|canvas|workflow|campaign <word> $",
        "start {1}",
        BEGIN,
    ),
    write("^ start|run|launch|begin|enter the|a <word> journey|flow|canvas|workflow|campaign $", "start {1}", BEGIN),
    write(
        "^ go|move|jump|switch|send|goto to? the|customer|user? to? journey|flow|canvas <word> $",
        "start {1}; exit",
        START,
    ),
    write("^ move|go to|into <word> $", "start {1}; exit", START),
    advise(
        "^ remove from|of all|every|each|any audience|audiences|list|lists $",
        "write a line for each, such as `remove from retargeting`",
        "An audience is named: nobody is taken out of all at once",
    ),
    write(
        "^ add|remove to|from the? audience|list <word> for <length> $",
        "add to {1} for {2}",
        "An audience is named alone",
    ),
    write(
        "^ add|give|award|increase <attribute> by|with|+? <number> $",
        "set {1} to {1} + {2}",
        "An attribute is changed with `set profile.NAME to` and its new value",
    ),
    // Rounds.
    advise(
        "^ call|send webhook|url|api|to? <text>",
        "write a name, such as `call crm`: which address it has is known to the service that does it",
        "Another system is called by a name, and not by its address",
    ),
    write(
        "^ repeat until <asked> ,|;|or|but? max|maximum|at|up|for? most|to? <often> times|x? $",
        "repeat {2} times every 1d until {1}",
        ROUNDS,
    ),
    write("^ start journey|flow|canvas|the? <word> in|after <length> $", "wait {2}; start {1}", BEGIN),
    write("^ add to the? list|audience|group <word> $", "add to {1}", "An audience is named alone"),
    write("^ remove from the? list|audience|group <word> $", "remove from {1}", "An audience is named alone"),
    advise(
        "^ add to the? list|audience|group? <word> until <word> $",
        "write `add to {1}` here, and `exit on {2}: remove from {1}` in the column of the journey's `on`",
        "Who leaves an audience by an event is taken out by the steps of a goal or an exit",
    ),
    write("^ repeat daily|everyday for a|one|1 week $", "repeat 7 times every 1d", ROUNDS),
    write("^ repeat daily|everyday for <number> days|d $", "repeat {1} times every 1d", ROUNDS),
    write("^ repeat daily|everyday <number> times|x $", "repeat {1} times every 1d", ROUNDS),
    write("^ repeat weekly <number> times|x $", "repeat {1} times every 7d", ROUNDS),
    write("^ repeat weekly for <number> weeks|w $", "repeat {1} times every 7d", ROUNDS),
    write("^ repeat daily|everyday until <asked> $", "repeat 7 times every 1d until {1}", ROUNDS),
    write("^ repeat weekly until <asked> $", "repeat 4 times every 7d until {1}", ROUNDS),
    write("^ repeat <often> times ,|, <rest> $", "repeat {1} times {2}", ROUNDS),
    write(
        "^ repeat <often> times every <length> while|unless|if|as long|and not|!|no <asked> $",
        "repeat {1} times every {2} until {3}",
        ROUNDS,
    ),
    write(
        "^ repeat <often> times every <length> unless|,|or|except until? <asked> $",
        "repeat {1} times every {2} until {3}",
        ROUNDS,
    ),
    write(
        "^ repeat <often> times with|in|within|per|after|a|at|wait <length> between|apart|pause|distance|delay? $",
        "repeat {1} times every {2}",
        ROUNDS,
    ),
    write(
        "^ repeat every|each <length> for|,|up|at|max|maximum|with to|most|for? <often> times|x|rounds? until <asked> $",
        "repeat {2} times every {1} until {3}",
        ROUNDS,
    ),
    write(
        "^ repeat every|each <length> for|,|up|at|max|maximum|with to|most|for? <often> times|x|rounds? $",
        "repeat {2} times every {1}",
        ROUNDS,
    ),
    write("^ repeat <step> every|each <length> until <asked> $", "repeat 7 times every {2} until {3}: {1}", ROUNDS),
    write("^ repeat <step> <often> times|x every|each <length> $", "repeat {2} times every {3}: {1}", ROUNDS),
    write("^ repeat <step> every|each <length> $", "repeat 3 times every {2}: {1}", ROUNDS),
    write("^ repeat every|each <length> until <asked> $", "repeat 7 times every {1} until {2}", ROUNDS),
    write("^ repeat every|each day until <asked> $", "repeat 7 times every 1d until {1}", ROUNDS),
    write("^ repeat every|each week until <asked> $", "repeat 7 times every 7d until {1}", ROUNDS),
    write("^ repeat every|each month until <asked> $", "repeat 7 times every 30d until {1}", ROUNDS),
    write("^ repeat every|each|on <day> $", "repeat 4 times every 7d", ROUNDS),
    write("^ repeat it? twice $", "repeat 2 times every 1d", ROUNDS),
    write("^ repeat it? once $", "repeat 2 times every 1d", ROUNDS),
    write("^ every|each <length> until <asked> $", "repeat 7 times every {1} until {2}", ROUNDS),
    write("^ every|each <length> $", "repeat 7 times every {1}", ROUNDS),
    write("^ every|each <unit> : <step> $", "repeat 7 times every 1{1}: {2}", ROUNDS),
    write("^ every|each <length> : <step> $", "repeat 7 times every {1}: {2}", ROUNDS),
    advise(
        "^ repeat forever|always|infinitely|indefinitely|endlessly",
        "say how often at most: `repeat 7 times every 1d:`",
        "A repeat must end",
    ),
    advise(
        "^ repeat the|from|step|all|this|that|above|again|everything",
        "write `repeat 3 times every 2d:` and the steps below it, indented",
        "What is done again stands below a `repeat`",
    ),
    advise(
        "^ repeat n|x|some|several|many|multiple times",
        "write a number: `repeat 3 times every 2d:`",
        "How many rounds there are is a fixed number",
    ),
    advise(
        "^ foreach|for each? <word> in? <word>?",
        "write the items into the text of the message instead",
        "Steps are done for a customer, not for each item of a list",
    ),
    advise(
        "^ foreach <rest> $",
        "write the items into the text of the message instead",
        "Steps are done for a customer, not for each item of a list",
    ),
    write("^ repeat <step> $", "repeat 3 times every 1d: {1}", ROUNDS),
    advise(
        "^ restart|reset $",
        "write `repeat 3 times every 2d:` and the steps below it, or `reenter after 7d` in the journey",
        "A journey does not jump back",
    ),
    write("^ start <word> journey|flow|canvas|campaign $", "start {1}", BEGIN),
    write(
        "^ exit|leave|stop|end all|every|other|everything journeys? $",
        "exit",
        "An exit is always from this journey",
    ),
    write("^ complete|completed|finished $", "exit", ENDS),
    write("^ repeat <step> <often> times|x? $", "repeat {2} times every 1d: {1}", ROUNDS),
    write("^ repeat <often> times|x? every|each|per|a <unit> $", "repeat {1} times every 1{2}", ROUNDS),
    write(
        "^ repeat|loop|for up|max|at|maximum|for|exactly? to|most? <often> times|x|rounds? every|each|per|with <length> until <asked> $",
        "repeat {1} times every {2} until {3}",
        ROUNDS,
    ),
    write(
        "^ repeat|loop|for up|max|at|maximum|for|exactly? to|most? <often> times|x|rounds? every|each|per|with <length> $",
        "repeat {1} times every {2}",
        ROUNDS,
    ),
    write(
        "^ repeat|loop|for for? <often> times|x|rounds? $",
        "repeat {1} times every 1d",
        "This does not say how far apart the rounds begin",
    ),
    write("^ repeat|loop daily|everyday $", "repeat 7 times every 1d", ROUNDS),
    write("^ repeat|loop weekly $", "repeat 4 times every 7d", ROUNDS),
    write("^ repeat|loop every|each <unit> $", "repeat 7 times every 1{1}", ROUNDS),
    write("^ repeat|loop every|each <length> until <asked> $", "repeat 7 times every {1} until {2}", ROUNDS),
    write("^ repeat|loop every|each <length> <often> times $", "repeat {2} times every {1}", ROUNDS),
    write("^ repeat|loop every|each <length> $", "repeat 7 times every {1}", ROUNDS),
    write("^ while|until? until? not|!|no <word> $", "repeat 7 times every 1d until {1}", ROUNDS),
    write("^ while|loop while? not|! (? <asked> )? $", "repeat 7 times every 1d until {1}", ROUNDS),
    write("^ until|loop until? <asked> $", "repeat 7 times every 1d until {1}", ROUNDS),
    write("^ loop|repeat|foreach $", "repeat 3 times every 1d", ROUNDS),
    // Matches and splits.
    write("^ switch|case|match|choose on|by|case? <path> $", "match {1}", MATCH),
    advise(
        "^ split by|on|per <word> $",
        "write `match profile.{1}:` and its values below it; or, by chance, `split offers:`",
        "A split is by chance; by a value it is a `match`",
    ),
    advise("^ split into|in <number>", EXPLAINED, SPLIT),
    advise("^ split <word> <number>", EXPLAINED, SPLIT),
    advise("^ split <word> <share>", EXPLAINED, SPLIT),
    advise("^ random|randomly|randomize|ab_test|abtest|percent <rest> $", EXPLAINED, SPLIT),
    advise("^ <share>", EXPLAINED, "A share is a part of a split"),
    advise("^ <number> / <number>", EXPLAINED, "A share is a part of a split"),
    // Attributes.
    write("set <attribute> : = <value>", "set {1} to {2}", SET),
    write("set <attribute> =|:|is|as now|today $", "set {1} to now", SET),
    write("^ set <attribute> =|:|is|as? <word> $", "set {1} to \"{2}\"", "A text stands in quotes"),
    write("set <attribute> - > <value>", "set {1} to {2}", SET),
    write("set profile|customer|user <word> to|=|:? <value>", "set profile.{1} to {2}", SET),
    write("^ set <attribute> to <attribute> + + $", "set {1} to {2} + 1", SET),
    write("^ set <attribute> + + $", "set {1} to {1} + 1", SET),
    write("^ set <attribute> - =? <number> $", "set {1} to {1} - {2}", SET),
    write("^ <attribute> + = <number> $", "set {1} to {1} + {2}", SET),
    write("^ <attribute> - = <number> $", "set {1} to {1} - {2}", SET),
    write("set <attribute> to <number> <word> $", "set {1} to {2}", "A number stands without its unit"),
    write("set <attribute> to|= on|yes|checked $", "set {1} to true", SET),
    write("set <attribute> to|= no|off $", "set {1} to false", SET),
    write("set <attribute> to|= the? current date|time|timestamp|moment", "set {1} to now", SET),
    advise("^ set <attribute> , <attribute>", "write one `set` for each", "Each step changes one attribute"),
    write(
        "set customer|user|contact|person|attribute|field|property|trait|the .|attribute|field|property? <word> to|=|:|as|is <value>",
        "set profile.{1} to {2}",
        SET,
    ),
    write("set <attribute> =|: now ( ) $", "set {1} to now", SET),
    write("now|today ( )", "now", "`now` stands without parentheses"),
    write("set <attribute> +|to|= =|+ <number>", "set {1} to {1} + {2}", SET),
    write("set <attribute> + <number> $", "set {1} to {1} + {2}", SET),
    write("set <attribute> -|to|= =|- <number>", "set {1} to {1} - {2}", SET),
    write("set <attribute> to <attribute> plus <number>", "set {1} to {2} + {3}", SET),
    write("set <attribute> to <attribute> minus <number>", "set {1} to {2} - {3}", SET),
    write("set <attribute> to <value> ,|and set? <attribute> to <value> $", "set {1} to {2}; set {3} to {4}", PARTED),
    same("set <attribute> =|:|as|is|with|at <value>", "set {1} to {2}", SET),
    same("set <attribute> <value>", "set {1} to {2}", SET),
    advise(
        "^ set <attribute> $",
        "write its new value behind it, such as `set {1} to true`",
        "This does not say the new value",
    ),
    write("set <word> to|=|:|as|is? <value> $", "set profile.{1} to {2}", SET),
    write("^ <attribute> =|==|:|is|to <value> $", "set {1} to {2}", SET),
    write("^ var|let|const|define|declare? <word> = <value> $", "set profile.{1} to {2}", SET),
    write("^ increase|increment|raise|add <attribute> by|with <number> $", "set {1} to {1} + {2}", SET),
    write("^ decrease|decrement|reduce|lower <attribute> by|with <number> $", "set {1} to {1} - {2}", SET),
    write("^ increase|increment|raise <attribute> $", "set {1} to {1} + 1", SET),
    write("^ add <number> to <attribute> $", "set {2} to {2} + {1}", SET),
    advise(
        "^ unset|clear|delete|remove|empty|reset|erase <attribute>",
        "write a value that stands for none, such as `set {1} to \"none\"`",
        "The value of an attribute cannot be taken away",
    ),
    write(
        "^ unsubscribe|unsub|opt from|out? of|from? <channel> $",
        "set profile.consent.{1} to false",
        "Consent is an attribute of the customer",
    ),
    advise(
        "^ unsubscribe $",
        "write the channel, as in `set profile.consent.email to false`",
        "Consent is an attribute of the customer",
    ),
    // Audiences.
    write("^ add <number> points? $", "set profile.points to profile.points + {1}", SET),
    write("^ add to <word> list|audience|segment for <length> $", "add to {1} for {2}", AUDIENCE),
    write("^ add to <word> for ever|always|good $", "add to {1}", AUDIENCE),
    write("^ add to <word> on|at|in <word> $", "add to {1}", AUDIENCE),
    write("^ put in|into|to <word> $", "add to {1}", AUDIENCE),
    write(
        "^ add to <name> until|up|within|,|after|in|max to? <length> $",
        "add to {1} for {2}",
        "How long somebody stays in an audience is a length of time behind `for`",
    ),
    write(
        "^ add to <word> until <rest> $",
        "add to {1} for 30d",
        "How long somebody stays in an audience is a length of time behind `for`",
    ),
    write("^ add to <name> for <number> $", "add to {1} for {2}d", "A length of time has a unit"),
    write("^ add to <name> for a|one|1 month $", "add to {1} for 30d", AUDIENCE),
    write("^ add to <name> for|during|,? <length> $", "add to {1} for {2}", AUDIENCE),
    write("^ add to <name> ,|and to? <name> $", "add to {1}; add to {2}", EACH),
    write("^ remove from <name> ,|and from? <name> $", "remove from {1}; remove from {2}", EACH),
    write(
        "^ add|put|move customer|user|them|contact|people|everyone|person|profile? to|into|in|a|the the|a|an? audience|list|segment|group|cohort|tag|label <name> $",
        "add to {1}",
        AUDIENCE,
    ),
    write(
        "^ add|put|move customer|user|them|contact|people|everyone|person|profile? to|into|in|a the? <word> audience|list|segment|group|cohort $",
        "add to {1}",
        AUDIENCE,
    ),
    write("^ add|apply|assign a|the? tag|label :? <name> $", "add to {1}", AUDIENCE),
    write(
        "^ remove|delete|take customer|user|them|contact|people|everyone|person|profile? from|out of? the|a|an? audience|list|segment|group|cohort|tag|label? <word> audience|list|segment? $",
        "remove from {1}",
        AUDIENCE,
    ),
    write("^ remove|delete a|the? tag|label|from <word> $", "remove from {1}", AUDIENCE),
    advise(
        "^ remove|delete them|user|customer|contact|him|her|everyone $",
        "write the audience, such as `remove from retargeting`",
        AUDIENCE,
    ),
    same("^ remove <word> $", "remove from {1}", AUDIENCE),
    // Events and calls.
    write("^ emit <word> <word> $", "emit {1}_{2}", "A name is one word"),
    write("^ emit <name> ,|with|: <word> : <value> $", "emit {1} ({2}: {3})", VALUES),
    write("^ call <word> .|/|- <word> $", "call {1}_{2}", "A name is one word"),
    write("^ call <name> <word> : <rest> $", "call {1} ({2}: {3})", VALUES),
    advise("^ call <name> ( <value> ,", "write a name before each: `call {1} (value: {2}, …)`", VALUES),
    advise(
        "^ emit <name> to <word>",
        "write `call {2}`; `emit` is for journeys",
        "An event goes to all journeys of the program",
    ),
    write("^ (? <number> .|)|:|-? )? <step> $", "{2}", "Steps are not numbered; they are done in their order").shared(),
    advise("^ <step> / / <rest> $", "write `#` instead of `//`", NOTE),
    write(
        "^ emit|fire|track|trigger|raise|create|send|log|publish|throw an|a|custom? event :? <name>",
        "emit {1}",
        EVENT,
    ),
    write("^ emit <name> with|: <word> :|=|to? <value> $", "emit {1} ({2}: {3})", VALUES),
    write("^ emit <name> with? (|{ <word> =|: <value> )|} $", "emit {1} ({2}: {3})", VALUES),
    write("^ emit <name> <word> :|= <value> $", "emit {1} ({2}: {3})", VALUES),
    write("^ emit <name> ( <value> ) $", "emit {1} (value: {2})", VALUES),
    advise(
        "call|webhook|post|get|put|http|https|url http|https|get|post?  :? / /",
        "write a name, such as `call crm`: who runs the journeys decides what it reaches",
        CALL,
    ),
    advise(
        "^ call|webhook|post|get|put http|https :",
        "write a name, such as `call crm`: who runs the journeys decides what it reaches",
        CALL,
    ),
    write("^ call the|a? webhook|hook|api|endpoint|function|url <word>", "call {1}", CALL),
    write("^ webhook|api|hook|notify <word> ( <rest> $", "call {1} ({2}", CALL),
    write("^ call <name> with|using|: <word> :|=|to? <value> $", "call {1} ({2}: {3})", VALUES),
    write("^ call <name> with|using? (|{ <word> =|: <value> )|} $", "call {1} ({2}: {3})", VALUES),
    write("^ call <name> <word> :|= <value> $", "call {1} ({2}: {3})", VALUES),
    write("^ call <name> ( <value> ) $", "call {1} (value: {2})", VALUES),
    advise(
        "^ create|assign|open a|to|the? task|ticket|lead|deal|sales|case|owner",
        "write `call crm (text: \"call her\")`, which another system takes up",
        "Work for colleagues is given to another system with `call`",
    ),
    write("^ <step> if|when <asked> $", "if {2} then {1}", "A condition comes before the step that depends on it"),
    write(
        "^ <step> unless|except <asked> $",
        "if !({2}) then {1}",
        "A condition comes before the step that depends on it",
    ),
    write("^ <step> after <length> $", "wait {2}; {1}", "Waiting is a step of its own, written with `wait`"),
    advise("^ <step> - - <rest> $", "write `#` instead of `--`", NOTE),
    // Notes, bullets and blocks.
    advise("^ /|*|< /|*|! <rest> $", "write `#` instead of the signs before it", NOTE),
    advise("^ - - <rest> $", "write `#` instead of `--`", NOTE),
    advise("^ note|todo|comment|nb|fixme|remark :|- <rest> $", "write `# {1}`", NOTE),
    same("^ =|- > <step> $", "{1}", NOT_NUMBERED),
    same("^ >|•|→ <step> $", "{1}", NOT_NUMBERED),
    write(
        "^ please|just|also|first|second|third|finally|lastly|do|use|try|now ,|:? <step> $",
        "{1}",
        "A step begins with its own word",
    ),
    advise(
        "^ parallel|do|then|begin|steps|actions|action|block|group :",
        "take this line away, and indent what is below it as the lines above",
        BLOCK,
    ),
    same("^ <step> +|&|/|,|and|plus|then <step> $", "{1}; {2}", PARTED),
    write("^ <step> <step> $", "{1}; {2}", "Two steps stand on this line with nothing between them"),
    same("^ <step> !|,|. $", "{1}", "A line ends without a sign"),
];
