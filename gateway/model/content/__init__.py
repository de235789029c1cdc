"""What an arrival holds: parsed, confidential, and as it is kept."""
