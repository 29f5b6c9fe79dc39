//! Lines in the author's own language, German, French or Spanish: word by word put into English, then mended as an
//! English line would be.

use super::phrase::Phrase;
use crate::syntax::parse::mended;
use crate::syntax::problem::Problem;
use crate::syntax::token::Lexeme;
use crate::syntax::words::Mode;

/// Words that are neither English nor likely names: one of them tells the language.
const TELLING: &[(&str, &str)] = &[
    // Steps and clauses.
    ("attendre", "wait"),
    ("attends", "wait"),
    ("attendez", "wait"),
    ("patienter", "wait"),
    ("warte", "wait"),
    ("warten", "wait"),
    ("espera", "wait"),
    ("esperar", "wait"),
    ("espere", "wait"),
    ("wenn", "if"),
    ("falls", "if"),
    ("sinon", "else"),
    ("sonst", "else"),
    ("ansonsten", "else"),
    ("alors", "then"),
    ("dann", "then"),
    ("entonces", "then"),
    ("quand", "on"),
    ("lorsque", "on"),
    ("cuando", "on"),
    ("sobald", "on"),
    ("envoyer", "send"),
    ("envoie", "send"),
    ("envoyez", "send"),
    ("sende", "send"),
    ("senden", "send"),
    ("schicke", "send"),
    ("enviar", "send"),
    ("envía", "send"),
    ("envia", "send"),
    ("ajouter", "add"),
    ("hinzufügen", "add"),
    ("añadir", "add"),
    ("agregar", "add"),
    ("retirer", "remove"),
    ("supprimer", "remove"),
    ("entfernen", "remove"),
    ("quitar", "remove"),
    ("eliminar", "remove"),
    ("beenden", "exit"),
    ("ende", "exit"),
    ("ausstieg", "exit"),
    ("verlassen", "exit"),
    ("sortir", "exit"),
    ("sortie", "exit"),
    ("quitter", "exit"),
    ("salir", "exit"),
    ("salida", "exit"),
    ("terminar", "exit"),
    ("ziel", "goal"),
    ("objectif", "goal"),
    ("objetivo", "goal"),
    ("meta", "goal"),
    ("rentrer", "reenter"),
    ("réentrer", "reenter"),
    ("reentrar", "reenter"),
    ("wiedereintritt", "reenter"),
    ("wiedereinstieg", "reenter"),
    ("reingreso", "reenter"),
    ("réentrée", "reenter"),
    ("ruhezeit", "quiet"),
    ("ruhezeiten", "quiet"),
    ("nachtruhe", "quiet"),
    ("calme", "quiet"),
    ("calmes", "quiet"),
    ("silencieux", "quiet"),
    ("silencio", "quiet"),
    ("tranquilas", "quiet"),
    ("maximal", "max"),
    ("höchstens", "max"),
    ("hoechstens", "max"),
    ("máximo", "max"),
    ("maximo", "max"),
    ("plafond", "cap"),
    ("límite", "cap"),
    ("obergrenze", "cap"),
    ("abstand", "gap"),
    ("intervalle", "gap"),
    ("einwilligung", "consent"),
    ("zustimmung", "consent"),
    ("consentement", "consent"),
    ("consentimiento", "consent"),
    ("erforderlich", "required"),
    ("nötig", "required"),
    ("requis", "required"),
    ("obligatoire", "required"),
    ("requerido", "required"),
    ("zeitzone", "timezone"),
    ("fuseau", "timezone"),
    ("kategorie", "category"),
    ("catégorie", "category"),
    ("categoría", "category"),
    ("priorität", "priority"),
    ("priorité", "priority"),
    ("prioridad", "priority"),
    // Days and lengths.
    ("jours", "days"),
    ("tage", "days"),
    ("tagen", "days"),
    ("días", "days"),
    ("dias", "days"),
    ("día", "day"),
    ("heures", "hours"),
    ("stunde", "hour"),
    ("stunden", "hours"),
    ("horas", "hours"),
    ("semaine", "week"),
    ("semaines", "weeks"),
    ("woche", "week"),
    ("wochen", "weeks"),
    ("semana", "week"),
    ("semanas", "weeks"),
    ("minuten", "minutes"),
    ("minutos", "minutes"),
    ("mois", "month"),
    ("monat", "month"),
    ("monate", "months"),
    ("meses", "months"),
    ("mes", "month"),
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
    ("montag", "monday"),
    ("montags", "monday"),
    ("dienstag", "tuesday"),
    ("mittwoch", "wednesday"),
    ("donnerstag", "thursday"),
    ("freitag", "friday"),
    ("samstag", "saturday"),
    ("sonntag", "sunday"),
    ("sonntags", "sunday"),
    ("lunes", "monday"),
    ("martes", "tuesday"),
    ("miércoles", "wednesday"),
    ("jueves", "thursday"),
    ("viernes", "friday"),
    ("sábado", "saturday"),
    ("domingo", "sunday"),
    ("demain", "tomorrow"),
    ("morgen", "tomorrow"),
    ("mañana", "tomorrow"),
    ("täglich", "daily"),
    ("jeden", "every"),
    ("jede", "every"),
    ("chaque", "every"),
    ("cada", "every"),
    // What is asked.
    ("ouvert", "opened"),
    ("geöffnet", "opened"),
    ("geoeffnet", "opened"),
    ("abierto", "opened"),
    ("cliqué", "clicked"),
    ("geklickt", "clicked"),
    ("nicht", "not"),
    ("kein", "no"),
    ("keine", "no"),
    ("nie", "never"),
    ("innerhalb", "within"),
    ("jusqu", "until"),
    ("nachts", "quiet at night"),
    ("letzten", "last"),
    ("derniers", "last"),
    ("últimos", "last"),
    ("jour", "day"),
    ("abre", "opened"),
    ("ouvre", "opened"),
    ("öffnet", "opened"),
    ("binnen", "within"),
    ("sous", "within"),
    ("après", "after"),
    ("apres", "after"),
    ("nach", "after"),
    ("después", "after"),
    ("hasta", "until"),
    ("jusque", "until"),
    ("bis", "until"),
    ("zwischen", "between"),
    ("entre", "between"),
    ("pendant", "for"),
    ("während", "during"),
    ("größer", "greater"),
    ("kleiner", "less"),
    ("mindestens", "at least"),
    ("nachrichten", "messages"),
    ("mensajes", "messages"),
    ("ist", "is"),
    ("est", "is"),
    ("und", "and"),
    ("oder", "or"),
    ("für", "for"),
    ("pour", "for"),
    ("sauf", "except"),
    ("außer", "except"),
    ("ohne", "without"),
    ("sans", "without"),
    ("uhr", ""),
    ("ausgenommen", "except"),
    ("excepto", "except"),
];

/// Words that are also English, or names: they are put into English only beside one that tells the language, or where they
/// begin a line that nothing of ours begins so.
const BESIDE: &[(&str, &str)] = &[
    ("si", "if"),
    ("sino", "else"),
    ("pro", "per"),
    ("par", "per"),
    ("por", "per"),
    ("pas", "not"),
    ("ne", ""),
    ("dans", "within"),
    ("en", "within"),
    ("in", "within"),
    ("von", "from"),
    ("vom", "from"),
    ("de", "from"),
    ("desde", "from"),
    ("à", "at"),
    ("a", "at"),
    ("um", "at"),
    ("au", "at"),
    ("bei", "on"),
    ("al", "on"),
    ("am", "on"),
    ("lors", "on"),
    ("beim", "on"),
    ("et", "and"),
    ("y", "and"),
    ("ou", "or"),
    ("o", "or"),
    ("zu", "to"),
    ("an", "to"),
    ("le", ""),
    ("la", ""),
    ("les", ""),
    ("las", ""),
    ("los", ""),
    ("el", ""),
    ("un", ""),
    ("une", ""),
    ("una", ""),
    ("der", ""),
    ("die", ""),
    ("das", ""),
    ("den", ""),
    ("dem", ""),
    ("ein", ""),
    ("eine", ""),
    ("einen", ""),
    ("l", ""),
    ("tag", "day"),
    ("sin", "no"),
    ("dia", "day"),
    ("heure", "hour"),
    ("hora", "hour"),
    ("para", "for"),
    ("sur", "on"),
    ("mit", "with"),
    ("avec", "with"),
    ("con", "with"),
    ("mail", "email"),
    ("mails", "emails"),
    ("courriel", "email"),
    ("correo", "email"),
    ("correos", "emails"),
    ("hat", ""),
    ("haben", ""),
    ("ha", ""),
    ("kunde", ""),
    ("kunden", ""),
    ("kundin", ""),
    ("jemand", "somebody"),
    ("alguien", "somebody"),
    ("client", ""),
    ("cliente", ""),
    ("wird", ""),
    ("wurde", ""),
    ("requiert", "required"),
    ("nunca", "never"),
    ("jamais", "never"),
    ("aux", "to"),
];

fn english(word: &str) -> Option<&'static str> {
    TELLING.iter().chain(BESIDE).find(|(native, _)| *native == word).map(|(_, ours)| *ours)
}

/// The line in English, as it would be mended there.
pub(super) fn in_english(phrase: &Phrase<'_>) -> Option<Problem> {
    let known = |at: usize| phrase.names().has(phrase.text(at)) || phrase.text(at - usize::from(at > 0)) == ".";
    let is_foreign = |at: &usize| phrase.is(*at, Lexeme::Word) && !known(*at);
    let tells = |at: &usize| is_foreign(at) && TELLING.iter().any(|(native, _)| *native == phrase.low(*at));
    let begins = match phrase.mode {
        Mode::Clause | Mode::Item => &["bei", "beim", "al", "lors", "am"][..],
        _ => &["si", "sino"],
    };
    let first = Some(0).filter(|at| is_foreign(at) && begins.contains(&phrase.low(*at).as_str()));
    let told = (0..phrase.len()).find(tells).or(first)?;
    if matches!(phrase.mode, Mode::VariantPart | Mode::Field | Mode::Trait | Mode::TestLine) {
        return None;
    }
    let (mut line, mut at) = (String::new(), 0);
    while at < phrase.len() {
        let (text, count) = match super::clock(phrase, at).filter(|_| is_clock(phrase, at)) {
            Some(found) => found,
            None => in_parts(phrase, at).unwrap_or_else(|| (put(phrase, at, known(at)), 1)),
        };
        if !line.is_empty() && phrase.apart(at) && !text.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
        line.push_str(&text);
        at += count;
    }
    let line = line.replace(" :", ":");
    let title = match put(phrase, told, false) {
        ours if ours.is_empty() => {
            format!("The words of the language are English, and `{}` is not needed", phrase.text(told))
        }
        ours => format!("The words of the language are English: `{}` is `{ours}`", phrase.text(told)),
    };
    match mended(phrase.mode, line.trim(), phrase.known) {
        Some((line, _)) => phrase.whole(&title, &line),
        None => None,
    }
}

/// What is written in several pieces: `E-Mails`, `jusqu'à`.
fn in_parts(phrase: &Phrase<'_>, at: usize) -> Option<(String, usize)> {
    let [first, sign, last] = [at, at + 1, at + 2].map(|at| phrase.low(at));
    match (first.as_str(), sign.as_str(), last.as_str()) {
        ("e", "-", "mail" | "mails") => Some((last.replace("mail", "email"), 3)),
        ("jusqu", "'" | "’", "à" | "a" | "au" | "aux") => Some(("until".to_string(), 3)),
        ("l" | "d", "'" | "’", _) => Some((String::new(), 2)),
        ("si", "no", _) if at > 0 => Some(("else".to_string(), 2)),
        ("innerhalb" | "binnen", "von", _) => Some(("within".to_string(), 2)),
        ("nicht", "mehr", "als") | ("pas", "plus", "de") | ("no", "más" | "mas", "de" | "que") => {
            Some(("not more than".to_string(), 3))
        }
        ("mehr", "als", _) | ("plus", "de" | "que", _) | ("más" | "mas", "de" | "que", _) => {
            Some(("more than".to_string(), 2))
        }
        (hour, "und" | "bis" | "et" | "y" | "à" | "-", _)
            if matches!(phrase.low(at + 3).as_str(), "uhr" | "heures" | "horas" | "h")
                && hour.parse::<u32>().is_ok_and(|hour| hour < 24) =>
        {
            Some((format!("{hour:0>2}:00"), 1))
        }
        ("weniger", "als", _) | ("moins", "de" | "que", _) | ("menos", "de" | "que", _) => {
            Some(("less than".to_string(), 2))
        }
        ("au" | "a" | "al", "moins" | "menos", _) => Some(("at least".to_string(), 2)),
        _ => None,
    }
}

/// Whether a number is an hour: it says so, or stands behind a word before times.
fn is_clock(phrase: &Phrase<'_>, at: usize) -> bool {
    // `24h` behind `within` is a length of time.
    let before = phrase.low(at - usize::from(at > 0));
    let hours = matches!(phrase.low(at + 1).as_str(), "uhr" | "heures" | "horas");
    let timed =
        ["um", "à", "a", "las", "de", "von", "bis", "hasta", "desde", "entre", "zwischen", "et", "y", "und", "-"];
    let day = english(&before).is_some_and(|word| word == "tomorrow" || super::slots::day(word).is_some());
    at > 0
        && (timed.contains(&before.as_str()) || day || phrase.low(at + 1) == "uhr")
        && (hours || phrase.low(at).contains('h') || phrase.low(at).contains('.'))
}

fn put(phrase: &Phrase<'_>, at: usize, known: bool) -> String {
    let low = phrase.low(at);
    let word = phrase.is(at, Lexeme::Word) && !known;
    let ours = english(&low).filter(|_| word);
    match (low.as_str(), ours) {
        // What follows `from` is a range.
        ("à" | "a" | "bis" | "hasta", Some(_))
            if phrase.find(&["de", "von", "desde", "from"]).is_some_and(|from| from < at) =>
        {
            "to".to_string()
        }
        (_, Some("if")) if at == 0 && phrase.mode == Mode::Item => "when".to_string(),
        (_, Some(ours)) => ours.to_string(),
        _ => phrase.text(at).to_string(),
    }
}
