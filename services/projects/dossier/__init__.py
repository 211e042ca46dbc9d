"""The whole file of a project (项目档案): its views, and what touches several rooms at once."""
