//! Sends a file with its progress: `XMLHttpRequest`, since fetch tells none.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

/// Hears how it goes.
type Heard = Closure<dyn FnMut(ProgressEvent)>;

/// A file that is being sent; dropped, it is given up.
pub struct Transfer {
    request: XmlHttpRequest,
    /// Kept as long as the browser may call them.
    _heard: [Heard; 2],
}

impl Transfer {
    /// Begins to send to an address; `on_progress` gets the bytes that are gone, `on_end` status and body
    /// of the answer, where a status of 0 is none. `None` where the browser does not do that.
    pub fn start(
        (url, bearer): (&str, &str),
        file: &Blob,
        on_progress: impl Fn(u64) + 'static,
        on_end: impl Fn(u16, String) + 'static,
    ) -> Option<Self> {
        let request = XmlHttpRequest::new().ok()?;
        request.open_with_async("POST", url, true).ok()?;
        request.set_request_header("Authorization", &["Bearer ", bearer].concat()).ok()?;
        let progress = Heard::new(move |event: ProgressEvent| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a length of bytes that a page can hold"
            )]
            on_progress(event.loaded() as u64);
        });
        let answering = request.clone();
        let end = Heard::new(move |_| {
            let body = answering.response_text().ok().flatten().unwrap_or_default();
            on_end(answering.status().unwrap_or_default(), body);
        });
        let upload = request.upload().ok()?;
        upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        request.set_onloadend(Some(end.as_ref().unchecked_ref()));
        request.send_with_opt_blob(Some(file)).ok()?;
        Some(Self { request, _heard: [progress, end] })
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        // Whoever drops it has heard the end, or does not want to.
        self.request.set_onloadend(None);
        if let Ok(upload) = self.request.upload() {
            upload.set_onprogress(None);
        }
        // One that is over is not changed by that.
        let _ = self.request.abort();
    }
}
