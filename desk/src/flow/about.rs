//! What the website tells of its visitor while they talk.

use shared::{VisitedPage, VisitorAbout};

use super::change::Change;
use super::turn::{Refusal, Turn};
use crate::limits::{DESCRIPTIONS_MAX, PAGES_LEN_MAX};

impl Turn<'_> {
    /// Takes in what is so now; the page the visitor was on is one of those before.
    pub(super) fn describe(
        &mut self,
        name: Option<String>,
        mut about: VisitorAbout,
    ) -> Option<Refusal> {
        let opening = &self.flow.opening;
        let before = &opening.about;
        about.pages.clone_from(&before.pages);
        if let Some(page) = before.page.clone().filter(|_| before.page != about.page) {
            let title = before.page_title.clone();
            about.pages.push(VisitedPage { left_ms: self.now_ms, page, title });
            let old = about.pages.len().saturating_sub(PAGES_LEN_MAX);
            about.pages.drain(..old);
        }
        let mut name = name.unwrap_or_else(|| opening.visitor_name.clone());
        if before.is_verified && !about.is_verified {
            // What the website has signed once holds for this conversation, also when the time of its word
            // is over; what is not signed does not replace it.
            name.clone_from(&opening.visitor_name);
            about.is_verified = true;
            about.visitor_id.clone_from(&before.visitor_id);
            about.visitor_email.clone_from(&before.visitor_email);
        }
        if about == *before && name == opening.visitor_name {
            return None;
        }
        if self.flow.descriptions >= DESCRIPTIONS_MAX {
            return Some(Refusal::ToldEnough);
        }
        self.change(Change::Described(name, Box::new(about)));
        None
    }
}
