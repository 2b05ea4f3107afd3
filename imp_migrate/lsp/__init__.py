"""The language server: the same analysis, in an editor. Needs the extra `lsp`."""
