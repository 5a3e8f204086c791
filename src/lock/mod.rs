//! The lock file: every byte that goes into an image, by digest.
