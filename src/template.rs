//! The Tera sources of configuration that goes into an image.
