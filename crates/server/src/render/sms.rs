//! How many text messages a text takes.

use serde::Serialize;

/// How a text message goes over the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Encoding {
    /// The GSM alphabet, seven bits a character.
    #[serde(rename = "GSM-7")]
    Gsm7,
    /// Sixteen bits a character: one that the GSM alphabet does not have changes the whole text to this.
    #[serde(rename = "UCS-2")]
    Ucs2,
}

/// What a text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) segments: usize,
    pub(super) characters: usize,
    pub(super) encoding: Encoding,
}

/// Characters of the GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1), ASCII letters and digits left out.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Its extension table: each is sent as two.
const GSM_TWO: &str = "\u{c}^{}\\[~]|€";

/// Counts a text. What takes two is never divided between two messages, so that a place may stay empty at the end of one.
pub(super) fn count(text: &str) -> Count {
    let is_gsm = text.chars().all(|c| c.is_ascii_alphanumeric() || GSM.contains(c) || GSM_TWO.contains(c));
    let (encoding, alone, joined) = if is_gsm { (Encoding::Gsm7, 160, 153) } else { (Encoding::Ucs2, 70, 67) };
    let width = |c: char| match encoding {
        Encoding::Gsm7 => 1 + usize::from(GSM_TWO.contains(c)),
        Encoding::Ucs2 => c.len_utf16(),
    };
    let characters = text.chars().map(width).sum();
    if characters <= alone {
        return Count { segments: usize::from(characters > 0), characters, encoding };
    }
    let (mut segments, mut filled) = (1, 0);
    for width in text.chars().map(width) {
        if filled + width > joined {
            segments += 1;
            filled = 0;
        }
        filled += width;
    }
    Count { segments, characters, encoding }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> (usize, usize, Encoding) {
        let Count { segments, characters, encoding } = count(text);
        (segments, characters, encoding)
    }

    #[test]
    fn the_gsm_alphabet_holds_160_and_153() {
        let of = |n: usize| counted(&"a".repeat(n));
        assert_eq!(of(0), (0, 0, Encoding::Gsm7));
        assert_eq!(of(160), (1, 160, Encoding::Gsm7));
        assert_eq!(of(161), (2, 161, Encoding::Gsm7));
        assert_eq!(of(306), (2, 306, Encoding::Gsm7));
        assert_eq!(of(307), (3, 307, Encoding::Gsm7));
        assert_eq!(counted(&"é@ßΩ".repeat(40)), (1, 160, Encoding::Gsm7));
    }

    #[test]
    fn what_the_alphabet_has_by_an_escape_counts_two() {
        assert_eq!(counted(&"€".repeat(80)), (1, 160, Encoding::Gsm7));
        assert_eq!(counted(&"€".repeat(81)), (2, 162, Encoding::Gsm7));
        for c in GSM_TWO.chars() {
            assert_eq!(counted(&c.to_string()), (1, 2, Encoding::Gsm7), "{c:?}");
        }
        // The 153rd place stays empty: the euro sign does not fit into it.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(151));
        assert_eq!(counted(&text), (2, 305, Encoding::Gsm7));
        assert_eq!(counted(&format!("{text}a")), (3, 306, Encoding::Gsm7));
    }

    #[test]
    fn one_other_character_makes_it_70_and_67() {
        let of = |n: usize| counted(&"ł".repeat(n));
        assert_eq!(of(70), (1, 70, Encoding::Ucs2));
        assert_eq!(of(71), (2, 71, Encoding::Ucs2));
        assert_eq!(of(134), (2, 134, Encoding::Ucs2));
        assert_eq!(of(135), (3, 135, Encoding::Ucs2));
        assert_eq!(counted(&format!("{}ł", "a".repeat(69))), (1, 70, Encoding::Ucs2));
    }

    #[test]
    fn an_emoji_counts_two_and_is_not_divided() {
        assert_eq!(counted(&"🛒".repeat(35)), (1, 70, Encoding::Ucs2));
        assert_eq!(counted(&"🛒".repeat(36)), (2, 72, Encoding::Ucs2));
        // 33 of them leave one place of 67 empty.
        assert_eq!(counted(&"🛒".repeat(66)), (2, 132, Encoding::Ucs2));
        assert_eq!(counted(&"🛒".repeat(67)), (3, 134, Encoding::Ucs2));
    }
}
