"""What people do about it: tickets, clocks, calendars, dispatch, visits, arrival, records, notices."""
