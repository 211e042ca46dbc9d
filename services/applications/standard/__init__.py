"""Eligibility standards (准入标准): who may be guaranteed, as each unit decided and published."""
