"""Official contexts, schemas and shapes by name and hash, and the engines that run them."""
