"""Nobody sees or changes what is not of his region: every route, every post, every layer."""
