//! Bakes again and explains the first difference.
