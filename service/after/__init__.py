"""After the repair: sign-off, follow-up, survey, the forms, indicators and what is improved when one is missed."""
