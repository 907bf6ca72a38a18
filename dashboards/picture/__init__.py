"""The picture as a server holds it: followed, chained, asked of the past, and what one viewer may see of it."""
