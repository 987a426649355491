//! Offers: who is bridged, invited, cancelled, ejected; rounds; wishes of agents.

use serde_json::json;
use shared::desk::Place;

use super::stage::{Stage, json_of, uri};
use super::{OPEN, check};
use crate::flow::change::Opening;
use crate::flow::{Flow, Refusal};
use crate::notices::Notices;

/// Both agents are bridged and their clients ring.
const RINGING: &str = "
    11 ok admit-2 /bridged/ann
      > invite-2 POST /conference/addParticipant
    12 ok admit-3 /bridged/bob
      > invite-3 POST /conference/addParticipant
    13 ok invite-2 /invitations/2
    14 ok invite-3 /invitations/3
    15 ringing 2
    16 ringing 3
";

fn ringing() -> Stage {
    let mut stage = check(OPEN);
    stage.play(RINGING);
    stage
}

/// Ann has it, and bob is out of it.
fn owned() -> Stage {
    let mut stage = ringing();
    stage.play(
        "20 joined ann + accepted 2
           > remove-3 DELETE /bridged/bob
           > cancel-3 POST /invitations/3/cancel
         22 ok cancel-3
         23 ok remove-3",
    );
    stage
}

fn place(stage: &Stage) -> Place {
    stage.flow.view().place
}

fn owned_by(name: &str) -> Place {
    Place::Owned { agent: uri(name).as_str().to_owned() }
}

fn notices(stage: &Stage) -> Vec<String> {
    let entries = stage.flow.transcript().entries;
    let by_desk = entries.into_iter().filter(|it| it.author == shared::desk::Author::Desk);
    by_desk.map(|it| it.text).skip(1).collect()
}

#[test]
fn sac_18_an_agent_is_bridged_unfiltered_before_being_invited() {
    let stage = ringing();
    assert_eq!(
        json_of(stage.body("admit-2")),
        json!({
            "operationId": "conv-admit-2",
            "displayName": "ANN",
            "participantUri": "sip:ann@t.example",
            "messageFilterState": "Disabled",
        }),
    );
    assert_eq!(
        json_of(stage.body("invite-2")),
        json!({ "operationId": "conv-invite-2", "to": "sip:ann@t.example" }),
    );
}

#[test]
fn the_first_to_accept_owns_it_and_the_others_are_withdrawn() {
    let mut stage = ringing();
    stage.play(
        "20 accepted 2
           > remove-3 DELETE /bridged/bob
           > cancel-3 POST /invitations/3/cancel
         21 joined ann
         22 ok cancel-3
         23 ok remove-3
         24 declined 3",
    );
    assert_eq!(place(&stage), owned_by("ann"));
}

#[test]
fn an_agent_who_is_seen_in_the_conference_owns_it() {
    let mut stage = ringing();
    stage.play(
        "20 joined bob + accepted 3
           > remove-2 DELETE /bridged/ann
           > cancel-2 POST /invitations/2/cancel",
    );
    assert_eq!(place(&stage), owned_by("bob"));
}

#[test]
fn invariant_8_the_invitation_of_an_owner_who_came_in_by_another_way_rings_no_longer() {
    let mut stage = ringing();
    stage.play(
        "20 joined bob
           > remove-2 DELETE /bridged/ann
           > cancel-2 POST /invitations/2/cancel
           > cancel-3 POST /invitations/3/cancel
         21 unreachable 3
         22 refused cancel-3 409",
    );
    assert_eq!(place(&stage), owned_by("bob"));
}

#[test]
fn invariant_8_an_owner_who_comes_back_while_being_offered_it_anew_is_not_offered_it_for_ever() {
    let mut stage = owned();
    stage.play(
        "24 left ann
           > say-4 POST /visitor/messages?operationId=conv-say-4
           > invite-5 POST /conference/addParticipant
           > admit-6 POST /bridge/bridgedParticipants
         25 joined ann
         26 ringing 5
           > cancel-5 POST /invitations/5/cancel",
    );
    assert_eq!(place(&stage), owned_by("ann"));
}

#[test]
fn an_owner_who_left_and_came_back_in_one_breath_was_never_away() {
    let mut stage = owned();
    stage.play("24 left ann + joined ann");
    assert_eq!(place(&stage), owned_by("ann"));
    assert_eq!(notices(&stage), [""; 0]);
    stage.play(
        "25 left ann
           > say-4 POST /visitor/messages?operationId=conv-say-4
           > invite-5 POST /conference/addParticipant
           > admit-6 POST /bridge/bridgedParticipants",
    );
}

#[test]
fn a_second_who_joins_at_the_same_time_is_ejected() {
    let mut stage = ringing();
    stage.play(
        "20 accepted 2
           > remove-3 DELETE /bridged/bob
           > cancel-3 POST /invitations/3/cancel
         21 accepted 3
         22 joined bob
           > eject-4 POST /participants/bob/eject
         23 ok eject-4
         24 joined bob",
    );
    assert_eq!(place(&stage), owned_by("ann"));
}

#[test]
fn an_invitation_whose_cancel_link_comes_late_is_cancelled_then() {
    let mut stage = check(OPEN);
    stage.play(
        "11 ok admit-2 /bridged/ann
           > invite-2 POST /conference/addParticipant
         12 ok admit-3 /bridged/bob
           > invite-3 POST /conference/addParticipant
         13 accepted 2
           > remove-3 DELETE /bridged/bob
         14 ringing 3
           > cancel-3 POST /invitations/3/cancel",
    );
    assert_eq!(place(&stage), owned_by("ann"));
}

#[test]
fn nobody_reachable_is_told_once_and_offered_again_up_to_every_15_s() {
    let mut stage = ringing();
    stage.play(
        "20 unreachable 2
         21 unreachable 3
           > say-4 POST /visitor/messages?operationId=conv-say-4
         22 ok say-4
         3020 tick
         3021 tick
           > invite-5 POST /conference/addParticipant
           > invite-6 POST /conference/addParticipant
         3030 unreachable 5
         3031 unreachable 6
         9030 tick
         9031 tick
           > invite-7 POST /conference/addParticipant
           > invite-8 POST /conference/addParticipant",
    );
    assert_eq!(notices(&stage), [Notices::of(None).busy.as_str()]);
    assert!(matches!(place(&stage), Place::Waiting { .. }));
}

#[test]
fn outside_its_hours_a_site_does_not_say_that_everybody_is_busy() {
    let mut stage = Stage::new();
    let opening = Opening { is_closed: true, ..*stage.flow.opening.clone() };
    stage.flow = Flow::new("conv", opening);
    stage.play(OPEN);
    stage.play(RINGING);
    stage.play(
        "20 unreachable 2
         21 unreachable 3",
    );
    assert_eq!(notices(&stage), [] as [&str; 0]);
    assert!(matches!(place(&stage), Place::Waiting { .. }), "it is offered to whoever comes");
}

#[test]
fn who_declined_rests_for_60_s_and_the_others_are_asked_after_5_s() {
    let mut stage = ringing();
    stage.play(
        "20 declined 2
         21 unanswered 3
           > say-4 POST /visitor/messages?operationId=conv-say-4
         22 ok say-4
         5020 tick
         5021 tick
           > invite-5 POST /conference/addParticipant
         5022 declined 5
         10022 tick
         13022 tick
         19022 tick
         31022 tick
         46022 tick
         61022 tick
           > invite-6 POST /conference/addParticipant",
    );
}

#[test]
fn an_agent_who_becomes_available_is_offered_it_at_once() {
    let mut stage = ringing();
    stage.play(
        "20 declined 2
         21 available ann
           > invite-4 POST /conference/addParticipant
         22 unreachable 3
         23 unreachable 4
           > say-5 POST /visitor/messages?operationId=conv-say-5
         24 available bob
           > invite-6 POST /conference/addParticipant
           > invite-7 POST /conference/addParticipant",
    );
}

#[test]
fn who_takes_it_is_offered_it_alone() {
    let mut stage = ringing();
    stage.play(
        "20 unreachable 2
         21 unreachable 3
           > say-4 POST /visitor/messages?operationId=conv-say-4
         22 take ann
           > invite-5 POST /conference/addParticipant
         23 accepted 5
           > remove-3 DELETE /bridged/bob",
    );
    assert_eq!(place(&stage), owned_by("ann"));
    stage.play("24 take bob");
    assert_eq!(stage.refusal, Some(Refusal::OwnedByAnother));
}

#[test]
fn an_owner_who_takes_it_again_with_another_application_is_invited_again() {
    let mut stage = owned();
    stage.play(
        "24 take ann
           > invite-4 POST /conference/addParticipant
         25 take ann
         26 ringing 4
         27 accepted 4
         30 take ann
           > invite-5 POST /conference/addParticipant
         31 unreachable 5
         32 take bob",
    );
    assert_eq!(stage.refusal, Some(Refusal::OwnedByAnother));
    assert_eq!(place(&stage), owned_by("ann"), "whatever becomes of the invitations");
    assert_eq!(notices(&stage), [""; 0]);
}

#[test]
fn an_invitation_that_did_not_reach_who_takes_it_is_replaced_by_another() {
    let mut stage = ringing();
    stage.play(
        "20 take ann
           > cancel-3 POST /invitations/3/cancel
         2008 take ann
         2009 take ann
           > invite-4 POST /conference/addParticipant
           > cancel-2 POST /invitations/2/cancel
         2010 ok cancel-2
         2011 declined 2
         2012 accepted 4
           > remove-3 DELETE /bridged/bob",
    );
    assert_eq!(place(&stage), owned_by("ann"));
}

#[test]
fn who_takes_it_while_others_ring_has_it_for_itself() {
    let mut stage = ringing();
    stage.play(
        "20 take bob
           > cancel-2 POST /invitations/2/cancel
         21 take ann",
    );
    assert_eq!(stage.refusal, Some(Refusal::OwnedByAnother), "bob was first");
    stage.play(
        "22 joined ann
           > eject-4 POST /participants/ann/eject
         23 accepted 3
           > remove-2 DELETE /bridged/ann",
    );
    assert_eq!(place(&stage), owned_by("bob"));
}

#[test]
fn a_wish_before_the_path_stands_is_remembered() {
    let mut stage = Stage::new();
    stage.play("0 opened\n > meet-0 POST /invitation/startAdhocMeeting\n 1 take bob");
    let rest = OPEN.split_once("1 ok meet-0").unwrap().1;
    let rest = rest.replace("      > admit-3 POST /bridge/bridgedParticipants\n", "");
    stage.play(&format!("1 ok meet-0 {rest}"));
    assert_eq!(json_of(stage.body("admit-2"))["participantUri"], "sip:bob@t.example");
}

#[test]
fn an_owner_whose_leg_dies_puts_it_back_in_the_queue() {
    let mut stage = owned();
    stage.play(
        "24 left ann
           > say-4 POST /visitor/messages?operationId=conv-say-4
           > invite-5 POST /conference/addParticipant
           > admit-6 POST /bridge/bridgedParticipants
         25 unreachable 5
         26 refused admit-6 400",
    );
    assert!(matches!(place(&stage), Place::Waiting { .. }));
    assert_eq!(notices(&stage), [Notices::of(None).owner_lost.as_str()], "and is told once");
}

#[test]
fn an_offer_that_the_platform_never_completes_is_withdrawn_after_45_s() {
    let mut stage = ringing();
    stage.play(
        "20 unreachable 3
         30000 tick
         45009 tick
           > cancel-2 POST /invitations/2/cancel
           > say-4 POST /visitor/messages?operationId=conv-say-4",
    );
}
