"""The repositories of `workflow.services.ports` on SQLAlchemy Core: one module a subject, no commits here."""
