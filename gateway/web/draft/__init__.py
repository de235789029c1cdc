"""A draft of the form: its keys, answers and files, kept until it is sent."""
