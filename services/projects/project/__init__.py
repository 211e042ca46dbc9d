"""The project itself: one aggregate from survey to completion."""
