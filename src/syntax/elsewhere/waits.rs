//! `wait` as people write it.

use super::habit::{Habit, advise, same, write};

const LENGTH: &str = "A length of time is written in one piece behind `wait`, such as `2d` or `1d12h`";
const UNTIL: &str = "The moment that is waited for stands behind `until`";
const MOMENT: &str = "A moment is written as its day, then its time";
const FOR: &str = "What may never happen is waited for with `wait for`, and `up to` says how long at most";
const WINDOW: &str = "The hours in which to go on are written `between … and …`, and their days behind `on`";
const PARTED: &str = "Steps are parted by `;`, or stand on lines of their own";
const CALENDAR: &str = "A wait cannot end at a place in the month or the year";
const ZONE: &str = "Times are those of each customer's own time zone";
const HOW_LONG: &str = "This does not say how long to wait";
const ONE_MOMENT: &str = "A wait ends at one moment";
const OFFSET: &str = "A moment around a date is the date, less or plus a length of time";

pub(super) const WAITS: &[Habit] = &[
    write(
        "^ wait until|for the|a? next month $",
        "wait 30d",
        "Months are not all of one length, and a wait is counted in days",
    ),
    write("^ wait until|for the|a? next week $", "wait 7d", "A week that is waited for is a length of time"),
    write(
        "^ delay|pause|hold|sleep|wait :? for? <length> ,|and|then at|until? <moment> $",
        "wait {1}; wait until {2}",
        PARTED,
    ),
    write("^ wait until <span> $", "wait {1}", "A length of time needs no `until`"),
    write("^ wait until? <length> later|after? at|, <hours> $", "wait {1}; wait until {2}", PARTED),
    same(
        "^ wait until <moment> and|,|then then? $",
        "wait until {1}",
        "The next step stands on the next line, without `then`",
    ),
    write("^ wait for|until the|a|an? click|clicks|clicking $", "wait for clicked up to 2d", FOR),
    write("^ wait for|until the|a|an? open|opens|opening $", "wait for opened up to 2d", FOR),
    write("^ wait for <asked> until day <number> $", "wait for {1} up to {2}d", FOR),
    same("^ wait <length> , then $", "wait {1}", "The next step stands on the next line, without `then`"),
    same("^ wait <length> then $", "wait {1}", "The next step stands on the next line, without `then`"),
    write(
        "^ wait until|for a|the|next|on|any? <days> between|from <hours> and|to|-|until <hours> $",
        "wait between {2} and {3} on {1}",
        WINDOW,
    ),
    write(
        "^ wait until|for the|next|this|a <days> $",
        "wait between 09:00 and 18:00 on {1}",
        "Days are waited for as hours on them",
    ),
    write(
        "^ wait until|for office|business|working|opening|shop|store hours $",
        "wait between 09:00 and 18:00 on weekdays",
        WINDOW,
    ),
    write(
        "^ wait until|for a|any|the|next? weekday|workday at|,? <hours> $",
        "wait between {1} and 20:00 on weekdays",
        "Days are waited for as hours on them",
    ),
    write("^ wait until|for the|a|an? <word> <word> or <length> $", "wait for {1}_{2} up to {3}", FOR),
    same("<part>", "{1}", "A length of time is written in whole numbers"),
    write(
        "^ wait until? <number> days|day|d after|since|from|into the? entry|entering|start|beginning|journey|signup|trigger $",
        "wait until day {1}",
        "A day of the journey is `day` and its number",
    ),
    write(
        "^ wait until? the? next|tomorrow|following morning|afternoon|evening|day at|around|by|, <hours> $",
        "wait until tomorrow at {1}",
        MOMENT,
    ),
    write("^ wait until the? next|tomorrow|following <hour> $", "wait until tomorrow at {1}", MOMENT),
    write(
        "^ wait until|for <asked> within <length> : $",
        "if {1} within {2}:",
        "What is done only if something happens in time is asked with `if`",
    ),
    write("^ time|timed delay :|of|for? <length> $", "wait {1}", "Waiting is written with `wait`"),
    write("^ wait by? duration|time|period|delay :|of|for? <length> $", "wait {1}", "Waiting is written with `wait`"),
    write("^ add? a? time? delay :|of|for? <length> $", "wait {1}", "Waiting is written with `wait`"),
    advise(
        "^ wait until|for|if|while weather|rain|snow|sunshine|temperature|forecast",
        "have your systems set an attribute, and write `wait for profile.sunny up to 2d`",
        "Nothing is known of the weather",
    ),
    write(
        "^ wait <length> max|maximum|tops|at_most for <event> $",
        "wait for {2} up to {1}",
        "What may never happen is waited for with `wait for`, and `up to` says how long at most",
    ),
    write(
        "^ wait until <hours> on|of|in? the? next? business|working|work day|days $",
        "wait 1d; wait between {1} and 18:00 on weekdays",
        "What is sent on working days alone waits for their hours",
    ),
    write(
        "^ wait for? <length> or until|for <event> $",
        "wait for {2} up to {1}",
        "What may never happen is waited for with `wait for`, and `up to` says how long at most",
    ),
    advise(
        "^ wait for? 24:00 $",
        "write `wait 24h` for a whole day, or `wait until 00:00` for midnight",
        "`24:00` is no moment of a day: it ends as the next one begins",
    ),
    write(
        "^ wait until|till|for the? end of the? day|business|today day? $",
        "wait until 18:00",
        "A moment of the day is a time on the clock",
    ),
    write(
        "^ wait for? <length> ,? unless|or|until|except|if|but they|he|she|customer|user? <asked> before|first|earlier|sooner|happens $",
        "wait for {2} up to {1}",
        FOR,
    ),
    write(
        "^ wait until|for it|today|now is not|no a|an|the|on? weekend|weekends $",
        "wait between 09:00 and 18:00 on weekdays",
        "Days are waited for as hours on them",
    ),
    write("^ wait until|till in|at|the? the|this|next? <hour> $", "wait until {1}", MOMENT),
    write("^ wait until|till it|time|now is|reaches|hits? <hours> $", "wait until {1}", MOMENT),
    write(
        "^ wait until|for a|the? click|clicks ,|or|but? max|maximum|up|at|for|within? to|most? <length> $",
        "wait for clicked up to {1}",
        FOR,
    ),
    write(
        "^ wait max|maximum|up|at|for? to|most? <length> for|until a|the? click|clicks $",
        "wait for clicked up to {1}",
        FOR,
    ),
    write(
        "^ wait until|for <asked> ,|; max|maximum|latest|but|at? at|for|to|most? most? <length> $",
        "wait for {1} up to {2}",
        FOR,
    ),
    write(
        "^ wait for|until the|an|a? email|message|mail|push to be? opened|open|read $",
        "wait for opened up to 2d",
        FOR,
    ),
    write("^ wait <length> ,|and|or? until|till <hours> $", "wait {1}; wait until {2}", PARTED),
    same("^ wait <spelt> $", "wait {1}", "Numbers are written in digits"),
    same("^ wait <length> $", "wait {1}", LENGTH),
    same("^ wait for <length> $", "wait {1}", "A length of time needs no `for`"),
    same("^ <glued> $", "wait {1}", "A space stands behind `wait`"),
    advise("^ wait <months> $", "write it in days, such as `wait 30d`", "Months are not all of one length"),
    // Two steps on one line.
    write(
        "^ wait <length> ,|then|and? then? email|push|sms? until|at|to <moment> $",
        "wait {1}; wait until {2}",
        PARTED,
    ),
    write("^ wait <length> ,|then|and? then? <moment> $", "wait {1}; wait until {2}", PARTED),
    write("^ wait until <moment> in|plus|after <length> $", "wait {2}; wait until {1}", PARTED),
    same("^ wait <length> before|and|then|, then? <step> $", "wait {1}; {2}", PARTED),
    same("^ wait until <moment> and|then|, then? <step> $", "wait until {1}; {2}", PARTED),
    same("^ wait for <asked> up to <length> then|and|, then? <step> $", "wait for {1} up to {2}; {3}", PARTED),
    write(
        "^ wait for <asked> up to <length> else <step> $",
        "wait for {1} up to {2}; if !({1}) then {3}",
        "What is done if it did not happen is asked after the wait",
    ),
    same(
        "^ wait <asked> : $",
        "wait {1}",
        "A `wait` opens no block: what is done then stands below it in the same column",
    ),
    // Lengths.
    write("^ wait a|one? whole|full|entire <unit> $", "wait 1{1}", LENGTH),
    write("^ wait roughly|circa|ca|nearly|almost|only|just|approx|maybe|like <length> $", "wait {1}", LENGTH),
    write("^ wait if|until|for not|!|no <word> $", "wait for !{1} up to 2d", FOR),
    write("^ wait if|while|when <asked> $", "wait for {1} up to 2d", FOR),
    same("^ stay|rest|timeout|delay|hold|pause|sleep by|for? <length> $", "wait {1}", "Waiting is written with `wait`"),
    same("^ hold|pause|sleep|delay until <rest> $", "wait until {1}", "Waiting is written with `wait`"),
    advise("^ wait <number> $", "write its unit behind it: `wait {1}d` for days, `wait {1}h` for hours", HOW_LONG),
    same("^ wait|pause|hold|sleep|delay ( <length> ) $", "wait {1}", LENGTH),
    write("^ wait for <number> -|–|to <length> $", "wait {2}", "A wait is of one length for everybody"),
    same("^ hold|delay|pause|sleep|waits|wai for? <length> $", "wait {1}", "Waiting is written with `wait`"),
    write("^ wait for? a? few|several|some|many <unit> $", "wait 3{1}", "How long to wait is said in numbers"),
    write("^ wait for? a? couple of? <unit> $", "wait 2{1}", "How long to wait is said in numbers"),
    write("^ wait for? half a|an? day $", "wait 12h", "How long to wait is said in whole numbers"),
    write("^ wait for? half an|a? hour $", "wait 30m", "How long to wait is said in whole numbers"),
    write("^ wait for? a|one? fortnight $", "wait 2w", LENGTH),
    advise("^ wait <number> fortnights $", "write it in weeks, such as `wait 4w` for two of them", LENGTH),
    write(
        "^ wait <number> more|full|whole|entire|calendar|consecutive|additional|further <unit> $",
        "wait {1}{2}",
        LENGTH,
    ),
    write("^ wait <number> <unit> $", "wait {1}{2}", LENGTH),
    write("^ wait days <number> $", "wait {1}d", LENGTH),
    write("^ wait hours|hour <number> $", "wait {1}h", LENGTH),
    write("^ wait weeks|week <number> $", "wait {1}w", LENGTH),
    write("^ wait \"? <inside> \"? $", "wait {1}", "A length of time stands without quotes"),
    write("^ wait at|another|about|around most|least|of? <length> $", "wait {1}", LENGTH),
    write("^ wait max|maximum|min|minimum|exactly|just|only|+|=|>|>=|<|<= <length> $", "wait {1}", LENGTH),
    write("^ wait <length> later|more|please|total|then|long|from|in now|total? $", "wait {1}", LENGTH),
    advise("^ wait day|days|hour|hours|week|weeks $", "write how many: `wait 2d`", HOW_LONG),
    advise(
        "^ wait a? some|long|short|little|while|bit|moment|sometime time|while|bit? $",
        "write how long, such as `wait 2d`",
        HOW_LONG,
    ),
    advise(
        "^ wait forever|indefinitely|always|infinitely $",
        "take this line away: a journey ends behind its last step",
        "A wait must end",
    ),
    advise("^ pause|hold|delay|sleep $", "write how long: `wait 2d`", HOW_LONG),
    write("^ wait overnight $", "wait until tomorrow at 09:00", UNTIL),
    // Moments.
    write("^ wait until <hours> h|o|uhr|oclock $", "wait until {1}", "Times are written on the 24-hour clock"),
    write("^ wait until <time> the? next day $", "wait until tomorrow at {1}", MOMENT),
    write("^ wait until the? next day at? <hours> $", "wait until tomorrow at {1}", MOMENT),
    write(
        "^ wait until the? next business|working|week day at <hours> $",
        "wait until tomorrow; wait between {1} and 23:59 on weekdays",
        "Working days are waited for as hours on weekdays",
    ),
    write("^ wait only|on on? <days> $", "wait between 09:00 and 18:00 on {1}", "Days are waited for as hours on them"),
    write("^ wait only? on? <days> between <time> and|to|- <time> $", "wait between {2} and {3} on {1}", WINDOW),
    advise(
        "^ wait until|in|for quiet",
        "take this line away: what is due in quiet hours is held by `quiet` in the charter",
        "Quiet hours hold messages by themselves",
    ),
    same("^ wait until <clock> $", "wait until {1}", "Times are written on the 24-hour clock"),
    same("^ wait until until <rest> $", "wait until {1}", UNTIL),
    write("^ wait till|til|untill|unil|unitl|untl|to|by <moment> $", "wait until {1}", UNTIL),
    write("^ wait till|til|untill|unil|unitl|untl <rest> $", "wait until {1}", UNTIL),
    write("^ wait for? the|this? next? <hour> $", "wait until {1}", UNTIL),
    write("^ wait for? on|at? the|this? <moment> $", "wait until {1}", UNTIL),
    write("^ wait until the|this|coming|last|every? <moment> $", "wait until {1}", MOMENT),
    write(
        "^ wait until <moment> local|their|own|cet|cest|utc|gmt|est|pst|in|of|for the|their|his|her|each? customer|customers|user|users|recipient|local|own? local? time|timezone|zone? $",
        "wait until {1}",
        ZONE,
    ),
    advise("^ wait until <moment> or|/ <moment> $", "write one of them: `wait until {1}`", ONE_MOMENT),
    advise("^ wait until <moment> or <length> $", "write one of them: `wait until {1}` or `wait {2}`", ONE_MOMENT),
    write("^ wait until the? day after tomorrow $", "wait 1d; wait until tomorrow", MOMENT),
    write("^ wait until the? <nth> day $", "wait until day {1}", "A day of the journey is `day` and its number"),
    write("^ wait until <number> day $", "wait until day {1}", "A day of the journey is `day` and its number"),
    advise(
        "^ wait until|for the? <nth> of? the? each|every|next? month?",
        "write a date such as `wait until 2026-12-15`, or a length of time such as `wait 14d`",
        CALENDAR,
    ),
    advise(
        "^ wait until|for the? very? end|start|beginning|first|last|middle|mid day? of the|this|next|each? month|quarter|year|week",
        "write a date such as `wait until 2026-12-31`, or a length of time such as `wait 14d`",
        CALENDAR,
    ),
    write(
        "^ wait until|for the|a? next? working|business|work|week day $",
        "wait between 09:00 and 18:00 on weekdays",
        "Working days are waited for as hours on weekdays",
    ),
    write(
        "^ wait for the|a? weekend $",
        "wait between 09:00 and 18:00 on weekends",
        "Days are waited for as hours on them",
    ),
    // Windows.
    write("^ wait until|for between <time> and|to|- <time> $", "wait between {1} and {2}", WINDOW),
    write(
        "^ wait between|from <time> and|to|-|–|until|till <time> local|their|own? time? $",
        "wait between {1} and {2}",
        WINDOW,
    ),
    write(
        "^ wait between|from <time> and|to|-|–|until|till <time> on|,|every? <days> $",
        "wait between {1} and {2} on {3}",
        WINDOW,
    ),
    write("^ wait between <number> and|to|-|– <number> $", "wait between {1}:00 and {2}:00", WINDOW),
    // Around a date of the customer's.
    write("^ wait until? <length> before|ahead|prior of|to? the? <attribute> $", "wait until {2} - {1}", OFFSET),
    write("^ wait until? <length> after|past|following the? <attribute> $", "wait until {2} + {1}", OFFSET),
    write("^ wait until <attribute> minus|less <length> $", "wait until {1} - {2}", OFFSET),
    write("^ wait until <attribute> plus <length> $", "wait until {1} + {2}", OFFSET),
    write(
        "^ wait until profile|customer|user <word> $",
        "wait until profile.{1}",
        "A value of the customer is written `profile.NAME`",
    ),
    write("^ wait until in <length> $", "wait {1}", "A length of time needs no `until`"),
    write(
        "^ wait until <length> later|passed|has|have|from|is|are now|passed|over? $",
        "wait {1}",
        "A length of time needs no `until`",
    ),
    // What happens.
    write("^ wait for|until <length> or <asked> $", "wait for {2} up to {1}", FOR),
    write("^ wait until|for <asked> ,? but? no|not longer|more than <length> $", "wait for {1} up to {2}", FOR),
    write("^ wait until|for <asked> ,? for|but at most <length> $", "wait for {1} up to {2}", FOR),
    write(
        "^ wait until|for they|he|she|customer|user open|opens|opened|read the|an|a? email|message? $",
        "wait for opened up to 7d",
        FOR,
    ),
    write("^ wait until <path> minus|- <length> $", "wait until {1} - {2}", OFFSET),
    write("^ wait <length> before <path> $", "wait until {2} - {1}", OFFSET),
    write(
        "^ wait max|maximum|up|at|for|limit|not most|to|more? than? <length> for|until <asked> $",
        "wait for {2} up to {1}",
        FOR,
    ),
    write("^ wait for event <asked> up to <length> $", "wait for {1} up to {2}", FOR),
    write("^ wait for the|a|an <asked> up to <length> $", "wait for {1} up to {2}", FOR),
    write("^ wait for|until event? <asked> , up to <length> $", "wait for {1} up to {2}", FOR),
    write("^ wait for|until event? <asked> ( up|max|at|maximum to|most? <length> ) $", "wait for {1} up to {2}", FOR),
    write(
        "^ wait for|until event? <asked> ,? up|max|maximum|at|for|within|until|timeout|or|limit|wait|in|but to|most|after|max|not? most|more? than? <length> $",
        "wait for {1} up to {2}",
        FOR,
    ),
    write("^ wait for|until event? <asked> <length> $", "wait for {1} up to {2}", FOR),
    write("^ wait for <asked> up to $", "wait for {1} up to 2d", FOR),
    advise(
        "^ wait for <asked> up to|until <moment> $",
        "write a length of time, such as `wait for {1} up to 2d`",
        "How long to wait at most is a length of time",
    ),
    write("^ wait for? <length> ,? or|unless|for|until|if until|if|unless? <asked> $", "wait for {2} up to {1}", FOR),
    write(
        "^ wait <length> after|since|from the? entry|entering|start|sending|previous|last|email|message|now|that|this <rest> $",
        "wait {1}",
        "A wait is counted from the step before it",
    ),
    write(
        "^ wait <length> after|since|from the? entry|entering|start|sending|now|that|this $",
        "wait {1}",
        "A wait is counted from the step before it",
    ),
    write(
        "^ wait <length> after|since|following the|a|an? <asked> $",
        "wait for {2} up to 7d; wait {1}",
        "What is waited for comes first, then how long to wait after it",
    ),
    write("^ wait until <word> or <asked> $", "wait for {1} or {2} up to 7d", FOR),
    write("^ wait until <path> <sign> <asked> $", "wait for {1} {2} {3} up to 7d", FOR),
    write("^ wait for event|the|a|an? <asked> $", "wait for {1} up to 2d", FOR),
];
