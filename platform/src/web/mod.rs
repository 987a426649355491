//! HTTP around the resources: what every answer carries, cross-origin rules, bodies in and out.

pub(crate) mod batching;
mod edge;
mod input;
mod reply;
mod time_span;

pub(crate) use edge::{Door, Routes, edge, is_own};
pub(crate) use input::{Input, MessageBody, Query, decode};
pub(crate) use reply::{Answer, created, document, no_content};
pub(crate) use time_span::time_span_ms;
