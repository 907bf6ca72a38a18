"""An actor's report form `/report`, and what became of what was sent."""
