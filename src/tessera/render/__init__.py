"""Model → what a person looks at. So far: the picture inside an ELM credential (`display`)."""
