"""The statutory notification form: its fields, and the answers to them."""
