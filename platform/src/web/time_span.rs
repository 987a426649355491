//! Time spans as clients write them: `PT5M` (XML) and `[d.]hh:mm:ss[.fffffff]` (.NET).

/// A time span in milliseconds; none when the text is neither form, or negative.
pub(crate) fn time_span_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix(['P', 'p']) {
        Some(rest) => xml_ms(rest),
        None => clock_ms(text),
    }
}

/// `1DT2H3M4.5S`, without months and years.
fn xml_ms(text: &str) -> Option<i64> {
    let (days, times) = text.split_once(['T', 't']).unwrap_or((text, ""));
    if text.ends_with(['T', 't']) {
        return None;
    }
    let mut total_ms = 0;
    let units = [(days, ['D', 'd'], 86_400_000_f64)];
    let time_units = [(['H', 'h'], 3_600_000_f64), (['M', 'm'], 60_000.0), (['S', 's'], 1_000.0)];
    for (part, unit, unit_ms) in units {
        if !part.is_empty() {
            total_ms += whole_ms(part.strip_suffix(unit)?, unit_ms)?;
        }
    }
    let mut rest = times;
    for (unit, unit_ms) in time_units {
        if let Some((number, after)) = rest.split_once(unit) {
            total_ms += whole_ms(number, unit_ms)?;
            rest = after;
        }
    }
    (rest.is_empty() && text.ends_with(|it: char| it.is_ascii_alphabetic())).then_some(total_ms)
}

/// `1.02:03:04.5`.
fn clock_ms(text: &str) -> Option<i64> {
    let (head, seconds) = text.rsplit_once(':')?;
    let (hours, minutes) = head.split_once(':')?;
    let (days, hours) = hours.split_once('.').unwrap_or(("0", hours));
    let parts =
        [(days, 86_400_000_f64), (hours, 3_600_000.0), (minutes, 60_000.0), (seconds, 1_000.0)];
    parts.into_iter().try_fold(0, |sum, (number, unit_ms)| Some(sum + whole_ms(number, unit_ms)?))
}

/// A number of units; bounded, so that sums stay far from overflowing.
fn whole_ms(number: &str, unit_ms: f64) -> Option<i64> {
    let is_number =
        !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    let ms = number.parse::<f64>().ok().filter(|_| is_number)? * unit_ms;
    #[expect(clippy::cast_possible_truncation, reason = "it is between 0 and 1e15")]
    (ms <= 1e15).then_some(ms as i64)
}

#[cfg(test)]
mod tests {
    use super::time_span_ms;

    #[test]
    fn both_forms_of_a_time_span_are_read() {
        for (text, ms) in [
            ("PT5M", 300_000),
            ("pt1h30m", 5_400_000),
            ("P1DT1.5S", 86_401_500),
            ("P2D", 172_800_000),
            ("00:05:00", 300_000),
            ("1.02:00:00.5000000", 93_600_500),
            (" 00:00:01 ", 1_000),
        ] {
            assert_eq!(time_span_ms(text), Some(ms), "{text}");
        }
        for text in ["", "5", "P", "PT", "PT5", "5M", "-00:05:00", "00:aa:00", "P1Y", "PT1e9S"] {
            assert_eq!(time_span_ms(text), None, "{text}");
        }
        assert_eq!(time_span_ms("P99999999999999999999D"), None);
    }
}
