"""Careful reading of what strangers send: JSON, XML, texts, times, places and names. Raises nothing but Malformed."""
