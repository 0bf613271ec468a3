"""BPMN 2.0 XML becomes the frozen model of `workflow.model`; what cannot run is refused by element, id and line.

It evaluates nothing: expressions stay text here, and references out of the file are checked by `workflow.packages`.
"""
