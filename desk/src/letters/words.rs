//! What letters say: plain text, times by the clock where the site is.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::visitor_desk::{Speaker, VisitorEntry, VisitorTranscript};

use crate::limits::LETTER_TEXT_BYTES_MAX;
use crate::notices::Notices;
use crate::{Letter, Site};

/// What was said in a conversation, for its visitor; the oldest is left out where it is too much.
pub(crate) fn transcript(
    (id, to): (&str, &str),
    site: &Site,
    said: &VisitorTranscript,
    language: Option<&str>,
) -> Letter {
    let notices = Notices::of(language);
    let zone = site.hours.as_ref().map_or(TimeZone::UTC, |it| it.zone().clone());
    let mut bytes = 0;
    let lines = said.entries.iter().rev().map(|it| line(it, site, notices, &zone));
    let mut lines: Vec<String> = lines
        .take_while(|it| {
            bytes += it.len();
            bytes <= LETTER_TEXT_BYTES_MAX
        })
        .collect();
    if lines.len() < said.entries.len() {
        lines.push("…\n".to_owned());
    }
    lines.reverse();
    let subject = notices.letter_subject.replace("{site}", &site.title);
    let from = zone.iana_name().unwrap_or("UTC");
    let text = format!(
        "{subject}\n{} ({from})\n\n{}",
        day(said.conversation.started_ms, &zone),
        lines.concat()
    );
    Letter { id: id.to_owned(), to: to.to_owned(), from_name: site.title.clone(), subject, text }
}

fn line(entry: &VisitorEntry, site: &Site, notices: &Notices, zone: &TimeZone) -> String {
    let who = match &entry.by {
        Speaker::Visitor => &notices.letter_you,
        Speaker::Agent { name } => name,
        Speaker::Desk => &site.title,
    };
    format!("{}  {who}: {}\n", at(entry.at_ms, zone, "%H:%M"), entry.text)
}

fn day(ms: i64, zone: &TimeZone) -> String {
    at(ms, zone, "%Y-%m-%d")
}

fn at(ms: i64, zone: &TimeZone, format: &str) -> String {
    let time = Timestamp::from_millisecond(ms).unwrap_or_default();
    time.to_zoned(zone.clone()).strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use shared::visitor_desk::PastConversation;

    use super::*;
    use crate::Hours;

    fn said(texts: &[&str]) -> VisitorTranscript {
        let by = [Speaker::Desk, Speaker::Visitor, Speaker::Agent { name: "Ann".to_owned() }];
        let entry = |(n, text): (usize, &&str)| VisitorEntry {
            // 2026-11-23, a Monday, 23:30 in UTC.
            at_ms: 1_795_476_600_000 + i64::try_from(n).unwrap() * 60_000,
            by: by[n % by.len()].clone(),
            text: (*text).to_owned(),
        };
        let conversation = PastConversation {
            id: "c".to_owned(),
            started_ms: 1_795_476_600_000,
            ended_ms: None,
            last_text: None,
            agent: None,
            rating: None,
        };
        VisitorTranscript { conversation, entries: texts.iter().enumerate().map(entry).collect() }
    }

    fn site() -> Site {
        let hours = Hours::read("Europe/Berlin", &[].into(), &[]).unwrap();
        Site { title: "Shop".to_owned(), hours: Some(hours), ..crate::settings::tests_site() }
    }

    #[test]
    fn a_letter_says_who_said_what_by_the_clock_where_the_site_is() {
        let letter = transcript(
            ("l", "vera@x.example"),
            &site(),
            &said(&["Hi", "Where?", "There"]),
            Some("de"),
        );
        assert_eq!(letter.subject, "Ihr Gespräch mit Shop");
        let wanted = "Ihr Gespräch mit Shop\n2026-11-24 (Europe/Berlin)\n\n00:30  Shop: Hi\n\
                      00:31  Sie: Where?\n00:32  Ann: There\n";
        assert_eq!(letter.text, wanted);
        let anywhere = Site { hours: None, ..site() };
        let letter = transcript(("l", "v@x.example"), &anywhere, &said(&["Hi"]), None);
        assert!(letter.text.contains("2026-11-23 (UTC)\n\n23:30  Shop: Hi"), "{}", letter.text);
    }

    #[test]
    fn invariant_8_a_letter_is_bounded_and_says_that_something_is_left_out() {
        let long = "x".repeat(LETTER_TEXT_BYTES_MAX / 2);
        let letter = transcript(("l", "v@x.example"), &site(), &said(&[&long, &long, "end"]), None);
        assert!(letter.text.len() < LETTER_TEXT_BYTES_MAX + 100);
        assert!(letter.text.contains("\n\n…\n") && letter.text.ends_with("end\n"));
    }
}
