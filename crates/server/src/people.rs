//! Who an id is to the store: its number and its partition, the same in every store and on every machine.

use journey::identity;

/// Partitions of a store: the units of order, ownership and fencing. It is the same number everywhere, so that a move from
/// one store to another is a copy.
pub const PARTITIONS: u8 = 64;

/// The number that a person's row is looked for under: 63 bits of the SHA-256 of the id. Two ids can have one number, so a
/// row bears its id too.
pub fn number(id: &str) -> i64 {
    let hash = identity::hash(id);
    let mut first = [0; 8];
    first.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    (u64::from_be_bytes(first) >> 1).cast_signed()
}

/// The partition whose owner plays a person's lines.
pub fn partition(id: &str) -> u8 {
    // Other bits than the number begins with, so that a partition's people lie apart in no particular order.
    identity::hash(id)[8] % PARTITIONS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_machine_has_the_same_numbers() {
        assert_eq!((number("ana"), partition("ana")), (1_326_974_984_155_641_509, 5));
        assert_eq!((number(""), partition("")), (8_203_414_616_412_130_826, 26));
    }
}
