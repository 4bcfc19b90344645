"""Aggregate statistics of the CASME II coding table (version 20140508) that people follow.

Only counts and quantiles, no rows: Yan et al., "CASME II: an improved spontaneous
micro-expression database and the baseline evaluation", PLoS ONE 9(1), 2014, and its table.
"""

from __future__ import annotations

EMOTIONS = ("disgust", "happiness", "repression", "sadness", "surprise", "others", "fear")
STUDIED = EMOTIONS[:5]

# fmt: off
# Sequences of each subject (row) and emotion (column, in the order of EMOTIONS).
COUNTS = {
    "sub01": (2, 1, 0, 0, 0, 6, 0),   "sub02": (0, 1, 5, 0, 3, 4, 0),
    "sub03": (4, 0, 0, 0, 1, 2, 0),   "sub04": (3, 0, 0, 0, 0, 2, 0),
    "sub05": (1, 1, 0, 0, 5, 12, 0),  "sub06": (1, 1, 0, 0, 2, 1, 0),
    "sub07": (5, 0, 0, 0, 0, 4, 0),   "sub08": (0, 0, 1, 0, 0, 2, 0),
    "sub09": (0, 5, 5, 0, 0, 3, 1),   "sub10": (0, 0, 0, 0, 0, 13, 1),
    "sub11": (4, 0, 0, 0, 0, 6, 0),   "sub12": (5, 2, 0, 0, 4, 1, 0),
    "sub13": (0, 2, 0, 0, 0, 6, 0),   "sub14": (0, 3, 0, 0, 0, 1, 0),
    "sub15": (1, 1, 0, 0, 1, 0, 0),   "sub16": (0, 2, 1, 0, 0, 1, 0),
    "sub17": (14, 7, 9, 2, 1, 3, 0),  "sub18": (0, 0, 0, 0, 0, 3, 0),
    "sub19": (3, 3, 0, 1, 5, 4, 0),   "sub20": (2, 0, 0, 0, 0, 9, 0),
    "sub21": (0, 0, 1, 0, 0, 1, 0),   "sub22": (0, 0, 2, 0, 0, 0, 0),
    "sub23": (4, 1, 3, 0, 0, 4, 0),   "sub24": (2, 0, 0, 3, 1, 4, 0),
    "sub25": (3, 0, 0, 0, 2, 2, 0),   "sub26": (9, 2, 0, 1, 0, 5, 0),
}

# How often each Action-Unit string was coded for each emotion.
ACTION_UNITS = {
    "happiness": {
        "12": 6, "L12": 6, "6+12": 5, "14": 3, "R12": 3, "1+12": 1, "L14+L15": 1, "12+15": 1,
        "15": 1, "R6+R12": 1, "4+R12": 1, "12+L14": 1, "6+7+12": 1, "6+12+17": 1},
    "surprise": {
        "1+2": 5, "L1+L2": 5, "1": 4, "1+L2": 2, "R2": 2, "L2+12": 1, "25": 1, "L2+26+38": 1,
        "R1+R2": 1, "1+R2+25": 1, "2": 1, "L2+14": 1},
    "repression": {
        "17": 13, "15": 4, "15+17": 4, "14": 2, "12+15": 1, "12+14+17": 1, "14+15": 1,
        "4+15+17": 1},
    "disgust": {
        "4+7": 20, "4": 11, "4+9": 4, "4+R10": 4, "4+7+9": 3, "4+L10": 2, "4+10": 2,
        "4+9+10": 2, "4+7+10": 2, "4+5+L10": 1, "4+L9+14": 1, "4+6+7": 1, "R2+15": 1, "L10": 1,
        "R4+R10": 1, "R10": 1, "4+5+7+9": 1, "4+6+7+9": 1, "4+9+17": 1, "4+7+6": 1, "L4": 1,
        "L7+L10": 1},
    "sadness": {"1": 5, "L1": 1, "1+4": 1},
    "others": {
        "4": 59, "14": 12, "?": 5, "17": 4, "R14": 3, "4+7": 3, "24": 2, "18": 1, "15": 1,
        "R4": 1, "4+38": 1, "7": 1, "4+L14": 1, "4+12": 1, "6+7+12": 1, "12": 1, "L6+L7": 1,
        "4+7+12": 1},
    "fear": {"20": 1, "L16": 1},
}

# Quantiles of the intervals in frames at 200 per second, at the levels of LEVELS.
LEVELS = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)
ONSET_TO_APEX = {
    "happiness":  (5, 25, 37, 50, 65.9, 68.45, 88),
    "surprise":   (18, 23, 30, 33, 41.8, 51, 58),
    "repression": (17, 26.5, 38, 51.5, 66.6, 73.2, 78),
    "disgust":    (0, 23, 30.5, 43, 49.5, 55, 68),
    "sadness":    (17, 19, 20, 22.5, 23, 23, 23),
    "others":     (3, 23, 30, 38, 48.4, 53, 83),
    "fear":       (25, 30.75, 36.5, 42.25, 45.7, 46.85, 48),
}
APEX_TO_OFFSET = {
    "happiness":  (2, 24.25, 30, 46.25, 54.7, 63.8, 69),
    "surprise":   (12, 22, 27, 35, 55.8, 66.6, 79),
    "repression": (5, 29, 40, 47, 57.8, 64.1, 75),
    "disgust":    (0, 22, 29.5, 44.75, 53.9, 62, 90),
    "sadness":    (7, 17, 18, 20, 22, 23.5, 25),
    "others":     (0, 20, 30, 42, 55.4, 65.35, 102),
    "fear":       (17, 21.5, 26, 30.5, 33.2, 34.1, 35),
}
# fmt: on
