"""From frames to what a model is shown: faces, apex, pairs, flow, contrast."""
