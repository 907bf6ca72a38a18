"""What there is to tell of a picture, in words and rows, for every room."""
