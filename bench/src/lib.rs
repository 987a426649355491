//! Benches: load over the native driver, micro benches and size budgets.
