"""The operator's room: what could not be used, why, and driving it again."""
