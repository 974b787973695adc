"""Who goes where and when: fitness for a job, travel, appointments, parts in vans, plans of a day."""
