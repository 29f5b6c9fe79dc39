//! Conditions as people write them.

use super::habit::{Habit, advise, same, write};

const SIGNS: &str = "Values are compared by signs";
const RANGE: &str = "A range is asked with `is between … and …`";
const ONE_OF: &str = "Several values are asked with `is one of (…)`";
const AGO: &str = "How long ago something was is compared with `now`";
const DATES: &str = "Dates are compared by signs";
const KNOWN: &str = "Whether there is a value is asked with `is known` or `is missing`";
const CONTAINS: &str = "A part of a text or a list is asked with `contains`";
const PART: &str = "Where in a text a part stands cannot be asked; `contains` finds it anywhere";
const NOT: &str = "What must not be is asked with `is not`";
const JOINED: &str = "Conditions are joined by `and` and `or`, and denied by `!`";
const SEGMENT: &str = "Who is in a segment is asked with `in`";
const REACHED: &str = "Whether a channel reaches somebody is asked with `reachable by`";
const CHANCE: &str = "Chance is no condition: who gets what by chance is said by a `split`";
const OF_EVENT: &str = "What the event of the journey brought is written `event.NAME`";
const NO_DEFAULT: &str = "A value has no default: who has none is passed over by the comparison";
const NOT_LATELY: &str = "What somebody did once, and not lately, is asked in two questions";
const FUNCTION: &str = "`and` and `or` stand between two conditions, not before them";
const ENGLISH: &str = "The words of the language are English";
const OWN: &str = "A value of the customer is written `profile.NAME`";
const DAY: &str = "The day of the week is asked with `today is`";
const AGREED: &str = "Whether somebody agreed is an attribute of theirs";
const CLOCK: &str = "The time of day is asked with `local time`";

const NOT_QUOTED: &str = "Values are compared by `is`, and a text stands in quotes";
const COUNTED_UP: &str = "Values of many events are added up with `sum of`";
const COUNTED: &str = "How often something happened is asked with `count of`";
const NO_FUNCTION: &str = "There are no functions: a date is compared with a date";
const DENIED: &str = "What somebody did is asked by its name alone, and denied by `!` before it";
const BEFORE: &str = "What somebody did stands before the message: `opened recs`";
const BEHIND: &str = "The message stands right behind what somebody did: `opened recs within 24h`";

pub(super) const JOINING: &[Habit] = &[
    write(
        "^ conditional|condition|decision|true|binary|if split|branch|path|check|step :|on|if|by? <asked> :",
        "if {1}:",
        "A question is asked with `if`",
    ),
    write(
        "^ enter|take|add? action|decision|audience|engagement path|paths|split :|on|if|for? <asked> :",
        "if {1}:",
        "A question is asked with `if`",
    ),
    write("^ engagement|decision split :|on|if? <asked> :", "if {1}:", "A question is asked with `if`"),
    write(
        "has|have|had? <event> ,? but|and|yet|although has|have? not|never in|within|during|for|over? the? last|past? <length>",
        "{1} ever and no {1} in last {2}",
        NOT_LATELY,
    ),
    advise(
        "^ case|switch <path>",
        "write `match {1}:`, and below it, indented, a line for each value such as `\"gold\": email recs`",
        "What is done for each value of something stands below a `match`",
    ),
    write("^ branch|switch|check if|on? <asked> : <step>", "if {1} then {2}", "A question is asked with `if`"),
    write(
        "^ if <asked> then <step> ,|;? otherwise|else|elseif|elif|or if? <asked> then <step> $",
        "if {1} then {2} else if {3} then {4}",
        "What is asked where the first is not so is said behind `else if`",
    ),
    write("<joint> =? and ( <asked> , <asked> )", "{1} {2} and {3}", FUNCTION),
    write("<joint> =? or ( <asked> , <asked> )", "{1} ({2} or {3})", FUNCTION),
    write("^ if <asked> -|= > <step>", "if {1} then {2}", "What an `if` does is said behind `then`"),
    write("<joint> either <asked> or <asked> then", "{1} {2} or {3} then", JOINED),
    write("<joint> either <asked> or <asked> $", "{1} {2} or {3}", JOINED),
    write("both <asked> and <asked> then", "{1} and {2} then", JOINED),
    write("both <asked> and <asked> $", "{1} and {2}", JOINED),
    write("neither|not <word> nor <word> within <length>", "!{1} within {3} and !{2} within {3}", JOINED),
    write("neither|not <word> nor <word>", "!{1} and !{2}", JOINED),
    write("neither <asked> nor <asked> then", "!({1}) and !({2}) then", JOINED),
    write("but|yet|although not|no|never <word>", "and !{1}", JOINED),
    write("but|yet <word>", "and {1}", JOINED),
    write("^ if <asked> &|+ <asked> then", "if {1} and {2} then", JOINED),
    write("and|or if", "and", JOINED),
    write("^ if <word> , <word> then", "if {1} and {2} then", JOINED),
    write("^ if <word> , <word> $", "if {1} and {2}", JOINED),
    write("^ if <asked> , <asked> then", "if {1} and {2} then", JOINED),
    write("^ if <asked> , <asked> :", "if {1} and {2}:", JOINED),
    write("^ if <asked> &|+ <asked> :", "if {1} and {2}:", JOINED),
];

pub(super) const CONDITIONS: &[Habit] = &[
    // What is counted.
    write(
        "<joint> at? least? <number> <event> in|within|during the? last|past? <length>",
        "{1} count of {3} in last {4} >= {2}",
        COUNTED,
    ),
    write("<path> is|=|== <list> <turn>", "{1} is one of ({2}) {3}", ONE_OF),
    write("<joint> <word> is|=|==|in <list> <turn>", "{1} profile.{2} is one of ({3}) {4}", ONE_OF),
    write("<joint> order|cart|basket|purchase total|value|amount <sign> <number>", "{1} event.total {2} {3}", OF_EVENT),
    // There are no functions.
    advise("age|years|year ( <attribute> )", "compare the date itself, such as `{1} < 2008-01-01`", NO_FUNCTION),
    // What somebody did with a message.
    write("<deed> within <length> is|=|== false|no|0", "!{1} within {2}", DENIED),
    write("<deed> <word> within <length> is|=|== false|no|0", "!{1} {2} within {3}", DENIED),
    write("<deed> within <length> is|=|== true|yes|1", "{1} within {2}", DENIED),
    write("<deed> <word> within <length> is|=|== true|yes|1", "{1} {2} within {3}", DENIED),
    write("<joint> email|sms|push|mms|in_app|web|message <word> is|was? not|never <deed>", "{1} !{3} {2}", BEFORE),
    write("<joint> email|sms|push|mms|in_app|web|message <word> is|was? <deed>", "{1} {3} {2}", BEFORE),
    write("<deed> within <length> of|after|from|since <word>", "{1} {3} within {2}", BEHIND),
    write("<deed> is|=|== no|not|false|0 within <length>", "!{1} within {2}", DENIED),
    write("<deed> is|=|== yes|true|1 within <length>", "{1} within {2}", DENIED),
    write("<path> is|are? one|any of <value> ,|or <value> <turn>", "{1} is one of ({2}, {3}) {4}", ONE_OF),
    write(
        "<path> is|are? one|any of <value> ,|or <value> ,|or <value> <turn>",
        "{1} is one of ({2}, {3}, {4}) {5}",
        ONE_OF,
    ),
    write("<joint> it|time|now is? after|past|later than? <hours> <turn>", "{1} local time >= {2} {3}", CLOCK),
    write("<joint> it|time|now is? before|earlier than? <hours> <turn>", "{1} local time < {2} {3}", CLOCK),
    write("<joint> it|time|now is? after|past|later than? <hour> <turn>", "{1} local time >= {2} {3}", CLOCK),
    write("<joint> it|time|now is? before|earlier than? <hour> <turn>", "{1} local time < {2} {3}", CLOCK),
    write("<joint> it is a|the|on|an? <day> <turn>", "{1} today is {2} {3}", DAY),
    write("<joint> it is a|the|on? <day> or|,|/ a|the|on? <day> then", "{1} (today is {2} or today is {3}) then", DAY),
    write("<joint> it is a|the|on? <day> or|,|/ a|the|on? <day> :", "{1} today is {2} or today is {3}:", DAY),
    write("<joint> it is a|the|on? weekend|weekends <turn>", "{1} today is weekend {2}", DAY),
    write("<joint> it is a|the|on? weekday|weekdays|workday <turn>", "{1} today is weekday {2}", DAY),
    write(
        "<joint> the|a? customer|user|person|contact|subscriber is|are no longer|more a|an? <word> <turn>",
        "{1} !profile.{2} {3}",
        OWN,
    ),
    write(
        "<joint> the|a? customer|user|person|contact|subscriber is|are not a|an? <word> <turn>",
        "{1} !profile.{2} {3}",
        OWN,
    ),
    write(
        "<joint> the|a? customer|user|person|contact|subscriber is|are a|an? <word> <turn>",
        "{1} profile.{2} {3}",
        OWN,
    ),
    write("<joint> today is not|no a|an|the <day> <turn>", "{1} !(today is {2}) {3}", DAY),
    write("<joint> it is not|no a|an|the|on? <day> <turn>", "{1} !(today is {2}) {3}", DAY),
    write("<joint> today|it is not|no a|an|the|on? weekend|weekends <turn>", "{1} today is weekday {2}", DAY),
    write("<joint> today|it is not|no a|an|the|on? weekday|workday <turn>", "{1} today is weekend {2}", DAY),
    advise(
        "<attribute> is|was|falls in? this|next|the same? month|week|year",
        "have your systems set an attribute, or begin a journey with `every year on {1} at 09:00:`",
        "Of a date the month and the week cannot be asked",
    ),
    write(
        "<joint> they|he|she|customer|user|recipient? did|do|does|has|have|had not open|opens|opened|read <turn>",
        "{1} !opened {2}",
        DENIED,
    ),
    write(
        "<joint> they|he|she|customer|user|recipient? did|do|does|has|have|had not click|clicks|clicked <turn>",
        "{1} !clicked {2}",
        DENIED,
    ),
    write("<attribute> is|= empty|blank|null or|and missing|unknown|empty|null", "{1} is missing", KNOWN),
    advise(
        "<path> is? in january|february|march|april|may|june|july|august|september|october|november|december",
        "write two dates, such as `{1} is between 2026-12-01 and 2026-12-31`; a birthday of each year begins a journey with `every year on`",
        DATES,
    ),
    advise("<attribute> > <number> years ago", "write the day itself, such as `{1} < 2008-01-01`", NO_FUNCTION),
    advise("<attribute> < <number> years ago", "write the day itself, such as `{1} > 2008-01-01`", NO_FUNCTION),
    write(
        "<joint> <number> or more <event> in|within|during the? last|past? <length>",
        "{1} count of {3} in last {4} >= {2}",
        COUNTED,
    ),
    write("<joint> <number> or more <event>", "{1} count of {3} >= {2}", COUNTED),
    write("<joint> total|sum <event> <sign> <number>", "{1} sum of {2}.total {3} {4}", COUNTED_UP),
    write("<joint> profile|customer|user <word> <turn>", "{1} profile.{2} {3}", OWN),
    write("<joint> it? is? on? a|the? weekend|weekends <turn>", "{1} today is weekend {2}", DAY),
    write("<joint> it? is? on? a|the? weekday|weekdays|workday <turn>", "{1} today is weekday {2}", DAY),
    write("<path> is equal|equals|equal to? <word> <turn>", "{1} is \"{2}\" {3}", NOT_QUOTED),
    write("<path> equals|equal to? <word> <turn>", "{1} is \"{2}\" {3}", NOT_QUOTED),
    write("<joint> event <word> <sign> <value>", "{1} event.{2} {3} {4}", OF_EVENT),
    write(
        "<joint> more|over than? <number> <event> in|within|during the? last|past? <length>",
        "{1} count of {3} in last {4} > {2}",
        COUNTED,
    ),
    write(
        "<joint> less|fewer than? <number> <event> in|within|during the? last|past? <length>",
        "{1} count of {3} in last {4} < {2}",
        COUNTED,
    ),
    advise(
        "<joint> random <share>",
        "write `split offers:`, and below it, indented, `{2} a:` and a second part with the rest, with their steps",
        CHANCE,
    ),
    write(
        "<event> since the? entry|start|entering|beginning <turn>",
        "{1} {2}",
        "What is asked without a time is asked since the entry",
    ),
    write(
        "<path> contains|includes|include|has|have any|one|either? of? <text> ,|or|and <text>",
        "({1} contains {2} or {1} contains {3})",
        CONTAINS,
    ),
    // Names.
    write("customer|user|contact|person|subscriber|recipient|profil|traits|attributes . <word>", "profile.{1}", OWN),
    write("<attribute> est|ist|es|sind <value>", "{1} is {2}", ENGLISH),
    write("<joint> kunde|kundin|kunden|nutzer hat|haben nicht|nie <event>", "{1} no {2} ever", ENGLISH),
    write("<joint> kunde|kundin|kunden|nutzer hat|haben <event>", "{1} {2} ever", ENGLISH),
    write("<joint> hat|haben nicht geöffnet|geoeffnet", "{1} !opened", ENGLISH),
    write("<joint> hat|haben nicht geklickt", "{1} !clicked", ENGLISH),
    write("<joint> n '|’ a|ont pas ouvert", "{1} !opened", ENGLISH),
    write("<joint> n '|’ a|ont pas cliqué|clique", "{1} !clicked", ENGLISH),
    write("<attribute> größer|groesser|höher|hoeher|mehr|plus|supérieur als|que|à? <value>", "{1} > {2}", ENGLISH),
    write("<attribute> kleiner|weniger|moins|inférieur als|que|à? <value>", "{1} < {2}", ENGLISH),
    write("<joint> it '|’ s after|past|later than? <time>", "{1} local time >= {2}", CLOCK),
    write("<joint> it '|’ s before|earlier than? <time>", "{1} local time < {2}", CLOCK),
    write(
        "<joint> cart|order|basket total|value|amount|sum is|was? over|above|exceeds|more|> than? <number> euro|euros|eur|usd|dollars?",
        "{1} event.total > {2}",
        OF_EVENT,
    ),
    write(
        "<joint> cart|order|basket total|value|amount|sum is|was? under|below|less|< than? <number> euro|euros|eur|usd|dollars?",
        "{1} event.total < {2}",
        OF_EVENT,
    ),
    advise(
        "<joint> has|have|with an|a|the? app",
        "write the attribute that says so, such as `profile.app_installed`",
        "What somebody has is an attribute of theirs",
    ),
    advise(
        "<joint> is|are subscribed|opted_in|unsubscribed then|:",
        "write the channel, as in `profile.consent.email`",
        AGREED,
    ),
    advise(
        "<joint> random|rand (",
        "write `split offers:`, and below it, indented, `50% a:` and `50% b:` with their steps",
        CHANCE,
    ),
    advise(
        "<joint> <share> chance|probability",
        "write `split offers:`, and below it, indented, `50% a:` and `50% b:` with their steps",
        CHANCE,
    ),
    advise(
        "<joint> select",
        "write such as `count of order_completed in last 30d > 3`",
        "Nothing is queried: what happened is counted",
    ),
    // Functions.
    write("ifnull|coalesce|nvl|isnull ( <attribute> , <value> ) > <value>", "{1} > {3}", NO_DEFAULT),
    write("ifnull|coalesce|nvl|isnull ( <attribute> , <value> ) >= <value>", "{1} >= {3}", NO_DEFAULT),
    advise(
        "datediff|date_diff|days_between|timestampdiff|dateadd|date_add|date_sub (",
        "compare the date with a moment, such as `profile.signed_up_at < now - 30d`",
        AGO,
    ),
    write("isblank|isnull|isempty|empty|blank|is_null ( <attribute> )", "{1} is missing", KNOWN),
    write("isnumber|isnotnull|notempty|is_not_null ( <attribute> )", "{1} is known", KNOWN),
    write("<attribute> is not null|nil|none|empty|blank", "{1} is known", KNOWN),
    write("<attribute> is null|nil", "{1} is missing", KNOWN),
    write("<path> like|ilike|rlike <pattern>", "{1} contains {2}", PART),
    write(
        "<path> contains|includes|include|has|have any|one|either? of? ( <value> ,|or <value> )",
        "({1} contains {2} or {1} contains {3})",
        CONTAINS,
    ),
    // Signs.
    write(
        "<joint> profile|customer|user|contact <word> <sign> <value>",
        "{1} profile.{2} {3} {4}",
        "A value of the customer is written `profile.NAME`",
    ),
    write("<path> not between <value> and|to|- <value>", "{1} is not between {2} and {3}", RANGE),
    write("<path> is neither <value> nor <value>", "{1} is not one of ({2}, {3})", ONE_OF),
    write("<path> matches|equals any|one of <list>", "{1} is one of ({2})", ONE_OF),
    write("<path> is different|other from|than <value>", "{1} is not {2}", NOT),
    write("<attribute> <number> - <number>", "{1} is between {2} and {3}", RANGE),
    advise("<attribute> is|has? in the past", "write `{1} < today`, or `{1} < now` where it has a time of day", DATES),
    advise(
        "<attribute> has|is passed|over|past|expired then|:",
        "write `{1} < today`, or `{1} < now` where it has a time of day",
        DATES,
    ),
    advise("<attribute> is? in the future", "write `{1} > today`, or `{1} > now` where it has a time of day", DATES),
    write("<attribute> is|was? within|in|during the? last|past <length>", "{1} > now - {2}", AGO),
    advise(
        "<attribute> is|was? in|within less? than? the? next? <length>",
        "write `{1} < today + {2}`, or `{1} < now + {2}` where it has a time of day",
        "How far ahead something is is compared with `today` or `now`",
    ),
    write("<attribute> is|was? more|longer|>= than? <length> ago", "{1} < now - {2}", AGO),
    write(
        "<path> <sign> <number> euro|euros|eur|dollar|dollars|usd|points|years|old|times|items|orders",
        "{1} {2} {3}",
        "A number is compared without its unit",
    ),
    write("<attribute> known|set|present|filled <turn>", "{1} is known {2}", KNOWN),
    write("<attribute> unknown|missing|empty|blank|null <turn>", "{1} is missing {2}", KNOWN),
    write("<attribute> isset|notnull <turn>", "{1} is known {2}", KNOWN),
    write("<attribute> true|checked <turn>", "{1} {2}", "Whether something is true is asked by its name alone"),
    write("<attribute> regex|regexp|~|matching <text>", "{1} contains {2}", PART),
    same("<path> = > <value>", "{1} >= {2}", SIGNS),
    same("<path> = < <value>", "{1} <= {2}", SIGNS),
    same("< > <value>", "is not {1}", NOT),
    same("!= = <value>", "is not {1}", NOT),
    same("== = <value>", "is {1}", SIGNS),
    same("is|are at least", ">=", SIGNS),
    same("is|are at most", "<=", SIGNS),
    write("is|are|has|have? more|greater|bigger|larger|higher than or equal to? <value>", ">= {1}", SIGNS),
    write("is|are|has|have? less|fewer|smaller|lower than or equal to? <value>", "<= {1}", SIGNS),
    same("is|are equal|equals|identical to? <value>", "is {1}", SIGNS),
    // Dates that have passed.
    write("<event> was|is|happened? more|longer|older|earlier|over than? <length> ago", "time since {1} > {2}", AGO),
    write("<event> was|is|happened? less|newer|later|under than? <length> ago", "time since {1} < {2}", AGO),
    write(
        "<attribute> is|was|are? older|more|longer|earlier|before|over than? <length> ago|old?",
        "{1} < now - {2}",
        AGO,
    ),
    write(
        "<attribute> is|was|are? newer|less|younger|later|after|within|under than? <length> ago|old?",
        "{1} > now - {2}",
        AGO,
    ),
    write("<path> > <length> ago|old", "{1} < now - {2}", AGO),
    write("<path> < <length> ago|old", "{1} > now - {2}", AGO),
    write("local? time|hour is? after|later|past than? <time>", "local time >= {1}", CLOCK),
    write("local? time|hour is? before|earlier than? <time>", "local time < {1}", CLOCK),
    write("<path> is|was before|earlier|prior than|to? <value>", "{1} < {2}", DATES),
    write("<path> is|was after|later|since than? <value>", "{1} > {2}", DATES),
    write("<attribute> before|until <value>", "{1} < {2}", DATES),
    write("<attribute> after|since <value>", "{1} > {2}", DATES),
    write("is|are|has|have more|greater|bigger|larger|higher|older|over|above than? <value>", "> {1}", SIGNS),
    write("is|are|has|have less|fewer|smaller|lower|younger|under|below than? <value>", "< {1}", SIGNS),
    write("exceeds|exceeding <value>", "> {1}", SIGNS),
    write(
        "<path> is|are? older|over|above|bigger|larger|higher|beyond than? <number> euro|euros|eur|dollars|usd|points|years|old? old?",
        "{1} > {2}",
        SIGNS,
    ),
    write(
        "<path> is|are? younger|under|below|smaller|lower|beneath than? <number> euro|euros|eur|dollars|usd|points|years|old? old?",
        "{1} < {2}",
        SIGNS,
    ),
    // Ranges.
    write("<path> is|= in|within? (|[? <number> . . .? <number> )|]?", "{1} is between {2} and {3}", RANGE),
    write("<path> in|within (|[? <number> . . .? <number> )|]?", "{1} is between {2} and {3}", RANGE),
    write(
        "<path> in|within range? (|[? <number> -|–|to|and|until|bis|, <number> )|]?",
        "{1} is between {2} and {3}",
        RANGE,
    ),
    advise(
        "<path> %|mod|modulo <number>",
        "write `split offers:`, and below it, indented, `50% a:` and `50% b:` with their steps, to part customers by chance",
        "A number has no remainder here",
    ),
    same("<path> between <value> and|to|-|– <value>", "{1} is between {2} and {3}", RANGE),
    same("<path> is|are between <value> to|-|– <value>", "{1} is between {2} and {3}", RANGE),
    write("<path> is|are? from|in range? <value> to|-|–|until <value>", "{1} is between {2} and {3}", RANGE),
    write("<path> >= <value> and|but <= <value>", "{1} is between {2} and {3}", RANGE),
    write(
        "<path> <sign> <value> and|but <sign> <value>",
        "{1} {2} {3} and {1} {4} {5}",
        "Both comparisons name what they compare",
    ),
    write(
        "<path> <sign> <value> or <sign> <value>",
        "{1} {2} {3} or {1} {4} {5}",
        "Both comparisons name what they compare",
    ),
    // Several values.
    write("<path> is|= in? list|either|any|one? of? <list>", "{1} is one of ({2})", ONE_OF),
    write("<path> ==|equals <list>", "{1} is one of ({2})", ONE_OF),
    write("<path> is|in|one|any|either in|any|one|either|among? of? <list>", "{1} is one of ({2})", ONE_OF),
    write("<path> is|are not in|any|one|either? of? <list>", "{1} is not one of ({2})", ONE_OF),
    write("<path> isn|isnt|aren '|’? t? in|any|one|either? of? <list>", "{1} is not one of ({2})", ONE_OF),
    write("<path> not in|one|any of? <list>", "{1} is not one of ({2})", ONE_OF),
    write("<path> isn|isnt|aren|wasn '|’? t? <value>", "{1} is not {2}", NOT),
    write("<path> does not equal <value>", "{1} is not {2}", NOT),
    write("<attribute> not <value>", "{1} is not {2}", NOT),
    // Whether there is a value.
    write(
        "<attribute> is|was|has|are? not|never been? set|given|filled|defined|present|exist|available in?",
        "{1} is missing",
        KNOWN,
    ),
    write("<attribute> does|do not|never exist|exists", "{1} is missing", KNOWN),
    write("<attribute> doesn|isn|hasn '|’ t exist|set|given|known|filled|there", "{1} is missing", KNOWN),
    write("<attribute> exists|exist", "{1} is known", KNOWN),
    write("<attribute> is|was|has been? set|given|filled|defined|present in?", "{1} is known", KNOWN),
    write("<attribute> has|have a|any? value", "{1} is known", KNOWN),
    write("<attribute> has|have no value", "{1} is missing", KNOWN),
    write("has|have|with|exists|isset (? <attribute> )?", "{1} is known", KNOWN),
    write("no|without <attribute> then|:", "{1} is missing then", KNOWN),
    // Parts.
    write(
        "<path> starts|begins|ends|start|end|begin|startswith|endswith|beginswith|like|matches|match|starts_with|ends_with with|in? <text>",
        "{1} contains {2}",
        PART,
    ),
    write(
        "<path> contains|includes|include|has|have all|both|each of? (? <value> ,|and <value> )?",
        "({1} contains {2} and {1} contains {3})",
        CONTAINS,
    ),
    write("<path> contains (? <value> , <value> )?", "({1} contains {2} or {1} contains {3})", CONTAINS),
    advise(
        "<path> contains any|one|all of? (",
        "ask for each by itself: `{1} contains \"a\" or {1} contains \"b\"`",
        CONTAINS,
    ),
    write("<path> does|do? not|never contain|contains|include|includes|have <value>", "!({1} contains {2})", CONTAINS),
    write("<path> doesn|don '|’ t contain|include|have <value>", "!({1} contains {2})", CONTAINS),
    write("<path> includes|include|contain|containing|has|have|including the? <value>", "{1} contains {2}", CONTAINS),
    write("<text> in|is|are in|part? of? <attribute>", "{2} contains {1}", CONTAINS),
    advise(
        "lower|upper|lowercase|uppercase|trim|length|len|substring|tolower|toupper|left|right (",
        "compare the value as it is, such as `profile.name is \"Ann\"`",
        "Values are compared as they are: there are no functions",
    ),
    write("<attribute> is on|enabled|checked|ticked", "{1}", "Whether something is true is asked by its name alone"),
    write("<attribute> yes|checked|enabled", "{1}", "Whether something is true is asked by its name alone"),
    write("<attribute> is|= no|off $", "!{1}", "Whether something is true is asked by its name alone"),
    write("<attribute> is|= no <turn>", "!{1} {2}", "Whether something is true is asked by its name alone"),
    write("<attribute> is off|disabled|unchecked", "!{1}", "Whether something is true is asked by its name alone"),
    // Segments.
    write(
        "<joint> customer|user|contact|person|profile|they? is|are? in|part|member of? the|a? segment|list|group <snaked> <turn>",
        "{1} in {2} {3}",
        SEGMENT,
    ),
    write("<joint> in the? <word> segment|list|group|cohort", "{1} in {2}", SEGMENT),
    write("<joint> is|are not a|in|an? <word> <turn>", "{1} !in {2} {3}", SEGMENT),
    advise(
        "<joint> in audience <word>",
        "write a segment, such as `in {2}`, or an attribute that says so",
        "Who is in an audience is not known here",
    ),
    write(
        "<joint> the|a? customer|customers|user|contact|person|profile|he|she|they|who is|are? not in|part|member of|in? the|a? segment|list|group? <word> <turn>",
        "{1} !in {2} {3}",
        SEGMENT,
    ),
    write(
        "<joint> the|a? customer|customers|user|contact|person|profile|he|she|they|who is|are|belongs a|an|the? in|part|member|to of|in? the|a? segment|list|group? <word> <turn>",
        "{1} in {2} {3}",
        SEGMENT,
    ),
    write(
        "<joint> the|a? customer|customers|user|contact|person|profile|he|she|they|who in the? segment|list|group? <word> <turn>",
        "{1} in {2} {3}",
        SEGMENT,
    ),
    write(
        "<joint> is|are|belongs a|an|the? member|part|in|to? of? the|a? segment|list|group? <word> <turn>",
        "{1} in {2} {3}",
        SEGMENT,
    ),
    write("<joint> member|part of the? segment|list|group? <word>", "{1} in {2}", SEGMENT),
    write("<joint> in the? segment|list|group <word>", "{1} in {2}", SEGMENT),
    write("<joint> segment is? <word> <turn>", "{1} in {2} {3}", SEGMENT),
    // Consent and reachability.
    write("reachable by <channel> and by? <channel>", "reachable by {1} and reachable by {2}", REACHED),
    write("reachable by <channel> or by? <channel>", "reachable by {1} or reachable by {2}", REACHED),
    write("has|have an|a? <channel> address|number|token|app", "reachable by {1}", REACHED),
    write("accepts|allows|wants|permits|allowed|accepted|likes <channel>", "profile.consent.{1}", AGREED),
    write(
        "<joint> <channel> permission|consent|optin|allowed|accepted is|=? true|yes|given?",
        "{1} profile.consent.{2}",
        AGREED,
    ),
    write("reachable via|on|through|with|over|in <channel>", "reachable by {1}", REACHED),
    write("can|could|may be|get|gets|receive|receives|reached|has by|on|a? <channel>", "reachable by {1}", REACHED),
    write("has|have|with <channel> enabled|on|allowed?", "reachable by {1}", REACHED),
    write("<channel> is? enabled|allowed|available|on|possible|active", "reachable by {1}", REACHED),
    write("<joint> opted|opt out of|from <channel>", "{1} !profile.consent.{2}", AGREED),
    write("opted|opt in to|for|by? <channel>", "profile.consent.{1}", AGREED),
    write("subscribed|consented|agreed|consent|consents|subscribes to|for|by <channel>", "profile.consent.{1}", AGREED),
    write("unsubscribed from|of|for <channel>", "!profile.consent.{1}", AGREED),
    write(
        "<joint> consent|consents|permission|optin|opt_in|consented for|to|of|by? <channel> <turn>",
        "{1} profile.consent.{2} {3}",
        AGREED,
    ),
    write("prefers <channel> over|to <channel>", "prefers {1}", "A preference is for one channel"),
    write("prefered|preferred channel is|= <channel>", "prefers {1}", "A preference is asked with `prefers`"),
    // Days.
    write("<joint> it|now|day|weekday|dayofweek is|= a|the|on|an? <day> <turn>", "{1} today is {2} {3}", DAY),
    write("<joint> it|now|day is|= a|the? weekend <turn>", "{1} today is weekend {2}", DAY),
    write("<joint> it|now|day is|= a|the? weekday|workday <turn>", "{1} today is weekday {2}", DAY),
    write("today is a|the weekday|workday", "today is weekday", "A day is named without an article"),
    write("today is <day> ,|or <day> <turn>", "(today is {1} or today is {2}) {3}", "Each day is asked for by itself"),
    write("today is|=|falls in|on|during? a|the|an|on? <day>", "today is {1}", "A day is named without an article"),
    write(
        "today is|=|falls in|on|during? a|the|an|on weekend|weekends",
        "today is weekend",
        "A day is named without an article",
    ),
    advise(
        "today is|= <number> january|february|march|april|may|june|july|august|september|october|november|december",
        "write it with its year: `today is 2026-12-24`",
        "Dates are written year-month-day",
    ),
    advise("^ if else", "write `else` alone, or a condition behind `if`", "This `if` asks nothing"),
    advise("^ if then", "write a condition behind `if`, such as `if opened then …`", "This `if` asks nothing"),
];
