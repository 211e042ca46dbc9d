"""The ledger of overdue resettlement: registered, resettled, struck off."""
