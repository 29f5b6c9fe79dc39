//! Programs and inputs that nobody should write, and somebody will: an error or nothing, never a panic.
