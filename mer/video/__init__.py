"""Reading files, tracking, spotting, recognising, reports: the demo without its page."""
