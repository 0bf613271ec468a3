"""The rules of BPMN 2.0 that a file can break without running, one module a subject, on the XML as it stands.

`all.check_rules` applies them. Not here: rules on the model that was read (`workflow.model.validation`).
"""
