"""The sheet (mötesblad): one A4 for a meeting or for now, as a page, as a PDF, and as files that need no server."""
