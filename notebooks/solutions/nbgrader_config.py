"""For the folder of an nbgrader course: what is tagged `solution` stays with the teacher."""

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment

c = get_config()  # noqa: F821  (nbgrader has it)
c.CourseDirectory.course_id = "micro-expressions"
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"solution"}
first = GenerateAssignment.preprocessors.default()
c.GenerateAssignment.preprocessors = [TagRemovePreprocessor, *first]
