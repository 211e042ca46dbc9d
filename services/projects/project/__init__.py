"""The project itself: one aggregate from survey to completion, at the bottom of all rooms."""
