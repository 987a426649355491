//! Ends: by the visitor, by an agent, by the platform.

use shared::desk::Place;

use super::{OPEN, check};
use crate::flow::Refusal;

#[test]
fn sac_19_a_visitor_who_leaves_ends_the_conference_and_404_is_success() {
    let mut stage = check(OPEN);
    stage.play(
        "20 visitor-stops
           > endm-0 DELETE /conference
         21 visitor-gone
         22 refused endm-0 404
         23 ok admit-2
         24 ok admit-3",
    );
    assert_eq!(stage.flow.view().place, Place::Ended);
    assert!(stage.flow.is_closed(), "nothing is left to be done");
}

#[test]
fn sac_19_a_conference_that_was_deleted_by_hand_is_not_deleted_again() {
    let mut stage = check(OPEN);
    stage.play(
        "20 conference-gone
           > endv-0 DELETE /visitor
         21 visitor-gone
         22 ok endv-0",
    );
    assert_eq!(stage.flow.view().place, Place::Ended);
}

#[test]
fn an_agent_who_ends_it_ends_both_legs() {
    let mut stage = check(OPEN);
    stage.play(
        "20 take ann
         21 ok admit-2 /bridged/ann
           > invite-2 POST /conference/addParticipant
         21 ok invite-2 /invitations/2
         22 accepted 2
         23 end bob",
    );
    assert_eq!(stage.refusal, Some(Refusal::OwnedByAnother));
    stage.play(
        "24 end ann
           > endm-0 DELETE /conference
           > endv-0 DELETE /visitor
         25 ok endm-0
         26 lost endv-0
         526 tick
           > endv-0 DELETE /visitor
         527 ok endv-0
         528 refused admit-3 404",
    );
    assert!(stage.flow.is_closed());
    stage.play("600 take ann");
    assert_eq!(stage.refusal, Some(Refusal::Over));
}

#[test]
fn a_conversation_whose_visitor_is_gone_after_a_restart_ends() {
    let mut stage = check(OPEN);
    stage.play(
        "20 restart
           > admit-2 POST /bridge/bridgedParticipants
           > admit-3 POST /bridge/bridgedParticipants
           > probe-0 GET /visitor
         21 refused probe-0 404
           > endm-0 DELETE /conference
         22 refused endm-0 404
         23 refused admit-2 404
         24 refused admit-3 404",
    );
    assert!(stage.flow.is_closed());
}

#[test]
fn a_meeting_whose_time_is_over_ends() {
    let mut stage = check(OPEN);
    stage.play(
        "11 refused admit-2 400
         12 refused admit-3 400
           > say-4 POST /visitor/messages?operationId=conv-say-4
         13 ok say-4
         28800000 tick
           > endm-0 DELETE /conference
           > endv-0 DELETE /visitor",
    );
}
