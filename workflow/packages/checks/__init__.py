"""Cross-checks of a package: what one file says about another must hold.

Each module has `check_*` functions from `Contents` to findings. Structure within a process is `workflow.model.validation`.
"""
