"""Cases: the nine kinds of work with what each must record, the register of contacts, complaints and escalation."""
