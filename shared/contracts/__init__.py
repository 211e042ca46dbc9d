"""What the services tell each other: one file of event classes per owner."""
