"""From broker to commit: MQTT sessions, admission, pipeline, acknowledgement, the embedded broker."""
