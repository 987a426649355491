//! Dialogues between the platform and the flow, as data, and the invariant of the queue.

mod ending;
mod hosted;
mod invariant;
mod offers;
mod setup;
mod stage;
mod talk;
mod visit;

use stage::{Stage, check};

/// From the invitation to the first offers; what every later dialogue begins with.
const OPEN: &str = "
    0 opened
      > meet-0 POST /invitation/startAdhocMeeting
    1 ok meet-0
    2 meeting
    3 addable
      > chat-0 POST /conference/addMessaging
    4 ok chat-0
    5 conference
    6 talking
      > bridge-0 POST /invitation/acceptAndBridge
    7 ok bridge-0
    8 visitor-talking
    9 bridge-up
      > say-1 POST /visitor/messages?operationId=conv-say-1
      > admit-2 POST /bridge/bridgedParticipants
      > admit-3 POST /bridge/bridgedParticipants
    10 ok say-1
";
