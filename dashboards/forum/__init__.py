"""Forums: the page a chair opens a meeting with, the list of forums and what lies ahead, the calendar."""
