"""Business events: one frozen class each, with what is stored of it and the sentence that tells it; a module a subject.

Here is no look-up of names (`workflow.services.auditing.teller`), and no event of the engine (`workflow.engine.events`).
"""
