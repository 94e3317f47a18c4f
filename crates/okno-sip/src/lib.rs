//! SIP signaling: transports, trunks, registrations and call legs. Nothing above this crate names a type of a SIP library
//! ([decision 0011](../../../docs/decisions/0011-voice.md)).
