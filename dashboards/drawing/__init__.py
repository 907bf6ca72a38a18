"""Marks and maps as inline SVG, and templates: how things look, not what they mean."""
