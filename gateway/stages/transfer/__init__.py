"""What another panel is sent, and how it is taken in: made from a schema, never by dumping the record."""
