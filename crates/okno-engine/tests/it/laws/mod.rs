//! What routing promises, each promise as a property over any course of events (`docs/proof.md`): shares are fair, who came
//! first goes first, nothing rings twice, nobody waits forever.

mod fairness;
mod line;
mod order;
mod shift;
mod starvation;
