//! Building the path: conference, chat, bridge, in this order (SAC-11).

use serde_json::json;

use super::change::{Change, Slot, Stage};
use super::step::{Request, Step, StepKind};
use super::turn::Turn;

impl Turn<'_> {
    /// Asks for the next part of the path when the one before stands.
    pub(super) fn set_up(&mut self) {
        match self.flow.stage {
            Stage::Meeting => self.start_meeting(),
            Stage::Messaging => self.accept_when_talking(),
            Stage::Bridging => self.open_when_bridged(),
            Stage::Open => {}
        }
    }

    fn start_meeting(&mut self) {
        let step = Step::once(StepKind::StartMeeting);
        if !self.flow.asked.contains(&step.kind) {
            let opening = self.flow.opening.clone();
            let Some(url) = &opening.start_meeting else { return };
            let mut body = json!({
                "subject": opening.site_title,
                "callbackUrl": opening.callback_url,
            });
            if let Some(hosted) = &opening.hosted {
                // Everybody in it sees that the house listens.
                body["localParticipantDisplayName"] = json!(hosted.desk_name);
            }
            self.ask(step, Request::post(url, self.input(step, body)));
        } else if let (Some(url), Some(_)) =
            (self.at(Slot::AddMessaging), self.at(Slot::MeetingUri))
        {
            self.change(Change::Staged(Stage::Messaging, self.now_ms));
            let step = Step::once(StepKind::AddMessaging);
            self.ask(step, Request::post(&url, self.input(step, json!({}))));
        }
    }

    fn accept_when_talking(&mut self) {
        if self.at(Slot::Talking).is_none() {
            return;
        }
        let opening = self.flow.opening.clone();
        if opening.hosted.is_some() {
            // Nobody is bridged to it: visitors come in by its link.
            return self.change(Change::Staged(Stage::Open, self.now_ms));
        }
        let (Some(url), Some(meeting)) = (&opening.accept_and_bridge, self.at(Slot::MeetingUri))
        else {
            return;
        };
        self.change(Change::Staged(Stage::Bridging, self.now_ms));
        let step = Step::once(StepKind::AcceptAndBridge);
        let body =
            json!({ "onlineMeetingUri": meeting, "impersonatedDisplayName": opening.site_title });
        self.ask(step, Request::post(url, self.input(step, body)));
    }

    fn open_when_bridged(&mut self) {
        let known = [Slot::BridgedParticipants, Slot::AddParticipant];
        if self.flow.accepted && known.iter().all(|it| self.flow.links.contains_key(it)) {
            self.change(Change::Staged(Stage::Open, self.now_ms));
            let greeting = self.flow.opening.greeting.clone();
            if !greeting.is_empty() {
                self.tell(greeting);
            }
        }
    }
}
