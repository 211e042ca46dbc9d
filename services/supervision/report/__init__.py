"""Monthly reports of the reporting units (月报告)."""
