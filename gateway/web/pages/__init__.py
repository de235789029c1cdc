"""The pages of the form, one concern a file."""
