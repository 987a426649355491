//! Tells when an element changes its size.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};

/// Watches an element until it is dropped.
pub struct ResizeWatch {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl ResizeWatch {
    /// Calls `on_resize` now and after each change of the element's size; `None` in a browser that
    /// cannot tell.
    pub fn start(element: &Element, on_resize: impl FnMut() + 'static) -> Option<Self> {
        let callback: Closure<dyn FnMut()> = Closure::new(on_resize);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _callback: callback })
    }
}

impl Drop for ResizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
