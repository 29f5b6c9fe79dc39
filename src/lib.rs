//! A language for customer journeys.
#![allow(dead_code)]
pub mod check;
pub mod diagnostic;
mod engagement;
pub mod ir;
pub mod source;
pub mod syntax;
pub mod value;
