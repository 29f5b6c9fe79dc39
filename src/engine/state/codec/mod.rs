//! The stored form of a profile: a version, standard CBOR with numbered fields (RFC 8949), a checksum.

pub(crate) mod fields;
mod ids;

use super::entry::EntryNo;
use super::profile::Profile;
use fields::Base;
use std::fmt;

/// The version that this engine writes, the first byte of a stored profile.
pub const PROFILE_VERSION: u8 = 5;

/// Why stored bytes are no profile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are no bytes.
    Empty,
    /// It was written by an engine of another version.
    Version(u8),
    /// The bytes are damaged.
    Damaged(String),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Empty => f.write_str("a stored profile is empty"),
            DecodeError::Version(v) => {
                write!(f, "a stored profile has version {v}, and this engine reads version {PROFILE_VERSION}")
            }
            DecodeError::Damaged(why) => write!(f, "a stored profile is damaged: {why}"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl Profile {
    /// The profile as bytes, the same for the same state on every machine; `docs/profile.md` describes them.
    ///
    /// ```
    /// use journey::{Profile, Program};
    ///
    /// # let program = Program::compile(vec![]).map_err(|e| e.to_string())?;
    /// let ana = program.profile("ana");
    /// let stored = ana.encode();
    /// assert_eq!(Profile::decode(&stored)?, ana);
    /// assert!(Profile::decode(&stored[1..]).is_err()); // damage is found
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        out.push(PROFILE_VERSION);
        // Writing to memory cannot fail.
        if minicbor::encode_with(self, &mut out, &mut Base(0)).is_err() {
            out.clear();
        }
        out.extend(checksum(&out));
        out
    }

    /// Reads what [`Profile::encode`] wrote.
    ///
    /// # Errors
    /// When the bytes are of another version or damaged.
    pub fn decode(bytes: &[u8]) -> Result<Profile, DecodeError> {
        let damaged = |why: &str| DecodeError::Damaged(why.to_string());
        let version = bytes.first().ok_or(DecodeError::Empty)?;
        // Version 2 lacks what is kept of the past, version 3 what is kept for other versions of the program, version 4 values
        // that are objects.
        if !(2..=PROFILE_VERSION).contains(version) {
            return Err(DecodeError::Version(*version));
        }
        let (content, sum) = bytes.split_last_chunk::<4>().ok_or_else(|| damaged("it is cut off"))?;
        if checksum(content) != *sum {
            return Err(damaged("its checksum does not fit"));
        }
        let content = content.get(1..).unwrap_or_default();
        let mut decoder = minicbor::Decoder::new(content);
        let mut profile: Profile = decoder.decode_with(&mut Base(0)).map_err(|e| damaged(&e.to_string()))?;
        if decoder.position() != content.len() {
            return Err(damaged("there is more after its end"));
        }
        let mut numbers: Vec<EntryNo> = profile.instances.iter().map(|entry| entry.number).collect();
        numbers.sort_unstable();
        if numbers.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(damaged("two entries have one number"));
        }
        if let Some(past) = &mut profile.past {
            past.set_alarm();
        }
        Ok(profile)
    }
}

/// The low half of XXH3-64.
fn checksum(bytes: &[u8]) -> [u8; 4] {
    (xxhash_rust::xxh3::xxh3_64(bytes) as u32).to_le_bytes()
}
