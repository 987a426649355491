//! The program of the parts: what the document calls.

#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "the document calls what is public")]
mod browser {
    use std::any::Any;
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use leptos::prelude::mount_to;
    use parts::stage::{Frame, Stage};
    use parts::texts::Texts;
    use parts::{form, menu, rating, rich, tools};
    use wasm_bindgen::prelude::*;
    use web_sys::{File, HtmlElement};

    thread_local! {
        static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
        /// What is shown, by part: a part that is shown anew takes the older one away.
        static SHOWN: RefCell<BTreeMap<String, Box<dyn Any>>> = const { RefCell::new(BTreeMap::new()) };
    }

    /// Hands in the words, what the server wrote of the site, and the document. Once, and first.
    #[wasm_bindgen]
    pub fn begin(words: &str, site: &str, frame: Frame) {
        let site = serde_json::from_str(site).unwrap_or_default();
        STAGE.set(Some(Stage { texts: Texts::parse(words), site, frame }));
    }

    /// Shows a part in an element that is there for it.
    #[wasm_bindgen]
    pub fn mount(part: &str, slot: HtmlElement) {
        let Some(stage) = STAGE.with_borrow(Clone::clone) else { return };
        let place = slot.clone();
        let shown: Box<dyn Any> = match part {
            "form" => Box::new(mount_to(slot, move || form::view::form(&stage, &place))),
            "menu" => Box::new(mount_to(slot, move || menu::view::menu(&stage))),
            "rating" => Box::new(mount_to(slot, move || rating::view::rating(&stage, &place))),
            "tools" => Box::new(mount_to(slot, move || tools::view::tools(&stage, &place))),
            _ => return,
        };
        SHOWN.with_borrow_mut(|it| it.insert(part.to_owned(), shown));
    }

    /// Sends files that were pasted or dropped; the tools are there.
    #[wasm_bindgen]
    pub fn upload(files: Vec<File>) {
        let Some(stage) = STAGE.with_borrow(Clone::clone) else { return };
        tools::uploads::add(&stage, files);
    }

    /// A conversation has begun.
    #[wasm_bindgen]
    pub fn begun() {
        let Some(stage) = STAGE.with_borrow(Clone::clone) else { return };
        tools::uploads::begun(&stage);
    }

    /// Shows in `place` what was said, for as long as it is there.
    #[wasm_bindgen]
    pub fn enrich(place: HtmlElement, text: &str) {
        let Some(stage) = STAGE.with_borrow(Clone::clone) else { return };
        let text = text.to_owned();
        mount_to(place, move || rich::bubble(&stage, &text)).forget();
    }
}

fn main() {}
