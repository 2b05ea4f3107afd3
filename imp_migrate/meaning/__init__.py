"""What a module means: its scopes, its uses of `imp`, what runs and what does not."""
