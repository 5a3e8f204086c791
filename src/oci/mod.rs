//! Container images: composing, pulling, the baked layout.
