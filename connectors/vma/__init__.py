"""Sveriges Radio's VMA: important public announcements. See README.md beside this file."""
