//! A send becomes what a person sees: Liquid is filled in, MJML becomes HTML, limits are held.
//!
//! [`Texts`] reads the texts of a program once. `liquid` fills them in, `html` knows what may stand where in a page,
//! `sms` counts. A message that cannot be made whole is not made at all: [`Unrenderable`] says why.
//!
//! ```
//! use journey::{Program, SourceFile};
//! use journey_server::render::{Texts, Values};
//!
//! let text = "message recs:\n  email: subject \"Your {{ event.total }} cart\", body \"It is waiting.\"\non cart_abandoned: email recs";
//! let program = Program::compile(vec![SourceFile::new("cart.journey", text)]).map_err(|e| e.to_string())?;
//! let (texts, troubles) = Texts::of(&program);
//! assert!(troubles.is_empty());
//!
//! let values = Values::from_json(r#"{"reads":{"event.total":80}}"#)?;
//! let mail = texts.render("recs", "email", &values).map_err(|e| e.to_string())?;
//! assert_eq!(mail.subject.as_deref(), Some("Your 80 cart"));
//!
//! let nothing = Values::from_json(r#"{"reads":{"event.total":null}}"#)?;
//! let why = texts.render("recs", "email", &nothing).err().ok_or("it was made")?;
//! assert_eq!(why.to_string(), "`event.total` is missing, and the text of `recs` (email, subject) needs it");
//! # Ok::<(), String>(())
//! ```

mod declared;
mod html;
mod limits;
mod liquid;
mod load;
mod rendered;
mod sms;
mod texts;
mod unrenderable;
mod values;

pub use rendered::{Rendered, Size};
pub use sms::Encoding;
pub use texts::{Texts, Trouble};
pub use unrenderable::{Unrenderable, Why};
pub use values::Values;
