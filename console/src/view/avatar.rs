//! A person's initials on a tint of its own.

use leptos::prelude::*;

/// How many tints the style sheet has.
const TINTS: u32 = 6;

/// Shows initials; the name itself stands beside it as text.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component's props are owned")]
pub(super) fn Avatar(
    /// The name.
    #[prop(into)]
    name: Signal<String>,
    /// What the tint is made of, so that two visitors of one name differ.
    #[prop(into)]
    seed: String,
) -> impl IntoView {
    let class = format!("avatar tint-{}", tint(&seed));
    view! { <span class=class aria-hidden="true">{move || name.with(|it| initials(it))}</span> }
}

fn tint(seed: &str) -> u32 {
    seed.bytes().fold(7_u32, |sum, it| sum.wrapping_mul(31).wrapping_add(u32::from(it))) % TINTS
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words =
        name.split_whitespace().filter_map(|it| it.chars().find(|it| it.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Alice", "A"),
            ("ada king lovelace", "AL"),
            ("  (visitor) 7", "V7"),
            ("", ""),
            ("李 小龙", "李小"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
