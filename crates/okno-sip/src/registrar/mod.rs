//! The registrar: which SIP phones can be reached, and where.

mod phone;

pub use phone::{Binding, Phone, PhoneId};
