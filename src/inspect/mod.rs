//! What is in an image, from the file alone.
