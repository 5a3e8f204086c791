//! The tools root, hermetic builds and their sandbox.
