"""The supervision service: targets, facts, monthly reports, bulletins and alerts."""
