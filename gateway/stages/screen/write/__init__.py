"""What the general inbox gets: text, tokens, cards; what a person struck out."""
