"""The annual plan and its balance of funds."""
