"""Programs that keep the course in order: the front door, the book, notebooks, releases."""
