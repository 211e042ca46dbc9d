"""The whole file of an application (卷宗): its view, and what touches several rooms at once."""
