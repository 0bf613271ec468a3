"""How the rows of a task's sheet come to count: seen, agreed to, judged otherwise, taken back. What they hold is in `sheets`."""
