"""A figure: its shape owes nothing to the machine."""

import numpy as np

from mer.people.body.figure import sitter as sit


def test_shape_does_not_depend_on_the_number_of_threads():
    import torch

    before = torch.get_num_threads()
    shapes = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        shapes.append(sit(3, "sub15").shape)
        assert torch.get_num_threads() == threads
    torch.set_num_threads(before)
    assert np.array_equal(*shapes)
