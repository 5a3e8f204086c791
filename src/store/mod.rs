//! Content-addressed downloads, verified on the way in and before use.
