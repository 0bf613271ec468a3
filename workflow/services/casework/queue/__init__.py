"""What is done from the list of tasks: several at once, and taking back what one has sent.

The list itself is `workflow.services.casework.inbox`; what is done to one task is `workflow.services.casework.tasks`.
"""
