"""What is asked of each exercise's answer, one module a notebook. Spoilers: solve first."""
