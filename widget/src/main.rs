//! The program of the widget's document.

fn main() {
    #[cfg(target_arch = "wasm32")]
    widget::app::run();
}
