//! A language for customer journeys.
pub mod diagnostic;
pub mod source;
pub mod syntax;
