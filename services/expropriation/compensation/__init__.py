"""What a property is compensated with, worked out step by step."""
