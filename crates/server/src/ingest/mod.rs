//! What clients send becomes lines: Segment's calls, those of its kin, and CloudEvents.
