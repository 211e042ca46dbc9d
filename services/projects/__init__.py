"""The projects service: shantytown projects from survey to completion, and overdue resettlement."""
