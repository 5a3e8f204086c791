//! The disk: GPT, boot code, EFI system partition, ext4.
