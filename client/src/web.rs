//! A driver for the browser.
