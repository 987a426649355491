//! When somebody answers a site's visitors, by the clock where the site is.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Spans of one day; nobody opens more often.
const SPANS_LEN_MAX: usize = 8;
/// How far ahead the next opening is looked for; later than that it is not worth telling.
const AHEAD_DAYS_MAX: i64 = 14;
const MINUTES_OF_DAY: u16 = 24 * 60;
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A site's hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    zone: TimeZone,
    /// Monday first; a span is from the first minute to before the last, sorted, apart.
    week: [Vec<(u16, u16)>; 7],
    /// Days on which nobody comes.
    closed: BTreeSet<Date>,
}

/// Why hours cannot be used; says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHours {
    /// The time zone is not in the database.
    #[error(
        "zone: {0:?} is no time zone; write one of the IANA database, such as \"Europe/Berlin\""
    )]
    Zone(String),
    /// Not a day of the week.
    #[error("{0:?} is no day; write monday to sunday, zone or closed")]
    Day(String),
    /// Not spans of one day.
    #[error(
        "{0}: write spans such as [\"09:00-12:30\", \"13:30-24:00\"]: in order, apart, at most \
         {SPANS_LEN_MAX}, none over midnight"
    )]
    Spans(&'static str),
    /// Not a date.
    #[error("closed: {0:?} is no date; write it as \"2026-12-25\"")]
    Date(String),
}

/// When somebody is there again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opens {
    /// Monday is 0.
    pub(crate) weekday: usize,
    /// Of that day, by the site's clock.
    pub(crate) minute: u16,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Now {
    Open,
    /// Nobody is; absent: not within two weeks.
    Closed(Option<Opens>),
}

impl Hours {
    /// From a time zone's name, the spans of each day of the week (`monday` to `sunday`, `HH:MM-HH:MM`;
    /// a day that is not there is closed) and dates on which nobody comes (`YYYY-MM-DD`).
    ///
    /// # Errors
    /// [`BadHours`], which says what to write instead.
    pub fn read(
        zone: &str,
        week: &BTreeMap<String, Vec<String>>,
        closed: &[String],
    ) -> Result<Self, BadHours> {
        let zone = TimeZone::get(zone).map_err(|_| BadHours::Zone(zone.to_owned()))?;
        let mut days: [Vec<(u16, u16)>; 7] = Default::default();
        for (name, texts) in week {
            let day = DAYS.iter().position(|it| it == name);
            let day = day.ok_or_else(|| BadHours::Day(name.clone()))?;
            days[day] = spans(texts).ok_or(BadHours::Spans(DAYS[day]))?;
        }
        let date = |it: &String| it.parse::<Date>().map_err(|_| BadHours::Date(it.clone()));
        Ok(Self { zone, week: days, closed: closed.iter().map(date).collect::<Result<_, _>>()? })
    }

    /// Where the site is.
    pub(crate) const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether somebody is there at this time (Unix milliseconds).
    pub(crate) fn at(&self, now_ms: i64) -> Now {
        let Some((today, minute)) = self.local(now_ms) else { return Now::Closed(None) };
        if self.of(today).1.iter().any(|it| (it.0..it.1).contains(&minute)) {
            return Now::Open;
        }
        Now::Closed(self.next(today, minute).map(|it| it.1))
    }

    /// When the next span begins, in Unix milliseconds; absent: not within two weeks.
    pub(crate) fn opens_ms(&self, now_ms: i64) -> Option<i64> {
        let (today, minute) = self.local(now_ms)?;
        let (date, opens) = self.next(today, minute)?;
        let (hour, minute) = (opens.minute / 60, opens.minute % 60);
        let local = date.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
        Some(local.to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond())
    }

    /// Day and minute of that day by the clock where the site is.
    fn local(&self, now_ms: i64) -> Option<(Date, u16)> {
        let local = self.zone.to_datetime(Timestamp::from_millisecond(now_ms).ok()?);
        let minute = u16::try_from(local.hour()).ok()? * 60 + u16::try_from(local.minute()).ok()?;
        Some((local.date(), minute))
    }

    fn next(&self, today: Date, minute: u16) -> Option<(Date, Opens)> {
        (0..=AHEAD_DAYS_MAX).find_map(|ahead| {
            let date = today.checked_add(ahead.days()).ok()?;
            let (weekday, spans) = self.of(date);
            let next = spans.iter().find(|it| ahead > 0 || it.0 > minute)?;
            Some((date, Opens { weekday, minute: next.0 }))
        })
    }

    /// A day of the week, Monday first, and when somebody is there.
    fn of(&self, date: Date) -> (usize, &[(u16, u16)]) {
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
        let spans = if self.closed.contains(&date) { &[][..] } else { &self.week[weekday] };
        (weekday, spans)
    }
}

fn spans(texts: &[String]) -> Option<Vec<(u16, u16)>> {
    let span = |it: &String| {
        let (from, to) = it.split_once('-')?;
        Some((minute(from)?, minute(to)?)).filter(|it| it.0 < it.1)
    };
    let spans: Vec<_> = texts.iter().map(span).collect::<Option<_>>()?;
    let are_apart = spans.windows(2).all(|it| it[0].1 <= it[1].0);
    (are_apart && spans.len() <= SPANS_LEN_MAX).then_some(spans)
}

/// `HH:MM`, up to `24:00`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_plain = |it: &str| it.len() == 2 && it.bytes().all(|it| it.is_ascii_digit());
    if !is_plain(hour) || !is_plain(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    Some(hour * 60 + minute).filter(|it| minute < 60 && *it <= MINUTES_OF_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(zone: &str, week: &[(&str, &[&str])], closed: &[&str]) -> Result<Hours, BadHours> {
        let text = |it: &&str| (*it).to_owned();
        let week =
            week.iter().map(|(day, spans)| ((*day).to_owned(), spans.iter().map(text).collect()));
        Hours::read(zone, &week.collect(), &closed.iter().map(text).collect::<Vec<_>>())
    }

    fn at(hours: &Hours, time: &str) -> Now {
        hours.at(time.parse::<Timestamp>().unwrap().as_millisecond())
    }

    fn opens(weekday: usize, hour: u16) -> Now {
        Now::Closed(Some(Opens { weekday, minute: hour * 60 }))
    }

    #[test]
    fn a_site_is_open_by_the_clock_where_it_is() {
        let week: &[(&str, &[&str])] =
            &[("monday", &["09:00-12:00", "13:00-17:00"]), ("friday", &["00:00-24:00"])];
        let berlin = hours("Europe/Berlin", week, &["2026-11-27"]).unwrap();
        for (time, now) in [
            ("2026-11-23T07:59:00Z", opens(0, 9)),
            ("2026-11-23T08:00:00Z", Now::Open),
            ("2026-11-23T10:59:59Z", Now::Open),
            ("2026-11-23T11:00:00Z", opens(0, 13)),
            // Friday is a holiday: not before Monday.
            ("2026-11-23T16:00:00Z", opens(0, 9)),
            ("2026-11-20T22:59:59Z", Now::Open),
            ("2026-11-20T23:00:00Z", opens(0, 9)),
            // Summer time.
            ("2026-07-06T07:00:00Z", Now::Open),
            ("2026-07-06T06:59:00Z", opens(0, 9)),
        ] {
            assert_eq!(at(&berlin, time), now, "{time}");
        }
    }

    #[test]
    fn the_next_opening_is_a_time_by_the_clock_of_that_day() {
        let week: &[(&str, &[&str])] =
            &[("monday", &["09:00-12:00"]), ("sunday", &["02:30-03:30"])];
        let berlin = hours("Europe/Berlin", week, &[]).unwrap();
        let ms = |time: &str| time.parse::<Timestamp>().unwrap().as_millisecond();
        for (now, opens) in [
            ("2026-11-23T12:00:00Z", "2026-11-29T01:30:00Z"),
            ("2026-07-06T06:59:00Z", "2026-07-06T07:00:00Z"),
            // 2:30 is not there when the clocks go forward.
            ("2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
        ] {
            assert_eq!(berlin.opens_ms(ms(now)), Some(ms(opens)), "{now}");
        }
        assert_eq!(hours("UTC", &[], &[]).unwrap().opens_ms(ms("2026-11-23T12:00:00Z")), None);
    }

    #[test]
    fn who_never_opens_says_no_day() {
        let never = hours("UTC", &[], &[]).unwrap();
        assert_eq!(at(&never, "2026-11-23T12:00:00Z"), Now::Closed(None));
    }

    #[test]
    fn what_is_written_wrong_is_refused_with_what_to_write() {
        assert_eq!(hours("Mars/Base", &[], &[]), Err(BadHours::Zone("Mars/Base".into())));
        assert_eq!(hours("UTC", &[("mon", &[])], &[]), Err(BadHours::Day("mon".into())));
        assert_eq!(hours("UTC", &[], &["25.12."]), Err(BadHours::Date("25.12.".into())));
        for spans in [
            &["9-12"][..],
            &["12:00-09:00"],
            &["09:00-09:00"],
            &["22:00-02:00"],
            &["09:00-24:01"],
            &["09:60-10:00"],
            &["09:00-12:00", "11:00-13:00"],
            &["00:00-01:00"; 9],
        ] {
            let wrong = hours("UTC", &[("sunday", spans)], &[]);
            assert_eq!(wrong, Err(BadHours::Spans("sunday")), "{spans:?}");
        }
    }
}
