"""Files made for people to keep: workbooks of numbers, articles that need nothing else."""
