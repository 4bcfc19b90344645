"""The report of a run as a book: executed notebooks as pages, and a first page for them."""
