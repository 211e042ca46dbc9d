"""Local subsidy standards (补贴标准)."""
