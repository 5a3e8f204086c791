//! The steps of a bake, their input keys, and why each must run.
