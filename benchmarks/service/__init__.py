"""The registry as a service, and the production set-up, measured."""
