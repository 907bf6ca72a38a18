"""Time: what went on in the last hours, and the picture as it was known at any moment of them."""
