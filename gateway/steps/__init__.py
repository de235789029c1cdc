"""The worker's durable steps, over ports only: what a role wires and the tests drive."""
