//! What happened, and what became of messages, as people ask for it.

use super::habit::{Habit, advise, same, write};

const LOOKED_BACK: &str = "What happened before is asked with `in last` and a length of time";
const SINCE: &str = "How long ago something happened last is asked with `time since`";
const WHICH: &str = "Whether it is their first or second order is asked by counting their orders";
const WINDOW: &str = "How long an `if` waits is said by `within` and a length of time behind the condition";
const HAPPENED: &str = "Whether something happened is asked by its name alone";
const NEVER: &str = "What did not happen is asked with `no`";
const COUNTED: &str = "How often something happened is compared as `count of`";
const ADDED: &str = "Values of many events are added up with `sum of`";
const WHERE: &str = "What must hold of the event stands behind `where` in parentheses";
const OPENED: &str = "What somebody did with a message is asked by one word, then its name";
const ONE_MESSAGE: &str = "Opens and clicks are asked of one message: the last one, or one that is named";

pub(super) const PAST: &[Habit] = &[
    same("<part>", "{1}", "A length of time is written in whole numbers"),
    write(
        "<joint> not|!|no|never? <deed> and not|!|no|never? <deed> in|within|for|during|after the? first|next|last? <length>",
        "{1} !{2} within {4} and !{3} within {4}",
        WINDOW,
    ),
    write(
        "<joint> not|!|no|never <deed> or not|!|no|never? <deed> in|within|for|during|after the? first|next|last? <length>",
        "{1} !{2} within {4} and !{3} within {4}",
        WINDOW,
    ),
    write(
        "count|number of? <event> <sign> <number> in|within|over|during the? last|past? <length>",
        "count of {1} in last {4} {2} {3}",
        COUNTED,
    ),
    write(
        "sum|total of? <path> <sign> <number> in|within|over|during the? last|past? <length>",
        "sum of {1} in last {4} {2} {3}",
        ADDED,
    ),
    write("count|number <event> <sign>", "count of {1} {2}", COUNTED),
    advise(
        "<joint> it|weather|it_is is? not? raining|rainy|sunny|snowing|hot|cold|warm|weather",
        "have your systems set an attribute, and write `{1} profile.sunny`",
        "Nothing is known of the weather",
    ),
    advise(
        "<joint> weather|temperature|forecast",
        "have your systems set an attribute, and write `{1} profile.sunny`",
        "Nothing is known of the weather",
    ),
    advise(
        "<joint> near|nearby|within|close a|the|to|of|<number>? store|shop|location|km|radius|meters|metres",
        "have the app send an event, and ask for that: `{1} store_entered`",
        "Nothing is known of places",
    ),
    write("<event> twice this|last week", "count of {1} in last 7d >= 2", COUNTED),
    write("<event> twice this|last month", "count of {1} in last 30d >= 2", COUNTED),
    write("has|have|had|did not|never <event> anything|something|again|before then", "no {1} ever then", NEVER),
    write("has|have|had|did not|never <event> anything|something|again|before :", "no {1} ever:", NEVER),
    write("never <event> anything|something|before then", "no {1} ever then", NEVER),
    advise(
        "<joint> this|it? is? their|the|a|his|her? first|1st order|purchase|buy",
        "write `count of order_placed is 1` with the name of your event; it counts this one too",
        WHICH,
    ),
    advise(
        "<joint> this|it? is? their|the|a|his|her? second|2nd order|purchase|buy",
        "write `count of order_placed is 2` with the name of your event; it counts this one too",
        WHICH,
    ),
    advise(
        "<joint> this|it? is? their|the|a|his|her? third|3rd order|purchase|buy",
        "write `count of order_placed is 3` with the name of your event; it counts this one too",
        WHICH,
    ),
    write(
        "<event> is? between <number> and|to|- <number> times|x? in|within|during|over the? last|past? <length>",
        "count of {1} in last {4} is between {2} and {3}",
        COUNTED,
    ),
    write("<event> between <number> and|to|- <number> times|x", "count of {1} is between {2} and {3}", COUNTED),
    write(
        "the? count|number|amount of? ( <event> ) in|within|over|during|for the? last|past? <length>",
        "count of {1} in last {2}",
        COUNTED,
    ),
    // How often.
    write(
        "<event> <number> or more times|x? in|within|during|over the? last|past? <length>",
        "count of {1} in last {3} >= {2}",
        COUNTED,
    ),
    write("<event> <number> or more times|x?", "count of {1} >= {2}", COUNTED),
    write(
        "<event> <often> times|x in|within|during|over the? last|past? <length>",
        "count of {1} in last {3} >= {2}",
        COUNTED,
    ),
    write(
        "<event> more|over than? twice in|within|during|over the? last|past? <length>",
        "count of {1} in last {2} > 2",
        COUNTED,
    ),
    write("<event> more|over than twice", "count of {1} > 2", COUNTED),
    write("days|time since the? last? <event> <sign> <number> <turn>", "time since {1} {2} {3}d {4}", SINCE),
    write("days|time since the? last <event>", "time since {1}", SINCE),
    write("the? last <event> is|was? older|longer|more than <length> ago?", "time since {1} > {2}", SINCE),
    write("the? last <event> is|was|> over|more? <length> ago", "time since {1} > {2}", SINCE),
    write("<event> not in the? last <length>", "no {1} in last {2}", LOOKED_BACK),
    advise(
        "<event> since|on|after|before|between <date>",
        "write a length of time instead, such as `{1} in last 30d`",
        LOOKED_BACK,
    ),
    write(
        "<event> at least <number> times|x? in|within|during the? last|past <length>",
        "count of {1} in last {3} >= {2}",
        COUNTED,
    ),
    write(
        "<event> less|fewer|under than? <number> times|x? in|within|during the? last|past <length>",
        "count of {1} in last {3} < {2}",
        COUNTED,
    ),
    write(
        "<event> at most <number> times|x? in|within|during the? last|past <length>",
        "count of {1} in last {3} <= {2}",
        COUNTED,
    ),
    write(
        "<event> exactly|only|just <number> times|x? in|within|during the? last|past <length>",
        "count of {1} in last {3} is {2}",
        COUNTED,
    ),
    write("<event> exactly|only|just twice", "count of {1} is 2", COUNTED),
    write("<event> exactly|only|just once", "count of {1} is 1", COUNTED),
    write("<event> exactly|only|just <number> times|x", "count of {1} is {2}", COUNTED),
    write("<event> at most <number> times|x", "count of {1} <= {2}", COUNTED),
    write("<event> less|fewer than twice", "count of {1} < 2", COUNTED),
    write("<event> at least twice in|within|during the? last|past <length>", "count of {1} in last {2} >= 2", COUNTED),
    write("<event> at least once in|within|during the? last|past <length>", "{1} in last {2}", COUNTED),
    write(
        "<event> more|over than? <number> times|x? in|within|during the? last|past <length>",
        "count of {1} in last {3} > {2}",
        COUNTED,
    ),
    write(
        "<event> more|over than once in|within|during the? last|past <length>",
        "count of {1} in last {2} > 1",
        COUNTED,
    ),
    write(
        "<event> <often> times|x? in|within|during the? last|past <length>",
        "count of {1} in last {3} >= {2}",
        COUNTED,
    ),
    write("<event> at least <number> times|x", "count of {1} >= {2}", COUNTED),
    write("<event> more|over than? <number> times|x", "count of {1} > {2}", COUNTED),
    write("<event> less|fewer|under than? <number> times|x", "count of {1} < {2}", COUNTED),
    write("<event> at? least? twice", "count of {1} >= 2", COUNTED),
    write("<event> more than once", "count of {1} > 1", COUNTED),
    write("<event> at? least? once", "{1}", HAPPENED),
    write("<event> <number> times|x", "count of {1} >= {2}", COUNTED),
    write(
        "the? count|number|amount of? (? <event> )? in|within the? last|past <length>",
        "count of {1} in last {2}",
        COUNTED,
    ),
    write("<event> count|counts <sign>", "count of {1} {2}", COUNTED),
    write("the? count|number|amount of? ( <event> )", "count of {1}", COUNTED),
    write("the? count|number|amount of? <event> <sign>", "count of {1} {2}", COUNTED),
    write("the? sum|total of? ( <path> )", "sum of {1}", ADDED),
    write("the? sum <path> <sign>", "sum of {1} {2}", ADDED),
    // Rates.
    advise(
        "open|click|opening rate",
        "write `rate of opened in last 30d`, or `rate of clicked in last 30d`",
        "A rate is asked with `rate of`, and looks back",
    ),
    // Messages.
    write("<deed> ( <word> )", "{1} {2}", OPENED),
    write("<deed> on|in link|the? <word> <turn>", "{1} {2} {3}", OPENED),
    write("<joint> email|message|push|sms not|never <deed>", "{1} !{2}", OPENED),
    write("<joint> message|email <deed>", "{1} {2}", OPENED),
    write(
        "<deed> without|but|and not|no|didn? '? t? click|clicking|opening|open|reply|replying",
        "{1} and !clicked",
        OPENED,
    ),
    write("<joint> <word> not|never <deed> <turn>", "{1} !{3} {2} {4}", OPENED),
    write("<joint> email|push|sms was|is|has not|been sent", "{1} suppressed", OPENED),
    write(
        "opened|opens|open|clicked|clicks|click|read any|an|a|some email|message|push|sms in the? last|past <length>",
        "engagement in last {1}",
        ONE_MESSAGE,
    ),
    write(
        "opened|opens|open the|any|an|a|last|previous|prior|this|that|my|our? last|previous? email|mail|message|push|sms|one then",
        "opened then",
        OPENED,
    ),
    write(
        "clicked|clicks|click the|any|an|a|last|previous|prior|this|that? last|previous? email|mail|message|push|sms|link|one then",
        "clicked then",
        OPENED,
    ),
    advise(
        "opened|clicked|opens|clicks email|mail|message|push|sms|nr|number nr|number|#? <number>",
        "write the name of the message behind it, such as `opened recs`",
        OPENED,
    ),
    write("opened|opens|open the? email|mail|message|push|sms|campaign <name> <turn>", "opened {1} {2}", OPENED),
    write(
        "clicked|clicks|click in|on|the? the? email|mail|message|push|sms|campaign|link <name> <turn>",
        "clicked {1} {2}",
        OPENED,
    ),
    write("<joint> has|have|had|was|were|is|got|just|already|ever been? <deed>", "{1} {2}", OPENED),
    write(
        "<joint> the|an|a|any|last|previous? email|mail|message|push|sms|newsletter|link|url|button is|was|has|been|got not|never been? <deed>",
        "{1} !{2}",
        OPENED,
    ),
    write(
        "<joint> the|an|a|any|last|previous? email|mail|message|push|sms|newsletter|link|url|button is|was|has|been|got? been? <deed>",
        "{1} {2}",
        OPENED,
    ),
    write(
        "<joint> the? email|mail|message|push|sms <word> is|was|has|been|got not|never been? <deed>",
        "{1} !{3} {2}",
        OPENED,
    ),
    write("<joint> the? email|mail|message|push|sms <word> is|was|has|been|got? been? <deed>", "{1} {3} {2}", OPENED),
    write("<event> is|was|has|been|got not|never been? <deed>", "!{2} {1}", OPENED),
    write("<event> is|was|has|been|got? been? <deed> <turn>", "{2} {1} {3}", OPENED),
    write("clicked the|a|any|on? link|links|url|button then", "clicked then", OPENED),
    write("<event> successfully|ok|yet|already <turn>", "{1} {2}", OPENED),
    // Windows.
    write("<event> within|in|for the? next|following|first <length>", "{1} within {2}", WINDOW),
    write("within <length> of|after|since|from the? email|push|sms|message <word>", "within {1}", WINDOW),
    write("within <length> of|after|since|from the? sending|sent|that|this|entry|start|send", "within {1}", WINDOW),
    same("withing|witin|wihtin|whitin|wthin|withn|inside <length>", "within {1}", WINDOW),
    write("if within|after|in <length> ,? no|not|!|never <event>", "if !{2} within {1}", WINDOW),
    write("if within|after|in <length> ,? <event>", "if {2} within {1}", WINDOW),
    advise(
        "within <number> then",
        "write its unit behind it: `within {1}d` for days, `within {1}h` for hours",
        "This does not say in which unit the time is counted",
    ),
    // Looking back.
    write(
        "has|have|had|did|does not|never <event> in|within|for|during|since the? last|past? <length>",
        "no {1} in last {2}",
        LOOKED_BACK,
    ),
    write(
        "hasn|haven|hadn|didn|hasnt|havent|didnt '|’? t? <event> in|within|for|during|since the? last|past? <length>",
        "no {1} in last {2}",
        LOOKED_BACK,
    ),
    same("in|within|during|over|for the? last|past|previous <length>", "in last {1}", LOOKED_BACK),
    write("in|within|during|over the? last|past|previous week|weeks", "in last 7d", LOOKED_BACK),
    write("in|within|during|over the? last|past|previous month|months", "in last 30d", LOOKED_BACK),
    write("in|within|during|over the? last|past|previous quarter", "in last 90d", LOOKED_BACK),
    write("in|within|during|over the? last|past|previous year|years", "in last 365d", LOOKED_BACK),
    write("in|within|during|over the? last|past|previous day|24h", "in last 1d", LOOKED_BACK),
    write("<event> last|past|previous <length>", "{1} in last {2}", LOOKED_BACK),
    write("<event> since <length>", "{1} in last {2}", LOOKED_BACK),
    write("<event> today", "{1} in last 1d", LOOKED_BACK),
    write("<event> this|last week", "{1} in last 7d", LOOKED_BACK),
    write("<event> this|last month", "{1} in last 30d", LOOKED_BACK),
    write("<event> yesterday", "{1} in last 2d", LOOKED_BACK),
    write("<event> before|already|previously|earlier|anytime then", "{1} ever then", LOOKED_BACK),
    write("<event> never <turn>", "no {1} ever {2}", NEVER),
    write("<event> before|already|previously|earlier|anytime :", "{1} ever:", LOOKED_BACK),
    write(
        "sum|total of? <word> of|from <event> in|within|over|during the? last|past? <length>",
        "sum of {2}.{1} in last {3}",
        ADDED,
    ),
    write("<event> before|by|for|after|until <length>", "{1} within {2}", WINDOW),
    write("within|in a|one week", "within 1w", WINDOW),
    write("within <length>", "within {1}", WINDOW),
    // Whether at all.
    write("if never|not yet|ever? <word> then", "if no {1} ever then", NEVER),
    write("if never <word>", "if no {1} ever", NEVER),
    write("<event> has|have|did not|never been? happened|occurred|happen|occur", "no {1}", NEVER),
    write("<event> has|have|is|was? been? happened|occurred|happens|triggered|fired|done", "{1}", HAPPENED),
    write("<joint> event is|=|name|named|called? is|=? <event>", "{1} {2}", HAPPENED),
];

/// What is tried only where nothing else fits.
pub(super) const LAST: &[Habit] = &[
    write("has|have|had been? <event> then", "{1} then", HAPPENED),
    write("has|have|had been? <event> :", "{1}:", HAPPENED),
    write("has|have|had|did not|never yet|ever? <event>", "no {1} ever", NEVER),
    // What must hold of the event.
    write("<event> with|having|and|whose|if (? <word> <sign> <value> )?", "{1} where ({2} {3} {4})", WHERE),
    write("<event> <word> <sign> <value>", "{1} where ({2} {3} {4})", WHERE),
    write("<event> ( <word> <sign> <value> )", "{1} where ({2} {3} {4})", WHERE),
    write("^ <deed> -|= > <step> $", "if {1} then {2}", "A question is asked with `if`"),
];
