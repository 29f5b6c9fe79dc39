//! A send becomes what a person sees: Liquid is filled in, MJML becomes HTML, limits are held.
