//! Runs a plan from end to end.
