"""The pages of the form, one concern per file."""
