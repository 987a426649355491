//! What widget and console both show: texts, design tokens, live region and message rendering.
