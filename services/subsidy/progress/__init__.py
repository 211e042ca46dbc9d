"""Progress against the annual task (年度任务进度)."""
