"""Suggestions and notices: who is told, who answers, and what people decide."""
