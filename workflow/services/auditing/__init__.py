"""Every question an auditor asks: the trail, a case as it stood, why it went that way, verification, checkpoints, bundles.

How events are hashed and proved lies in `workflow.audit`.
"""
