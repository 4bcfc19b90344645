"""What a person does, and when."""
