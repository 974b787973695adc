"""The shapes of requests and answers, for the OpenAPI document. The fold judges what a request means."""
