"""Published papers on the way to a reader: as a page of HTML, and the words that pages and API share about them."""
