"""Reports as files: the official Word paper, the roll-up in Excel, the workbook that comes back."""
