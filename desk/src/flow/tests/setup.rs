//! Building the path from the invitation to an open conversation.

use serde_json::json;
use shared::event::Event;

use super::stage::{invitation, json_of};
use super::{OPEN, Stage, check};

#[test]
fn sac_11_conference_then_chat_then_bridge_each_with_an_operation_id() {
    let stage = check(OPEN);
    let order: Vec<String> =
        stage.effects.iter().take(3).map(|it| it.step.operation_id("conv")).collect();
    assert_eq!(order, ["conv-meet-0", "conv-chat-0", "conv-bridge-0"]);
    assert_eq!(
        json_of(stage.body("meet-0")),
        json!({
            "operationId": "conv-meet-0",
            "subject": "Help",
            "callbackUrl": "https://d/desk/webhook?conversation=conv",
        }),
    );
    assert_eq!(json_of(stage.body("chat-0")), json!({ "operationId": "conv-chat-0" }));
    assert_eq!(
        json_of(stage.body("bridge-0")),
        json!({
            "operationId": "conv-bridge-0",
            "onlineMeetingUri": "sip:meeting;gruu",
            "impersonatedDisplayName": "Help",
        }),
    );
}

#[test]
fn sac_17_without_action_links_the_path_is_abandoned() {
    let mut event: Event = invitation();
    let resource = event.resource.as_mut().unwrap();
    for rel in ["startAdhocMeeting", "acceptAndBridge", "decline"] {
        resource.links.remove(rel);
    }
    let mut stage = Stage::of(&event);
    stage.play("0 opened");
    assert!(stage.flow.is_closed());
    assert!(stage.effects.is_empty());
}

#[test]
fn sac_20_without_a_started_event_within_30_s_the_visitor_is_declined() {
    let stage = check(
        "0 opened
           > meet-0 POST /invitation/startAdhocMeeting
         1 ok meet-0
         29999 tick
         30000 tick
           > decline-0 POST /invitation/decline
         30001 ok decline-0
         60000 tick",
    );
    assert!(stage.flow.is_closed());
}

#[test]
fn sac_20_a_conference_that_comes_late_is_deleted() {
    let stage = check(
        "0 opened
           > meet-0 POST /invitation/startAdhocMeeting
         1 ok meet-0
         30000 tick
           > decline-0 POST /invitation/decline
         30001 ok decline-0
         31000 meeting
           > endm-0 DELETE /conference
         31001 ok endm-0",
    );
    assert!(stage.flow.is_closed());
}

#[test]
fn a_step_without_an_answer_is_asked_again_under_the_same_name() {
    check(
        "0 opened
           > meet-0 POST /invitation/startAdhocMeeting
         10 lost meet-0
         509 tick
         510 tick
           > meet-0 POST /invitation/startAdhocMeeting
         520 lost meet-0
         1519 tick
         1520 tick
           > meet-0 POST /invitation/startAdhocMeeting",
    );
}

#[test]
fn after_a_restart_only_what_is_unfinished_is_asked_again() {
    check(
        "0 opened
           > meet-0 POST /invitation/startAdhocMeeting
         1 restart
           > meet-0 POST /invitation/startAdhocMeeting
         2 ok meet-0
         3 meeting
         4 addable
           > chat-0 POST /conference/addMessaging
         5 ok chat-0
         6 restart
         7 conference
         8 talking
           > bridge-0 POST /invitation/acceptAndBridge",
    );
}

#[test]
fn events_that_come_twice_or_early_do_no_harm() {
    check(
        "0 opened
           > meet-0 POST /invitation/startAdhocMeeting
         1 conference
         2 addable
         3 meeting
           > chat-0 POST /conference/addMessaging
         4 meeting
         5 addable
         6 talking
           > bridge-0 POST /invitation/acceptAndBridge
         7 talking
         8 bridge-up
         9 ok bridge-0
           > admit-2 POST /bridge/bridgedParticipants
           > admit-3 POST /bridge/bridgedParticipants
         10 visitor-talking
           > say-1 POST /visitor/messages?operationId=conv-say-1",
    );
}

#[test]
fn a_visitor_who_leaves_while_the_path_is_built_leaves_nothing_behind() {
    let stage = check(
        "0 opened
           > meet-0 POST /invitation/startAdhocMeeting
         1 visitor-gone
         2 ok meet-0
         3 meeting
           > endm-0 DELETE /conference
         4 refused endm-0 404",
    );
    assert!(stage.flow.is_closed());
}
