//! Tests of the door as a browser sees it, on each database.

mod api;
mod bodies;
mod calls;
mod golden;
mod others;
mod site;
mod voice;
mod walls;
mod why;
