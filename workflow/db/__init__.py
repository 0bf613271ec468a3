"""SQLAlchemy tables, repositories, the unit of work and the Alembic migrations.

It carries out `workflow.services.ports`; nothing outside `workflow.bootstrap` imports it.
"""
