//! Clock times and days in the reader's own form, by the browser's `Intl`. Milliseconds in, words out.
//! Outside a browser (tests) the zone is UTC and the form is fixed.

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The number of the local day an instant falls on; two instants of one day have the same.
pub fn local_day(at_ms: i64) -> i64 {
    (at_ms + platform::utc_offset_ms(at_ms)).div_euclid(DAY_MS)
}

/// The time of day, such as `14:05` or `2:05 PM`.
pub fn clock(at_ms: i64, language: &str) -> String {
    platform::clock(at_ms, language)
}

/// The day, such as `Tuesday, 3 March`.
pub fn date(at_ms: i64, language: &str) -> String {
    platform::date(at_ms, language)
}

/// The full form for machines: the value of `<time datetime>`, in UTC to the minute and second.
pub fn datetime_attribute(at_ms: i64) -> String {
    platform::iso(at_ms)
}

#[cfg(target_arch = "wasm32")]
mod platform {
    use std::cell::RefCell;

    use js_sys::{Array, Date, Intl::DateTimeFormat, Object, Reflect};
    use wasm_bindgen::{JsCast as _, JsValue};

    thread_local! {
        // Making a formatter costs far more than using it.
        static FORMATS: RefCell<Vec<(String, &'static str, js_sys::Function)>> = const { RefCell::new(Vec::new()) };
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
    fn js_date(at_ms: i64) -> Date {
        Date::new(&JsValue::from_f64(at_ms as f64))
    }

    #[expect(clippy::cast_possible_truncation, reason = "an offset is a small number of minutes")]
    pub(super) fn utc_offset_ms(at_ms: i64) -> i64 {
        -(js_date(at_ms).get_timezone_offset() as i64) * 60_000
    }

    pub(super) fn clock(at_ms: i64, language: &str) -> String {
        format(at_ms, language, "t")
    }

    pub(super) fn date(at_ms: i64, language: &str) -> String {
        format(at_ms, language, "d")
    }

    pub(super) fn iso(at_ms: i64) -> String {
        js_date(at_ms).to_iso_string().into()
    }

    fn format(at_ms: i64, language: &str, form: &'static str) -> String {
        FORMATS.with_borrow_mut(|all| {
            if !all.iter().any(|it| it.0 == language && it.1 == form) {
                all.push((language.to_owned(), form, formatter(language, form)));
            }
            all.iter()
                .find(|it| it.0 == language && it.1 == form)
                .and_then(|it| it.2.call1(&JsValue::UNDEFINED, &js_date(at_ms)).ok())
                .and_then(|it| it.as_string())
                .unwrap_or_default()
        })
    }

    fn formatter(language: &str, form: &str) -> js_sys::Function {
        let options = Object::new();
        let fields: &[(&str, &str)] = if form == "t" {
            &[("hour", "numeric"), ("minute", "2-digit")]
        } else {
            &[("weekday", "long"), ("day", "numeric"), ("month", "long")]
        };
        for (name, value) in fields {
            // Setting a property of a plain object cannot fail.
            let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
        }
        let locales = Array::of1(&language.into());
        DateTimeFormat::new(&locales, &options).format().unchecked_into()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod platform {
    pub(super) const fn utc_offset_ms(_at_ms: i64) -> i64 {
        0
    }

    pub(super) fn clock(at_ms: i64, _language: &str) -> String {
        let minutes = at_ms.div_euclid(60_000).rem_euclid(24 * 60);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    pub(super) fn date(at_ms: i64, _language: &str) -> String {
        format!("day {}", at_ms.div_euclid(super::DAY_MS))
    }

    pub(super) fn iso(at_ms: i64) -> String {
        format!("{at_ms} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::{clock, local_day};

    #[test]
    fn an_instant_falls_on_one_day() {
        assert_eq!(local_day(0), local_day(86_399_999));
        assert_eq!(local_day(86_400_000), 1);
        assert_eq!(local_day(-1), -1);
    }

    #[test]
    fn the_clock_shows_hours_and_minutes() {
        assert_eq!(clock(((14 * 60) + 5) * 60_000 + 59_000, "en"), "14:05");
    }
}
