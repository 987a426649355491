//! The two date forms of the protocol (`protocol.md` row A04): ISO 8601 and `/Date(ms)/`.

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type UnixMs = i64;

/// Reads either form: `/Date(1463213817292)/` with or without literal backslashes, a sign or an
/// offset; ISO with 0 to 7 fraction digits, where a missing zone means UTC. `None` for anything else.
pub fn parse(text: &str) -> Option<UnixMs> {
    let text = text.trim();
    let plain: String = text.chars().filter(|it| *it != '\\').collect();
    match plain.strip_prefix("/Date(") {
        Some(rest) => parse_ajax(rest.strip_suffix(")/")?),
        None => parse_iso(text),
    }
}

fn parse_ajax(inner: &str) -> Option<UnixMs> {
    // An offset such as `+0200` names a zone to show the instant in; the instant stays the same.
    let end = inner.char_indices().skip(1).find(|(_, it)| matches!(it, '+' | '-'));
    inner[..end.map_or(inner.len(), |(at, _)| at)].parse().ok()
}

fn parse_iso(text: &str) -> Option<UnixMs> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    if parts.next().is_some()
        || !(1..=12).contains(&month)
        || !(1..=days_in(year, month)).contains(&day)
    {
        return None;
    }
    let (clock, offset_ms) = split_zone(time)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    if fraction.len() > 9 || !fraction.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let mut parts = clock.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = parts.next().map_or(Some(0), |it| digits(it, 2))?;
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let ms = format!("{fraction:0<3}")[..3].parse::<i64>().ok()?;
    let seconds = ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    Some(seconds * 1_000 + ms - offset_ms)
}

fn split_zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let (clock, zone) = time.split_at(at);
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let zone: String = zone[1..].chars().filter(|it| *it != ':').collect();
    if zone.len() != 4 {
        return None;
    }
    let (hours, minutes) = (digits(zone.get(..2)?, 2)?, digits(zone.get(2..)?, 2)?);
    Some((clock, sign * (hours * 60 + minutes) * 60_000))
}

fn digits(text: &str, length: usize) -> Option<i64> {
    let all_digits = text.len() == length && text.bytes().all(|it| it.is_ascii_digit());
    all_digits.then(|| text.parse().ok()).flatten()
}

const fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a day of the Gregorian calendar; years are counted from March.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Writes the ISO form with milliseconds and `Z`, as the Trusted Application API serves it.
pub fn iso(ms: UnixMs) -> String {
    let (days, rest) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
    let (second, milli) = (rest / 1_000 % 60, rest % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// Writes `/Date(ms)/`, as UCWA's JSON serves it.
pub fn ajax(ms: UnixMs) -> String {
    format!("/Date({ms})/")
}
