"""Which feeds a space takes in: the names of the connectors' folders. One line to add a source.

`streams` never imports `connectors`; a test compares this list with the folders.
"""

FEEDS: tuple[str, ...] = ("smhi", "trafikverket")
