"""Documents of race control: what stands on a page, as plain words in order; nothing here knows HTML or PDF.

What is published is stored in the log as ids, amounts and words; names of people are drawn in when a page is made. The
same content, names and zone make the same paper, and the same paper the same bytes.
"""
