"""What the recogniser tells apart, and the size of what it sees."""

from mer.people.casme2_statistics import STUDIED

NEUTRAL = "neutral"
CLASSES = (NEUTRAL, *STUDIED)
SIZE = 48  # side of the flow that the networks see
FACE = 224  # side of the face whose pixels a flow counts in
