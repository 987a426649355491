//! A site's own colour, made readable: inks that meet WCAG AA on the surfaces of `tokens.css`.

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb(u8, u8, u8);

/// The inks and fills that follow from a site's colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Palette {
    /// The colour itself: a fill.
    pub(crate) fill: Rgb,
    /// The fill under a pointer.
    pub(crate) hover: Rgb,
    /// Ink on the fill.
    pub(crate) on_fill: Rgb,
    /// The colour as ink on light surfaces.
    pub(crate) ink_on_light: Rgb,
    /// The colour as ink on dark surfaces.
    pub(crate) ink_on_dark: Rgb,
}

const WHITE: Rgb = Rgb(255, 255, 255);
const INK: Rgb = Rgb(0x17, 0x1b, 0x22);
/// The least favourable surfaces of `tokens.css`: `--bubble` in each scheme.
const LIGHT_SURFACE: Rgb = Rgb(0xee, 0xf0, 0xf4);
const DARK_SURFACE: Rgb = Rgb(0x26, 0x2b, 0x34);
/// WCAG 2.2, 1.4.3.
const AA: f32 = 4.5;

impl Rgb {
    /// Reads `#rrggbb`; `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|it| it.len() == 6 && !it.starts_with('+'))?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Self(red, green, blue))
    }

    /// Writes `#rrggbb`.
    pub(crate) fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Moves by a sixteenth of the way towards another colour, `steps` times.
    fn towards(self, other: Self, steps: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let sum = u16::from(from) * (16 - steps) + u16::from(to) * steps;
            u8::try_from(sum / 16).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f32 {
        let linear = |it: u8| {
            let c = f32::from(it) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// WCAG's contrast ratio, 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The first colour on the way to `end` that can be read on `surface`.
    fn readable_on(self, surface: Self, end: Self) -> Self {
        (0..=16)
            .map(|steps| self.towards(end, steps))
            .find(|it| it.contrast(surface) >= AA)
            .unwrap_or(end)
    }
}

impl Palette {
    /// All that follows from one colour.
    pub(crate) fn of(color: Rgb) -> Self {
        // Some colours carry neither ink at 4.5:1 in full; then the fill moves a little, not the ink.
        let on_fill = if color.contrast(WHITE) >= 3.5 { WHITE } else { INK };
        let fill = color.readable_on(on_fill, if on_fill == WHITE { INK } else { WHITE });
        Self {
            fill,
            hover: fill.towards(if on_fill == WHITE { INK } else { WHITE }, 2),
            on_fill,
            ink_on_light: color.readable_on(LIGHT_SURFACE, INK),
            ink_on_dark: color.readable_on(DARK_SURFACE, WHITE),
        }
    }
}

impl Palette {
    /// As JSON: the custom properties of `widget.css`, by name.
    pub(crate) fn properties(self) -> String {
        let all = [
            ("--site-fill", self.fill),
            ("--site-hover", self.hover),
            ("--site-on-fill", self.on_fill),
            ("--site-ink-light", self.ink_on_light),
            ("--site-ink-dark", self.ink_on_dark),
        ];
        let all: Vec<String> =
            all.iter().map(|(name, color)| format!("\"{name}\":\"{}\"", color.css())).collect();
        format!("{{{}}}", all.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::{AA, DARK_SURFACE, LIGHT_SURFACE, Palette, Rgb, WHITE};

    #[test]
    fn only_six_hex_digits_are_a_colour() {
        assert_eq!(Rgb::parse("#3450d1"), Some(Rgb(0x34, 0x50, 0xd1)));
        assert_eq!(Rgb::parse("#3450D1").map(Rgb::css), Some("#3450d1".to_owned()));
        for text in ["", "3450d1", "#345", "#3450d1ff", "red", "#gggggg", "#3450d1;x:y", "#+12345"]
        {
            let parsed = Rgb::parse(text);
            assert!(parsed.is_none(), "{text:?} became {parsed:?}");
        }
    }

    #[test]
    fn every_colour_of_a_site_becomes_readable() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let it = Palette::of(Rgb(red, green, blue));
                    assert!(it.fill.contrast(it.on_fill) >= AA, "{it:?}");
                    assert!(it.hover.contrast(it.on_fill) >= AA, "{it:?}");
                    assert!(it.ink_on_light.contrast(LIGHT_SURFACE) >= AA, "{it:?}");
                    assert!(it.ink_on_dark.contrast(DARK_SURFACE) >= AA, "{it:?}");
                }
            }
        }
    }

    #[test]
    fn a_readable_colour_stays_as_it_is() {
        let brand = Rgb(0x34, 0x50, 0xd1);
        let it = Palette::of(brand);
        assert_eq!((it.fill, it.on_fill), (brand, WHITE));
    }
}
