//! How wide texts are. Nobody knows the reader's font, so this takes a wide one: a text may be narrower than its box, and
//! never wider.

/// The size of all texts but titles.
pub(super) const SIZE: f64 = 13.0;
/// From one line of a text to the next.
pub(super) const LINE: f64 = 17.0;

/// The width of a text at a size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(share).sum::<f64>() * size
}

/// The width of a character in parts of the size.
fn share(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' | 'I' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | ' ' | '-' | '/' | '·' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.98,
        'A'..='Z' | '<' | '>' | '=' | '+' | '~' => 0.78,
        c if c.is_ascii() => 0.64,
        c if u32::from(c) < 0x2e80 => 0.80,
        // East Asian letters and pictures fill a square, and a little more.
        _ => 1.10,
    }
}

/// Breaks a text into lines of at most a width, and at most so many; what is left out shows as `…`.
pub(super) fn wrap(text: &str, most: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    for word in text.split_whitespace() {
        let room = |line: &String| width(line, SIZE) + width(" ", SIZE) + width(word, SIZE) <= most;
        match out.last_mut().filter(|line| room(line)) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => out.extend(pieces(word, most)),
        }
    }
    if out.len() > lines {
        out.truncate(lines);
        if let Some(last) = out.last_mut() {
            while width(last, SIZE) + width("…", SIZE) > most && last.pop().is_some() {}
            last.push('…');
        }
    }
    out
}

/// A word that is too long for a line, in pieces.
fn pieces(word: &str, most: f64) -> Vec<String> {
    let mut out = vec![String::new()];
    for character in word.chars() {
        if let Some(last) = out.last()
            && width(last, SIZE) + share(character) * SIZE > most
        {
            out.push(String::new());
        }
        if let Some(last) = out.last_mut() {
            last.push(character);
        }
    }
    out
}
