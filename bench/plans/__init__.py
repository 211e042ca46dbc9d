"""What every list reads of grown tables: the statements that routes really send, explained."""
