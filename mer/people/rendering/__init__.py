"""From a posed person and a lamp to a frame, and the true flow between frames."""
