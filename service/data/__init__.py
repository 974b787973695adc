"""Tables that the service core reads: the working calendar, with its version and its horizon."""
