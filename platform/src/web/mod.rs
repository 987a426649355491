//! HTTP around the resources: what every answer carries, cross-origin rules, bodies in and out.

mod edge;
mod input;
mod reply;

pub(crate) use edge::{Door, edge};
pub(crate) use input::{Input, MessageBody, Query, decode};
pub(crate) use reply::{Answer, created, document, no_content};
