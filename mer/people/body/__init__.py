"""What a person looks like, and what their muscles do."""
