//! The key of something that is handed over: what providers, receivers and links know it by. Nothing that a customer chose
//! stands in it.

use hmac_sha256::Hash;

const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// 26 letters of 5 bits each.
const LENGTH: usize = 26;

/// The key of a message by its send id, within a workspace: base32 of the first 130 bits of SHA-256 of `send`, the
/// workspace and the id, a zero byte behind each of the first two.
pub fn of_send(workspace: &str, id: &str) -> String {
    of(&["send", workspace, id])
}

/// The key of anything else that a turn asks for: parts as those of [`of_send`].
pub(super) fn of(parts: &[&str]) -> String {
    let mut hash = Hash::new();
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            hash.update([0]);
        }
        hash.update(part.as_bytes());
    }
    base32(&hash.finalize())
}

fn base32(bytes: &[u8; 32]) -> String {
    let (mut bits, mut held, mut text) = (0_u32, 0, String::with_capacity(LENGTH));
    for byte in bytes.iter().take(LENGTH * 5 / 8 + 1) {
        bits = bits << 8 | u32::from(*byte);
        held += 8;
        while held >= 5 && text.len() < LENGTH {
            held -= 5;
            let letter = LETTERS.get((bits >> held & 31) as usize).copied().unwrap_or(b'a');
            text.push(char::from(letter));
        }
        bits &= (1 << held) - 1;
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_the_same_for_ever() {
        assert_eq!(super::of_send("shop", "ana/cart/2026-03-02T09:00:00Z/1"), "5pk7vdpvos72my7mesd6tsv5fc");
        assert_eq!(super::base32(&[0; 32]), "a".repeat(26));
        assert_eq!(super::base32(&[255; 32]), "7".repeat(26));
    }
}
