"""All evidence together, the network's word, and the last look."""
