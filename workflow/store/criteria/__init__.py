"""What is kept of the work on criteria beside the results themselves: how each row of a task's sheet stands."""
