"""The frozen process definition and the rules its structure must keep.

It knows neither XML nor a clock nor a database: `workflow.bpmn` builds it, `workflow.engine` runs it.
"""
